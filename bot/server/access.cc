// SPDX-License-Identifier: Apache-2.0
#include "bot/server/access.h"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "bot/base/sha256.h"
#include "bot/base/text.h"
#include "webhooks/signature.h"

namespace kedge::server {
namespace {

/// The HMAC's own text begins with this, so that a session can never be taken for another use of the token.
std::string session_text(std::int64_t ends_ms) {
  return fmt::format("kedge dashboard session until {}", ends_ms);
}

/// `localhost`, `127.x.y.z` or `[::1]`, with or without a port.
bool names_this_machine(std::string_view host) {
  if (host.starts_with("[")) return host.substr(0, host.find(']') + 1) == "[::1]";
  const std::string_view name = host.substr(0, host.find(':'));
  if (equals_ignore_case(name, "localhost")) return true;
  return name.starts_with("127.") &&
         std::all_of(name.begin(), name.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

bool Access::local(const Request& request) const {
  static constexpr std::array<std::string_view, 4> kProxyHeaders{"forwarded", "via", "x-forwarded-for",
                                                                 "x-real-ip"};
  if (!loopback_ || !names_this_machine(request.header("host").value_or(""))) return false;
  return std::none_of(kProxyHeaders.begin(), kProxyHeaders.end(),
                      [&](std::string_view name) { return request.header(name).has_value(); });
}

bool Access::is_token(std::string_view text) const {
  if (token_.empty()) return false;
  const std::string given = sha256(text);
  const std::string wanted = sha256(token_.reveal());
  return CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

Verdict Access::api(const Request& request) const {
  if (token_.empty()) return local(request) ? Verdict::allowed : Verdict::closed;
  const std::string_view header = request.header("authorization").value_or("");
  const std::size_t blank = header.find(' ');
  if (blank == std::string_view::npos || !equals_ignore_case(header.substr(0, blank), "bearer"))
    return Verdict::sign_in;
  return is_token(trim(header.substr(blank))) ? Verdict::allowed : Verdict::sign_in;
}

Verdict Access::page(const Request& request, TimePoint now) const {
  if (token_.empty()) return local(request) ? Verdict::allowed : Verdict::closed;
  for (const auto& [name, value] : request.headers) {
    if (name != "cookie") continue;
    const auto session = cookie(value, kSessionCookie);
    if (session && session_holds(*session, now)) return Verdict::allowed;
  }
  return Verdict::sign_in;
}

std::string Access::session_cookie(const Request& request, TimePoint now) const {
  const std::int64_t ends = to_unix_ms(now + kSessionTime);
  // TLS ends in a proxy, which says so; over plain HTTP a browser would drop a Secure cookie.
  const bool tls = equals_ignore_case(request.header("x-forwarded-proto").value_or(""), "https");
  return fmt::format("{}={}.{}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}", kSessionCookie, ends,
                     webhooks::sign(session_text(ends), token_).substr(std::string_view("sha256=").size()),
                     std::chrono::seconds(kSessionTime).count(), tls ? "; Secure" : "");
}

std::string Access::ended_cookie() {
  return fmt::format("{}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict", kSessionCookie);
}

bool Access::session_holds(std::string_view value, TimePoint now) const {
  const std::size_t dot = value.find('.');
  if (dot == std::string_view::npos) return false;
  std::int64_t ends = 0;
  const auto read = std::from_chars(value.data(), value.data() + dot, ends);
  if (read.ec != std::errc{} || read.ptr != value.data() + dot || ends <= to_unix_ms(now)) return false;
  const std::string signature = "sha256=" + std::string(value.substr(dot + 1));
  return webhooks::verify(session_text(ends), signature, std::span(&token_, 1));
}

}  // namespace kedge::server
