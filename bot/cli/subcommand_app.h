// SPDX-License-Identifier: Apache-2.0
// What every subcommand does with CLI11: parse, and the exit status when that says stop.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/cli/command_line.h"

namespace kedge::cli {

/// Parses; a status where the program is to end now: help was printed, or the use was wrong.
inline std::optional<int> parse_arguments(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  return std::nullopt;
}

}  // namespace kedge::cli
