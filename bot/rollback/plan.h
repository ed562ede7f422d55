// SPDX-License-Identifier: Apache-2.0
// The plan of a rollback: for each long-lived branch, what carries the target there and what reverting it
// gives. Pure data; ports/git_repo.h makes plans, `kedge plan --json` prints them (plan_document, in
// journal/), the incident core decides on them. Object ids are 40 lower-case hex digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/id.h"
#include "bot/base/time.h"
#include "bot/rollback/merge/conflict.h"

namespace kedge::rollback {

/// What `/rollback` was given. Each kind may be limited to paths.
enum class TargetKind {
  commit,        ///< One commit, by its SHA (whole, short), a branch's name or a step from one (`main~2`).
  merge,         ///< A commit with several parents, taken back against one of them (Plan::mainline).
  range,         ///< `a..b`: b and what came after a, newest first.
  tag,           ///< What a tag stands on; an annotated one is followed.
  pull_request,  ///< `#12` or its address: its squash, its merge, or all commits of its rebase.
  restore,       ///< `--to`: not a change that is taken back but a version whose files come back.
};

/// What one branch would look like afterwards.
enum class Outcome {
  clean,             ///< The revert applies; `tree` is the result.
  conflict,          ///< It does not; `conflicts` says where, `closure` what else to revert so that it does.
  already_reverted,  ///< The branch holds the target, and nothing of it is left, or it never changed a file.
  not_contained,     ///< Nothing on the branch carries the target.
};

/// Which rule found what carries the target on a branch. They are tried in this order, and a carrier that a
/// later commit took back (and none brought back) gives way to one that stands.
enum class CarrierHow {
  same,         ///< The commit itself is in the branch's history.
  cherry_pick,  ///< A copy by its own words: `(cherry picked from commit …)` either way or from the same
                ///< origin; for a revert, the revert of the same commit. Where there is none, and none by
                ///< patch_id: a commit that landed the same pull request under the same title.
  patch_id,     ///< Another commit that makes the same change (git's stable patch id).
  squash,       ///< One commit that holds all of the pull request or merge that brought the target; it is
                ///< reverted as a whole.
  merge,        ///< A merge that brings in what the target squashes; it is reverted against its first parent.
};

/// What is at odds at one path:
/// - `content`: later commits changed the same lines, or a file that has none;
/// - `modify_delete`, `rename_delete`: changed or renamed on one side, gone on the other;
/// - `rename_rename`: renamed to two names, or a directory's move leaves the place of a file unclear;
/// - `add_add`: made anew on both sides, differently;
/// - `mode`: executable here, not there;
/// - `submodule`, `symlink`: moved to another commit, or led elsewhere, since;
/// - `directory_file`: a directory on one side, a file on the other.
using merge::ConflictKind;
/// Which of the things that have one kind it is: `binary` and `merging_forbidden` have no lines to show.
using merge::ConflictReason;

struct Target {
  std::string ref;  ///< As it was typed.
  std::string sha;  ///< The commit it means; for several its newest.
  TargetKind kind = TargetKind::commit;
  std::string subject;
  std::string author;  ///< Name only: addresses stay in git.
  std::vector<std::string>
      commits;  ///< Newest first: the commits to revert; several for ranges and rebased pull requests.
  bool operator==(const Target&) const = default;
};

struct Carrier {
  std::string sha;
  CarrierHow how = CarrierHow::same;
  bool operator==(const Carrier&) const = default;
};

/// A commit as people are told of it.
struct CommitNote {
  std::string sha;
  std::string subject;
  std::string author;             ///< Name only.
  std::int64_t pull_request = 0;  ///< That brought it; 0: none known.
  bool operator==(const CommitNote&) const = default;
};

/// `count` lines from line `first` on, counted from 1; of no lines, `first` is where they would stand.
struct LineSpan {
  std::int64_t first = 0;
  std::int64_t count = 0;
  bool operator==(const LineSpan&) const = default;
};

inline constexpr std::size_t kConflictPathsDetailed = 20;  ///< Paths of a branch that have hunks and commits.
inline constexpr std::size_t kHunksShown = 5;              ///< Of one path.
inline constexpr std::size_t kHunkLinesShown = 12;         ///< Of one side of a hunk.
inline constexpr std::size_t kHunkLineBytesMax = 200;
inline constexpr std::size_t kLaterShown = 5;  ///< Later commits of one path.

/// One place where the revert and later changes meet.
struct ConflictHunk {
  LineSpan base;            ///< In the commit that is reverted.
  LineSpan ours;            ///< In the file at the branch's tip.
  LineSpan theirs;          ///< In the file as it was before that commit.
  std::string ours_text;    ///< The lines at the tip, UTF-8, cut to the limits above.
  std::string theirs_text;  ///< The lines that the revert wants instead.
  bool operator==(const ConflictHunk&) const = default;
};

struct Conflict {
  std::string path;  ///< UTF-8; other bytes as U+FFFD, then `path_base64` has them all.
  ConflictKind kind = ConflictKind::content;
  std::optional<std::string> path_base64;
  std::vector<ConflictHunk> hunks;  ///< For kind content; the first kHunksShown.
  /// Newest first: commits after the carrier, and not of the target, that touched these lines.
  std::vector<CommitNote> later;
  std::optional<ConflictReason> reason{};  ///< None in plans made before it was told.
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
  std::optional<std::string> commit;  ///< Once written; none in a dry run.
  std::vector<Conflict> conflicts;    ///< Sorted by path.
  /// On conflict: later commits, newest first and without the target, whose reverts make it clean; none can
  /// be left out, unless `limits` says that this is not known. Their tree was built. Empty: there are none
  /// within the limit, as `closure_note` says.
  std::vector<std::string> closure;
  std::vector<CommitNote> closure_commits;  ///< The same, for people.
  std::optional<std::string> closure_tree;  ///< Of the branch with target and closure reverted.
  std::string closure_note;                 ///< Why there is no closure; empty: there is, or none is needed.
  std::vector<std::string> paths_changed;   ///< At most kPathsShown of them, sorted; for people.
  std::int64_t paths_changed_count = 0;     ///< All of them.
  std::string reason;  ///< One sentence for people: why this outcome, which rule found the carrier.
  std::vector<std::string> limits;  ///< Which limits cut the search short, one sentence each; empty: none.
  bool operator==(const BranchPlan&) const = default;
};

/// What the next merge between two long-lived branches would silently do to the change, once the plan is
/// carried out.
enum class TrapKind {
  drops,       ///< `from` has the change then, but it would not arrive on `into`.
  resurrects,  ///< `into` has got rid of it, and it would come back there with what `from` holds.
};

/// For branches that are merged into each other (git-flow). Found by building the merge.
struct RelandTrap {
  TrapKind kind = TrapKind::drops;
  std::string from;  ///< `develop`
  std::string into;  ///< `main`
  std::string
      last_merge;  ///< The newest merge that brought `from` into `into`: the next one like it is meant.
  /// The targets are reverts, so the change is what they took out: `drops`, where it is brought back on
  /// `from` and the revert on `into` wins; `resurrects`, where the revert of `from` would come back to
  /// `into`.
  bool of_revert = false;
  bool operator==(const RelandTrap&) const = default;
};

inline constexpr std::size_t kScopeShown = 30;  ///< Branches, and tags, that are named; the rest is counted.

/// Which branches and tags have the newest target commit in their history, so which releases hold it.
struct ReleaseScope {
  std::vector<std::string> branches;  ///< Sorted by name.
  std::vector<std::string> tags;      ///< Oldest first: the first release that holds it leads.
  std::int64_t branches_more = 0;
  std::int64_t tags_more = 0;
  bool operator==(const ReleaseScope&) const = default;
};

struct Plan {
  std::string id;  ///< SHA-256 hex of repository id, targets, paths, mainline, and per base the carrier and
                   ///< revert diff.
  std::vector<Target> targets;
  std::vector<std::string> paths;  ///< Empty: whole commits.
  int mainline = 0;                ///< 1-based; 0: not a merge.
  std::string note;                ///< Said to people: which parent a merge is reverted against.
  std::vector<BranchPlan> branches;
  std::vector<RelandTrap> traps;
  ReleaseScope scope;  ///< Empty for a restore.
  bool operator==(const Plan&) const = default;
};

std::string_view to_string(TargetKind kind);
std::string_view to_string(Outcome outcome);
std::string_view to_string(CarrierHow how);
std::string_view to_string(TrapKind kind);
/// The trap in one sentence, with what to do about it.
std::string describe(const RelandTrap& trap);

/// True if at least one branch can be rolled back or already is, and none conflicts (exit status 0 of `kedge
/// plan`).
bool is_clean(const Plan& plan);
bool has_conflict(const Plan& plan);
/// How many paths the revert changes; plans made before these were counted have only their list.
std::int64_t changed_paths(const BranchPlan& branch);

/// `rollback/<base>-<sha12>`, the name for one whole commit against its default parent.
std::string branch_name(std::string_view base, std::string_view target_sha);
/// `rollback/<base>-<sha12>-<plan8>`, for every other plan.
std::string branch_name(std::string_view base, std::string_view target_sha, std::string_view plan_id);

/// `acme/api` of `https://github.com/acme/api/pull/12`; empty: it is no pull request's address.
std::string repository_of_pull(std::string_view target);

/// `rollback/<base>-to-<sha12>`, with `-<plan8>` where a restore is narrowed to paths (`plan_id` not empty).
std::string restore_branch_name(std::string_view base, std::string_view good_sha, std::string_view plan_id);

/// `hotfix/<incident id>-<sha12>`.
std::string hotfix_branch_name(std::string_view incident_id, std::string_view target_sha);

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

/// Why a rollback branch was not written: the word before the first colon of the error's message.
enum class PublishRefusal {
  base_moved,           ///< The base has another tip than the plan: plan again.
  branch_taken,         ///< Somebody else's commits are on the branch.
  applies,              ///< Of a forward fix: nothing conflicts any more.
  protected_branch,     ///< A rule of the repository forbids the push.
  workflow_permission,  ///< Workflow files change, and the App may not change those.
  signing,              ///< The commit cannot be signed as the runbook asks.
  other,                ///< GitHub's own words, or a fault on the way.
};
PublishRefusal publish_refusal(std::string_view message);

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
/// Of the commit that begins a forward fix on `base`. It has no `This reverts commit` line: what people make
/// of it is theirs to say.
std::string forward_fix_message(const std::vector<CommitText>& reverted, std::string_view base);

}  // namespace kedge::rollback
