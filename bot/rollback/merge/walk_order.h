// SPDX-License-Identifier: Apache-2.0
// The order in which git visits what it put off. Nothing of a merge should hang on it, but one thing does: of
// several files that a removed one is equally like, the one visited first is taken for it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace kedge::rollback::merge {

/// The places of the paths in the order of git's hash table that they were put into one after the other. That
/// is a table of chains, newest first, by FNV-1 of 32 bits; 64 chains, four times as many whenever more than
/// four fifths of them are taken.
std::vector<std::size_t> table_order(const std::vector<std::string>& paths);

}  // namespace kedge::rollback::merge
