// SPDX-License-Identifier: Apache-2.0
// The measurements of rollback_speed, each of Kedge and of git side by side.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bench/svg_plot.h"

namespace kedge::bench {

struct Times {
  std::vector<double> ms;
  [[nodiscard]] double at(double share) const;  ///< `at(0.5)` is the median. 0 where there is none.
};

struct Pair {
  Times kedge;
  Times git;
};

/// A commit and the tip that its branch had then, both as first-parent commits below the repository's tip.
struct Moment {
  int commit = 0;
  int tip = 0;
};

/// Plans of one branch beside a `git revert --no-commit` of the same commit in a checkout of that tip: by
/// turns all that have the same tip.
Pair plan_beside_git(const std::filesystem::path& repository, const std::filesystem::path& scratch,
                     const std::vector<Moment>& moments);

/// Every round: a bad commit lands on main and develop of a server; Kedge with a warm mirror fetches, plans
/// both and pushes both; a workflow clones with full history, reverts and pushes, twice.
struct EndToEnd {
  Pair times;
  double kedge_peak_mib = 0;
  double git_peak_mib = 0;
};
EndToEnd end_to_end(const std::filesystem::path& repository, const std::filesystem::path& scratch, int rounds,
                    const std::string& own_program);

/// The part of end_to_end that runs in a process of its own, for its peak: fetches, plans, pushes, and prints
/// milliseconds and MiB. With no commit it only makes the mirror warm.
int run_job(const std::string& url, const std::string& state_dir, const std::string& commit);
/// The same of git: clone, revert and push of both branches.
int run_workflow(const std::string& url, const std::string& scratch, const std::string& commit);

/// A repository of so many files in folders, with a few commits on top.
void generate(const std::filesystem::path& directory, int files);

/// Plans one commit again and again; resident memory in MiB at each tenth of the way.
std::vector<double> memory_of_plans(const std::filesystem::path& repository, int plans);

}  // namespace kedge::bench
