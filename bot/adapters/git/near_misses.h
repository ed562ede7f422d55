// SPDX-License-Identifier: Apache-2.0
// "Did you mean": names and object ids close to one that does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::adapters::git {

/// At most three, closest first: names within a third of the text's length in edits or that begin with it,
/// commits whose beginning differs from a hexadecimal text in at most two edits.
std::vector<std::string> near_misses(std::string_view text, const std::vector<std::string>& names,
                                     const std::vector<std::string>& shas);

/// `; did you mean main, develop?`, or nothing. A ref name holds no blank, so the list can be read back.
std::string did_you_mean(const std::vector<std::string>& candidates);
/// The candidates that stand in an error's message.
std::vector<std::string> candidates_in(std::string_view message);

}  // namespace kedge::adapters::git
