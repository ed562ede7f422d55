// SPDX-License-Identifier: Apache-2.0
#include "bot/server/head.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

#include "bot/base/text.h"

namespace kedge::server {
namespace {

constexpr std::size_t kMethodBytesMax = 16;

bool is_token_char(char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

/// Visible ASCII: what a request target is made of.
bool is_target(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
}

bool is_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

/// Blanks and tabs alone: other white space in a value is refused, not dropped.
std::string_view trim_blanks(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Headers whose second copy another reader of the same bytes might prefer.
bool must_be_single(std::string_view name) {
  static constexpr std::array<std::string_view, 7> kSingle{
      "host",           "content-length",    "content-type",       "authorization",
      "x-github-event", "x-github-delivery", "x-hub-signature-256"};
  return std::find(kSingle.begin(), kSingle.end(), name) != kSingle.end();
}

Malformed bad(std::string reason, int status = 400) {
  return Malformed{.status = status, .reason = std::move(reason)};
}

using Problem = std::optional<Malformed>;

Problem read_version(std::string_view text, Request& request) {
  if (text == "HTTP/1.1") {
    request.minor_version = 1;
  } else if (text == "HTTP/1.0") {
    request.minor_version = 0;
  } else if (text.size() == 8 && text.starts_with("HTTP/") && text[6] == '.') {
    return bad("only HTTP/1.0 and HTTP/1.1 are spoken here", 505);
  } else {
    return bad("the request line has no HTTP version");
  }
  return std::nullopt;
}

Problem read_request_line(std::string_view line, Request& request, std::string& authority) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return bad("the request line is not three words");
  const std::string_view method = line.substr(0, first);
  std::string_view target = line.substr(first + 1, last - first - 1);
  if (!is_token(method) || method.size() > kMethodBytesMax) return bad("the method is none");
  if (auto problem = read_version(line.substr(last + 1), request)) return problem;
  if (target.empty() || !is_target(target)) return bad("the request target has a forbidden character");
  if (target.front() != '/') {
    // RFC 9112 3.2.2: a server takes the absolute form too, and its authority replaces Host.
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return bad("the request target is not a path");
    const std::string name = to_lower(target.substr(0, scheme));
    if (name != "http" && name != "https") return bad("the request target is not a path");
    target.remove_prefix(scheme + 3);
    const std::size_t slash = std::min(target.find_first_of("/?"), target.size());
    authority = target.substr(0, slash);
    if (authority.empty()) return bad("the request target names no host");
    target.remove_prefix(slash);
  }
  const std::size_t mark = target.find('?');
  request.method = method;
  request.path = target.substr(0, mark);
  if (request.path.empty()) request.path = "/";
  if (mark != std::string_view::npos) request.query = target.substr(mark + 1);
  return std::nullopt;
}

Problem read_header_line(std::string_view line, Request& request) {
  if (line.front() == ' ' || line.front() == '\t') return bad("a header is folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("a header line has no colon");
  if (!is_token(line.substr(0, colon))) return bad("a header name has a forbidden character");
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  if (!is_value(value)) return bad("a header value has a control character");
  std::string name = to_lower(line.substr(0, colon));
  if (must_be_single(name) && request.header(name)) return bad("the header " + name + " is there twice");
  request.headers.emplace_back(std::move(name), value);
  return std::nullopt;
}

Problem read_length(const Request& request, Head& head) {
  const auto length = request.header("content-length");
  if (request.header("transfer-encoding")) {
    if (length) return bad("both Content-Length and Transfer-Encoding are given");
    if (request.minor_version == 0) return bad("HTTP/1.0 has no Transfer-Encoding");
    return bad("send the body with a Content-Length", 411);
  }
  if (!length) return std::nullopt;
  const bool digits = !length->empty() && std::all_of(length->begin(), length->end(),
                                                      [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return bad("the Content-Length is no number");
  const auto read = std::from_chars(length->data(), length->data() + length->size(), head.content_length);
  // More digits than 64 bits hold is a number still: the admission answers 413.
  if (read.ec != std::errc{}) head.content_length = std::numeric_limits<std::size_t>::max();
  return std::nullopt;
}

Problem finish(Head& head, const std::string& authority) {
  Request& request = head.request;
  if (!request.header("host")) {
    if (request.minor_version == 1) return bad("the header Host is missing");
    request.headers.emplace_back("host", authority);
  }
  if (!authority.empty()) {
    for (auto& [name, value] : request.headers)
      if (name == "host") value = authority;
  }
  if (auto problem = read_length(request, head)) return problem;
  if (const auto expect = request.header("expect")) {
    if (!equals_ignore_case(*expect, "100-continue")) return bad("only 100-continue can be expected", 417);
    head.expects_continue = request.minor_version == 1;
  }
  head.keep_alive = request.minor_version == 1 ? !request.has_token("connection", "close")
                                               : request.has_token("connection", "keep-alive");
  return std::nullopt;
}

HeadResult parse(std::string_view head_text, std::size_t end, std::size_t headers_max) {
  Head head;
  head.bytes = end;
  std::string authority;
  std::size_t line_end = head_text.find("\r\n");
  if (auto problem = read_request_line(head_text.substr(0, line_end), head.request, authority))
    return *problem;
  head_text.remove_prefix(line_end + 2);
  while (head_text != "\r\n") {
    line_end = head_text.find("\r\n");
    if (head.request.headers.size() == headers_max) return bad("there are too many headers", 431);
    if (auto problem = read_header_line(head_text.substr(0, line_end), head.request)) return *problem;
    head_text.remove_prefix(line_end + 2);
  }
  if (auto problem = finish(head, authority)) return *problem;
  return head;
}

}  // namespace

HeadResult read_head(std::string_view buffer, HeadScan& scan, std::size_t bytes_max,
                     std::size_t headers_max) {
  const std::string_view window = buffer.substr(0, bytes_max);
  while (true) {
    const std::size_t feed = window.find('\n', scan.next);
    if (feed == std::string_view::npos) {
      scan.next = window.size();
      break;
    }
    if (feed == 0 || window[feed - 1] != '\r') return bad("a line ends without a carriage return");
    const bool empty_line = feed - 1 == scan.line_start;
    const bool first_line = scan.line_start == scan.head_start;
    scan.next = scan.line_start = feed + 1;
    if (!empty_line) continue;
    if (!first_line)
      return parse(window.substr(scan.head_start, feed + 1 - scan.head_start), feed + 1, headers_max);
    if (scan.head_start != 0) return bad("there are empty lines before the request line");
    scan.head_start = feed + 1;
  }
  if (buffer.size() >= bytes_max) {
    const bool in_request_line = scan.line_start == scan.head_start;
    return in_request_line ? bad("the request line is too long", 414) : bad("the headers are too long", 431);
  }
  // What cannot become HTTP (a TLS hello on the plain port) is told at once.
  if (buffer.size() > scan.head_start && buffer[scan.head_start] != '\r' &&
      !is_token_char(buffer[scan.head_start]))
    return bad("this is not HTTP");
  return NeedMore{};
}

}  // namespace kedge::server
