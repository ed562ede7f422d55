// SPDX-License-Identifier: Apache-2.0
// URLs as text: taken apart leniently enough for settings people type, strictly enough that nothing of one
// can end up in another header or request line. Pure.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge {

struct Url {
  std::string scheme, host;    ///< In lower case; an IPv6 address without its brackets.
  int port = 0;                ///< The scheme's own where none is written (http, https, smtp, smtps), else 0.
  std::string target;          ///< Path and query, at least "/".
  std::string user, password;  ///< Decoded.
};
/// Reads an absolute URL of any scheme; a fragment is dropped. Errors: invalid (the message holds no part of
/// it).
Result<Url> parse_url(std::string_view url);
std::string percent_encode(std::string_view text);  ///< All but unreserved characters (RFC 3986).

}  // namespace kedge
