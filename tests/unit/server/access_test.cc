// SPDX-License-Identifier: Apache-2.0
#include "bot/server/access.h"

#include <gtest/gtest.h>

namespace kedge::server {
namespace {

const TimePoint kNow = *parse_utc("2026-04-18T09:05:07Z");
const Secret kToken{"an admin token"};

Request request_with(std::vector<std::pair<std::string, std::string>> headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

std::string session_of(const Access& access, const Request& request = {}) {
  const std::string set = access.session_cookie(request, kNow);
  return set.substr(0, set.find(';'));
}

TEST(Access, ApiTakesTheBearerTokenAndNothingElse) {
  const Access access(kToken, true);
  EXPECT_EQ(access.api(request_with({{"authorization", "Bearer an admin token"}})), Verdict::allowed);
  EXPECT_EQ(access.api(request_with({{"authorization", "bearer   an admin token"}})), Verdict::allowed);
  for (const char* wrong : {"Bearer an admin toke", "Bearer an admin token2", "Bearer",
                            "Basic an admin token", "an admin token", "Bearer "})
    EXPECT_EQ(access.api(request_with({{"authorization", wrong}})), Verdict::sign_in) << wrong;
  EXPECT_EQ(access.api(request_with({{"cookie", session_of(access)}})), Verdict::sign_in);
}

TEST(Access, TheCookieOfASignInOpensPagesUntilItEnds) {
  const Access access(kToken, false);
  const auto request = request_with({{"cookie", "other=1; " + session_of(access)}});
  EXPECT_EQ(access.page(request, kNow), Verdict::allowed);
  EXPECT_EQ(access.page(request, kNow + kSessionTime - std::chrono::milliseconds{1}), Verdict::allowed);
  EXPECT_EQ(access.page(request, kNow + kSessionTime), Verdict::sign_in);
}

TEST(Access, AnotherTokenEndsEarlierSessions) {
  const auto request = request_with({{"cookie", session_of(Access(kToken, false))}});
  EXPECT_EQ(Access(Secret{"a new token"}, false).page(request, kNow), Verdict::sign_in);
}

TEST(Access, ACookieWithAnotherEndIsForged) {
  const Access access(kToken, false);
  std::string session = session_of(access);
  session[std::string_view("kedge_session=").size()] = '9';
  EXPECT_EQ(access.page(request_with({{"cookie", session}}), kNow), Verdict::sign_in);
  for (const char* wrong : {"kedge_session=", "kedge_session=9999999999999.", "kedge_session=x.y"})
    EXPECT_EQ(access.page(request_with({{"cookie", wrong}}), kNow), Verdict::sign_in) << wrong;
}

TEST(Access, TheCookieIsOutOfReachForScriptsAndOtherSites) {
  const Access access(kToken, false);
  const std::string plain = access.session_cookie({}, kNow);
  EXPECT_NE(plain.find("; HttpOnly; SameSite=Strict"), std::string::npos);
  EXPECT_EQ(plain.find("Secure"), std::string::npos);
  EXPECT_EQ(plain.find("an admin token"), std::string::npos);
  EXPECT_NE(access.session_cookie(request_with({{"x-forwarded-proto", "https"}}), kNow).find("; Secure"),
            std::string::npos);
}

struct LocalRow {
  const char* host;
  Verdict verdict;
};

TEST(Access, WithoutATokenOnlyThisMachineByItsOwnNameIsAnswered) {
  const Access access(Secret{}, true);
  for (const auto& row :
       {LocalRow{"127.0.0.1:8080", Verdict::allowed}, LocalRow{"localhost", Verdict::allowed},
        LocalRow{"[::1]:8080", Verdict::allowed}, LocalRow{"evil.example", Verdict::closed},
        LocalRow{"127.evil.example", Verdict::closed}, LocalRow{"localhost.evil.example", Verdict::closed},
        LocalRow{"", Verdict::closed}})
    EXPECT_EQ(access.api(request_with({{"host", row.host}})), row.verdict) << row.host;
}

TEST(Access, WithoutATokenAProxyIsNotThisMachine) {
  const Access access(Secret{}, true);
  for (const char* header : {"forwarded", "via", "x-forwarded-for", "x-real-ip"})
    EXPECT_EQ(access.page(request_with({{"host", "localhost"}, {header, "1"}}), kNow), Verdict::closed)
        << header;
}

TEST(Access, WithoutATokenAPublicListenerIsClosed) {
  EXPECT_EQ(Access(Secret{}, false).api(request_with({{"host", "localhost"}})), Verdict::closed);
  EXPECT_EQ(Access(Secret{}, false).page(request_with({{"host", "localhost"}}), kNow), Verdict::closed);
}

}  // namespace
}  // namespace kedge::server
