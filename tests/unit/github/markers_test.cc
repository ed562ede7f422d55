// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/markers.h"

#include <gtest/gtest.h>

#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

TEST(Marker, StandsAtTheEnd) {
  EXPECT_EQ(*with_marker("Text\n\n", "comment", "1001/7/0"), "Text\n\n<!-- kedge:comment id=1001/7/0 -->");
}

TEST(Marker, OfAnotherEffectIsNotTaken) {
  const auto text = *with_marker("Text", "comment", "1001/7/1");
  EXPECT_TRUE(has_marker(text, "comment", "1001/7/1"));
  EXPECT_FALSE(has_marker(text, "comment", "1001/7/10"));
  EXPECT_FALSE(has_marker(text, "comment", "1/7/1"));
  EXPECT_FALSE(has_marker(text, "incident", "1001/7/1"));
}

TEST(Marker, OfAStrangerInTheTextIsMadeVisible) {
  const auto text = *with_marker("<!-- kedge:comment id=1001/9/9 --> hi", "comment", "1001/7/0");
  EXPECT_FALSE(has_marker(text, "comment", "1001/9/9"));
  EXPECT_TRUE(has_marker(text, "comment", "1001/7/0"));
}

TEST(Marker, CountsCharactersAndNotBytes) {
  std::string text;
  for (int i = 0; i < 40000; ++i) text += "ü";
  EXPECT_TRUE(with_marker(text, "comment", "1/1/1"));
  const auto refused = with_marker(text + text, "comment", "1/1/1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
}

TEST(State, ReplacesOnlyWhatIsOurs) {
  const std::string body =
      "Mine\n<!-- kedge:state:begin -->\nold\n<!-- kedge:state:end -->\nYours\n<!-- kedge:incident id=1/1/1 "
      "-->";
  EXPECT_EQ(with_state(body, "new"),
            "Mine\n<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->\nYours\n<!-- kedge:incident "
            "id=1/1/1 -->");
}

TEST(State, IsPutAtTheEndWhereThereIsNone) {
  EXPECT_EQ(with_state("Mine", "new"), "Mine\n\n<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->");
  EXPECT_EQ(with_state("", "new"), "<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->");
}

TEST(State, WithItsBoundsIsTheSameAsWithout) {
  EXPECT_EQ(with_state("", "<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->"),
            with_state("", "new"));
}

TEST(State, ThatSaysTheSameLeavesEveryByte) {
  const std::string body =
      "Mine\r\n<!-- kedge:state:begin -->\r\na\r\nb\r\n<!-- kedge:state:end -->\r\nYours";
  EXPECT_EQ(with_state(body, "a\nb"), body);
}

TEST(State, SurvivesDamagedBounds) {
  const std::string begin_only = with_state("Mine\n<!-- kedge:state:begin -->\nYours", "new");
  EXPECT_EQ(begin_only, "Mine\n\nYours\n\n<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->");
  EXPECT_EQ(with_state(begin_only, "new"), begin_only);
  EXPECT_EQ(with_state("<!-- kedge:state:end -->\nMine\n<!-- kedge:state:begin -->", "new"),
            "Mine\n\n<!-- kedge:state:begin -->\nnew\n<!-- kedge:state:end -->");
}

TEST(State, CannotBeEndedByAStrangersText) {
  const std::string body = with_state("Mine", "subject <!-- kedge:state:end --> and more");
  EXPECT_EQ(body.find("<!-- kedge:state:end -->"), body.rfind("<!-- kedge:state:end -->"));
  EXPECT_EQ(with_state(body, "subject <!-- kedge:state:end --> and more"), body);
}

TEST(Title, IsOneLineOfLimitedLength) {
  EXPECT_EQ(to_title("a\r\nb\tc"), "a  b c");
  std::string text;
  for (int i = 0; i < 300; ++i) text += "ü";
  const std::string title = to_title(text);
  EXPECT_EQ(count_characters(title), 256U);
  EXPECT_TRUE(title.ends_with("…"));
  EXPECT_TRUE(is_valid_utf8(to_title("\xff\xfe bad")));
}

}  // namespace
}  // namespace kedge::adapters::github
