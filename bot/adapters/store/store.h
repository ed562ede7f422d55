// SPDX-License-Identifier: Apache-2.0
// Opens the durable memory behind ports/store.h. SQLite is the engine built in; another engine is another
// implementation of the port with its own migrations, judged by the same contract suite.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bot/base/error.h"
#include "bot/base/time.h"
#include "bot/ports/store.h"

namespace kedge::store {

/// Opens or creates the store that a KEDGE_DATABASE_URL names: `sqlite:///absolute/path` (the file and its
/// folder are made with modes 0600 and 0700 where missing; an existing file is set to 0600) or
/// `sqlite::memory:`. Brings an older schema up to date. Several processes may have one file open.
/// Errors: invalid (an address of another form or engine; a schema newer than this program; a file of some
/// other program), unavailable (cannot open or write), corrupt.
Result<std::unique_ptr<ports::Store>> open_store(const std::string& database_url);

/// A store seen from outside: opened for a moment, changed in nothing, not even brought up to date.
struct Facts {
  std::string path;
  bool exists = false;
  std::int64_t schema = 0;                 ///< Its version; 0: it has none.
  std::int64_t schema_known = 0;           ///< Of this program.
  std::optional<TimePoint> last_received;  ///< When the newest delivery came; only where the schemas agree.
};
/// Where the schemas agree it also takes the lock that writing needs. Errors: invalid (an address of another
/// engine), unavailable (cannot open or write), corrupt.
Result<Facts> inspect_store(const std::string& database_url);

/// Bodies that one claim_inbox takes together, at most, unless the first alone is larger.
inline constexpr std::int64_t kClaimBodyBytesMax = 32LL * 1024 * 1024;

}  // namespace kedge::store
