// SPDX-License-Identifier: Apache-2.0
// Whole texts: limits, hostile words, mentions, answers outside an incident.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "bot/base/text.h"
#include "templates/fill.h"
#include "templates/views.h"
#include "templates/words.h"
#include "tests/support/incident_samples.h"
#include "tests/unit/templates/gfm.h"

namespace kedge::templates {
namespace {

using incident::ChannelKind;
using incident::Incident;
using incident::PostComment;
using incident::Topic;
using ::testing::ContainsRegex;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::size_t kGitHubMax = 65'536;

std::vector<PostComment> every_comment(const std::string& words) {
  std::vector<PostComment> all;
  for (int topic = 0; topic <= static_cast<int>(Topic::note); ++topic) {
    PostComment comment;
    comment.topic = static_cast<Topic>(topic);
    comment.rollback = "r1";
    comment.base = comment.channel = comment.text = words;
    all.push_back(comment);
  }
  return all;
}

std::vector<std::string> every_text(const Incident& incident, const std::string& words) {
  const incident::State state = samples::state();
  const Site site = samples::site();
  std::vector<std::string> all{issue(state, incident, site).body};
  const incident::Rollback& rollback = incident.rollbacks.front();
  all.push_back(pull_request(state, incident, rollback, rollback.branches.front(), site).body);
  for (const PostComment& comment : every_comment(words)) {
    all.push_back(comment_with(state, &incident, comment, site, samples::commands()));
  }
  return all;
}

TEST(Hostile, NoTextOnGitHubHoldsMarkupOfOthers) {
  const std::string words = samples::hostile_words();
  for (const std::string& body : every_text(samples::with_words(words), words)) {
    SCOPED_TRACE(body);
    const testing::GfmDocument document = testing::read_gfm(body);
    EXPECT_THAT(document.urls, Each(StartsWith("https://github.com/acme/api")));
    EXPECT_THAT(document.html, Each(::testing::AnyOf(std::string(kStateBegin), std::string(kStateEnd))));
    EXPECT_EQ(document.nodes.count("image"), 0U);
    EXPECT_FALSE(std::regex_search(body, std::regex{R"((^|\n)[ \t]*/)"}) &&
                 body.find("```") == std::string::npos);
  }
}

TEST(Hostile, TheStateSectionIsFoundOnce) {
  const std::string body =
      issue(samples::state(), samples::with_words(samples::hostile_words()), samples::site()).body;
  EXPECT_EQ(body.find(kStateBegin), body.rfind(kStateBegin));
  EXPECT_EQ(body.find(kStateEnd), body.rfind(kStateEnd));
  EXPECT_LT(body.find(kStateBegin), body.find(kStateEnd));
  EXPECT_EQ(body.find("<!-- kedge:issue"), std::string::npos);
  const std::string section =
      state_section(samples::state(), samples::with_words(samples::hostile_words()), samples::site());
  EXPECT_NE(body.find(section), std::string::npos);
}

TEST(Limits, GitHubsAreKeptAndCutsAreSaid) {
  for (const std::string& words : {samples::hostile_words(), std::string(5000, '<')}) {
    const Incident incident = samples::with_lists(60, words);
    for (const std::string& body : every_text(incident, words)) {
      EXPECT_LE(length_utf16(body), kGitHubMax - 500) << "room for the marker";
      EXPECT_FALSE(body.empty());
    }
    EXPECT_LE(length_utf16(state_section(samples::state(), incident, samples::site())), kStateMax);
    EXPECT_THAT(state_section(samples::state(), incident, samples::site()), HasSubstr("more"));
    const auto& rollback = incident.rollbacks.front();
    const Titled pull =
        pull_request(samples::state(), incident, rollback, rollback.branches.front(), samples::site());
    EXPECT_LE(length_utf16(pull.title), kTitleMax);
    EXPECT_LE(length_utf16(issue(samples::state(), incident, samples::site()).title), kTitleMax);
  }
}

TEST(Limits, TheNextStepOutlivesEveryCut) {
  Incident incident = samples::with_lists(400, std::string(3000, '*'));
  incident.rollbacks.clear();
  incident.proposal = samples::clean_plan();
  const std::string section = state_section(samples::state(), incident, samples::site());
  EXPECT_THAT(section, HasSubstr("\n/rollback a1b2c3d4e5f60718293a4b5c6d7e8f9012345678\n"));
}

TEST(Limits, EveryProductsIsKept) {
  const std::pair<ChannelKind, std::size_t> limits[] = {{ChannelKind::slack, 3500},
                                                        {ChannelKind::discord, 2000},
                                                        {ChannelKind::mail, 60'000},
                                                        {ChannelKind::pagerduty, 1024}};
  for (const auto& [kind, limit] : limits) {
    for (const std::string& words : {samples::hostile_words(), std::string(900, '<')}) {
      for (const bool living : {false, true}) {
        const Titled made = chat(samples::state(), samples::with_lists(20, words), samples::channel(kind),
                                 {.number = 2, .living = living}, samples::site());
        EXPECT_LE(length_utf16(made.body), limit);
        EXPECT_LE(length_utf16(made.title), kTitleMax);
        EXPECT_EQ(made.title.find('\n'), std::string::npos);
        if (kind == ChannelKind::pagerduty) continue;
        EXPECT_THAT(made.body, HasSubstr("Next update due by"));
      }
    }
  }
}

TEST(Fit, CutsAtALineAndClosesCode) {
  const std::string text =
      "head\n```text\n" + std::string(300, 'x') + "\n" + std::string(300, 'y') + "\n```\n";
  const std::string cut = fit(400, [&](const Room&) { return text; });
  EXPECT_LE(length_utf16(cut), 400U);
  EXPECT_THAT(cut, ::testing::EndsWith("The rest was cut: it was too long for this message."));
  EXPECT_EQ(testing::read_gfm(cut).blocks.size(), 1U);
  EXPECT_EQ(cut.find('y'), std::string::npos);
}

TEST(Mentions, OnlyThroughTheChannelsMapping) {
  Incident incident = samples::identified();
  const auto said = [&](ChannelKind kind, const std::map<std::string, std::string>& mapping,
                        bool living = false) {
    incident::Channel channel = samples::channel(kind);
    channel.mentions = mapping;
    return chat(samples::state(), incident, channel, {.number = 2, .living = living}, samples::site()).body;
  };
  EXPECT_THAT(said(ChannelKind::slack, {{"@alice", "U024BE7LH"}}), HasSubstr("Commander: <@U024BE7LH>"));
  EXPECT_THAT(said(ChannelKind::slack, {{"@alice", "S0614TZR7"}}),
              HasSubstr("Commander: <!subteam^S0614TZR7>"));
  EXPECT_THAT(said(ChannelKind::discord, {{"@alice", "<@&1234>"}}), HasSubstr("Commander: <@&1234>"));
  EXPECT_THAT(said(ChannelKind::discord, {{"@alice", "1234"}}), HasSubstr("Commander: <@1234>"));
  EXPECT_THAT(said(ChannelKind::slack, {{"@bob", "U1"}}), HasSubstr("Commander: alice"));
  EXPECT_THAT(said(ChannelKind::slack, {{"@alice", "U1> <!channel"}}), HasSubstr("Commander: alice"));
  EXPECT_THAT(said(ChannelKind::mail, {{"@alice", "U1"}}), HasSubstr("Commander: alice"));
  // The living message is edited again and again and pings nobody.
  EXPECT_THAT(said(ChannelKind::slack, {{"@alice", "U1"}}, true), HasSubstr("Commander: alice"));
}

TEST(Comment, OutsideAnIncidentSaysItsText) {
  for (PostComment comment : every_comment("There is no open incident here.")) {
    const std::string body =
        comment_with(samples::state(), nullptr, comment, samples::site(), samples::commands());
    EXPECT_THAT(body, Not(IsEmpty()));
    EXPECT_THAT(body, Not(HasSubstr("****")));
    if (comment.topic == Topic::help) continue;
    EXPECT_THAT(body, HasSubstr("There is no open incident here."));
  }
}

TEST(Comment, HelpNamesOnlyCommandsInForce) {
  const std::string body =
      comment_with(samples::state(), nullptr, {.topic = Topic::help}, samples::site(), samples::commands());
  EXPECT_THAT(body, HasSubstr("`/ack`"));
  EXPECT_THAT(body, Not(HasSubstr("/freeze")));
}

TEST(RollbackCommand, IsPastedBackOrLeftOut) {
  rollback::Plan plan = samples::clean_plan();
  EXPECT_EQ(rollback_command(plan), "/rollback a1b2c3d4e5f60718293a4b5c6d7e8f9012345678");
  plan.paths = {"src/a.cc", "docs"};
  EXPECT_EQ(rollback_command(plan), "/rollback a1b2c3d4e5f60718293a4b5c6d7e8f9012345678 -- src/a.cc docs");
  plan.paths = {"src/a b.cc"};
  EXPECT_EQ(rollback_command(plan), "");
  plan.paths.clear();
  plan.targets[0].kind = rollback::TargetKind::range;
  plan.targets[0].ref = "v1..v2";
  EXPECT_EQ(rollback_command(plan), "/rollback v1..v2");
  plan.targets[0].ref = "v1`..v2";
  EXPECT_EQ(rollback_command(plan), "");
  plan.targets.clear();
  EXPECT_EQ(rollback_command(plan), "");
}

TEST(Words, EveryTextFillsFromAnEmptyView) {
  for (const Words& words : all_words()) {
    EXPECT_THAT(fill(words.name, View{}), Not(HasSubstr("{{"))) << words.name;
    EXPECT_THAT(std::string(words.text), Not(ContainsRegex("[{][{][{&=]"))) << words.name;
  }
}

TEST(View, ValuesAreNotReadAsTemplates) {
  const std::string filled = fill("comment_note", View{}.put("said", own("{{b}} <&>")).put("b", own("no")));
  EXPECT_EQ(filled, "{{b}} <&>");
}

TEST(Drill, IsSaidInEveryTitle) {
  Incident incident = samples::rolling_back(incident::RollbackState::prepared);
  incident.drill = true;
  const auto& rollback = incident.rollbacks.front();
  EXPECT_THAT(issue(samples::state(), incident, samples::site()).title, StartsWith("[DRILL] [P0] "));
  EXPECT_THAT(
      pull_request(samples::state(), incident, rollback, rollback.branches.front(), samples::site()).title,
      StartsWith("[DRILL] Revert \""));
  EXPECT_THAT(
      chat(samples::state(), incident, samples::channel(ChannelKind::mail), {}, samples::site()).title,
      StartsWith("[DRILL] "));
}

}  // namespace
}  // namespace kedge::templates
