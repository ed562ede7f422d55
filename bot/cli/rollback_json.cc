// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "bot/adapters/git/near_misses.h"
#include "bot/cli/rollback_report.h"

namespace kedge::cli {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json to_json(const rollback::Target& target) {
  return {{"ref", target.ref}, {"sha", target.sha}, {"kind", to_string(target.kind)}};
}

Json to_json(const rollback::Conflict& conflict) {
  Json json = {{"path", conflict.path}, {"kind", to_string(conflict.kind)}};
  if (conflict.path_base64) json["path_base64"] = *conflict.path_base64;
  return json;
}

Json to_json(const rollback::BranchPlan& branch, const BranchReport& report) {
  Json json = {{"base", branch.base},        {"base_ref", branch.base_ref},
               {"tip", branch.tip},          {"outcome", to_string(branch.outcome)},
               {"carrier", nullptr},         {"tree", or_null(branch.tree)},
               {"branch", branch.branch},    {"commit", or_null(branch.commit)},
               {"conflicts", Json::array()}, {"closure", branch.closure},
               {"reason", branch.reason}};
  if (branch.carrier) {
    json["carrier"] = {{"sha", branch.carrier->sha}, {"how", to_string(branch.carrier->how)}};
  }
  for (const rollback::Conflict& conflict : branch.conflicts) json["conflicts"].push_back(to_json(conflict));
  if (branch.commit) json["unchanged"] = report.unchanged;
  if (!report.refusal.empty()) json["refusal"] = report.refusal;
  if (!report.push_status.empty()) {
    json["push"] = {{"status", report.push_status}, {"reason", nullptr}};
    if (!report.push_reason.empty()) json["push"]["reason"] = report.push_reason;
  }
  return json;
}

std::string dump(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string report_json(const RollbackReport& report) {
  const rollback::Plan& plan = report.plan;
  Json json = {{"target", nullptr},
               {"targets", Json::array()},
               {"plan", plan.id},
               {"note", plan.note},
               {"branches", Json::array()}};
  for (const rollback::Target& target : plan.targets) json["targets"].push_back(to_json(target));
  if (!plan.targets.empty()) json["target"] = json["targets"].front();
  for (std::size_t i = 0; i < plan.branches.size(); ++i) {
    json["branches"].push_back(to_json(plan.branches[i], report.branches[i]));
  }
  return dump(json);
}

std::string error_json(const Error& error) {
  return dump({{"error",
                {{"code", to_string(error.code)},
                 {"message", error.message},
                 {"candidates", adapters::git::candidates_in(error.message)}}}});
}

}  // namespace kedge::cli
