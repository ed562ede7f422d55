// SPDX-License-Identifier: Apache-2.0
// What to do after a plan, branch by branch: each step in words, and below it the command on a line of its
// own that does it when it is pasted where `kedge` was called.
#include <algorithm>

#include "bot/base/terminal.h"
#include "bot/base/text.h"
#include "bot/cli/rollback_report.h"

namespace kedge::cli {
namespace {

using rollback::BranchPlan;
using rollback::Outcome;

constexpr std::string_view kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

std::string step(const std::string& base, const std::string& words, const std::string& command = {}) {
  return fmt::format("  {}: {}\n", plain(base), words) + (command.empty() ? "" : "    " + command + "\n");
}

std::vector<std::string> words_of(const std::vector<std::string>& texts) {
  std::vector<std::string> words;
  for (const std::string& text : texts) words.push_back(shell_word(text));
  return words;
}

/// `git`, in the repository that was named.
std::string git_in(const std::filesystem::path& directory) {
  return directory == "." ? "git" : "git -C " + shell_word(directory.string());
}

std::vector<std::string> targets_of(const rollback::Plan& plan) {
  std::vector<std::string> targets;
  for (const rollback::Target& target : plan.targets) {
    targets.push_back(target.commits.size() == 1 ? target.sha.substr(0, kShownSha) : target.ref);
  }
  return targets;
}

/// This call again for one branch, its closure named too.
std::string with_closure(const RollbackReport& report, const BranchPlan& branch) {
  const RollbackOptions& options = report.options;
  std::vector<std::string> words = targets_of(report.plan);
  words.insert(words.end(), branch.closure.begin(), branch.closure.end());
  std::string command =
      "kedge rollback " + join(words_of(words), " ") + " --branch " + shell_word(branch.base);
  if (options.repo != ".") command += " --repo " + shell_word(options.repo);
  if (report.plan.mainline > 1) command += fmt::format(" --mainline {}", report.plan.mainline);
  if (!options.reason.empty()) command += " --reason=" + shell_word(options.reason);
  if (options.push) command += " --push";
  if (!options.paths.empty()) command += " -- " + join(words_of(options.paths), " ");
  return command;
}

/// `git revert` of each carrier, the newest first; it takes one mainline a call, and that for merges only.
std::string reverts(const RollbackReport& report, const BranchPlan& branch, const BranchReport& facts,
                    const std::string& git) {
  std::string command;
  for (std::size_t i = 0; i < branch.carriers.size();) {
    const bool merge = facts.parents[i] > 1;
    command += fmt::format("{}{} revert", i == 0 ? "" : " && ", git);
    if (merge) command += fmt::format(" -m {}", std::max(report.plan.mainline, 1));
    for (; i < branch.carriers.size() && (facts.parents[i] > 1) == merge; ++i) {
      command += " " + branch.carriers[i];
    }
  }
  return command;
}

/// git reverts no parts of commits: their changes to the paths, applied backwards with markers where they
/// conflict.
std::string reverts_of_paths(const RollbackReport& report, const BranchPlan& branch,
                             const BranchReport& facts, const std::string& git) {
  std::vector<std::string> paths;
  for (const std::string& path : report.plan.paths) paths.push_back(shell_word(":(top,literal)" + path));
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < branch.carriers.size(); ++i) {
    const std::string& sha = branch.carriers[i];
    const int parent = facts.parents[i] > 1 ? std::max(report.plan.mainline, 1) : 1;
    const std::string before =
        facts.parents[i] == 0 ? std::string(kEmptyTree) : shell_word(fmt::format("{}^{}", sha, parent));
    steps.push_back(fmt::format("{} diff-tree -p --binary --full-index {} {} -- {} | {} apply --3way", git,
                                sha, before, join(paths, " "), git));
  }
  return join(steps, " && ");
}

std::string by_hand(const RollbackReport& report, const BranchPlan& branch, const BranchReport& facts) {
  const RepositoryPlace& place = report.place;
  const std::string name = shell_word(branch.branch);
  const std::string tip = branch.tip.substr(0, kShownSha);
  std::filesystem::path tree =
      report.plan.paths.empty() ? std::filesystem::path(report.options.repo) : place.work_tree;
  std::string command;
  if (place.work_tree.empty()) {
    // Beside the bare repository, which has no files to put markers in.
    tree = place.git_dir.parent_path() / replace_all(branch.branch, "/", "-");
    command = fmt::format("{} worktree add -b {} {} {}", git_in(report.options.repo), name,
                          shell_word(tree.string()), tip);
  } else {
    command = fmt::format("{} switch -c {} {}", git_in(report.options.repo), name, tip);
  }
  const auto undo = report.plan.paths.empty() ? reverts : reverts_of_paths;
  return command + " && " + undo(report, branch, facts, git_in(tree));
}

std::string step_after_writing(const RollbackReport& report, const BranchPlan& branch,
                               const BranchReport& done) {
  if (!branch.commit) return {};
  const std::string name = plain(branch.branch);
  if (done.push_status.empty() && report.place.has_origin) {
    return step(branch.base, fmt::format("push it, then open a pull request to {}", plain(branch.base)),
                git_in(report.options.repo) + " push origin " + shell_word(branch.branch));
  }
  return step(branch.base,
              fmt::format("{}open a pull request from {} to {}",
                          done.push_status.empty() ? "there is no remote `origin`: push it, then " : "", name,
                          plain(branch.base)));
}

std::string step_for(const RollbackReport& report, const BranchPlan& branch, const BranchReport& done) {
  if (branch.outcome == Outcome::conflict && !branch.closure.empty())
    return step(branch.base, "reverting these too makes it clean", with_closure(report, branch));
  if (branch.outcome == Outcome::conflict)
    return step(branch.base, "by hand, putting right each conflict", by_hand(report, branch, done));
  const auto is_taken = [](std::string_view refusal) {
    return rollback::publish_refusal(refusal) == rollback::PublishRefusal::branch_taken;
  };
  if (is_taken(done.refusal) || is_taken(done.push_reason)) {
    return step(branch.base, fmt::format("see whose work is on {}; rename or delete that branch, then run "
                                         "this again",
                                         plain(branch.branch)));
  }
  if (!done.refusal.empty() || done.push_status == "refused")
    return step(branch.base, "put right what stands above, then run this again");
  return step_after_writing(report, branch, done);
}

/// Of a plan that is clean with nothing to do, or that found nothing.
std::string nothing_to_do(const rollback::Plan& plan) {
  if (!is_clean(plan)) return "  Nothing to roll back on these branches; name others with --branch.\n";
  const bool back = plan.targets.front().kind == rollback::TargetKind::restore;
  return back ? "  Nothing: the files are that version's already.\n"
              : "  Nothing: there is nothing of it left to take back.\n";
}

}  // namespace

std::string next_steps(const RollbackReport& report) {
  std::string text;
  const auto is_clean_branch = [](const BranchPlan& branch) { return branch.outcome == Outcome::clean; };
  if (report.options.dry_run && std::ranges::any_of(report.plan.branches, is_clean_branch)) {
    text +=
        "  Nothing was written: this was a plan. The same call as `kedge rollback` writes the branches.\n";
  }
  for (std::size_t i = 0; i < report.plan.branches.size(); ++i) {
    text += step_for(report, report.plan.branches[i], report.branches[i]);
  }
  return "\nNext\n" + (text.empty() ? nothing_to_do(report.plan) : text);
}

}  // namespace kedge::cli
