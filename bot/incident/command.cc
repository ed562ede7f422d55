// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/command.h"

#include <algorithm>
#include <optional>

#include "bot/base/text.h"
#include "bot/incident/markdown.h"

namespace kedge::incident {
namespace {

constexpr std::string_view kLongForm = "kedge";

/// Takes the first word off `text`, and the blanks behind it.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text = trim(text.substr(word.size()));
  return word;
}

CommandName name_of(std::string_view word) {
  const auto& table = command_table();
  const auto found = std::ranges::find(table, word, &CommandSpec::word);
  return found == table.end() ? CommandName::unknown : found->name;
}

std::optional<Command> command_of(std::string_view line) {
  if (!line.starts_with('/')) return std::nullopt;
  Command command{.line = std::string(line)};
  std::string_view rest = line.substr(1);
  command.word = to_lower(take_word(rest));
  command.long_form = command.word == kLongForm;
  if (command.long_form) command.word = to_lower(take_word(rest));
  command.name = name_of(command.word);
  command.rest = rest;
  if (command.name == CommandName::unknown && !command.long_form) return std::nullopt;
  return command;
}

}  // namespace

std::vector<Command> parse_commands(std::string_view markdown) {
  std::vector<Command> commands;
  bool unknown_seen = false;
  for (const std::string_view line : plain_lines(markdown)) {
    if (commands.size() == kCommandsMax) break;
    std::optional<Command> command = command_of(line);
    if (!command) continue;
    const bool unknown = command->name == CommandName::unknown;
    if (!(unknown && unknown_seen)) commands.push_back(std::move(*command));
    unknown_seen = unknown_seen || unknown;
  }
  return commands;
}

}  // namespace kedge::incident
