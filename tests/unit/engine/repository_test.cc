// SPDX-License-Identifier: Apache-2.0
// What is known of a repository, and whose runbook is read.
#include "tests/unit/engine/red.h"

namespace kedge::testing {
namespace {

struct Known {
  House house;
  int reads = 0;
  Known() {
    house.world.mishap = [this](std::string_view call) {
      reads += call == "read_file" ? 1 : 0;
      return Mishap::none;
    };
    house.world.install();
    EXPECT_TRUE(house.settle());
  }
  std::string default_branch() { return house.state().repository.default_branch; }
};

TEST(Repository, HasNoDefaultBranchUntilSomebodyNamesIt) {
  Known known;
  EXPECT_EQ(known.default_branch(), "");
  known.house.world.rename_default_branch("trunk");
  ASSERT_TRUE(known.house.settle());
  EXPECT_EQ(known.default_branch(), "trunk");
}

TEST(Repository, KeepsWhatAPayloadLeavesOut) {
  Known known;
  known.house.world.rename_default_branch("trunk");
  ASSERT_TRUE(known.house.settle());
  known.house.world.install();
  ASSERT_TRUE(known.house.settle());
  EXPECT_EQ(known.default_branch(), "trunk");
  EXPECT_EQ(known.house.state().repository.html_url, "https://github.test/acme/api");
}

TEST(Repository, HasItsRunbookReadAgainFromAnotherDefaultBranch) {
  Known known;
  known.house.world.rename_default_branch("main");
  ASSERT_TRUE(known.house.settle());
  const int before = known.reads;
  known.house.world.rename_default_branch("main");
  ASSERT_TRUE(known.house.settle());
  EXPECT_EQ(known.reads, before);
  known.house.world.rename_default_branch("trunk");
  ASSERT_TRUE(known.house.settle());
  EXPECT_EQ(known.reads, before + 1);
}

TEST(Repository, ThatIsNewHasItsRunbookReadOnce) {
  Known known;
  EXPECT_EQ(known.reads, 1);
}

}  // namespace
}  // namespace kedge::testing
