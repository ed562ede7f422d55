// SPDX-License-Identifier: Apache-2.0
// docs/configuration.md is what the tables say. KEDGE_UPDATE_GOLDEN=1 writes the page anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "bot/config/runbook.h"
#include "bot/config/settings.h"

namespace kedge::config {
namespace {

TEST(ConfigurationPage, IsTheOneInTheDocs) {
  const std::string path = std::string(KEDGE_SOURCE_DIR) + "/docs/configuration.md";
  if (std::getenv("KEDGE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << configuration_page();
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(text, configuration_page()) << "write it anew with KEDGE_UPDATE_GOLDEN=1";
}

TEST(ConfigurationPage, HasARowForEverySetting) {
  const std::string page = configuration_page();
  for (const SettingRow& row : settings_table()) {
    EXPECT_NE(page.find("| `" + std::string(row.environment) + "` |"), std::string::npos) << row.environment;
    EXPECT_EQ(row.secret, row.flag.empty()) << row.environment << ": a secret never has a flag";
  }
}

}  // namespace
}  // namespace kedge::config
