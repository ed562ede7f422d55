// SPDX-License-Identifier: Apache-2.0
// The evidence chain of a repository's stream: each record carries the hash of the one before it. Verifying
// reads the stored bytes as they are and never decodes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/base/error.h"
#include "bot/base/id.h"
#include "bot/ports/store.h"

namespace kedge::journal {

struct VerifyReport {
  std::int64_t records = 0;    ///< How many were good, from the first on.
  std::int64_t first_bad = 0;  ///< Its seq; 0: the chain is whole.
  std::string problem;         ///< What is wrong with it; empty where the chain is whole.
  ports::Head head;            ///< The last good record; seq 0 where there is none.
  [[nodiscard]] bool whole() const { return first_bad == 0; }
};

/// Recomputes every hash of a stream and follows the links, up to the first bad record, and compares the end
/// with the stored head. A stream without records is whole. Whoever can rewrite the whole stream with its
/// head can forge it: that shows only against a signed head published elsewhere.
/// Blocks on the disk; reads kVerifyPage records at a time. Errors: those of Store::read.
Result<VerifyReport> verify_chain(ports::Store& store, RepositoryId repository);

inline constexpr std::size_t kVerifyPage = 256;

}  // namespace kedge::journal
