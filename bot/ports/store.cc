// SPDX-License-Identifier: Apache-2.0
#include "bot/ports/store.h"

#include "bot/base/sha256.h"

namespace kedge::ports {
namespace {

void append_big_endian(std::string& out, std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8)
    out += static_cast<char>((bits >> static_cast<unsigned>(shift)) & 0xffU);
}

}  // namespace

std::string record_hash(std::string_view prev, RepositoryId repository, std::int64_t seq, TimePoint at,
                        std::string_view payload) {
  std::string bytes(prev);
  append_big_endian(bytes, repository.value);
  append_big_endian(bytes, seq);
  append_big_endian(bytes, to_unix_ms(at));
  bytes += payload;
  return sha256(bytes);
}

}  // namespace kedge::ports
