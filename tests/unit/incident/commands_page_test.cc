// SPDX-License-Identifier: Apache-2.0
// docs/commands.md is what the table says. KEDGE_UPDATE_GOLDEN=1 writes the page anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "bot/incident/command.h"

namespace kedge::incident {
namespace {

TEST(CommandsPage, IsTheOneInTheDocs) {
  const std::string path = std::string(KEDGE_SOURCE_DIR) + "/docs/commands.md";
  if (std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << commands_page();
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(text, commands_page()) << "write it anew with KEDGE_UPDATE_GOLDEN=1";
}

TEST(CommandsPage, HasARowForEveryCommand) {
  const std::string page = commands_page();
  for (const CommandSpec& spec : command_table()) {
    EXPECT_NE(page.find("| `/" + std::string(spec.word)), std::string::npos) << spec.word;
  }
  EXPECT_EQ(page.find("<L1|L2"), std::string::npos) << "a bar inside a table cell needs a backslash";
}

}  // namespace
}  // namespace kedge::incident
