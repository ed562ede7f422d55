// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/store/compress.h"

#include <zstd.h>

#include "bot/base/assert.h"

namespace kedge::store {

struct Compressor::Context {
  ZSTD_CCtx* zstd = ZSTD_createCCtx();
  Context() { KEDGE_ASSERT(zstd != nullptr, "memory for a compression context is small change"); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
  ~Context() { ZSTD_freeCCtx(zstd); }
};

Compressor::Compressor() : context_(std::make_unique<Context>()) {}
Compressor::~Compressor() = default;

std::string Compressor::compress(std::string_view bytes) {
  std::string frame(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compressCCtx(context_->zstd, frame.data(), frame.size(), bytes.data(), bytes.size(), 1);
  KEDGE_ASSERT(ZSTD_isError(size) == 0U, "a buffer of compressBound is never too small");
  frame.resize(size);
  return frame;
}

Result<std::string> decompress(std::string_view frame, std::int64_t size) {
  if (size < 0 || size > kBodyBytesMax) return fail(Errc::corrupt, "a body of {} bytes cannot be", size);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  const std::size_t got = ZSTD_decompress(bytes.data(), bytes.size(), frame.data(), frame.size());
  if (ZSTD_isError(got) != 0U) return fail(Errc::corrupt, "its body is damaged: {}", ZSTD_getErrorName(got));
  if (got != bytes.size()) return fail(Errc::corrupt, "its body has {} bytes, not {}", got, size);
  return bytes;
}

}  // namespace kedge::store
