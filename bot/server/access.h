// SPDX-License-Identifier: Apache-2.0
// Who may read the dashboard and the API. With an admin token: a bearer header, or the cookie that signing in
// gave. Without one: only what comes over a loopback listener, addressed to this machine and through no
// proxy, for a page of a stranger (DNS rebinding) or a forgotten proxy must not open the incidents to the
// world.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/secret.h"
#include "bot/base/time.h"
#include "bot/server/http.h"

namespace kedge::server {

inline constexpr std::string_view kSessionCookie = "kedge_session";
inline constexpr std::chrono::hours kSessionTime{12};

enum class Verdict {
  allowed,
  sign_in,  ///< The admin token is asked for: 401, or the sign-in page.
  closed,   ///< There is no token to ask for: 403 with what to set.
};

class Access {
 public:
  /// `loopback`: the listener is reached from this machine alone.
  Access(Secret admin_token, bool loopback) : token_(std::move(admin_token)), loopback_(loopback) {}

  /// For the API: bearer token only, since a cookie is sent by pages that did not ask.
  [[nodiscard]] Verdict api(const Request& request) const;
  /// For pages: the cookie.
  [[nodiscard]] Verdict page(const Request& request, TimePoint now) const;
  [[nodiscard]] bool has_token() const { return !token_.empty(); }
  /// In constant time, whatever the lengths.
  [[nodiscard]] bool is_token(std::string_view text) const;
  /// A `Set-Cookie` value: when it ends and an HMAC over that with the token as key. Nothing is kept, so it
  /// holds on every replica and after a restart, and ends when the token is changed.
  [[nodiscard]] std::string session_cookie(const Request& request, TimePoint now) const;
  [[nodiscard]] static std::string ended_cookie();

 private:
  [[nodiscard]] bool local(const Request& request) const;
  [[nodiscard]] bool session_holds(std::string_view value, TimePoint now) const;

  Secret token_;
  bool loopback_;
};

}  // namespace kedge::server
