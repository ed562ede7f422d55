// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <string>

#include "bot/incident/command.h"

namespace kedge::incident {
namespace {

using Words = std::vector<std::string>;

struct ArgumentsRow {
  std::string_view name;
  std::string rest;
  Words targets;
  std::string_view reason;
  Words paths;
};

TEST(RollbackArguments, AreTargetsThenReason) {
  const std::string full = "8f3d2c1b0a9e8d7c6b5a49382716f5e4d3c2b1a0";
  const std::string pull = "https://github.com/acme/api/pull/118";
  const std::vector<ArgumentsRow> rows{
      {"Sha", "8f3d2c1", {"8f3d2c1"}, "", {}},
      {"FullSha", full, {full}, "", {}},
      {"ShaInCapitals", "8F3D2C1", {"8f3d2c1"}, "", {}},
      {"Reason", "8f3d2c1 sessions leak  between tenants", {"8f3d2c1"}, "sessions leak between tenants", {}},
      {"Tag", "v1.4.0 broke login", {"v1.4.0"}, "broke login", {}},
      {"TagWithSlashAndAt", "release/pkg@1.4.0", {"release/pkg@1.4.0"}, "", {}},
      {"PullRequest", "#118", {"#118"}, "", {}},
      {"PullAddress", pull, {pull}, "", {}},
      {"PullAddressOfItsFiles", pull + "/files#diff-1 bad", {pull + "/files#diff-1"}, "bad", {}},
      {"CommitAddress", "https://github.com/acme/api/commit/" + full, {full}, "", {}},
      {"Range", "1c2d3e4..8f3d2c1 both", {"1c2d3e4..8f3d2c1"}, "both", {}},
      {"RangeOfTags", "v1.3.0..v1.4.0", {"v1.3.0..v1.4.0"}, "", {}},
      {"Several",
       "8f3d2c1 #118 1c2d3e4..2c2d3e4 all bad",
       {"8f3d2c1", "#118", "1c2d3e4..2c2d3e4"},
       "all bad",
       {}},
      {"SecondTagIsReason", "v1.4.0 v1.3.0", {"v1.4.0"}, "v1.3.0", {}},
      {"NumberInTheReasonStays", "8f3d2c1 see #118", {"8f3d2c1"}, "see #118", {}},
      {"SixDigitsAreReason", "8f3d2c1 123456", {"8f3d2c1"}, "123456", {}},
      {"SameTwice", "8f3d2c1 8F3D2C1", {"8f3d2c1"}, "", {}},
      {"Backticks", "`8f3d2c1` `#118` why", {"8f3d2c1", "#118"}, "why", {}},
      {"BackticksAroundATag", "`v1.4.0`", {"v1.4.0"}, "", {}},
      {"Punctuation", "8f3d2c1: leaks", {"8f3d2c1"}, "leaks", {}},
      {"Commas", "8f3d2c1, 1c2d3e4, since Monday", {"8f3d2c1", "1c2d3e4"}, "since Monday", {}},
      {"Ellipsis", "8f3d2c1 well...", {"8f3d2c1"}, "well...", {}},
      {"Paths", "8f3d2c1 -- src/cache docs", {"8f3d2c1"}, "", {"src/cache", "docs"}},
      {"PathsThenReason", "8f3d2c1 -- src/cache -- it leaks", {"8f3d2c1"}, "it leaks", {"src/cache"}},
      {"PathInBackticks", "8f3d2c1 -- `src/a..b.cc`", {"8f3d2c1"}, "", {"src/a..b.cc"}},
      {"DashInTheReason", "8f3d2c1 login is down -- see #118", {"8f3d2c1"}, "login is down -- see #118", {}},
  };
  for (const ArgumentsRow& row : rows) {
    const RollbackArguments parsed = parse_rollback_arguments(row.rest);
    EXPECT_EQ(parsed.problem, "") << row.name;
    EXPECT_EQ(parsed.targets, row.targets) << row.name;
    EXPECT_EQ(parsed.reason, row.reason) << row.name;
    EXPECT_EQ(parsed.paths, row.paths) << row.name;
  }
}

TEST(RollbackArguments, MayBeAVersionToRestore) {
  for (const std::string typed : {"--to v1.4.0", "--to=v1.4.0", "--to `v1.4.0`"}) {
    const RollbackArguments parsed = parse_rollback_arguments(typed + " -- src -- too much broke");
    EXPECT_EQ(parsed.problem, "");
    EXPECT_EQ(parsed.to, "v1.4.0");
    EXPECT_EQ(parsed.targets, Words{});
    EXPECT_EQ(parsed.paths, Words{"src"});
    EXPECT_EQ(parsed.reason, "too much broke");
  }
}

TEST(RollbackArguments, MayNameTheParentOfAMerge) {
  for (const std::string typed : {"8f3d2c1 --mainline 2", "8f3d2c1 --mainline=2"}) {
    const RollbackArguments parsed = parse_rollback_arguments(typed + " -- src -- wrong side");
    EXPECT_EQ(parsed.problem, "");
    EXPECT_EQ(parsed.targets, Words{"8f3d2c1"});
    EXPECT_EQ(parsed.mainline, 2);
    EXPECT_EQ(parsed.paths, Words{"src"});
    EXPECT_EQ(parsed.reason, "wrong side");
  }
}

TEST(RollbackArguments, SayWhatIsWrongAndWhatToType) {
  struct Wrong {
    std::string rest;
    std::string says;
  };
  std::string many;
  for (std::size_t i = 0; i <= kTargetsMax; ++i) many += "#" + std::to_string(i + 1) + " ";
  std::string paths = "8f3d2c1 --";
  for (std::size_t i = 0; i <= kPathsMax; ++i) paths += " p" + std::to_string(i);
  const std::vector<Wrong> rows{
      {"", "target is missing"},
      {"   ", "target is missing"},
      {"-- src", "target is missing"},
      {"--to", "no version follows"},
      {"--to a..b", "no version follows"},
      {"--to -n", "of options only"},
      {"-n", "of options only"},
      {"8f3d2c1 --mainline", "no parent follows"},
      {"8f3d2c1 --mainline two", "no parent follows"},
      {"8f3d2c1 --mainline 0", "no parent follows"},
      {"a...b", "two dots"},
      {"HEAD~1", "names no commit"},
      {"v1:src/a", "names no commit"},
      {"main@{1}", "names no commit"},
      {"*", "names no commit"},
      {"https://example.com/", "names no commit"},
      {std::string(600, 'a'), "names no commit"},
      {std::string("a\x01") + "b", "names no commit"},
      {"8f3d2c1 --", "no path follows"},
      {"8f3d2c1 -- --", "no path follows"},
      {"8f3d2c1 -- /etc", "from the top"},
      {"8f3d2c1 -- a/../../b", "from the top"},
      {many, "more than 20 targets"},
      {paths, "more than 100 paths"},
  };
  for (const Wrong& row : rows) {
    const RollbackArguments parsed = parse_rollback_arguments(row.rest);
    EXPECT_THAT(parsed.problem, ::testing::HasSubstr(row.says)) << row.rest;
  }
}

}  // namespace
}  // namespace kedge::incident
