// SPDX-License-Identifier: Apache-2.0
// The order in which git comes by the subtrees it put off: that of a hash table. It decides which of several
// equal files counts as the renamed one, so we keep to it. Pure.
#pragma once

#include <string>
#include <vector>

namespace kedge::rollback::merge {

/// The numbers of the names in the order in which a table that got them one after the other lists them: by
/// bucket of their FNV-1 hash, the newest first; 64 buckets, four times as many whenever four fifths are
/// used.
std::vector<std::size_t> table_order(const std::vector<std::string>& names);

}  // namespace kedge::rollback::merge
