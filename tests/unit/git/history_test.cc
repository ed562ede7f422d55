// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/history.h"

#include <gtest/gtest.h>

#include "tests/support/git_shell.h"

namespace kedge::adapters::git {
namespace {

class History : public ::testing::Test {
 protected:
  History() : shell_(test::make_clone(scratch_.path())) {
    target_ = shell_.commit("Target (#5)", {{"a.txt", "a\n"}});
  }

  std::optional<std::string> in_force(const std::set<std::string>& ignored = {}) {
    const auto repo = Repo::open(scratch_.path());
    auto history = BranchHistory::start(*repo, shell_.sha("HEAD"), 2000);
    EXPECT_TRUE(history->read_all());
    return history->revert_in_force(target_, ignored);
  }
  std::string revert(const std::string& sha) {
    return shell_.commit("Revert\n\nThis reverts commit " + sha + ".", {});
  }

  test::ScratchDir scratch_;
  test::GitShell shell_;
  std::string target_;
};

TEST_F(History, ARevertCountsUntilItIsReverted) {
  EXPECT_EQ(in_force(), std::nullopt);
  const std::string first = revert(target_);
  EXPECT_EQ(in_force(), first);
  const std::string second = revert(first);
  EXPECT_EQ(in_force(), std::nullopt);
  revert(second);
  EXPECT_EQ(in_force(), first);
}

TEST_F(History, ARevertThatIsRolledBackTooDoesNotCount) {
  const std::string first = revert(target_);
  EXPECT_EQ(in_force({first}), std::nullopt);
}

TEST_F(History, GitHubsRevertByNumberCounts) {
  const std::string by_number = shell_.commit("Revert \"Target\" (#6)\n\nReverts acme/api#5", {});
  EXPECT_EQ(in_force(), by_number);
}

TEST_F(History, HostileMessagesCannotMakeItSlow) {
  // Each commit claims to revert all before it: without memory that is 2^30 steps.
  std::string message = "This reverts commit " + target_ + ".\n";
  for (int i = 0; i < 30; ++i) {
    const std::string sha = shell_.commit("Revert\n\n" + message, {});
    message += "This reverts commit " + sha + ".\n";
  }
  EXPECT_TRUE(in_force().has_value());
}

}  // namespace
}  // namespace kedge::adapters::git
