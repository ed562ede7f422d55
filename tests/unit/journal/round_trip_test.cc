// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <set>

#include "bot/base/text.h"
#include "bot/journal/codec.h"
#include "tests/unit/journal/filled.h"

namespace kedge::journal {
namespace {

using incident::EffectBody;
using incident::EventBody;
using test::Filler;

TEST(RoundTrip, KeepsEveryFieldOfEveryEvent) {
  test::for_each_alternative<EventBody>([]<typename T>(T value) {
    Filler{}.fill(value);
    const std::string text = encode(EventBody(value));
    const auto back = decode_event(text);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_TRUE(std::holds_alternative<T>(*back)) << text;
    EXPECT_TRUE(test::same(value, std::get<T>(*back))) << text;
    EXPECT_EQ(encode(*back), text);
  });
}

TEST(RoundTrip, KeepsEveryFieldOfEveryEffect) {
  test::for_each_alternative<EffectBody>([]<typename T>(T value) {
    Filler{}.fill(value);
    const std::string text = encode(EffectBody(value));
    const auto back = decode_effect(text);
    ASSERT_TRUE(back) << back.error().message;
    ASSERT_TRUE(std::holds_alternative<T>(*back)) << text;
    EXPECT_TRUE(test::same(value, std::get<T>(*back))) << text;
    EXPECT_EQ(encode(*back), text);
  });
}

TEST(RoundTrip, KeepsDefaults) {
  test::for_each_alternative<EventBody>([]<typename T>(const T& value) {
    const auto back = decode_event(encode(EventBody(value)));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_TRUE(test::same(value, std::get<T>(*back))) << type_of(*back);
  });
}

TEST(RoundTrip, TellsAFilledRecordFromADefaultOne) {
  test::for_each_alternative<EventBody>([]<typename T>(const T& value) {
    T filled;
    Filler{}.fill(filled);
    EXPECT_FALSE(test::same(value, filled)) << encode(EventBody(filled));
  });
}

TEST(RoundTrip, GivesEveryTypeItsOwnName) {
  std::set<std::string_view> names;
  test::for_each_alternative<EventBody>([&]<typename T>(const T&) { names.insert(Stored<T>::kType); });
  EXPECT_EQ(names.size(), std::variant_size_v<EventBody>);
  names.clear();
  test::for_each_alternative<EffectBody>([&]<typename T>(const T&) { names.insert(Stored<T>::kType); });
  EXPECT_EQ(names.size(), std::variant_size_v<EffectBody>);
}

TEST(RoundTrip, BeginsWithTypeAndVersion) {
  EXPECT_THAT(encode(EventBody(incident::IncidentClosed{IncidentId("k2345")})),
              testing::StartsWith(R"({"t":"incident_closed","v":1,"incident":"k2345")"));
  EXPECT_EQ(encode(EffectBody(incident::OpenIssue{})), R"({"t":"open_issue","v":1})");
}

TEST(RoundTrip, MakesForeignBytesValidInsteadOfFailing) {
  for (const std::string_view bytes :
       {"\xff", "a\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ok \xe2\x82 no"}) {
    const EventBody event = incident::SignalReceived{{.issue = 7, .title = std::string(bytes)}};
    const std::string text = encode(event);
    EXPECT_TRUE(is_valid_utf8(text));
    const auto back = decode_event(text);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_THAT(std::get<incident::SignalReceived>(*back).signal.title, testing::HasSubstr("\xef\xbf\xbd"));
  }
}

TEST(RoundTrip, MakesForeignBytesInKeysValid) {
  incident::CandidateOpened event;
  event.policy.channels.push_back({.name = "ops", .settings = {{"\xff", "x"}}});
  const auto back = decode_event(encode(EventBody(event)));
  ASSERT_TRUE(back) << back.error().message;
}

TEST(TimerNames, AreReadBack) {
  for (const incident::TimerKind kind : Names<incident::TimerKind>::all)
    EXPECT_EQ(timer_kind(name_of(kind)), kind);
  EXPECT_EQ(name_of(incident::TimerKind::update_due), "update_due");
  EXPECT_EQ(timer_kind("lunch"), std::nullopt);
}

}  // namespace
}  // namespace kedge::journal
