// SPDX-License-Identifier: Apache-2.0
// The plan of a rollback: for each long-lived branch, what carries the target there and what reverting it
// gives. Pure data; ports/git_repo.h makes plans, `kedge plan --json` prints them (plan_document, in
// journal/), the incident core decides on them. Object ids are 40 lower-case hex digits.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/id.h"
#include "bot/base/time.h"

namespace kedge::rollback {

/// What `/rollback` was given.
enum class TargetKind { commit, merge, range, tag, pull_request, restore };

/// What one branch would look like afterwards.
enum class Outcome {
  clean,             ///< The revert applies; `tree` is the result.
  conflict,          ///< It does not; `conflicts` says where.
  already_reverted,  ///< The branch holds the target, and its effect is gone already.
  not_contained,     ///< Nothing on the branch carries the target.
};

/// How the target got onto a branch.
enum class CarrierHow { same, cherry_pick, patch_id, squash, merge };

enum class ConflictKind {
  content,
  modify_delete,
  rename_delete,
  rename_rename,
  add_add,
  mode,
  submodule,
  symlink,
  directory_file
};

struct Target {
  std::string ref;  ///< As it was typed.
  std::string sha;  ///< The commit it means; for a range its newest commit.
  TargetKind kind = TargetKind::commit;
  std::string subject;
  std::string author;  ///< Name only: addresses stay in git.
  std::vector<std::string>
      commits;  ///< Newest first: the commits to revert; for all kinds but range just `sha`.
  bool operator==(const Target&) const = default;
};

struct Carrier {
  std::string sha;
  CarrierHow how = CarrierHow::same;
  bool operator==(const Carrier&) const = default;
};

struct Conflict {
  std::string path;  ///< UTF-8; other bytes as U+FFFD, then `path_base64` has them all.
  ConflictKind kind = ConflictKind::content;
  std::optional<std::string> path_base64;
  bool operator==(const Conflict&) const = default;
};

inline constexpr std::size_t kPathsShown = 300;

struct BranchPlan {
  std::string base;      ///< `main`
  std::string base_ref;  ///< Where the tip was read: `refs/heads/main` or `refs/remotes/origin/main`.
  std::string tip;
  Outcome outcome = Outcome::not_contained;
  std::optional<Carrier> carrier;
  std::vector<std::string>
      carriers;  ///< Newest first, what is reverted on this branch, one for each target commit.
  std::optional<std::string> tree;  ///< Of the revert, where clean.
  std::string diff;    ///< SHA-256 hex of what the revert changes, whatever the tip; empty on a conflict.
  std::string branch;  ///< `rollback/main-<sha12>`
  std::optional<std::string> commit;       ///< Once written; none in a dry run.
  std::vector<Conflict> conflicts;         ///< Sorted by path.
  std::vector<std::string> closure;        ///< Newest first, without the target.
  std::vector<std::string> paths_changed;  ///< At most kPathsShown of them, sorted; for people.
  std::string reason;  ///< One sentence for people: why this outcome, which rule found the carrier.
  bool operator==(const BranchPlan&) const = default;
};

struct Plan {
  std::string id;  ///< SHA-256 hex of repository id, targets, paths, mainline, and per base the carrier and
                   ///< revert diff.
  std::vector<Target> targets;
  std::vector<std::string> paths;  ///< Empty: whole commits.
  int mainline = 0;                ///< 1-based; 0: not a merge.
  std::string note;                ///< Said to people: which parent a merge is reverted against.
  std::vector<BranchPlan> branches;
  bool operator==(const Plan&) const = default;
};

std::string_view to_string(TargetKind kind);
std::string_view to_string(Outcome outcome);
std::string_view to_string(CarrierHow how);
std::string_view to_string(ConflictKind kind);

/// True if at least one branch can be rolled back or already is, and none conflicts (exit status 0 of `kedge
/// plan`).
bool is_clean(const Plan& plan);
bool has_conflict(const Plan& plan);

/// `rollback/<base>-<sha12>`, the name for one whole commit against its default parent.
std::string branch_name(std::string_view base, std::string_view target_sha);
/// `rollback/<base>-<sha12>-<plan8>`, for every other plan.
std::string branch_name(std::string_view base, std::string_view target_sha, std::string_view plan_id);

struct PlanKey {
  RepositoryId repository;
  std::vector<std::string> targets;  ///< Full SHAs.
  std::vector<std::string> paths;
  int mainline = 0;
  struct Base {
    std::string base;
    std::string carriers;     ///< Joined by spaces; empty where not contained.
    std::string diff_digest;  ///< SHA-256 hex over the revert's changes: (path, old mode, old id, new mode,
                              ///< new id) rows.
  };
  std::vector<Base> bases;
};
/// The plan id of design: stable while neither carriers nor the revert's diff change, whatever the tips do.
std::string plan_id(const PlanKey& key);

struct CommitText {
  std::string target_sha;
  std::string target_subject;
  std::string reason;        ///< May be empty or have several lines.
  std::string incident_url;  ///< Left out where empty.
};
/// `Revert "<subject>"`, `This reverts commit <sha>.`, the reason, `Incident: <url>`; ends with LF.
/// For several commits each has its own `This reverts commit` line. `paths`, where the revert is narrowed to
/// some, are named after it. A line of the reason that git or GitHub would read as a fact is quoted.
std::string commit_message(const std::vector<CommitText>& reverted,
                           const std::vector<std::string>& paths = {});

}  // namespace kedge::rollback
