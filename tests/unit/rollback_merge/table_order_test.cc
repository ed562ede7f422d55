// SPDX-License-Identifier: Apache-2.0
// The order of git's hash table of names.
#include "bot/rollback/merge/table_order.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kedge::rollback::merge {
namespace {

using ::testing::ElementsAre;

std::vector<std::size_t> start_of_order(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(fmt::format("n{}", i));
  std::vector<std::size_t> order = table_order(names);
  EXPECT_EQ(order.size(), names.size());
  order.resize(4);
  return order;
}

TEST(TableOrder, ListsByBucketAndTheNewestFirst) {
  // Buckets 62, 61, 33 and 2; `n0` and `n51` share bucket 19.
  EXPECT_THAT(table_order({"a", "b", "src", "lib"}), ElementsAre(3, 2, 1, 0));
  EXPECT_THAT(table_order({"n0", "n51", "a"}), ElementsAre(1, 0, 2));
  EXPECT_THAT(table_order({"n51", "n0", "a"}), ElementsAre(1, 0, 2));
}

TEST(TableOrder, GrowsFourfoldAtFourFifths) {
  EXPECT_THAT(start_of_order(51), ElementsAre(45, 30, 44, 31));
  EXPECT_THAT(start_of_order(52), ElementsAre(23, 22, 21, 20));
}

}  // namespace
}  // namespace kedge::rollback::merge
