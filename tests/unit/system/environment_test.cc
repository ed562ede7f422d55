// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/environment.h"

#include <gmock/gmock.h>

namespace kedge::adapters::system {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Environment, KeepsOnlyNamesOfKedge) {
  const char* const given[] = {"KEDGE_LISTEN=127.0.0.1:0",
                               "AWS_SECRET_ACCESS_KEY=x",
                               "HOME=/home/alice",
                               "XDG_STATE_HOME=/state",
                               "PATH=/bin",
                               "GIT_AUTHOR_NAME=Alice",
                               "XKEDGE_LISTEN=y",
                               "NOEQUALS",
                               nullptr};
  EXPECT_THAT(read_environment(given),
              ElementsAre(Pair("GIT_AUTHOR_NAME", "Alice"), Pair("HOME", "/home/alice"),
                          Pair("KEDGE_LISTEN", "127.0.0.1:0"), Pair("XDG_STATE_HOME", "/state")));
}

TEST(Environment, KeepsEqualsSignsEmptyValuesAndTheFirstOfEqualNames) {
  const char* const given[] = {"KEDGE_A=b=c", "KEDGE_B=", "KEDGE_A=second", nullptr};
  EXPECT_THAT(read_environment(given), ElementsAre(Pair("KEDGE_A", "b=c"), Pair("KEDGE_B", "")));
}

TEST(Environment, NoEnvironmentIsEmpty) {
  EXPECT_TRUE(read_environment(nullptr).empty());
}

}  // namespace
}  // namespace kedge::adapters::system
