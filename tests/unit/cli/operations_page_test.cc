// SPDX-License-Identifier: Apache-2.0
// docs/operations.md tells what the App needs in the words of the table that `kedge doctor` checks.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "bot/adapters/github/requirements.h"

namespace kedge::adapters::github {
namespace {

TEST(OperationsPage, HasTheTablesThatDoctorChecks) {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/docs/operations.md", std::ios::binary);
  const std::string page(std::istreambuf_iterator<char>(file), {});
  EXPECT_THAT(page, testing::HasSubstr("| permission | access | what for |\n| --- | --- | --- |\n" +
                                       permissions_rows() + "\n"));
  EXPECT_THAT(page, testing::HasSubstr("| event | what Kedge does with it |\n| --- | --- |\n" +
                                       events_rows() + "\n"));
}

}  // namespace
}  // namespace kedge::adapters::github
