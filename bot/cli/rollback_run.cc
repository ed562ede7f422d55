// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/rollback_run.h"

#include <unistd.h>

#include <algorithm>
#include <functional>

#include "bot/adapters/git/local_clone.h"
#include "bot/adapters/git/repo.h"
#include "bot/base/terminal.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/rollback_paths.h"

namespace kedge::cli {
namespace {

using adapters::git::LocalClone;
using adapters::git::Repo;
using rollback::Outcome;

Answer refuse(const RollbackOptions& options, const Error& error, int status) {
  if (options.json) return {.status = status, .out = error_json(error)};
  return {.status = status, .err = "kedge: " + plain(error.message) + "\n"};
}

Result<std::vector<std::string>> paths_of(const RollbackOptions& options) {
  if (options.paths.empty()) return options.paths;
  KEDGE_TRY(repo, Repo::open(options.repo));
  return paths_from_root(options.paths, options.repo, repo.work_tree());
}

/// What was asked for can never work: wrong use. What the world refused: failed.
int status_of(const Error& error) {
  return error.code == Errc::invalid ? kUsage : kFailed;
}

/// git keeps a branch as a file: `rollback/main` cannot be beside `rollback`.
std::string why_not_written(const Repo& repo, const std::string& name, const Error& error) {
  const std::string other = repo.branch_in_the_way(name);
  if (other.empty()) return error.message;
  return fmt::format("a branch {} is in the way; rename it: git branch -m {} NEW-NAME", other,
                     shell_word(other));
}

void write_branch(const LocalClone& clone, const std::string& clone_at, const LocalClone::Writing& writing,
                  bool push, rollback::BranchPlan& branch, BranchReport& report) {
  const Result<LocalClone::Written> written = clone.write(writing);
  if (!written) {
    const Result<Repo> repo = Repo::open(clone_at);
    report.refusal = repo ? why_not_written(*repo, branch.branch, written.error()) : written.error().message;
    return;
  }
  branch.commit = written->commit;
  report.unchanged = written->unchanged;
  if (!push) return;
  const Result<LocalClone::Written> pushed = clone.push(writing, written->commit);
  report.push_status = !pushed ? "refused" : pushed->unchanged ? "unchanged" : "pushed";
  if (!pushed) report.push_reason = pushed.error().message;
  if (pushed) report.pushed = pushed->commit;
}

/// git's progress has only ASCII and the ends of its lines; the rest is a server's.
std::string plain_progress(std::string_view words) {
  std::string shown(words);
  const auto is_shown = [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n'; };
  std::ranges::replace_if(shown, std::not_fn(is_shown), '?');
  return shown;
}

/// For people who watch; what other programs read stays as it is.
void show_progress(LocalClone& clone) {
  if (::isatty(STDERR_FILENO) == 0) return;
  clone.hear_progress([](std::string_view words) { fmt::print(stderr, "{}", plain_progress(words)); });
}

/// Writes every clean branch, also where another one conflicts.
Result<void> write_branches(const LocalClone& clone, RollbackReport& report, TimePoint now) {
  const auto is_clean_branch = [](const auto& branch) { return branch.outcome == Outcome::clean; };
  if (std::ranges::none_of(report.plan.branches, is_clean_branch)) return {};
  KEDGE_TRY(identity, clone.identity());
  for (std::size_t i = 0; i < report.plan.branches.size(); ++i) {
    rollback::BranchPlan& branch = report.plan.branches[i];
    if (!is_clean_branch(branch)) continue;
    const LocalClone::Writing writing{.branch = branch,
                                      .plan = report.plan,
                                      .reason = report.options.reason,
                                      .identity = identity,
                                      .date = report.options.date.value_or(now)};
    write_branch(clone, report.options.repo, writing, report.options.push, branch, report.branches[i]);
  }
  return {};
}

/// What the suggested commands depend on besides the plan.
Result<void> look_around(RollbackReport& report) {
  KEDGE_TRY(repo, Repo::open(report.options.repo));
  report.place = {.work_tree = repo.work_tree(),
                  .git_dir = (repo.git_dir() / "").parent_path(),
                  .has_origin = repo.has_remote("origin")};
  for (std::size_t i = 0; i < report.plan.branches.size(); ++i) {
    for (const std::string& carrier : report.plan.branches[i].carriers) {
      KEDGE_TRY(facts, repo.commit(carrier));
      report.branches[i].parents.push_back(facts.parents.size());
    }
  }
  return {};
}

int status_of(const RollbackReport& report) {
  const auto refused = [](const BranchReport& branch) {
    return !branch.refusal.empty() || branch.push_status == "refused";
  };
  if (std::ranges::any_of(report.branches, refused)) return kFailed;
  if (has_conflict(report.plan)) return kConflict;
  return is_clean(report.plan) ? kDone : kFailed;
}

}  // namespace

Answer run_rollback(const RollbackOptions& options, TimePoint now) {
  Result<LocalClone> clone = LocalClone::open(options.repo);
  if (clone) show_progress(*clone);
  if (!clone) return refuse(options, clone.error(), kUsage);
  const Result<std::vector<std::string>> paths = paths_of(options);
  if (!paths) return refuse(options, paths.error(), kUsage);
  Result<rollback::Plan> plan = clone->plan({.targets = options.targets,
                                             .paths = *paths,
                                             .branches = options.branches,
                                             .mainline = options.mainline,
                                             .to = options.to},
                                            options.limits);
  if (!plan) return refuse(options, plan.error(), status_of(plan.error()));
  RollbackReport report{.options = options, .plan = std::move(*plan)};
  report.branches.resize(report.plan.branches.size());
  if (const Result<void> seen = look_around(report); !seen)
    return refuse(options, seen.error(), status_of(seen.error()));
  if (!options.dry_run) {
    if (const Result<void> written = write_branches(*clone, report, now); !written) {
      return refuse(options, written.error(), status_of(written.error()));
    }
  }
  return {.status = status_of(report), .out = options.json ? report_json(report) : report_text(report)};
}

}  // namespace kedge::cli
