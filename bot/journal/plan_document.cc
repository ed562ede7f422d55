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

Json document_of(const rollback::CommitNote& commit) {
  return {{"sha", commit.sha},
          {"subject", commit.subject},
          {"author", commit.author},
          {"pull_request", commit.pull_request > 0 ? Json(commit.pull_request) : Json(nullptr)}};
}

Json document_of(const rollback::LineSpan& lines) {
  return {{"first", lines.first}, {"count", lines.count}};
}

Json document_of(const rollback::ConflictHunk& hunk) {
  return {{"base", document_of(hunk.base)},
          {"ours", document_of(hunk.ours)},
          {"theirs", document_of(hunk.theirs)},
          {"ours_text", hunk.ours_text},
          {"theirs_text", hunk.theirs_text}};
}

Json document_of(const rollback::Conflict& conflict);
Json document_of(const rollback::BranchPlan& branch);
Json document_of(const rollback::RelandTrap& trap);

template <typename T>
Json list_of(const std::vector<T>& all) {
  Json list = Json::array();
  for (const T& each : all) list.push_back(document_of(each));
  return list;
}

Json document_of(const rollback::Conflict& conflict) {
  Json json = {{"path", conflict.path}, {"kind", Names<rollback::ConflictKind>::of(conflict.kind)}};
  if (conflict.reason) json["reason"] = Names<rollback::ConflictReason>::of(*conflict.reason);
  if (conflict.path_base64) json["path_base64"] = *conflict.path_base64;
  json["hunks"] = list_of(conflict.hunks);
  json["later"] = list_of(conflict.later);
  return json;
}

Json document_of(const rollback::BranchPlan& branch) {
  Json json = {{"base", branch.base},
               {"base_ref", branch.base_ref},
               {"tip", branch.tip},
               {"outcome", Names<rollback::Outcome>::of(branch.outcome)},
               {"carrier", nullptr},
               {"carriers", branch.carriers},
               {"tree", or_null(branch.tree)},
               {"branch", branch.branch},
               {"commit", or_null(branch.commit)},
               {"conflicts", list_of(branch.conflicts)},
               {"closure", branch.closure},
               {"closure_commits", list_of(branch.closure_commits)},
               {"closure_tree", or_null(branch.closure_tree)},
               {"closure_note", branch.closure_note},
               {"paths_changed_count", changed_paths(branch)},
               {"reason", branch.reason},
               {"limits", branch.limits}};
  if (branch.carrier)
    json["carrier"] = {{"sha", branch.carrier->sha},
                       {"how", Names<rollback::CarrierHow>::of(branch.carrier->how)}};
  return json;
}

Json document_of(const rollback::RelandTrap& trap) {
  return {{"kind", Names<rollback::TrapKind>::of(trap.kind)},
          {"from", trap.from},
          {"into", trap.into},
          {"last_merge", trap.last_merge},
          {"of_revert", trap.of_revert},
          {"text", describe(trap)}};
}

Json document_of(const rollback::ReleaseScope& scope) {
  return {{"branches", scope.branches},
          {"tags", scope.tags},
          {"branches_more", scope.branches_more},
          {"tags_more", scope.tags_more}};
}

}  // namespace

std::string plan_document(const rollback::Plan& plan) {
  Json json = {{"target", nullptr},
               {"targets", Json::array()},
               {"plan", plan.id},
               {"note", plan.note},
               {"paths", plan.paths},
               {"mainline", plan.mainline},
               {"branches", list_of(plan.branches)},
               {"traps", list_of(plan.traps)},
               {"scope", document_of(plan.scope)}};
  for (const rollback::Target& target : plan.targets) json["targets"].push_back(document_of(target));
  if (!plan.targets.empty()) json["target"] = json["targets"].front();
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace kedge::journal
