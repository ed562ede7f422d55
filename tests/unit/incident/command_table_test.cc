// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "bot/incident/command.h"

namespace kedge::incident {
namespace {

struct PermissionRow {
  CommandName name;
  std::string_view word;
  Role needs = Role::write;
  bool commander_may = false;
  bool declares = false;
  bool in_force = false;
};

// The contract's list: words, default permissions, which may declare, and which are in force now.
const std::vector<PermissionRow> kContract{
    {CommandName::rollback, "rollback", Role::write, false, true, true},
    {CommandName::plan, "plan", Role::write, false, false, true},
    {CommandName::approve, "approve", Role::write, false, false, true},
    {CommandName::forward_fix, "forward-fix", Role::write, false, false, true},
    {CommandName::incident, "incident", Role::write, false, true},
    {CommandName::severity, "severity"},
    {CommandName::scope, "scope"},
    {CommandName::ack, "ack", Role::triage, false, false, true},
    {CommandName::role, "role"},
    {CommandName::status, "status", Role::write, false, false, true},
    {CommandName::update, "update", Role::write, false, false, true},
    {CommandName::flag, "flag"},
    {CommandName::freeze, "freeze"},
    {CommandName::unfreeze, "unfreeze", Role::maintain, true},
    {CommandName::exempt, "exempt", Role::maintain, true},
    {CommandName::verify, "verify"},
    {CommandName::recheck, "recheck"},
    {CommandName::waive, "waive", Role::maintain, true},
    {CommandName::resolve, "resolve", Role::write, false, false, true},
    {CommandName::cancel, "cancel", Role::maintain, true, false, true},
    {CommandName::postmortem, "postmortem"},
    {CommandName::help, "help", Role::none, false, false, true},
};

TEST(CommandTable, IsTheContract) {
  ASSERT_EQ(command_table().size(), kContract.size());
  for (const PermissionRow& row : kContract) {
    const CommandSpec& spec = spec_of(row.name);
    EXPECT_EQ(spec.name, row.name) << row.word;
    EXPECT_EQ(spec.word, row.word);
    EXPECT_EQ(spec.needs, row.needs) << row.word;
    EXPECT_EQ(spec.commander_may, row.commander_may) << row.word;
    EXPECT_EQ(spec.declares, row.declares) << row.word;
    EXPECT_EQ(spec.in_force, row.in_force) << row.word;
  }
}

TEST(CommandTable, SaysWhatEachDoes) {
  std::set<std::string_view> words;
  for (const CommandSpec& spec : command_table()) {
    EXPECT_TRUE(words.insert(spec.word).second) << spec.word;
    EXPECT_TRUE(spec.does.ends_with('.')) << spec.word;
    const auto commands = parse_commands("/" + std::string(spec.word));
    ASSERT_EQ(commands.size(), 1U) << spec.word;
    EXPECT_EQ(commands[0].name, spec.name);
  }
}

TEST(CommandTable, HasAnAnswerForWhatIsNotInIt) {
  EXPECT_EQ(spec_of(CommandName::unknown).name, CommandName::unknown);
  EXPECT_EQ(spec_of(CommandName::unknown).needs, Role::none);
  EXPECT_FALSE(spec_of(CommandName::unknown).in_force);
}

TEST(CommandTable, SaysWhoMay) {
  EXPECT_EQ(who_may(spec_of(CommandName::help)), "anyone");
  EXPECT_EQ(who_may(spec_of(CommandName::rollback)), "write");
  EXPECT_EQ(who_may(spec_of(CommandName::cancel)), "maintain, or the commander with write");
}

}  // namespace
}  // namespace kedge::incident
