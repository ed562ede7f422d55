// SPDX-License-Identifier: Apache-2.0
// What `kedge rollback` was asked and what came of it, as data; the text for people and the JSON document are
// two views of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"
#include "bot/rollback/limits.h"
#include "bot/rollback/plan.h"

namespace kedge::cli {

inline constexpr std::size_t kShownSha = 12;

struct RollbackOptions {
  std::vector<std::string> targets;
  std::vector<std::string> paths;
  std::string repo = ".";
  std::vector<std::string> branches;
  std::string reason;
  std::string to;
  int mainline = 0;
  bool dry_run = false;
  bool push = false;
  bool json = false;
  std::optional<TimePoint> date;
  rollback::Limits limits;
};

struct BranchReport {
  bool unchanged = false;   ///< The branch held the same plan already.
  std::string refusal;      ///< Why it was not written; empty: it was, or there was nothing to write.
  std::string push_status;  ///< `pushed`, `unchanged`, `refused`; empty: not asked for.
  std::string push_reason;  ///< For `refused`.
  std::string
      pushed;  ///< What the branch is on origin: with `unchanged` perhaps an earlier commit of this plan.
  std::vector<std::size_t> parents;  ///< How many each of the plan's carriers has.
};

/// Where the suggested commands will run.
struct RepositoryPlace {
  std::filesystem::path work_tree;  ///< Empty: it is bare.
  std::filesystem::path git_dir;    ///< Absolute, without a slash at its end.
  bool has_origin = false;
};

struct RollbackReport {
  RollbackOptions options;
  RepositoryPlace place;
  rollback::Plan plan;
  std::vector<BranchReport> branches;  ///< One for each of the plan's.
};

/// What goes to stdout and stderr, and the exit status.
struct Answer {
  int status = 0;
  std::string out;
  std::string err;
};

std::string report_text(const RollbackReport& report);
/// The end of that text: what to do on each branch.
std::string next_steps(const RollbackReport& report);
/// The plan document, a contract: keys are only added.
std::string report_json(const RollbackReport& report);

}  // namespace kedge::cli
