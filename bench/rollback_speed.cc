// SPDX-License-Identifier: Apache-2.0
// How fast a rollback is, beside git itself in one interleaved run.
//
// Method. *Fresh commits*: for each of the newest tips that the branch had, each of the ten first-parent
// commits below it is planned with an open mirror, then reverted by `git revert --no-commit` in a checkout of
// that tip. Checkouts and resets are not counted. *End
// to end*: a bad commit lands on main and develop of a server (git http-backend on loopback); Kedge fetches
// into its warm mirror, plans both branches, commits and pushes both with safety refs; then a workflow clones
// with full history, reverts and pushes, once for each branch. Peaks are the largest process's resident
// memory. *Tree size*: the first again on generated repositories. *Distance*: the first again, that far below
// the tip. *Memory*: one plan again and again in one process, each on a newly opened mirror. The targets
// stand beside the figures at the end; the exit status is 1 where one is missed or was not measured. They are
// meant for a repository of at least 50,000 commits and 10,000 files.
//
// Usage: rollback_speed REPOSITORY [--commits 300] [--rounds 3] [--plans 10000] [--plots FOLDER]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>

#include "bench/speed_measure.h"
#include "bench/verdicts.h"
#include "tests/support/scratch.h"

using namespace kedge;
using bench::Pair;

namespace {

/// By medians; 0 where nothing was measured.
double times_faster(const Pair& pair) {
  const double median = pair.kedge.at(0.5);
  return median > 0 ? pair.git.at(0.5) / median : 0;
}

void say(const std::string& what, const Pair& pair) {
  fmt::print(
      "{:<34} kedge {:9.2f} ms median {:9.2f} p99   git {:9.1f} ms median {:9.1f} p99   {:6.1f}x   n={}\n",
      what, pair.kedge.at(0.5), pair.kedge.at(0.99), pair.git.at(0.5), pair.git.at(0.99), times_faster(pair),
      pair.kedge.ms.size());
  std::fflush(stdout);
}

/// For one tip after another, from the newest, the ten commits below it.
std::vector<bench::Moment> fresh_ones(int count) {
  std::vector<bench::Moment> moments;
  for (int i = 0; i < count; ++i) moments.push_back({.commit = i / 10 + 1 + i % 10, .tip = i / 10});
  return moments;
}

/// Commits so far below today's tip.
std::vector<bench::Moment> below_tip(int distance, int count) {
  std::vector<bench::Moment> moments;
  for (int i = 0; i < count; ++i) moments.push_back({.commit = distance + i, .tip = 0});
  return moments;
}

void write(const std::string& folder, const std::string& name, const bench::Plot& plot) {
  if (!folder.empty()) std::ofstream(folder + "/" + name) << bench::to_svg(plot);
}

bench::Plot cost_by_size(const std::filesystem::path& scratch) {
  bench::Series kedge{.name = "Kedge", .points = {}};
  bench::Series git{.name = "git revert", .points = {}};
  for (const int files : {1000, 3000, 10'000, 30'000}) {
    bench::generate(scratch / "generated", files);
    const Pair pair = bench::plan_beside_git(scratch / "generated", scratch, fresh_ones(30));
    say(fmt::format("generated, {} files", files), pair);
    kedge.points.emplace_back(files, pair.kedge.at(0.5));
    git.points.emplace_back(files, pair.git.at(0.5));
  }
  return {.title = "A fresh commit's revert, by the size of the tree",
          .x_label = "files in the tree",
          .y_label = "ms, median",
          .series = {std::move(kedge), std::move(git)},
          .note = "bench/rollback_speed: warm plan of one branch beside git revert in a checkout"};
}

bench::Plot cost_by_distance(const std::filesystem::path& repository, const std::filesystem::path& scratch) {
  bench::Series kedge{.name = "Kedge", .points = {}};
  bench::Series git{.name = "git revert", .points = {}};
  for (const int distance : {1, 10, 100, 400, 1000, 4000}) {
    const Pair pair = bench::plan_beside_git(repository, scratch, below_tip(distance, 15));
    if (pair.kedge.ms.empty()) break;
    say(fmt::format("{} commits below the tip", distance), pair);
    kedge.points.emplace_back(distance, pair.kedge.at(0.5));
    git.points.emplace_back(distance, pair.git.at(0.5));
  }
  return {.title = "A revert, by how far the commit is below the tip",
          .x_label = "first-parent commits below the tip",
          .y_label = "ms, median",
          .series = {std::move(kedge), std::move(git)},
          .note = "bench/rollback_speed: warm plan of one branch beside git revert in a checkout"};
}

std::vector<bench::Target> targets_of(const Pair& fresh, const bench::EndToEnd& whole) {
  return {
      {.what = "warm plan of one branch, median", .measured = fresh.kedge.at(0.5), .limit = 3, .unit = "ms"},
      {.what = "warm plan of one branch, p99", .measured = fresh.kedge.at(0.99), .limit = 100, .unit = "ms"},
      {.what = "beside git revert in a checkout",
       .measured = times_faster(fresh),
       .limit = 60,
       .unit = "x",
       .at_least = true},
      {.what = "end to end beside a workflow",
       .measured = times_faster(whole.times),
       .limit = 50,
       .unit = "x",
       .at_least = true},
      {.what = "peak memory of a job", .measured = whole.kedge_peak_mib, .limit = 64, .unit = "MiB"}};
}

int measure(const std::string& repository, const std::string& own_program,
            std::map<std::string, std::string>& options) {
  const auto number = [&](const std::string& name, int fallback) {
    return options.contains(name) ? std::atoi(options[name].c_str()) : fallback;
  };
  const test::ScratchDir scratch;
  const Pair fresh = bench::plan_beside_git(repository, scratch.path(), fresh_ones(number("--commits", 300)));
  say("fresh commits", fresh);
  bench::EndToEnd whole;
  if (const int rounds = number("--rounds", 3); rounds > 0) {
    whole = bench::end_to_end(repository, scratch.path(), rounds, own_program);
    say("end to end, two branches", whole.times);
    fmt::print("{:<34} kedge {:9.1f} MiB                       git {:9.1f} MiB\n", "peak memory",
               whole.kedge_peak_mib, whole.git_peak_mib);
  }
  write(options["--plots"], "rollback-by-tree-size.svg", cost_by_size(scratch.path()));
  write(options["--plots"], "rollback-by-distance.svg", cost_by_distance(repository, scratch.path()));
  const std::vector<double> marks = bench::memory_of_plans(repository, number("--plans", 10'000));
  fmt::print("resident memory over {} plans, MiB:", number("--plans", 10'000));
  for (const double mib : marks) fmt::print(" {:.1f}", mib);
  const std::vector<bench::Target> targets = targets_of(fresh, whole);
  fmt::print("\n{}", bench::target_lines(targets));
  return std::ranges::all_of(targets, &bench::Target::is_held) ? 0 : 1;
}

}  // namespace

int main(int count, char** values) try {
  const std::vector<std::string> arguments(values + 1, values + count);
  if (arguments.size() == 4 && arguments[0] == "--job")
    return bench::run_job(arguments[1], arguments[2], arguments[3]);
  if (arguments.size() == 4 && arguments[0] == "--workflow") {
    return bench::run_workflow(arguments[1], arguments[2], arguments[3]);
  }
  if (arguments.size() % 2 != 1) {
    fmt::print("usage: rollback_speed REPOSITORY [--commits N] [--rounds N] [--plans N] [--plots FOLDER]\n");
    return 2;
  }
  std::map<std::string, std::string> options;
  for (std::size_t i = 1; i < arguments.size(); i += 2) options[arguments[i]] = arguments[i + 1];
  return measure(arguments[0], "/proc/self/exe", options);
} catch (const std::exception& problem) {
  fmt::print(stderr, "rollback_speed: {}\n", problem.what());
  return 1;
}
