// SPDX-License-Identifier: Apache-2.0
// The rules of the house that protect users: who may include whom, where time and randomness come from, and
// that the pages say what the tables say.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = KEDGE_SOURCE_DIR;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// Our own sources, as paths from the root.
std::vector<std::string> sources() {
  std::vector<std::string> files;
  for (const char* top : {"bot", "webhooks", "templates"}) {
    for (const auto& entry : fs::recursive_directory_iterator(kRoot / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cc" || extension == ".h")
        files.push_back(fs::relative(entry.path(), kRoot).string());
    }
  }
  std::ranges::sort(files);
  return files;
}

/// The part of the house a file belongs to, by the longest folder of the table.
std::string part_of(const std::string& path, const std::map<std::string, std::set<std::string>>& table) {
  std::string best;
  for (const auto& [folder, uses] : table) {
    if (path.starts_with(folder + "/") && folder.size() > best.size()) best = folder;
  }
  return best;
}

/// docs/architecture.md has the same table in words. `cli`, `main.cc` and the composition may use everything.
const std::map<std::string, std::set<std::string>>& layers() {
  static const std::map<std::string, std::set<std::string>> table{
      {"bot/base", {}},
      {"bot/rollback", {"bot/base"}},
      {"bot/incident", {"bot/base", "bot/rollback"}},
      {"bot/ports", {"bot/base", "bot/incident", "bot/rollback"}},
      {"bot/journal", {"bot/base", "bot/incident", "bot/rollback", "bot/ports"}},
      {"webhooks", {"bot/base"}},
      {"templates", {"bot/base", "bot/incident", "bot/rollback"}},
      {"bot/config", {"bot/base", "bot/incident", "bot/rollback"}},
      {"bot/engine",
       {"bot/base", "bot/incident", "bot/rollback", "bot/journal", "bot/ports", "templates", "webhooks"}},
      {"bot/adapters/http", {"bot/base"}},
      {"bot/adapters/system", {"bot/base", "bot/ports"}},
      {"bot/adapters/store", {"bot/base", "bot/ports"}},
      {"bot/adapters/github", {"bot/base", "bot/ports", "bot/incident", "bot/adapters/http"}},
      {"bot/adapters/git", {"bot/base", "bot/ports", "bot/incident", "bot/rollback"}},
      {"bot/adapters/chat", {"bot/base", "bot/ports", "bot/incident", "bot/adapters/http"}},
      {"bot/sandbox/forge", {"bot/base", "webhooks"}},
      {"bot/sandbox", {"bot/base", "webhooks", "bot/sandbox/forge"}},
      {"bot/server", {"bot/base", "bot/incident", "bot/rollback", "bot/ports", "bot/journal", "webhooks"}},
  };
  return table;
}

TEST(Layers, EveryIncludeCrossesABorderThatIsOpen) {
  const std::regex include(R"re(^\s*#include "([^"]+)")re");
  std::size_t seen = 0;
  for (const std::string& file : sources()) {
    const std::string part = part_of(file, layers());
    if (part.empty()) continue;
    std::istringstream lines(read(kRoot / file));
    for (std::string line; std::getline(lines, line);) {
      std::smatch match;
      if (!std::regex_search(line, match, include)) continue;
      ++seen;
      const std::string other = part_of(match[1], layers());
      EXPECT_TRUE(other == part || other.empty() || layers().at(part).contains(other))
          << file << " includes " << match[1] << ", but " << part << " may not use " << other;
    }
  }
  EXPECT_GT(seen, 300U) << "the test reads no includes";
}

struct Ban {
  const char* name;
  const char* pattern;
  std::vector<std::string> where;    ///< Folders it applies to.
  std::vector<std::string> but_not;  ///< Files or folders where it is at home.
  const char* instead;
};

class Banned : public ::testing::TestWithParam<Ban> {};

TEST_P(Banned, IsNotCalled) {
  const Ban& ban = GetParam();
  const std::regex pattern(ban.pattern);
  for (const std::string& file : sources()) {
    const auto starts = [&](const std::string& folder) { return file.starts_with(folder); };
    if (std::ranges::none_of(ban.where, starts) || std::ranges::any_of(ban.but_not, starts)) continue;
    std::istringstream lines(read(kRoot / file));
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      const std::string code = line.substr(0, line.find("//"));
      EXPECT_FALSE(std::regex_search(code, pattern)) << file << ":" << number << ": " << ban.instead;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    House, Banned,
    ::testing::Values(
        Ban{"WallClock",
            R"(system_clock::now|std::time\(|gettimeofday)",
            {"bot/base", "bot/rollback", "bot/incident", "bot/journal", "bot/ports", "bot/engine",
             "bot/config", "bot/server", "templates", "webhooks", "bot/adapters/store", "bot/adapters/github",
             "bot/adapters/chat"},
            {},
            "time comes in as an argument or from ports/clock.h"},
        Ban{"StandardRandom",
            R"(std::mt19937|std::random_device|\brand\(|uniform_int_distribution)",
            {"bot", "webhooks", "templates"},
            {},
            "use base/random.h, or ports/clock.h's Random for secrets"},
        Ban{"ThirdPartyInTheCore",
            R"re(#include <(nlohmann|sqlite3|git2|spdlog|httplib|curl|thread|fstream|iostream))re",
            {"bot/base", "bot/rollback", "bot/incident", "bot/ports"},
            {},
            "the core knows no JSON, SQL, HTTP, git, threads or files"},
        Ban{"LoggingInTheCore",
            R"(printf\(|std::cout|std::cerr|spdlog)",
            {"bot/rollback", "bot/incident", "bot/journal", "bot/engine", "templates", "webhooks",
             "bot/config"},
            {},
            "the core returns, it does not print; the engine logs through ports/log.h"},
        Ban{"HeavyHeadersInHeaders",
            R"re(#include <(httplib\.h|spdlog/|CLI/))re",
            {"bot/base", "bot/ports", "bot/engine", "bot/adapters/http/client.h"},
            {},
            "third-party headers stay in .cc files"},
        Ban{"RevealedSecretsInText",
            R"re(fmt::format\([^;]*\.reveal\(\))re",
            {"bot/engine", "bot/server", "templates", "bot/cli"},
            {},
            "a secret has no place in a text"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Sources, BeginWithTheLicenceLine) {
  for (const std::string& file : sources()) {
    EXPECT_TRUE(read(kRoot / file).starts_with("// SPDX-License-Identifier: Apache-2.0")) << file;
  }
}

TEST(Sources, HoldNoUnfinishedBusiness) {
  const std::regex unfinished(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  for (const std::string& file : sources())
    EXPECT_FALSE(std::regex_search(read(kRoot / file), unfinished)) << file;
}

TEST(Changelog, HasUnreleasedOnTop) {
  const std::string text = read(kRoot / "CHANGELOG.md");
  const std::size_t first = text.find("\n## ");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.substr(first + 4, 10), "Unreleased");
}

TEST(Docs, RelativeLinksLeadSomewhere) {
  const std::regex link(R"re(\]\(([^)#:\s]+)(#[^)]*)?\))re");
  std::vector<fs::path> pages;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "docs")) {
    if (entry.path().extension() == ".md") pages.push_back(entry.path());
  }
  for (const char* page : {"README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}) {
    if (fs::exists(kRoot / page)) pages.push_back(kRoot / page);
  }
  for (const fs::path& page : pages) {
    const std::string text = read(page);
    for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
      EXPECT_TRUE(fs::exists(page.parent_path() / (*it)[1].str())) << page << " links to " << (*it)[1];
    }
  }
}

}  // namespace
