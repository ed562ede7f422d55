// SPDX-License-Identifier: Apache-2.0
// Files that are no runbook, or want to be more than one.
#include <gmock/gmock.h>

#include "tests/unit/config/read.h"

namespace kedge::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::string_literals;

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

struct HostileRow {
  const char* name;
  std::string text;
  std::string says;
};

TEST(HostileRunbook, IsRefusedWithItsPlace) {
  const HostileRow rows[] = {
      {"alias", "branches: {protected: &b [main]}\nrollback: {branches: *b}\n",
       "line 2, column 22: aliases (*name) are not supported; write the value out"},
      {"second document", "mode: suggest\n---\nmode: observe\n",
       "line 2, column 1: a second document begins; the file must hold one"},
      {"empty second document", "mode: suggest\n---\n",
       "line 2, column 1: a second document begins; the file must hold one"},
      {"deep", "gates: " + repeated("[", 25) + repeated("]", 25) + "\n",
       "line 1, column 31: nested deeper than 24 levels"},
      {"not UTF-8", "mode: \xc3\x28\n", "the file is not UTF-8"},
      {"huge", repeated("# nothing at all\n", 20000), "the file has 340000 bytes; 262144 are the most"},
      {"end of transmission", "mode: observe\n# \x04\nbad: 1\n",
       "line 2, column 3: a control character stands here"},
      {"NUL", "mode: \0"s, "line 1, column 7: a control character stands here"},
      {"open list", "triggers: [\n", "line 2, column 1: not YAML: end of sequence flow not found"},
  };
  for (const HostileRow& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(problems_of(row.text), ElementsAre(row.says));
  }
}

TEST(HostileRunbook, WithTabsForIndentationIsRefused) {
  EXPECT_THAT(problems_of("rollback:\n\tbranches: [main]\n"), ElementsAre(HasSubstr("line 2")));
}

TEST(HostileRunbook, ThatIsDeeperThanAnyStackIsRefused) {
  for (const char* part : {"[", "{a: ", "- ", "? "}) {
    EXPECT_FALSE(problems_of(repeated(part, 50000)).empty()) << part;
  }
}

TEST(HostileRunbook, HasAReportWithAnEnd) {
  const std::string name(60000, 'x');
  EXPECT_EQ(problems_of(repeated("zzzz: 1\n", 20000)).size(), 100U);
  for (const std::string& text :
       problems_of("roles: {" + name + ": {" + repeated("a: 1, ", 5000) + "b: 1}}\n"))
    EXPECT_LT(text.size(), 300U);
}

TEST(HostileRunbook, SaysANameOnOneLine) {
  EXPECT_THAT(problems_of("\"a\\nb\": 1\n"), ElementsAre(testing::Not(HasSubstr("\n"))));
}

TEST(ManyNames, AreReadWithoutLookingEachUpAmongAll) {
  std::string text = "roles:\n";
  for (int i = 0; i < 15000; ++i) text += "  r" + std::to_string(i) + ": {}\n";
  EXPECT_THAT(problems_of(text), ElementsAre());
}

}  // namespace
}  // namespace kedge::config
