// SPDX-License-Identifier: Apache-2.0
// The one parser of request heads. Strict where two parsers could differ, for there request smuggling lives:
// CRLF only, no folding, no blank before a colon, one Host, one Content-Length of digits alone, no
// Transfer-Encoding. Pure; bounded by what the caller buffers. Source: RFC 9110 and 9112.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "bot/server/http.h"

namespace kedge::server {

struct NeedMore {};
/// Answered with this status, and the connection closes: where the next request begins is not known.
struct Malformed {
  int status = 400;
  std::string reason;
};
struct Head {
  Request request;
  std::size_t bytes = 0;  ///< Length of the head in the buffer; the body begins there.
  std::size_t content_length = 0;
  bool expects_continue = false;
  bool keep_alive = true;
};
using HeadResult = std::variant<NeedMore, Malformed, Head>;

/// Where the search for the end of one head stands, so that a byte at a time costs no more than all at once.
struct HeadScan {
  std::size_t next = 0;
  std::size_t line_start = 0;
  std::size_t head_start = 0;  ///< After one empty line, which a client may send first.
};

/// Reads the head at the front of `buffer`, whose earlier bytes are those of the call before with this
/// `scan`.
HeadResult read_head(std::string_view buffer, HeadScan& scan, std::size_t bytes_max, std::size_t headers_max);

}  // namespace kedge::server
