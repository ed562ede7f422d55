// SPDX-License-Identifier: Apache-2.0
// The one binary: finds the subcommand in the table and runs it.
#include <cstdio>
#include <exception>

#include "bot/cli/command_line.h"
#include "bot/cli/version.h"

namespace {

void print_help(std::FILE* to) {
  std::fputs("Kedge makes a broken main cost minutes.\n\nUsage: kedge <command> [options]\n\n", to);
  for (const kedge::cli::Subcommand& command : kedge::cli::subcommands()) {
    std::fprintf(to, "  %-10.*s %.*s\n", static_cast<int>(command.name.size()), command.name.data(),
                 static_cast<int>(command.does.size()), command.does.data());
  }
  std::fputs("\n`kedge <command> --help` tells more. `kedge --version` prints the version.\n", to);
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_help(stderr);
    return kedge::cli::kUsage;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(stdout);
    return kedge::cli::kDone;
  }
  if (name == "--version") {
    std::printf("kedge %.*s\n", static_cast<int>(kedge::cli::kVersion.size()), kedge::cli::kVersion.data());
    return kedge::cli::kDone;
  }
  for (const kedge::cli::Subcommand& command : kedge::cli::subcommands()) {
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
  }
  std::fprintf(stderr, "kedge: there is no command '%s'; `kedge --help` lists them\n", name.c_str());
  return kedge::cli::kUsage;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "kedge: bug: %s\n", error.what());
  } catch (...) {
    std::fputs("kedge: bug: an unknown exception\n", stderr);
  }
  return kedge::cli::kFailed;
}
