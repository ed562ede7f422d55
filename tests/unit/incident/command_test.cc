// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/command.h"

#include <gmock/gmock.h>

#include <string>

namespace kedge::incident {
namespace {

struct CommandRow {
  std::string_view name;
  std::string_view comment;
  CommandName command = CommandName::unknown;
  std::string_view rest;
  bool long_form = false;
};

TEST(ParseCommands, ReadsShortAndLongForms) {
  const std::vector<CommandRow> rows{
      {"Bare", "/help", CommandName::help, ""},
      {"WithArguments", "/rollback 1c2d3e4 it  leaks ", CommandName::rollback, "1c2d3e4 it  leaks"},
      {"Indented", "  /ack", CommandName::ack, ""},
      {"Tab", "/update\tstill looking", CommandName::update, "still looking"},
      {"Capitals", "/ROLLBACK Abc1234", CommandName::rollback, "Abc1234"},
      {"Dash", "/forward-fix conflict", CommandName::forward_fix, "conflict"},
      {"Long", "/kedge rollback 1c2d3e4", CommandName::rollback, "1c2d3e4", true},
      {"LongInCapitals", "/Kedge  Status", CommandName::status, "", true},
      {"LongUnknown", "/kedge rolback 1c2d3e4", CommandName::unknown, "1c2d3e4", true},
      {"LongAlone", "/kedge", CommandName::unknown, "", true},
      {"LongWithSlash", "/kedge /help", CommandName::unknown, "", true},
      {"WindowsEnds", "/status\r\n", CommandName::status, ""},
      {"NotYetInForce", "/freeze", CommandName::freeze, ""},
      {"BelowText", "It is red again.\n/status", CommandName::status, ""},
  };
  for (const CommandRow& row : rows) {
    const auto commands = parse_commands(row.comment);
    ASSERT_EQ(commands.size(), 1U) << row.name;
    EXPECT_EQ(commands[0].name, row.command) << row.name;
    EXPECT_EQ(commands[0].rest, row.rest) << row.name;
    EXPECT_EQ(commands[0].long_form, row.long_form) << row.name;
  }
}

TEST(ParseCommands, KeepsWordAndLineAsTheyAre) {
  const auto commands = parse_commands("  /Kedge Rolback Abc ");
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].word, "rolback");
  EXPECT_EQ(commands[0].line, "/Kedge Rolback Abc");
}

TEST(ParseCommands, LeavesOtherTextAlone) {
  for (const std::string_view comment : {"",
                                         "/",
                                         "/ rollback",
                                         "//rollback",
                                         "/rolback 1c2d3e4",
                                         "/rollback/1c2d3e4",
                                         "/rollback:",
                                         "/kedgerollback",
                                         "please /rollback 1c2d3e4",
                                         "> /rollback 1c2d3e4",
                                         "`/rollback 1c2d3e4`",
                                         "```\n/rollback 1c2d3e4\n```",
                                         "    /rollback 1c2d3e4",
                                         "- /rollback 1c2d3e4",
                                         "<!-- /rollback 1c2d3e4 -->",
                                         "/etc/passwd",
                                         "/usr/bin/help",
                                         "\xef\xbc\x8frollback",
                                         "/ｒollback",
                                         "/LGTM",
                                         "rollback"}) {
    EXPECT_THAT(parse_commands(comment), ::testing::IsEmpty()) << comment;
  }
}

TEST(ParseCommands, ReadsSeveralInTheirOrder) {
  const auto commands =
      parse_commands("Done.\n\n/ack\ntext between\n/update Found it.\n\n> /cancel\n\n/status\n");
  ASSERT_EQ(commands.size(), 3U);
  EXPECT_EQ(commands[0].name, CommandName::ack);
  EXPECT_EQ(commands[1].name, CommandName::update);
  EXPECT_EQ(commands[1].rest, "Found it.");
  EXPECT_EQ(commands[2].name, CommandName::status);
}

TEST(ParseCommands, GivesAtMostTheLimit) {
  std::string comment;
  for (std::size_t i = 0; i < kCommandsMax + 5; ++i) comment += "/update " + std::to_string(i) + "\n";
  const auto commands = parse_commands(comment);
  ASSERT_EQ(commands.size(), kCommandsMax);
  EXPECT_EQ(commands.back().rest, std::to_string(kCommandsMax - 1));
}

TEST(ParseCommands, AnswersUnknownLongFormsOnce) {
  const auto commands = parse_commands("/kedge one\n/kedge two\n/status\n/kedge three");
  ASSERT_EQ(commands.size(), 2U);
  EXPECT_EQ(commands[0].word, "one");
  EXPECT_EQ(commands[1].name, CommandName::status);
}

TEST(ParseCommands, TakesBytesThatAreNoText) {
  const auto commands = parse_commands(std::string("/update a\0b\xff", 12));
  ASSERT_EQ(commands.size(), 1U);
  EXPECT_EQ(commands[0].rest, std::string("a\0b\xff", 4));
}

}  // namespace
}  // namespace kedge::incident
