// SPDX-License-Identifier: Apache-2.0
// The commands people type in comments, and the one table that drives the parser, the help text, the
// permissions and docs/commands. Grammar, over the raw Markdown of a new comment:
//
//   line     = [indent of at most 3 blanks] ("/" name | "/kedge" blank name) [blank rest]
//   rest     = words up to the end of the line
//
// A line counts only at the top level of the document: not in a block quote, a list, a fenced or indented
// code block, an inline code span, or an HTML block, comment or open element (markdown.h). Names are
// case-insensitive.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/incident/model.h"

namespace kedge::incident {

enum class CommandName {
  rollback,
  plan,
  approve,
  forward_fix,
  incident,
  severity,
  scope,
  ack,
  role,
  status,
  update,
  flag,
  freeze,
  unfreeze,
  exempt,
  verify,
  recheck,
  waive,
  resolve,
  cancel,
  postmortem,
  help,
  unknown
};

struct CommandSpec {
  CommandName name = CommandName::unknown;
  std::string_view word;       ///< `rollback`, without the slash.
  std::string_view arguments;  ///< `<target>… [-- <path>… --] [reason…]`
  std::string_view does;       ///< One sentence for /help.
  Role needs = Role::write;    ///< The default permission; the commander counts where `commander_may`.
  bool commander_may = false;
  bool declares = false;  ///< May open an incident where there is none.
  bool in_force = false;  ///< False: its feature is still to come, and it answers so.
};

/// All commands in the order of /help.
const std::vector<CommandSpec>& command_table();
const CommandSpec& spec_of(CommandName name);

struct Command {
  CommandName name = CommandName::unknown;
  std::string word;  ///< As typed, lower case.
  std::string rest;  ///< What follows it on the line, trimmed.
  std::string line;  ///< The whole line, trimmed.
  bool long_form = false;
};

/// All commands of a comment, in order, at most kCommandsMax. A `/word` that is not in the table is no
/// command unless it was written `/kedge word`; of these a comment gives the first one only, so that it gets
/// one answer. Pure and total; O(length).
std::vector<Command> parse_commands(std::string_view markdown);
inline constexpr std::size_t kCommandsMax = 10;

struct RollbackArguments {
  std::vector<std::string> targets;  ///< SHAs, tags, `#12`, pull request URLs, `a..b`; none with `to`.
  std::string to;                    ///< Of `--to <good>`: the version to bring back; empty: a rollback.
  int mainline = 0;                  ///< Of `--mainline <n>`: the parent merges go back to; 0: the first.
  std::vector<std::string> paths;
  std::string reason;
  std::string problem;  ///< Not empty: what is wrong and what to type instead.
};
/// The first word is the target, or `--to <good>` stands for it; further words that look like SHAs (7–40
/// hex), `#n`, a pull URL or a range are targets too; the first other word begins the reason. `--` right
/// behind the targets begins paths, up to a second `--` or the end; elsewhere it is a dash in the reason.
/// `--mainline <n>` stands before the paths. Backticks around a target or path and punctuation behind a
/// target are taken off; a commit's URL counts as its SHA.
RollbackArguments parse_rollback_arguments(std::string_view rest);
/// The targets of what was typed after `/rollback`, full ids cut short, without the reason behind them.
std::string target_words(std::string_view typed);
inline constexpr std::size_t kTargetsMax = 20;
inline constexpr std::size_t kPathsMax = 100;

/// `write, or the incident's commander`: who may give a command by default, for help, refusals and docs.
std::string who_may(const CommandSpec& spec);
/// docs/commands.md, whole.
std::string commands_page();

}  // namespace kedge::incident
