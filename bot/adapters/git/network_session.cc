// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/network_session.h"

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kErrorTextMax = 1000;

Error refusal(int status, const std::string& url, const std::string& words, std::optional<Duration> after) {
  const auto error = [&](Errc code, std::string_view what) {
    return Error{.code = code,
                 .message = fmt::format("cannot reach {}: {} (HTTP {}){}{}", url, what, status,
                                        words.empty() ? "" : ": ", words),
                 .retry_after = after,
                 .certainly_not_done = status < 500};
  };
  if (status == 401) return error(Errc::denied, "the server does not accept the credentials");
  if (status == 429 || (status == 403 && after)) return error(Errc::rate_limited, "too many requests");
  if (status == 403) return error(Errc::denied, "the server refuses access");
  if (status == 404) return error(Errc::not_found, "no such repository, or the token cannot see it");
  if (status >= 500) return error(Errc::unavailable, "the server failed");
  return error(Errc::invalid, "unexpected answer");
}

}  // namespace

Result<void> AuthorizedHttp::renew_token() {
  if (!session_.token) return {};
  ++session_.token_calls;
  KEDGE_TRY(token, session_.token());
  token_ = std::move(token);
  return {};
}

Result<void> AuthorizedHttp::send(HttpRequest& request, const std::string& whom) {
  if (session_.token_calls == 0) KEDGE_CHECK(renew_token());
  while (true) {
    request.token = token_;
    KEDGE_TRY(status, exchange_.send(request));
    if (status == 200) {
      session_.accepted = token_;
      return {};
    }
    const std::string words = exchange_.read_words(kErrorTextMax);
    const bool again = status == 401 && session_.token && session_.token_calls < kTokenCallsMax;
    if (!again) return pass(refusal(status, whom, words, exchange_.retry_after()));
    KEDGE_CHECK(renew_token());
  }
}

}  // namespace kedge::adapters::git
