// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/conflict_report.h"

#include "bot/adapters/git/blob.h"
#include "bot/adapters/git/line_trail.h"
#include "bot/rollback/merge/content_merge.h"

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

/// The lines at odds in one file that both sides changed; all of them, texts only of those that are shown.
Result<std::vector<ConflictHunk>> hunks_of(const Repo& repo, const ThreeTrees& trees,
                                           const std::string& path) {
  std::vector<ConflictHunk> hunks;
  KEDGE_TRY(base, file_at(repo, trees.base, path, kFileBytesMax));
  KEDGE_TRY(ours, file_at(repo, trees.ours, path, kFileBytesMax));
  KEDGE_TRY(theirs, file_at(repo, trees.theirs, path, kFileBytesMax));
  if (!base || !ours || !theirs) return hunks;
  const merge::MergedContent merged =
      merge::merge_content(*base, *ours, *theirs, merge::ContentDriver::text, {});
  for (const merge::Hunk& one : merged.conflicts) {
    ConflictHunk hunk{.base = span_of(one.base), .ours = span_of(one.ours), .theirs = span_of(one.theirs)};
    if (hunks.size() < rollback::kHunksShown) {
      hunk.ours_text = excerpt(*ours, hunk.ours);
      hunk.theirs_text = excerpt(*theirs, hunk.theirs);
    }
    hunks.push_back(std::move(hunk));
  }
  return hunks;
}

/// Who touched the lines of `hunks` since, newest first; without hunks, who touched the file.
Result<void> trace(const Repo& repo, const LaterCommits& later, const std::vector<ConflictHunk>& hunks,
                   const Stopwatch& watch, Conflict& conflict) {
  const std::string path = raw_path(conflict);
  std::vector<LineSpan> spans;
  for (const ConflictHunk& hunk : hunks) spans.push_back(hunk.ours);
  LineTrail trail(std::move(spans));
  KEDGE_TRY(indices, touching(repo, later, {path}));
  for (const std::size_t index : indices) {
    if (conflict.later.size() == rollback::kLaterShown || watch.is_over()) break;
    bool touched = true;
    if (!hunks.empty()) {
      KEDGE_TRY(after, file_at(repo, later.commit(index).tree, path, kFileBytesMax));
      KEDGE_TRY(before, file_at(repo, later.commit(index + 1).tree, path, kFileBytesMax));
      // Where the file begins, or is no file of lines, the trail ends.
      touched = !after || !before || trail.step(*before, *after);
    }
    if (touched) conflict.later.push_back(note_of(later.commit(index)));
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
    std::vector<ConflictHunk> hunks;
    if (conflict.kind == rollback::ConflictKind::content) {
      KEDGE_TRY(found, hunks_of(repo, reverted.stopped_on, raw_path(conflict)));
      hunks = std::move(found);
    }
    // The hunks' lines are those of the tip only where no newer commit of the target was reverted before.
    KEDGE_TRY(at_tip, entry_at(repo, revert.onto_tree, raw_path(conflict)));
    KEDGE_TRY(at_stop, entry_at(repo, reverted.stopped_on.ours, raw_path(conflict)));
    const bool same_lines = at_tip == at_stop;
    KEDGE_CHECK(trace(repo, later, same_lines ? hunks : std::vector<ConflictHunk>(), watch, conflict));
    if (hunks.size() > rollback::kHunksShown) hunks.resize(rollback::kHunksShown);
    conflict.hunks = std::move(hunks);
  }
  return {};
}

}  // namespace kedge::adapters::git
