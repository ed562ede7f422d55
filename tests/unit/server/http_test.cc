// SPDX-License-Identifier: Apache-2.0
#include "bot/server/http.h"

#include <gtest/gtest.h>

namespace kedge::server {
namespace {

TEST(Wire, HasDateLengthAndConnection) {
  Response response = text_response(202, "ok");
  response.close = true;
  EXPECT_EQ(to_wire(response, {.now = *parse_utc("1994-11-06T08:49:37Z")}),
            "HTTP/1.1 202 Accepted\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n");
}

TEST(Wire, HeadHasTheHeadersAlone) {
  const std::string wire = to_wire(text_response(200, "four"), {.head_only = true});
  EXPECT_NE(wire.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(wire.ends_with("\r\n\r\n"));
}

TEST(Wire, OldHttpIsToldThatTheConnectionStays) {
  EXPECT_NE(to_wire(text_response(200, ""), {.minor_version = 0}).find("Connection: keep-alive"),
            std::string::npos);
}

TEST(Form, DecodesValuesAndRefusesBrokenEncoding) {
  EXPECT_EQ(form_value("a=1&token=x%20y+z%2B&b", "token"), "x y z+");
  EXPECT_EQ(form_value("a=1&b", "b"), "");
  EXPECT_EQ(form_value("a=1", "token"), std::nullopt);
  EXPECT_EQ(form_value("token=%4", "token"), std::nullopt);
  EXPECT_EQ(form_value("token=%zz", "token"), std::nullopt);
}

TEST(Cookie, IsFoundByItsWholeName) {
  EXPECT_EQ(cookie("xkedge=1; kedge=2;kedge=3", "kedge"), "2");
  EXPECT_EQ(cookie("kedge", "kedge"), std::nullopt);
}

TEST(JsonQuoted, EscapesControlsAndMendsUtf8) {
  EXPECT_EQ(json_quoted("a\"\\\n\x01\xff"), "\"a\\\"\\\\\\u000a\\u0001\xef\xbf\xbd\"");
}

TEST(Request, TokensOfAListAreComparedWithoutCase) {
  Request request;
  request.headers = {{"connection", "Upgrade ,  CLOSE"}};
  EXPECT_TRUE(request.has_token("connection", "close"));
  EXPECT_FALSE(request.has_token("connection", "clos"));
}

}  // namespace
}  // namespace kedge::server
