// SPDX-License-Identifier: Apache-2.0
// The schema's versions. migrations/NNNN_*.sql are compiled in; what was released is never edited, a change
// is a new file. Table `schema_version` has one row: the newest that was applied.
#pragma once

#include <span>

#include "bot/adapters/store/sqlite.h"

namespace kedge::store {

struct Migration {
  std::int64_t version = 0;
  const char* sql = nullptr;
};

/// All of them, in order, without a gap. Defined in a file that CMake writes.
std::span<const Migration> migrations();

/// Applies what is missing, each with its version in one transaction; safe to call from several processes at
/// once. Errors: invalid (the schema is newer than `known`, or the file belongs to another program),
/// unavailable, corrupt.
Result<void> migrate(Connection& connection, std::span<const Migration> known);

}  // namespace kedge::store
