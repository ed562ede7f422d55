// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "bot/incident/command.h"

namespace kedge::incident {
namespace {

constexpr bool kCommander = true;
constexpr bool kDeclares = true;
constexpr bool kInForce = true;

std::vector<CommandSpec> make_table() {
  using enum CommandName;
  const Role maintain = Role::maintain;
  const Role write = Role::write;
  return {
      {rollback, "rollback", "<target>… [--mainline <n>] [-- <path>… --] [reason…]",
       "Prepares the revert of commits, tags, pull requests or a range on every rollback branch, as pull "
       "requests.",
       write, false, kDeclares, kInForce},
      {plan, "plan", "<target>… [--mainline <n>] [-- <path>… --]",
       "Shows what a rollback would do on each branch, and changes nothing.", write, false, false, kInForce},
      {approve, "approve", "",
       "Approves the prepared rollback as it is now; whoever asked for the rollback cannot.", write, false,
       false, kInForce},
      {forward_fix, "forward-fix", "[reason…]",
       "Opens a draft pull request for a fix where the revert conflicts.", write, false, false, kInForce},
      {incident, "incident", "[severity] <summary>", "Declares an incident.", write, false, kDeclares},
      {severity, "severity", "<severity> [reason…]", "Changes the severity.", write},
      {scope, "scope", "<L1|L2|L3> [reason…]",
       "Says how far the harm reaches; it selects checklists and approvers.", write},
      {ack, "ack", "", "Says that you are on it.", Role::triage, false, false, kInForce},
      {role, "role", "<role> [@user]", "Takes a role, or gives it to somebody.", write},
      {status, "status", "", "Shows state, people, rollback and the clock of the next update.", write, false,
       false, kInForce},
      {update, "update", "<text>", "Posts a status update at once and starts its clock anew.", write, false,
       false, kInForce},
      {flag, "flag", "<name> <on|off> [reason…]", "Records that a feature flag was switched.", write},
      {freeze, "freeze", "[reason…]", "Holds merges on the covered branches.", write},
      {unfreeze, "unfreeze", "[reason…]", "Ends this incident's hold.", maintain, kCommander},
      {exempt, "exempt", "<#pull request> <reason…>", "Lets one pull request pass the freeze.", maintain,
       kCommander},
      {verify, "verify", "", "Measures the probes and gates now.", write},
      {recheck, "recheck", "", "Reads the freeze and the checks again.", write},
      {waive, "waive", "<gate> <reason…>", "Waives a gate.", maintain, kCommander},
      {resolve, "resolve", "[reason…]", "Ends the incident; a reason is needed where no rollback succeeded.",
       write, false, false, kInForce},
      {cancel, "cancel", "[reason…]", "Ends the incident as a false alarm.", maintain, kCommander, false,
       kInForce},
      {postmortem, "postmortem", "", "Opens the post-mortem issue.", write},
      {help, "help", "", "Shows this table.", Role::none, false, false, kInForce},
  };
}

std::string row_of(const CommandSpec& spec) {
  std::string arguments(spec.arguments);
  for (std::size_t at = arguments.find('|'); at != std::string::npos; at = arguments.find('|', at + 2)) {
    arguments.insert(at, "\\");
  }
  return fmt::format("| `/{}{}{}` | {} | {} |\n", spec.word, arguments.empty() ? "" : " ", arguments,
                     spec.does, who_may(spec));
}

std::string rows(bool in_force) {
  std::string text = "| command | does | who may |\n| --- | --- | --- |\n";
  for (const CommandSpec& spec : command_table()) {
    if (spec.in_force == in_force) text += row_of(spec);
  }
  return text;
}

}  // namespace

const std::vector<CommandSpec>& command_table() {
  static const std::vector<CommandSpec> kTable = make_table();
  return kTable;
}

const CommandSpec& spec_of(CommandName name) {
  static const CommandSpec kUnknown{
      .name = CommandName::unknown, .does = "Is not a command of Kedge.", .needs = Role::none};
  const auto& table = command_table();
  const auto found = std::ranges::find(table, name, &CommandSpec::name);
  return found == table.end() ? kUnknown : *found;
}

std::string who_may(const CommandSpec& spec) {
  if (spec.needs == Role::none) return "anyone";
  return fmt::format("{}{}", to_string(spec.needs),
                     spec.commander_may ? ", or the commander with write" : "");
}

std::string commands_page() {
  std::string page = R"(# Commands

Type a command as the first thing on a line of a new comment, on an issue or a pull request. Every command also
has a long form, `/kedge rollback …` for `/rollback …`, for repositories where another bot listens to the same
word. Upper and lower case do not matter. A comment may hold several commands, at most )";
  page += fmt::format("{}", kCommandsMax);
  page += R"(; they run in order.

A line counts only at the top level of the comment. Kedge never takes a command out of a quote, a list, a code
block or code span, or HTML (a comment, a tag, an element such as `<details>` that is open). Right below a quote
or a list Markdown counts a line as part of it: leave an empty line first. Editing a comment never runs anything.

Kedge answers with 👀 when it has read the command, 🚀 when it is done, and 😕 when it was refused or failed, with
one reply that says why and who may; people from outside the repository get the reaction alone. Your permission is
read when the command runs. The column *who may* names the lowest role in the repository.

## In force

)";
  page += rows(kInForce);
  page += R"(
## Targets

`/rollback` and `/plan` take a commit (7 to 40 hex digits), a tag, a pull request (`#12` or its address), a range
`a..b`, or several of them; `--to` and a good version instead of a target brings that version's files back, and
`--mainline` names the parent that a merge goes back to. The first word that is none of these begins the reason. Paths
stand between `--` and `--`, right behind the targets, and limit the revert to them:

```
/rollback 1c2d3e4f5a6b
/rollback #118 sessions leak between tenants
/rollback 1c2d3e4f5a6b -- src/cache docs -- sessions leak between tenants
/rollback --to v1.4.0 too much broke since
```

[rollback.md](rollback.md) tells what each target means on each branch, and every outcome.

## Still to come

These words are known, and answer that their feature is not in force in this version.

)";
  page += rows(!kInForce);
  return page;
}

}  // namespace kedge::incident
