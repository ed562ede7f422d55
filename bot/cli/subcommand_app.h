// SPDX-License-Identifier: Apache-2.0
// What every subcommand does with CLI11: parse, and the exit status when that says stop.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace kedge::cli {

/// Parses; a status where the program is to end now: help was printed, or the use was wrong, which is said
/// with what to do. `app` is named `kedge <command>`.
std::optional<int> parse_arguments(CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace kedge::cli
