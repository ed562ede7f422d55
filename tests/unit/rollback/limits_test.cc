// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/limits.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace kedge::rollback {
namespace {

using ::testing::HasSubstr;

TEST(Limits, AreSetByName) {
  Limits limits;
  ASSERT_TRUE(set_limits(limits, "closure_max=4, plan_time=30s,"));
  EXPECT_EQ(limits.closure_max, 4U);
  EXPECT_EQ(limits.plan_time, std::chrono::seconds{30});
  EXPECT_EQ(limits.history_max, Limits{}.history_max) << "what is not named stays";
  ASSERT_TRUE(set_limits(limits, ""));
}

TEST(Limits, WhatIsWrongIsSaid) {
  struct Row {
    std::string text;
    std::string says;
  };
  for (const Row& row :
       {Row{"closure=4", "the limits are targets_max, commits_max"}, Row{"closure_max", "<limit>=<value>"},
        Row{"closure_max=0", "whole number"}, Row{"closure_max=-1", "whole number"},
        Row{"closure_max=1e3", "whole number"}, Row{"closure_max=99999999999", "whole number"},
        Row{"closure_max=101", "from 1 to 100"}, Row{"plan_time=61m", "up to 1h"},
        Row{"plan_time=30", "duration"}, Row{"plan_time=0s", "duration"}}) {
    Limits limits;
    const Result<void> set = set_limits(limits, row.text);
    ASSERT_FALSE(set) << row.text;
    EXPECT_EQ(set.error().code, Errc::invalid);
    EXPECT_THAT(set.error().message, HasSubstr(row.says)) << row.text;
  }
}

TEST(Limits, EveryOneCanBeSetAndStandsOnThePageWithItsDefault) {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/docs/rollback.md");
  std::stringstream page;
  page << file.rdbuf();
  Limits all;
  for (const LimitRow& row : limits_table()) {
    EXPECT_THAT(page.str(),
                HasSubstr(fmt::format("| `{}` | {} | {} |", row.name, limit_text({}, row), row.what)));
    const bool is_time = std::holds_alternative<Duration Limits::*>(row.field);
    ASSERT_TRUE(set_limits(all, fmt::format("{}={}", row.name, is_time ? "7s" : "7")));
    EXPECT_EQ(limit_text(all, row), is_time ? "7s" : "7") << row.name;
  }
}

}  // namespace
}  // namespace kedge::rollback
