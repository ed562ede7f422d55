// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/budget.h"

namespace kedge::rollback::merge {

std::string_view to_string(Limit limit) {
  switch (limit) {
    case Limit::depth:
      return "depth";
    case Limit::paths:
      return "paths";
    case Limit::rename_pairs:
      return "rename_pairs";
    case Limit::blob_bytes:
      return "blob_bytes";
    case Limit::effort:
      return "effort";
    case Limit::time:
      return "time";
  }
  return "time";
}

tl::unexpected<Error> Budget::stop(Limit limit) {
  stopped_at_ = limit;
  return fail(Errc::invalid, "cannot merge: the limit {} is reached", to_string(limit));
}

Result<void> Budget::check_depth(std::size_t depth) {
  if (depth > limits_.depth) return stop(Limit::depth);
  return {};
}

Result<void> Budget::check_paths(std::size_t paths) {
  if (paths > limits_.paths) return stop(Limit::paths);
  return {};
}

Result<void> Budget::check_time() {
  if (is_over_ && is_over_()) return stop(Limit::time);
  return {};
}

Result<void> Budget::spend_pairs(std::uint64_t pairs) {
  pairs_ += pairs;
  if (pairs_ > limits_.rename_pairs) return stop(Limit::rename_pairs);
  return {};
}

Result<void> Budget::spend_bytes(std::uint64_t bytes) {
  bytes_ += bytes;
  if (bytes_ > limits_.blob_bytes) return stop(Limit::blob_bytes);
  return {};
}

}  // namespace kedge::rollback::merge
