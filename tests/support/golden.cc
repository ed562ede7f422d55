// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bot/base/text.h"

namespace kedge::testing {

void expect_golden(std::string_view path, const std::string& text) {
  const std::filesystem::path file = std::filesystem::path{KEDGE_SOURCE_DIR} / "tests/golden" / path;
  const std::string actual = text + "\n";
  const char* const update = std::getenv("KEDGE_UPDATE_GOLDEN");
  if (update != nullptr && std::string_view{update} == "1") {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << actual;
    return;
  }
  std::ifstream in{file, std::ios::binary};
  ASSERT_TRUE(in) << "there is no " << file << "; scripts/update-golden writes it";
  std::stringstream read;
  read << in.rdbuf();
  const std::string expected = read.str();
  if (expected == actual) return;
  const auto want = split(expected, '\n');
  const auto have = split(actual, '\n');
  std::size_t line = 0;
  while (line < std::min(want.size(), have.size()) && want[line] == have[line]) ++line;
  ADD_FAILURE() << file << " differs at line " << line + 1
                << "\n  expected: " << (line < want.size() ? want[line] : "(end)")
                << "\n  actual:   " << (line < have.size() ? have[line] : "(end)")
                << "\nIf the new text is right, scripts/update-golden accepts it.";
}

}  // namespace kedge::testing
