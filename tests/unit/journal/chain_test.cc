// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "bot/base/text.h"
#include "bot/ports/store.h"

namespace kedge::ports {
namespace {

// The digest was computed with coreutils, not with this program: sha256sum of 32 NUL bytes, then
// 0000000349d58f15, 0000000000000001, 0000019d9f9bd77b as bytes, then {"t":"x"}.
TEST(RecordHash, CoversPrevRepositorySeqTimeAndPayload) {
  const std::string zeros(32, '\0');
  const auto hash = [&](std::int64_t repository, std::int64_t seq, std::int64_t ms,
                        std::string_view payload) {
    return to_hex(record_hash(zeros, RepositoryId(repository), seq, from_unix_ms(ms), payload));
  };
  EXPECT_EQ(hash(0x349d58f15, 1, 0x19d9f9bd77b, R"({"t":"x"})"),
            "f2e93a1aac2cb08ed58d270b74cfa5ce3a99a60416ce65279f65ad78b93c8508");
  EXPECT_NE(hash(1, 2, 3, "x"), hash(1, 2, 3, "y"));
  EXPECT_NE(hash(1, 2, 3, "x"), hash(1, 2, 4, "x"));
  EXPECT_NE(hash(1, 2, 3, "x"), hash(1, 3, 3, "x"));
  EXPECT_NE(hash(1, 2, 3, "x"), hash(2, 2, 3, "x"));
  EXPECT_NE(record_hash(zeros, RepositoryId(1), 1, {}, "x"),
            record_hash(std::string(32, '\1'), RepositoryId(1), 1, {}, "x"));
}

}  // namespace
}  // namespace kedge::ports
