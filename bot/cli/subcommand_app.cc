// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/subcommand_app.h"

#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"

namespace kedge::cli {
namespace {

/// The subcommand that was parsed last, or the app itself: whose help is of use.
const CLI::App* innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? &app : innermost(*parsed.back());
}

std::string full_name(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : full_name(*parent) + " " + app.get_name();
}

std::string what_is_wrong(const CLI::App& app, const std::vector<std::string>& arguments,
                          const std::string& words) {
  std::vector<std::string> names;
  for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(one->get_name());
  }
  if (names.empty() || !app.get_subcommands().empty()) return words;
  const bool named = !arguments.empty() && !arguments.front().starts_with('-');
  return named ? fmt::format("there is no '{}', only {}", arguments.front(), join(names, ", "))
               : "name one of " + join(names, ", ");
}

}  // namespace

std::optional<int> parse_arguments(CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::Success& help) {
    app.exit(help);
    return kDone;
  } catch (const CLI::ParseError& error) {
    const std::string command = app.get_name().substr(std::string_view("kedge ").size());
    return complain(
        command,
        {.code = Errc::invalid,
         .message = fmt::format("{}; see `{} --help`", what_is_wrong(app, arguments, error.what()),
                                full_name(*innermost(app)))},
        wants_json(arguments));
  }
  return std::nullopt;
}

}  // namespace kedge::cli
