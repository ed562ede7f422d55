// SPDX-License-Identifier: Apache-2.0
// tests/fixtures/journal/v1 holds one stored row of every event and effect as version 1 of this program wrote
// it. Lines are never edited, for what they hold is in people's databases; a new type brings a new file.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bot/base/text.h"
#include "bot/journal/codec.h"

namespace kedge::journal {
namespace {

using nlohmann::json;

std::vector<std::string> rows_of(const std::string& name) {
  std::ifstream file(std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/journal/v1/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return split_lines(text.str());
}

/// True if `now` says all that `then` said; it may have more keys.
bool holds(const json& now, const json& then) {
  if (then.is_object())
    return now.is_object() && std::ranges::all_of(then.items(), [&](const auto& entry) {
             return now.contains(entry.key()) && holds(now.at(entry.key()), entry.value());
           });
  if (then.is_array()) return now.is_array() && std::ranges::equal(now, then, holds);
  return now == then;
}

TEST(FixturesV1, OfEventsStillSayWhatTheySaid) {
  const auto rows = rows_of("events.jsonl");
  EXPECT_EQ(rows.size(), 48U) << "version 1 began with 48 events";
  for (const std::string& row : rows) {
    const auto event = decode_event(row);
    ASSERT_TRUE(event) << event.error().message << "\n" << row;
    const json now = json::parse(encode(*event));
    // A lifted row has a new shape; its own tests say what became of the old one.
    EXPECT_TRUE(now.at("v") != 1 || holds(now, json::parse(row))) << row << "\n" << now;
  }
}

TEST(FixturesV1, OfEventsThatWereAddedStillSayWhatTheySaid) {
  for (const std::string& row : rows_of("events_added.jsonl")) {
    const auto event = decode_event(row);
    ASSERT_TRUE(event) << event.error().message << "\n" << row;
    EXPECT_TRUE(holds(json::parse(encode(*event)), json::parse(row))) << row;
  }
}

TEST(FixturesV1, OfEffectsStillSayWhatTheySaid) {
  const auto rows = rows_of("effects.jsonl");
  EXPECT_EQ(rows.size(), 16U) << "version 1 began with 16 effects";
  for (const std::string& row : rows) {
    const auto effect = decode_effect(row);
    ASSERT_TRUE(effect) << effect.error().message << "\n" << row;
    const json now = json::parse(encode(*effect));
    EXPECT_TRUE(now.at("v") != 1 || holds(now, json::parse(row))) << row << "\n" << now;
  }
}

TEST(FixturesV1, AreNotedWhenAValueIsLost) {
  EXPECT_TRUE(holds(json::parse(R"({"a":[{"b":1,"new":2}]})"), json::parse(R"({"a":[{"b":1}]})")));
  EXPECT_FALSE(holds(json::parse(R"({"a":[{"b":2}]})"), json::parse(R"({"a":[{"b":1}]})")));
  EXPECT_FALSE(holds(json::parse(R"({"a":[]})"), json::parse(R"({"a":[{"b":1}]})")));
}

}  // namespace
}  // namespace kedge::journal
