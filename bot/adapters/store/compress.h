// SPDX-License-Identifier: Apache-2.0
// Delivery bodies at rest: one zstd frame each, level 1. Sixfold smaller, which is what the disk needs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::store {

/// Not thread-safe; keep one for a batch, not for ever: its buffers grow with the largest body.
class Compressor {
 public:
  Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;
  ~Compressor();
  std::string compress(std::string_view bytes);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// The bytes of a frame that must hold exactly `size` of them. Errors: corrupt.
Result<std::string> decompress(std::string_view frame, std::int64_t size);

/// No stored body is larger; a frame that claims more is damaged.
inline constexpr std::int64_t kBodyBytesMax = 256LL * 1024 * 1024;

}  // namespace kedge::store
