// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "bot/journal/codec.h"
#include "bot/journal/fields_model.h"

namespace kedge::journal {
namespace {

using Json = nlohmann::ordered_json;

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json document_of(const rollback::Target& target) {
  return {{"ref", target.ref}, {"sha", target.sha}, {"kind", Names<rollback::TargetKind>::of(target.kind)}};
}

Json document_of(const rollback::Conflict& conflict) {
  Json json = {{"path", conflict.path}, {"kind", Names<rollback::ConflictKind>::of(conflict.kind)}};
  if (conflict.path_base64) json["path_base64"] = *conflict.path_base64;
  return json;
}

Json document_of(const rollback::BranchPlan& branch) {
  Json json = {{"base", branch.base},        {"base_ref", branch.base_ref},
               {"tip", branch.tip},          {"outcome", Names<rollback::Outcome>::of(branch.outcome)},
               {"carrier", nullptr},         {"tree", or_null(branch.tree)},
               {"branch", branch.branch},    {"commit", or_null(branch.commit)},
               {"conflicts", Json::array()}, {"closure", branch.closure},
               {"reason", branch.reason}};
  if (branch.carrier)
    json["carrier"] = {{"sha", branch.carrier->sha},
                       {"how", Names<rollback::CarrierHow>::of(branch.carrier->how)}};
  for (const rollback::Conflict& conflict : branch.conflicts)
    json["conflicts"].push_back(document_of(conflict));
  return json;
}

}  // namespace

std::string plan_document(const rollback::Plan& plan) {
  Json json = {{"target", nullptr},
               {"targets", Json::array()},
               {"plan", plan.id},
               {"note", plan.note},
               {"branches", Json::array()}};
  for (const rollback::Target& target : plan.targets) json["targets"].push_back(document_of(target));
  if (!plan.targets.empty()) json["target"] = json["targets"].front();
  for (const rollback::BranchPlan& branch : plan.branches) json["branches"].push_back(document_of(branch));
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kedge::journal
