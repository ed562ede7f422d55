// SPDX-License-Identifier: Apache-2.0
// Where a revert conflicts: the lines, who touched them since, and how to go on.
#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

using rollback::BranchPlan;
using rollback::ConflictKind;
using rollback::Outcome;
using rollback::Plan;

std::string_view clash(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::content:
      return "later commits changed the same lines";
    case ConflictKind::modify_delete:
      return "changed on one side, deleted on the other";
    case ConflictKind::rename_delete:
      return "renamed on one side, deleted on the other";
    case ConflictKind::rename_rename:
      return "renamed in two ways";
    case ConflictKind::add_add:
      return "added twice with different content";
    case ConflictKind::mode:
      return "the file mode was changed since";
    case ConflictKind::submodule:
      return "the submodule was moved since";
    case ConflictKind::symlink:
      return "the symbolic link was changed since";
    case ConflictKind::directory_file:
      return "a directory on one side, a file on the other";
  }
  return "";
}

Markup commit_words(const Pen& pen, const rollback::CommitNote& commit) {
  Markup shown = pen.commit(commit.sha);
  if (commit.pull_request > 0) {
    const std::string url = fmt::format("{}/pull/{}", pen.state.repository.html_url, commit.pull_request);
    shown.text += " (" + pen.pull(commit.pull_request, url).text + ")";
  }
  if (!commit.author.empty()) shown.text += " by " + pen.text(commit.author).text;
  return shown;
}

Markup line_words(const rollback::LineSpan& lines) {
  if (lines.count == 0) return own(fmt::format("before line {}", lines.first));
  if (lines.count == 1) return own(fmt::format("line {}", lines.first));
  return own(fmt::format("lines {}–{}", lines.first, lines.first + lines.count - 1));
}

View path_view(const Pen& pen, const rollback::Conflict& conflict) {
  std::vector<Markup> places;
  for (const rollback::ConflictHunk& hunk : conflict.hunks) places.push_back(line_words(hunk.ours));
  std::vector<Markup> later;
  for (const rollback::CommitNote& commit : conflict.later) later.push_back(commit_words(pen, commit));
  return View{}
      .put("path", pen.code(conflict.path))
      .put("clash", own(clash(conflict.kind)))
      .put("places", listed(places))
      .put("later", joined(later, ", "));
}

/// The first places at odds, with the lines of both sides; as many as there is room for.
void add_hunks(const Pen& pen, const BranchPlan& branch, View& view) {
  constexpr std::size_t kHunksShown = 3;
  const std::size_t room = pen.room.paths < kHunksShown ? 0 : kHunksShown;
  Rows hunks{room};
  for (const rollback::Conflict& conflict : branch.conflicts) {
    for (const rollback::ConflictHunk& hunk : conflict.hunks) {
      hunks.add([&] {
        std::string sides;
        for (const std::string& line : split_lines(hunk.ours_text)) sides += "- " + line + "\n";
        for (const std::string& line : split_lines(hunk.theirs_text)) sides += "+ " + line + "\n";
        return View{}
            .put("path", pen.code(conflict.path))
            .put("place", line_words(hunk.ours))
            .put("sides", code_block(pen.target, sides, pen.room.block));
      });
    }
  }
  hunks.put_into(view, "hunks");
}

/// What to type to roll back what stands in the way too; empty: nothing helps, or it cannot be typed safely.
std::string closure_command(const Plan& plan, const BranchPlan& branch) {
  if (branch.closure.empty()) return "";
  Plan together{.targets = plan.targets, .paths = plan.paths, .mainline = plan.mainline};
  for (const std::string& sha : branch.closure) together.targets.push_back({.ref = sha, .sha = sha});
  return rollback_command(together);
}

/// What else would have to be rolled back, and what to type for it.
void add_closure(const Pen& pen, const Plan& plan, const BranchPlan& branch, View& view) {
  Rows closure{branch.closure_commits.size()};
  for (const rollback::CommitNote& commit : branch.closure_commits) {
    closure.add([&] {
      return View{}.put("commit", commit_words(pen, commit)).put("subject", pen.text(commit.subject));
    });
  }
  closure.put_into(view, "closure");
  view.put("closure_note", pen.stopped(branch.closure_note));
  // Not escaped: only what is_typeable() let through.
  view.put("closure_command", own(closure_command(plan, branch)));
}

std::vector<std::string> carriers_of(const BranchPlan& branch) {
  constexpr std::size_t kShownMax = 50;
  std::vector<std::string> commits;
  for (const std::string& carrier : branch.carriers) {
    if (is_hex(carrier) && commits.size() < kShownMax) commits.push_back(carrier);
  }
  if (commits.empty() && branch.carrier && is_hex(branch.carrier->sha)) commits = {branch.carrier->sha};
  return commits;
}

/// One branch in conflict: where, and how to begin the forward fix there by hand.
View conflict_row(const Pen& pen, const incident::Incident* incident, const Plan& plan,
                  const BranchPlan& branch) {
  View view = branch_plan_view(pen, branch);
  Rows paths{pen.room.paths};
  for (const rollback::Conflict& conflict : branch.conflicts) {
    paths.add([&] { return path_view(pen, conflict); });
  }
  paths.put_into(view, "paths");
  add_hunks(pen, branch, view);
  add_closure(pen, plan, branch, view);
  const std::string sha = plan.targets.empty() ? "" : plan.targets.front().sha;
  const std::vector<std::string> commits = carriers_of(branch);
  const incident::ForwardFix* fix =
      incident == nullptr ? nullptr : incident::find_standing_fix(*incident, plan, branch.base);
  if (fix != nullptr) view.put("standing_fix", pen.pull(fix->pull_request, fix->pull_request_url));
  const bool recipe = fix == nullptr && incident != nullptr && !commits.empty() && is_typeable(branch.base) &&
                      is_hex(sha) && is_typeable(incident->id.value);
  view.flag("recipe", recipe);
  if (!recipe) return view;
  view.put("base_name", own(branch.base));
  view.put("hotfix", own(incident::name_fix(*incident, plan, branch.base)));
  const std::string mainline = plan.mainline > 0 ? fmt::format("-m {} ", plan.mainline) : "";
  return view.put("revert", own(mainline + join(commits, " ")));
}

}  // namespace

View conflict_view(const Pen& pen, const incident::Incident* incident, const Plan& plan) {
  View view;
  Rows conflicts{pen.room.branches};
  for (const BranchPlan* branch : branches_with(plan, Outcome::conflict)) {
    conflicts.add([&] { return conflict_row(pen, incident, plan, *branch); });
  }
  conflicts.put_into(view, "conflicts");
  view.flag("has_way_out", std::ranges::any_of(plan.branches, [&](const BranchPlan& branch) {
              return branch.outcome == Outcome::conflict && !closure_command(plan, branch).empty();
            }));
  return view;
}

}  // namespace kedge::templates
