// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "bot/base/random.h"
#include "bot/journal/codec.h"
#include "bot/journal/upcast.h"

namespace kedge::journal {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct BadRow {
  std::string name;
  std::string json;
  std::string says;  ///< Must stand in the message.
};

class DecodeEvent : public testing::TestWithParam<BadRow> {};

TEST_P(DecodeEvent, RefusesAsCorrupt) {
  const auto event = decode_event(GetParam().json);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().code, Errc::corrupt);
  EXPECT_THAT(event.error().message, AllOf(HasSubstr("cannot decode"), HasSubstr(GetParam().says)));
}

const std::string kDeep(100'000, '[');

INSTANTIATE_TEST_SUITE_P(
    Rows, DecodeEvent,
    testing::Values(
        BadRow{"Empty", "", "event"}, BadRow{"Truncated", R"({"t":"incident_closed","v":1)", "event"},
        BadRow{"NoObject", "[]", "event"}, BadRow{"NoType", R"({"v":1})", "`t`"},
        BadRow{"TypeOfTheFuture", R"({"t":"incident_frozen","v":1})", "incident_frozen"},
        BadRow{"EffectInsteadOfEvent", R"({"t":"open_issue","v":1})", "open_issue"},
        BadRow{"NoVersion", R"({"t":"incident_closed"})", "incident_closed"},
        BadRow{"VersionOfTheFuture", R"({"t":"incident_closed","v":2})", "version 2"},
        BadRow{"VersionZero", R"({"t":"incident_closed","v":0})", "version 0"},
        BadRow{"WrongKind", R"({"t":"role_taken","v":1,"login":7})", "role_taken: login is not a string"},
        BadRow{"FractionForANumber", R"({"t":"issue_linked","v":1,"issue":1.5})", "issue"},
        BadRow{"NumberTooLarge", R"({"t":"update_sent","v":1,"number":3000000000})", "number"},
        BadRow{"NumberBeyond64Bits", R"({"t":"issue_linked","v":1,"issue":18446744073709551615})", "issue"},
        BadRow{"UnknownName", R"({"t":"phase_changed","v":1,"phase":"asleep"})", "phase"},
        BadRow{"NullWhereAValueMustBe", R"({"t":"issue_linked","v":1,"url":null})", "url"},
        BadRow{"DeepKeyIsNamed",
               R"({"t":"candidate_opened","v":1,"policy":{"severities":[{"rank":0},{"rank":"x"}]}})",
               "candidate_opened: policy.severities.1.rank is not"},
        BadRow{"ForeignBytes", "{\"t\":\"incident_closed\",\"v\":1,\"incident\":\"\xff\"}", "event"},
        BadRow{"NestedAbsurdly", kDeep, "event"}),
    [](const auto& row) { return row.param.name; });

TEST(Decode, GivesMissingKeysTheirDefaults) {
  const auto event = decode_event(R"({"t":"incident_declared","v":1,"incident":"k1"})");
  ASSERT_TRUE(event) << event.error().message;
  const auto& declared = std::get<incident::IncidentDeclared>(*event);
  EXPECT_EQ(declared.incident, IncidentId("k1"));
  EXPECT_EQ(declared.policy, incident::Policy{});
  EXPECT_EQ(declared.detected_at, TimePoint{});
}

TEST(Decode, IgnoresKeysItDoesNotKnow) {
  EXPECT_TRUE(decode_event(R"({"t":"incident_closed","v":1,"incident":"k1","mood":{"a":[1,2]}})"));
}

TEST(Decode, ReplacesADefaultListByAnEmptyOne) {
  const auto event = decode_event(R"({"t":"candidate_opened","v":1,"policy":{"protected_branches":[]}})");
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_TRUE(std::get<incident::CandidateOpened>(*event).policy.protected_branches.empty());
}

TEST(Decode, NamesTheTypeOfABrokenEffect) {
  const auto effect = decode_effect(R"({"t":"react","v":1,"comment_id":"x"})");
  ASSERT_FALSE(effect);
  EXPECT_EQ(effect.error().code, Errc::corrupt);
  EXPECT_THAT(effect.error().message, HasSubstr("react: comment_id"));
}

TEST(Decode, SurvivesEveryDamagedByte) {
  const std::string good =
      encode(incident::EventBody(incident::RollbackPlanned{.incident = IncidentId("k1"), .rollback = "r1"}));
  SplitMix64 random(0x5eed);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(random.below(256));
    const auto event = decode_event(bad);
    EXPECT_TRUE(event || event.error().code == Errc::corrupt) << bad;
    const auto cut = decode_event(std::string_view(good).substr(0, i));
    EXPECT_FALSE(cut);
  }
}

const std::vector<Upcaster> kSteps{
    {"issue_linked", 2, [](std::string json) { return json + " then 3"; }},
    {"issue_linked", 1, [](std::string json) { return json + " then 2"; }},
    {"role_taken", 1, [](std::string json) { return json + " never"; }},
};

TEST(Upcast, AppliesTheStepsOfATypeInOrder) {
  EXPECT_EQ(upcast(kSteps, "issue_linked", 1, 3, "1").value(), "1 then 2 then 3");
  EXPECT_EQ(upcast(kSteps, "issue_linked", 2, 3, "2").value(), "2 then 3");
  EXPECT_EQ(upcast(kSteps, "issue_linked", 3, 3, "3").value(), "3");
}

TEST(Upcast, RefusesWhereAStepIsMissing) {
  const auto lifted = upcast(kSteps, "role_taken", 1, 3, "{}");
  ASSERT_FALSE(lifted);
  EXPECT_EQ(lifted.error().code, Errc::corrupt);
  EXPECT_THAT(lifted.error().message, AllOf(HasSubstr("role_taken"), HasSubstr("version 2")));
}

}  // namespace
}  // namespace kedge::journal
