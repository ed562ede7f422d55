// SPDX-License-Identifier: Apache-2.0
// What a merge may still cost. A call that would exceed a limit fails; `stopped_at` then says at which limit,
// which tells that failure from one of the store.
#pragma once

#include <functional>
#include <optional>

#include "bot/rollback/merge/merge.h"

namespace kedge::rollback::merge {

/// All checks answer an error where the limit is exceeded, and nothing else.
class Budget {
 public:
  Budget(const Limits& limits, const std::function<bool()>& is_over) : limits_(limits), is_over_(is_over) {}

  [[nodiscard]] Result<void> check_depth(std::size_t depth);  ///< Parts of a path.
  [[nodiscard]] Result<void> check_paths(std::size_t paths);  ///< All that differ so far.
  [[nodiscard]] Result<void> check_time();
  [[nodiscard]] Result<void> spend_pairs(std::uint64_t pairs);  ///< More of them; they add up.
  [[nodiscard]] Result<void> spend_bytes(std::uint64_t bytes);  ///< Likewise.
  /// The error for a limit that was met elsewhere.
  [[nodiscard]] tl::unexpected<Error> stop(Limit limit);

  [[nodiscard]] std::optional<Limit> stopped_at() const { return stopped_at_; }

 private:
  const Limits& limits_;
  const std::function<bool()>& is_over_;
  std::uint64_t pairs_ = 0;
  std::uint64_t bytes_ = 0;
  std::optional<Limit> stopped_at_;
};

}  // namespace kedge::rollback::merge
