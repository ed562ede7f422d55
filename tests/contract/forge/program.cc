// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "bot/cli/command_line.h"

int main(int argc, char** argv) {
  return kedge::cli::sandbox(std::vector<std::string>(argv + 1, argv + argc));
}
