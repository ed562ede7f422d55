// SPDX-License-Identifier: Apache-2.0
// The input is a comment. Whatever it says: quoted, fenced or commented out as a whole it commands nothing.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "bot/base/assert.h"
#include "bot/base/text.h"
#include "bot/incident/command.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kedge;
using namespace kedge::incident;

std::string quoted(std::string_view text) {
  std::string out;
  for (const std::string& line : split(text, '\n')) out += "> " + line + "\n";
  return out;
}

void check(const Command& command, std::string_view comment) {
  KEDGE_ASSERT(comment.find(command.line) != std::string_view::npos, "a command is a line of its comment");
  KEDGE_ASSERT(command.line.starts_with('/'), "a command begins with a slash");
  KEDGE_ASSERT(command.long_form || command.name != CommandName::unknown, "unknown words are no commands");
  const RollbackArguments arguments = parse_rollback_arguments(command.rest);
  KEDGE_ASSERT(!arguments.targets.empty() || !arguments.problem.empty(),
               "without a target there is a problem");
  KEDGE_ASSERT(arguments.targets.size() <= kTargetsMax, "targets have a limit");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view comment(reinterpret_cast<const char*>(data), size);
  const std::vector<Command> commands = parse_commands(comment);
  KEDGE_ASSERT(commands.size() <= kCommandsMax, "commands have a limit");
  for (const Command& command : commands) check(command, comment);

  KEDGE_ASSERT(parse_commands(quoted(comment)).empty(), "a quote commands nothing");
  const std::string fence(size + 3, '~');
  KEDGE_ASSERT(parse_commands(fence + "\n" + std::string(comment) + "\n" + fence + "\n").empty(),
               "a code block commands nothing");
  if (comment.find("-->") == std::string_view::npos) {
    KEDGE_ASSERT(parse_commands("<!-- " + std::string(comment)).empty(), "a comment commands nothing");
  }
  const std::string above = std::string(comment) + "\n";
  KEDGE_ASSERT(
      parse_commands("/help\n\n" + above).size() == std::min(parse_commands(above).size() + 1, kCommandsMax),
      "what follows does not hide a command above");
  return 0;
}
