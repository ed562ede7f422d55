// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/trailers.h"

#include <gtest/gtest.h>

namespace kedge::adapters::git {
namespace {

const std::string kSha = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678";

TEST(Mentions, ReadRevertsInEveryUsualForm) {
  struct Row {
    std::string message;
    std::vector<std::string> reverts;
  };
  const std::vector<Row> rows = {
      {"Revert \"x\"\n\nThis reverts commit " + kSha + ".\n", {kSha}},
      {"Revert \"x\"\n\nThis reverts commit " + kSha + ", reversing\nchanges made to b.\n", {kSha}},
      {"x\n\nthis reverts commit A1B2C3D4.", {"a1b2c3d4"}},
      {"x\r\n\r\nThis reverts commit a1b2c3d.\r\n", {"a1b2c3d"}},
      {"x\n\nThis reverts commit a1b2c3d.\nThis reverts commit b1b2c3d.\n", {"a1b2c3d", "b1b2c3d"}},
      {"x\n\nThis reverts commit abc.\n", {}},
      {"x\n\nThis reverts commit " + kSha + "0.\n", {}},
      {"x\n\nSaid: This reverts commit " + kSha + ".\n", {}},
      {"", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(read_mentions(row.message).reverts, row.reverts) << row.message;
}

TEST(Mentions, ReadPicksAndPullRequests) {
  EXPECT_EQ(read_mentions("x\n\n(cherry picked from commit " + kSha + ")\n").picked_from,
            std::vector<std::string>{kSha});
  EXPECT_EQ(read_mentions("x (#4)\n\nReverts acme/api#17").reverts_pulls, std::vector<std::int64_t>{17});
  struct Row {
    std::string subject;
    std::int64_t pull_request;
  };
  for (const Row& row :
       {Row{"Parse faster (#42)", 42}, Row{"Merge pull request #9 from acme/x", 9},
        Row{"Revert \"Parse faster (#42)\" (#50)", 50}, Row{"Revert \"Parse faster (#42)\"", 0},
        Row{"See (#42) for more", 0}, Row{"(#)", 0}, Row{"x (#4a)", 0}, Row{"x (#0)", 0},
        Row{"x (#99999999999999999999)", 0}, Row{"", 0}}) {
    EXPECT_EQ(read_mentions(row.subject).pull_request, row.pull_request) << row.subject;
    EXPECT_EQ(read_mentions(row.subject + "\n\nbody (#77)").pull_request, row.pull_request);
  }
}

TEST(Mentions, AShortNameMeansItsCommit) {
  EXPECT_TRUE(names_commit(kSha, kSha));
  EXPECT_TRUE(names_commit("a1b2c3d", kSha));
  EXPECT_FALSE(names_commit("a1b2c3", kSha));
  EXPECT_FALSE(names_commit("b1b2c3d", kSha));
}

}  // namespace
}  // namespace kedge::adapters::git
