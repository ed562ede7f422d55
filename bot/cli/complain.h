// SPDX-License-Identifier: Apache-2.0
// How every subcommand says that it failed: a line on stderr, or under --json one document on stdout.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"

namespace kedge::cli {

/// `{"error":{"code","message","candidates"}}`, the contract of `--json`.
std::string error_json(const Error& error);

/// Says it for `kedge <command>`; the exit status: wrong use for Errc::invalid, else failed.
int complain(std::string_view command, const Error& error, bool json = false);

/// `--json` stands among the arguments, before any `--`: known also where they cannot be parsed.
bool wants_json(const std::vector<std::string>& arguments);

}  // namespace kedge::cli
