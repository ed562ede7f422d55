// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/refusal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kedge::adapters::git {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(PushRefusal, HasANameAndTheServersWords) {
  struct Row {
    std::string status;
    std::string words;
    Errc code;
    std::string reason;
  };
  const std::vector<Row> rows = {
      {"protected branch hook declined", "", Errc::denied, "protected_branch: "},
      {"pre-receive hook declined", "remote: error: GH006: Protected branch update failed.", Errc::denied,
       "protected_branch: "},
      {"push declined due to repository rule violations", "", Errc::denied, "protected_branch: "},
      {"refusing to allow a GitHub App to create or update workflow `.github/workflows/a.yml` without "
       "`workflows` permission",
       "", Errc::denied, "workflow_permission: "},
      {"refusing to allow an OAuth App to create or update workflow `x.yml` without `workflow` scope", "",
       Errc::denied, "workflow_permission: "},
      {"[rejected] (stale info)", "", Errc::conflict, "branch_taken: "},
      {"reference already exists", "", Errc::conflict, "branch_taken: "},
      {"failed to update ref", "", Errc::conflict, "branch_taken: "},
      {"unpacker error", "", Errc::unavailable, "refused: "},
      {"pre-receive hook declined", "remote: Not today.", Errc::denied, "refused: "},
  };
  for (const Row& row : rows) {
    const Error error = push_refusal("refs/heads/rollback/main-1", row.status, row.words);
    EXPECT_EQ(error.code, row.code) << row.status;
    EXPECT_THAT(error.message, StartsWith(row.reason)) << row.status;
    EXPECT_THAT(error.message, HasSubstr(row.status));
    EXPECT_THAT(error.message, HasSubstr(clean_words(row.words)));
    EXPECT_TRUE(error.certainly_not_done);
  }
}

TEST(PushRefusal, WordsLoseOnlyTheirWrapping) {
  EXPECT_EQ(clean_words("remote: one   \r\nremote:\r\nremote: two\n"), "one\ntwo");
  EXPECT_EQ(clean_words(""), "");
  EXPECT_LE(clean_words(std::string(100'000, 'x')).size(), 2000U);
}

}  // namespace
}  // namespace kedge::adapters::git
