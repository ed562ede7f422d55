// SPDX-License-Identifier: Apache-2.0
// The command line's frame: one table of subcommands, one file each, and the exit statuses of the contract.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::cli {

enum Exit : int {
  kDone = 0,
  kFailed = 1,    ///< Failed, or nothing to roll back on any branch.
  kUsage = 2,     ///< Wrong use or configuration.
  kConflict = 3,  ///< The plan has a conflict.
  kRefused = 4,   ///< Refused by policy.
};

struct Subcommand {
  std::string_view name;
  std::string_view does;  ///< One line for `kedge --help`.
  /// `arguments` without the program and the subcommand. Results go to stdout, logs and problems to stderr.
  int (*run)(const std::vector<std::string>& arguments);
};

/// In the order of `kedge --help`.
const std::vector<Subcommand>& subcommands();

int serve(const std::vector<std::string>& arguments);
int rollback(const std::vector<std::string>& arguments);
int plan(const std::vector<std::string>& arguments);
int sandbox(const std::vector<std::string>& arguments);
int demo(const std::vector<std::string>& arguments);
int runbook(const std::vector<std::string>& arguments);
int queue(const std::vector<std::string>& arguments);
int incident(const std::vector<std::string>& arguments);
int audit(const std::vector<std::string>& arguments);
int doctor(const std::vector<std::string>& arguments);
int webhook(const std::vector<std::string>& arguments);

}  // namespace kedge::cli
