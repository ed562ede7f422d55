// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/log.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "bot/base/text.h"
#include "bot/base/time.h"

namespace kedge::adapters::system {
namespace {

using ports::LogLevel;
using testing::MatchesRegex;

std::string one_line(LogOptions options, std::string_view message, ports::Log::Fields fields) {
  std::ostringstream out;
  SpdlogLog log(options, {Secret{"swordfish"}}, out);
  log.write(LogLevel::warn, message, fields);
  return out.str();
}

TEST(Log, TextLineHasTimeLevelMessageAndFields) {
  EXPECT_THAT(one_line({}, "cannot post", {{"incident", "k1"}, {"why", "no such channel"}}),
              MatchesRegex("[0-9-]+T[0-9:]+\\.[0-9][0-9][0-9]Z warn  cannot post  incident=k1 why=\"no such "
                           "channel\"\n"));
}

TEST(Log, JsonLineIsOneObjectWithFields) {
  const std::string line = one_line({.json = true}, "a \"b\" %v {}", {{"delivery", "g\n1"}, {"bad", "\xff"}});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const auto object = nlohmann::json::parse(line);
  EXPECT_TRUE(parse_utc(object["time"].get<std::string>()));
  EXPECT_EQ(object["level"], "warn");
  EXPECT_EQ(object["message"], "a \"b\" %v {}");
  EXPECT_EQ(object["fields"]["delivery"], "g\n1");
  EXPECT_EQ(object["fields"]["bad"], "\xef\xbf\xbd");
  EXPECT_EQ(object.size(), 4U);
}

TEST(Log, LineBreaksInMessageOrFieldForgeNoSecondLine) {
  const std::string line = one_line({}, "first\n2026-01-01 error second\x1b[31m", {{"a", "b\r\nc"}});
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  EXPECT_EQ(line.find('\x1b'), std::string::npos);
  EXPECT_NE(line.find("first\\n2026"), std::string::npos);
}

TEST(Log, NoLineDrivesATerminal) {
  for (const bool json : {false, true}) {
    const std::string line =
        one_line({.json = json}, "C1 \u009b2J", {{"a", "bidi\u202e"}, {"b", "del\x7f"}, {"c", "größe"}});
    EXPECT_NE(line.find("C1 \\u009b2J"), std::string::npos) << line;
    EXPECT_NE(line.find("bidi\\u202e"), std::string::npos) << line;
    EXPECT_NE(line.find("del\\u007f"), std::string::npos) << line;
    EXPECT_NE(line.find("größe"), std::string::npos) << line;
  }
}

TEST(Log, SecretsAreTakenOutOfMessageAndFieldsInBothForms) {
  for (const bool json : {false, true}) {
    const std::string line =
        one_line({.json = json}, "got swordfish", {{"a", "swordfish!"}, {"b", "Bearer abc.def"}});
    EXPECT_EQ(line.find("swordfish"), std::string::npos) << line;
    EXPECT_EQ(line.find("abc.def"), std::string::npos) << line;
    EXPECT_NE(line.find("[redacted]"), std::string::npos) << line;
  }
}

TEST(Log, LowerLevelsAreDropped) {
  std::ostringstream out;
  SpdlogLog log({.level = LogLevel::warn}, {}, out);
  log.info("quiet");
  log.write(LogLevel::debug, "quieter", {});
  EXPECT_EQ(out.str(), "");
  log.error("loud");
  EXPECT_NE(out.str().find("error loud"), std::string::npos);
}

TEST(Log, LinesOfSeveralThreadsStayWhole) {
  std::ostringstream out;
  SpdlogLog log({.json = true}, {}, out);
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i)
      writers.emplace_back([&log] {
        for (int n = 0; n < 50; ++n) log.info("message", {{"n", std::to_string(n)}});
      });
  }
  const auto lines = split_lines(trim(out.str()));
  EXPECT_EQ(lines.size(), 200U);
  for (const std::string& line : lines) EXPECT_TRUE(nlohmann::json::accept(line)) << line;
}

TEST(LogLevel, IsReadFromText) {
  EXPECT_EQ(parse_log_level("debug"), LogLevel::debug);
  EXPECT_EQ(parse_log_level(" INFO "), LogLevel::info);
  EXPECT_EQ(parse_log_level("warning"), LogLevel::warn);
  EXPECT_EQ(parse_log_level("error"), LogLevel::error);
  EXPECT_EQ(parse_log_level("loud"), std::nullopt);
  EXPECT_EQ(parse_log_level(""), std::nullopt);
}

}  // namespace
}  // namespace kedge::adapters::system
