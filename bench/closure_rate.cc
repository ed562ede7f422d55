// SPDX-License-Identifier: Apache-2.0
// How many conflicts of fresh commits on a real repository a closure solves, and in what time.
//   bench_closure_rate --repo DIR [--tip REVISION] [--commits N] [--seed N]
// Method: commits as bench_revert_agreement draws them are planned on tips 1-10 first-parent commits after
// they landed. Of the plans in conflict it counts those that offer a closure. git then reverts the target
// and the closure, newest first, one merge after the other: every tree has to be the plan's. The exit status
// is 1 where one is not. A line on stderr after each plan tells how far it is; --commits is how many there
// are (1000 unless told), fewer where the history is short.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <map>

#include "bench/revert_cases.h"
#include "bot/adapters/git/planner.h"
#include "bot/adapters/git/revert.h"
#include "bot/base/text.h"
#include "tests/support/scratch.h"

namespace kedge::bench {
namespace {

using adapters::git::Repo;
using rollback::BranchPlan;
using rollback::Outcome;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

struct Rate {
  std::size_t planned = 0, conflicts = 0, solved = 0, wrong = 0, failed = 0;
  std::map<std::size_t, std::size_t> by_length;
  std::map<std::string, std::size_t> notes;
  std::vector<double> ms;  ///< Of plans in conflict, closure included.
};

Result<rollback::Plan> plan(const fs::path& repository, const RevertCase& one) {
  KEDGE_TRY(repo, Repo::open(repository));
  KEDGE_CHECK(repo.keep_writes_in_memory());
  const adapters::git::PlanGround ground{
      .repository = RepositoryId{1}, .bases = {{.name = "main", .ref = "refs/heads/main", .tip = one.tip}}};
  return make_plan(repo, ground, {.targets = {one.commit}, .branches = {"main"}, .mainline = one.mainline});
}

/// The tree that git comes to, reverting them newest first; empty where one conflicts.
std::string reverted_by_git(const Repo& repo, test::MergeComparison& git, const RevertCase& one,
                            const BranchPlan& branch) {
  std::vector<std::string> commits = branch.carriers;
  commits.insert(commits.end(), branch.closure.begin(), branch.closure.end());
  const std::vector<std::string> history =
      split_lines(git.shell().git({"rev-list", "--topo-order", one.tip, "^" + commits.front() + "~1"}));
  std::ranges::sort(
      commits, {}, [&](const std::string& sha) { return std::ranges::find(history, sha) - history.begin(); });
  std::string tree = repo.commit(one.tip)->tree;
  for (const std::string& sha : commits) {
    const auto commit = repo.commit(sha);
    const auto before = adapters::git::parent_tree(repo, *commit, one.mainline);
    if (!before) return "";
    const test::ComparedMerge step =
        git.compare({{.base = commit->tree, .ours = tree, .theirs = *before}}).front();
    if (!step.git || !step.git->is_clean) return "";
    tree = step.git->tree;
  }
  return tree;
}

void measure(const fs::path& repository, const Repo& repo, test::MergeComparison& git, const RevertCase& one,
             Rate& rate) {
  const Clock::time_point start = Clock::now();
  const Result<rollback::Plan> made = plan(repository, one);
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  if (!made) {
    ++rate.failed;
    fmt::print("failed: {}: {}\n", one.commit, made.error().message);
    return;
  }
  ++rate.planned;
  const BranchPlan& branch = made->branches.front();
  if (branch.outcome != Outcome::conflict) return;
  ++rate.conflicts;
  rate.ms.push_back(ms);
  if (branch.closure.empty()) {
    ++rate.notes[branch.closure_note];
    return;
  }
  ++rate.solved;
  ++rate.by_length[branch.closure.size()];
  const std::string tree = reverted_by_git(repo, git, one, branch);
  if (branch.closure_tree == tree) return;
  ++rate.wrong;
  fmt::print("wrong: {} on {}: ours {}, git's {}\n", one.commit, one.tip,
             branch.closure_tree.value_or("none"), tree.empty() ? "a conflict" : tree);
}

double at(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

int run(std::map<std::string, std::string> settings) {
  const fs::path repository = settings.at("--repo");
  const auto setting = [&](const std::string& name, const std::string& fallback) {
    return settings.contains(name) ? settings[name] : fallback;
  };
  const Result<Repo> repo = Repo::open(repository);
  if (!repo) throw std::runtime_error(repo.error().message);
  test::GitShell shell(repository);
  const std::string tip = shell.sha(setting("--tip", "HEAD") + "^{commit}");
  const fs::path objects = repository / shell.git({"rev-parse", "--git-path", "objects"});
  const std::vector<RevertCase> cases =
      draw_cases(*repo, shell, first_parents(*repo, tip), std::stoul(setting("--commits", "1000")),
                 Distance::fresh, std::stoull(setting("--seed", "0x5eed"), nullptr, 0));
  const test::ScratchDir scratch(test::memory_directory());
  test::MergeComparison git(objects, scratch.path());
  Rate rate;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    measure(repository, *repo, git, cases[i], rate);
    fmt::print(stderr, "{} of {}: {} plans, {} conflicts, {} solved, {} wrong, {} failed\n", i + 1,
               cases.size(), rate.planned, rate.conflicts, rate.solved, rate.wrong, rate.failed);
  }
  fmt::print(
      "\n| tip | plans | conflicts | solved | share | wrong | failed | ms median | ms p99 | ms max |\n");
  fmt::print("| {} | {} | {} | {} | {:.1f} % | {} | {} | {:.1f} | {:.1f} | {:.1f} |\n", tip.substr(0, 12),
             rate.planned, rate.conflicts, rate.solved,
             rate.conflicts == 0
                 ? 0.0
                 : 100.0 * static_cast<double>(rate.solved) / static_cast<double>(rate.conflicts),
             rate.wrong, rate.failed, at(rate.ms, 0.5), at(rate.ms, 0.99), at(rate.ms, 1));
  for (const auto& [length, count] : rate.by_length) fmt::print("{} more: {}\n", length, count);
  for (const auto& [note, count] : rate.notes) fmt::print("not solved, {}: {}\n", note, count);
  return rate.wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace kedge::bench

int main(int count, char** values) try {
  std::map<std::string, std::string> settings;
  for (int i = 1; i + 1 < count; i += 2) settings[values[i]] = values[i + 1];
  if (!settings.contains("--repo")) throw std::runtime_error("name a repository with --repo");
  return kedge::bench::run(std::move(settings));
} catch (const std::exception& error) {
  fmt::print(stderr, "bench_closure_rate: {}\n", error.what());
  return 2;
}
