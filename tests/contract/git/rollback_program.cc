// SPDX-License-Identifier: Apache-2.0
// `kedge rollback` and `kedge plan` alone, for shells in tests.
#include <string>
#include <vector>

#include "bot/cli/command_line.h"

int main(int count, char** words) {
  if (count < 2) return kedge::cli::kUsage;
  const std::vector<std::string> arguments(words + 2, words + count);
  return std::string(words[1]) == "plan" ? kedge::cli::plan(arguments) : kedge::cli::rollback(arguments);
}
