// SPDX-License-Identifier: Apache-2.0
// A server's refusal of a push, as an error with a name. Pure text.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::adapters::git {

/// `status` is what was reported for the ref, `words` what the server printed meanwhile (its `remote:`
/// lines); both are kept verbatim. The message begins with `protected_branch: `, `workflow_permission: ` or
/// `branch_taken: ` where one of these fits, else with `refused: `. Code conflict for branch_taken,
/// unavailable where the server failed by itself, else denied.
Error push_refusal(std::string_view ref, std::string_view status, std::string_view words);

/// The server's lines without git's `remote: ` prefixes, padding and empty lines.
std::string clean_words(std::string_view words);

}  // namespace kedge::adapters::git
