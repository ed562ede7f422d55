// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "bot/base/terminal.h"
#include "bot/cli/rollback_report.h"
#include "bot/journal/codec.h"

namespace kedge::cli {
namespace {

using Json = nlohmann::ordered_json;

void add_report(Json& json, const BranchReport& report) {
  if (!json["commit"].is_null()) json["unchanged"] = report.unchanged;
  if (!report.refusal.empty()) json["refusal"] = report.refusal;
  if (report.push_status.empty()) return;
  json["push"] = {{"status", report.push_status}, {"reason", nullptr}};
  if (!report.push_reason.empty()) json["push"]["reason"] = report.push_reason;
  if (!report.pushed.empty()) json["push"]["commit"] = report.pushed;
}

}  // namespace

std::string report_json(const RollbackReport& report) {
  Json json = Json::parse(journal::plan_document(report.plan));
  for (std::size_t i = 0; i < report.branches.size(); ++i)
    add_report(json["branches"][i], report.branches[i]);
  return plain_json(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

}  // namespace kedge::cli
