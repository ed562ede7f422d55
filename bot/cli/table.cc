// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/command_line.h"

namespace kedge::cli {

const std::vector<Subcommand>& subcommands() {
  static const std::vector<Subcommand> table{
      {"demo", "plays a whole incident on a local forge", demo},
      {"serve", "runs the GitHub App server", serve},
      {"rollback", "plans rollbacks on a local clone and writes their branches", rollback},
      {"plan", "the same without writing anything", plan},
      {"runbook", "checks, prints and describes .github/kedge.yml", runbook},
      {"incident", "lists, shows and exports incidents of the store", incident},
      {"queue", "shows the work that waits, runs parked effects again", queue},
      {"audit", "verifies and prints the journal's hash chain", audit},
      {"doctor", "checks the set-up; each problem with its remedy", doctor},
      {"webhook", "sends a signed delivery, or runs a stored one again", webhook},
      {"sandbox", "runs a GitHub-compatible forge for trials and tests", sandbox},
  };
  return table;
}

}  // namespace kedge::cli
