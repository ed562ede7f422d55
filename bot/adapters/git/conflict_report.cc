// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/conflict_report.h"

#include <algorithm>

#include "bot/adapters/git/blob.h"
#include "bot/adapters/git/line_trail.h"

namespace kedge::adapters::git {
namespace {

using rollback::Conflict;
using rollback::ConflictHunk;
using rollback::LineSpan;
namespace merge = rollback::merge;

/// Larger files are named without their lines.
constexpr std::size_t kFileBytesMax = std::size_t{4} << 20U;

LineSpan span_of(const merge::LineRange& range) {
  return {.first = static_cast<std::int64_t>(range.first) + 1,
          .count = static_cast<std::int64_t>(range.count)};
}

constexpr std::size_t kOurs = 1;
constexpr std::size_t kTheirs = 2;

/// The file of one side, unless it is a merge's and stands in no tree.
Result<std::string> text_of(const Repo& repo, const std::string& tree, const merge::ConflictSide& side) {
  if (side.id == merge::ObjectId{}) return std::string();
  KEDGE_TRY(file, file_at(repo, tree, side.path, kFileBytesMax));
  return file.value_or("");
}

/// The lines at odds in one file that both sides changed; all of them, texts only of those that are shown.
Result<std::vector<ConflictHunk>> hunks_of(const Repo& repo, const ThreeTrees& trees,
                                           const merge::PathConflict& detail) {
  std::vector<ConflictHunk> hunks;
  if (detail.hunks.empty()) return hunks;
  KEDGE_TRY(ours, text_of(repo, trees.ours, detail.sides[kOurs]));
  KEDGE_TRY(theirs, text_of(repo, trees.theirs, detail.sides[kTheirs]));
  for (const merge::Hunk& one : detail.hunks) {
    ConflictHunk hunk{.base = span_of(one.base), .ours = span_of(one.ours), .theirs = span_of(one.theirs)};
    if (hunks.size() < rollback::kHunksShown) {
      hunk.ours_text = excerpt(ours, hunk.ours);
      hunk.theirs_text = excerpt(theirs, hunk.theirs);
    }
    hunks.push_back(std::move(hunk));
  }
  return hunks;
}

/// Who touched the lines of `hunks` since, newest first; without hunks, who touched the file.
Result<void> trace(const Repo& repo, const LaterCommits& later, const std::vector<ConflictHunk>& hunks,
                   const std::string& path, const Stopwatch& watch, Conflict& conflict) {
  std::vector<LineSpan> spans;
  for (const ConflictHunk& hunk : hunks) spans.push_back(hunk.ours);
  LineTrail trail(std::move(spans));
  KEDGE_TRY(indices, touching(repo, later, {path}));
  for (const std::size_t index : indices) {
    if (conflict.later.size() == rollback::kLaterShown || watch.is_over()) break;
    const bool own =
        std::ranges::any_of(later.landings, [&](const auto& landing) { return landing.second == index; });
    bool touched = true;
    if (!hunks.empty()) {
      KEDGE_TRY(after, file_at(repo, later.commit(index).tree, path, kFileBytesMax));
      KEDGE_TRY(before, file_at(repo, later.commit(index + 1).tree, path, kFileBytesMax));
      // Where the file begins, or is no file of lines, the trail ends.
      touched = !after || !before || trail.step(*before, *after);
    }
    if (touched && !own) conflict.later.push_back(note_of(later.commit(index)));
  }
  return {};
}

}  // namespace

Result<void> report_conflicts(PlanSession& session, const LaterCommits& later, const RevertRequest& revert,
                              Reverted& reverted, rollback::BranchPlan& plan) {
  const Repo& repo = session.repo;
  const Stopwatch watch(session.limits.report_time);
  plan.conflicts = std::move(reverted.merged.conflicts);
  std::size_t detailed = 0;
  for (Conflict& conflict : plan.conflicts) {
    if (detailed++ == rollback::kConflictPathsDetailed) break;
    if (watch.is_over()) {
      plan.limits.push_back(
          fmt::format("the later commits of {}'s conflicts were looked for during {} (limit "
                      "report_time)",
                      plan.base, format_duration(session.limits.report_time)));
      break;
    }
    const std::string path = raw_path(conflict);
    const auto detail = std::ranges::find(reverted.merged.details, path, &merge::PathConflict::path);
    std::vector<ConflictHunk> hunks;
    std::string at_tip = path;  // What was renamed since is followed under the name that it has there.
    if (detail != reverted.merged.details.end()) {
      KEDGE_TRY(found, hunks_of(repo, reverted.stopped_on, *detail));
      hunks = std::move(found);
      if (!detail->sides[kOurs].path.empty()) at_tip = detail->sides[kOurs].path;
    }
    // The hunks' lines are those of the tip only where no newer commit of the target was reverted before.
    KEDGE_TRY(there, entry_at(repo, revert.onto_tree, at_tip));
    KEDGE_TRY(at_stop, entry_at(repo, reverted.stopped_on.ours, at_tip));
    const bool same_lines = there == at_stop;
    KEDGE_CHECK(
        trace(repo, later, same_lines ? hunks : std::vector<ConflictHunk>(), at_tip, watch, conflict));
    if (hunks.size() > rollback::kHunksShown) hunks.resize(rollback::kHunksShown);
    conflict.hunks = std::move(hunks);
  }
  return {};
}

}  // namespace kedge::adapters::git
