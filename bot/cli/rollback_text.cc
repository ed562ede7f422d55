// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/base/terminal.h"
#include "bot/base/text.h"
#include "bot/cli/rollback_report.h"

namespace kedge::cli {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;

constexpr std::size_t kConflictsShown = 10;
constexpr std::size_t kHunksPrinted = 2;

std::string short_of(const std::string& sha) {
  return sha.substr(0, kShownSha);
}

std::string_view words_for(Outcome outcome) {
  switch (outcome) {
    case Outcome::clean:
      return "clean";
    case Outcome::conflict:
      return "CONFLICT";
    case Outcome::already_reverted:
      return "already reverted";
    case Outcome::not_contained:
      return "not contained";
  }
  return "";
}

std::string heading(const RollbackReport& report) {
  std::string text;
  for (const rollback::Target& target : report.plan.targets) {
    const bool back = target.kind == rollback::TargetKind::restore;
    text += fmt::format("{} {} \"{}\" by {}", back ? "Restore to" : "Rollback of", short_of(target.sha),
                        plain(target.subject), plain(target.author));
    if (const std::size_t more = target.commits.size() - 1; target.commits.size() > 1)
      text += fmt::format(" and {} commit{} before it", more, more == 1 ? "" : "s");
    if (target.ref != target.sha) text += fmt::format(" ({})", plain(target.ref));
    text += '\n';
  }
  if (!report.plan.paths.empty()) text += fmt::format("Only in: {}\n", plain(join(report.plan.paths, ", ")));
  if (!report.plan.note.empty()) text += plain(report.plan.note) + '\n';
  return text;
}

/// `origin/main` where that was the base: the local branch is behind it or not there.
std::string shown_base(const BranchPlan& branch) {
  constexpr std::string_view kRemotes = "refs/remotes/";
  return plain(branch.base_ref.starts_with(kRemotes) ? branch.base_ref.substr(kRemotes.size()) : branch.base);
}

std::string table(const RollbackReport& report) {
  std::size_t width = 6;
  for (const BranchPlan& branch : report.plan.branches) width = std::max(width, shown_base(branch).size());
  std::string text = fmt::format("\n  {:<{}}  {:<16}  WHY\n", "BRANCH", width, "OUTCOME");
  for (const BranchPlan& branch : report.plan.branches) {
    text += fmt::format("  {:<{}}  {:<16}  {}", shown_base(branch), width, words_for(branch.outcome),
                        plain(branch.reason));
    if (branch.outcome == Outcome::clean) {
      const std::int64_t count = changed_paths(branch);
      text += fmt::format("; {} path{} change{}", count, count == 1 ? "" : "s", count == 1 ? "s" : "");
    }
    text += '\n';
    for (const std::string& limit : branch.limits) {
      text += fmt::format("  {:<{}}    limit: {}\n", "", width, plain(limit));
    }
  }
  return text;
}

std::string commit_words(const rollback::CommitNote& commit) {
  std::string text =
      fmt::format("{} \"{}\" by {}", short_of(commit.sha), plain(commit.subject), plain(commit.author));
  if (commit.pull_request > 0) text += fmt::format(" (#{})", commit.pull_request);
  return text;
}

std::string lines_words(const rollback::LineSpan& lines) {
  if (lines.count == 0) return fmt::format("before line {}", lines.first);
  if (lines.count == 1) return fmt::format("line {}", lines.first);
  return fmt::format("lines {} to {}", lines.first, lines.first + lines.count - 1);
}

std::string side_lines(std::string_view mark, const std::string& lines) {
  std::string text;
  for (const std::string& line : split_lines(lines))
    text += fmt::format("        {} {}\n", mark, plain(line));
  return text;
}

std::string conflict_words(const rollback::Conflict& conflict) {
  const std::string_view why = conflict.reason ? words_for(*conflict.reason) : "";
  std::string text = fmt::format("    {} ({}{}{})\n", plain(conflict.path), to_string(conflict.kind),
                                 why.empty() ? "" : ": ", why);
  for (std::size_t i = 0; i < conflict.hunks.size() && i < kHunksPrinted; ++i) {
    const rollback::ConflictHunk& hunk = conflict.hunks[i];
    text += fmt::format("      at {}: what stands there (-), what the revert wants (+)\n",
                        lines_words(hunk.ours));
    text += side_lines("-", hunk.ours_text) + side_lines("+", hunk.theirs_text);
  }
  for (const rollback::CommitNote& commit : conflict.later) {
    text += fmt::format("      since touched by {}\n", commit_words(commit));
  }
  return text;
}

/// For each branch in conflict: where, by whom, and what else would have to go.
std::string conflicts(const RollbackReport& report) {
  std::string text;
  for (const BranchPlan& branch : report.plan.branches) {
    if (branch.outcome != Outcome::conflict) continue;
    text += fmt::format("\nIn the way on {}\n", plain(branch.base));
    for (std::size_t i = 0; i < branch.conflicts.size() && i < kConflictsShown; ++i) {
      text += conflict_words(branch.conflicts[i]);
    }
    if (branch.conflicts.size() > kConflictsShown) {
      text += fmt::format("    and {} more paths\n", branch.conflicts.size() - kConflictsShown);
    }
    if (!branch.closure_commits.empty()) text += "  Clean together with\n";
    for (const rollback::CommitNote& commit : branch.closure_commits) {
      text += fmt::format("    {}\n", commit_words(commit));
    }
    if (!branch.closure_note.empty()) text += fmt::format("  {}\n", plain(branch.closure_note));
  }
  return text;
}

std::string listed(const std::vector<std::string>& names, std::int64_t more) {
  if (names.empty()) return "none";
  return plain(join(names, ", ")) + (more > 0 ? fmt::format(" and {} more", more) : "");
}

/// Where the change is, and what the next merges do with it.
std::string reach(const RollbackReport& report) {
  const rollback::ReleaseScope& scope = report.plan.scope;
  std::string text;
  if (!scope.branches.empty() || !scope.tags.empty()) {
    text += fmt::format("\nHeld by\n  branches: {}\n  tags: {}\n",
                        listed(scope.branches, scope.branches_more), listed(scope.tags, scope.tags_more));
  }
  if (!report.plan.traps.empty()) text += "\nBeware\n";
  for (const rollback::RelandTrap& trap : report.plan.traps)
    text += fmt::format("  {}\n", plain(describe(trap)));
  return text;
}

std::string written(const RollbackReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.plan.branches.size(); ++i) {
    const BranchPlan& branch = report.plan.branches[i];
    const BranchReport& done = report.branches[i];
    if (!done.refusal.empty())
      text += fmt::format("  {}: not written: {}\n", plain(branch.branch), plain(done.refusal));
    if (!branch.commit) continue;
    text += fmt::format("  {}  at {}{}", plain(branch.branch), short_of(*branch.commit),
                        done.unchanged ? ", as it was" : "");
    if (done.push_status == "pushed") text += ", pushed to origin";
    if (done.push_status == "unchanged" && done.pushed == *branch.commit) text += ", on origin already";
    if (done.push_status == "unchanged" && done.pushed != *branch.commit)
      text += fmt::format(", the same plan is on origin already at {}", short_of(done.pushed));
    if (done.push_status == "refused") text += fmt::format(", NOT pushed: {}", plain(done.push_reason));
    text += '\n';
  }
  return text.empty() ? text : "\nBranches\n" + text;
}

}  // namespace

std::string report_text(const RollbackReport& report) {
  return heading(report) + table(report) + conflicts(report) + reach(report) + written(report) +
         next_steps(report);
}

}  // namespace kedge::cli
