// SPDX-License-Identifier: Apache-2.0
#include "bot/base/url.h"

#include <algorithm>
#include <charconv>

#include "bot/base/text.h"

namespace kedge {
namespace {

constexpr std::size_t kUrlBytesMax = 8192;

int default_port(std::string_view scheme) {
  if (scheme == "http") return 80;
  if (scheme == "https") return 443;
  if (scheme == "smtp") return 25;
  if (scheme == "smtps") return 465;
  return 0;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string byte = text[at] == '%' ? from_hex(text.substr(at + 1, 2)) : std::string();
    if (byte.size() == 1) {
      out += byte;
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f;
  });
}

bool is_scheme(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && letter(text.front()) && std::ranges::all_of(text, [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool is_host(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x7f || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
         });
}

Result<int> parse_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    return fail(Errc::invalid, "cannot read URL: the port is not a number from 1 to 65535");
  return port;
}

void take_user(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':');
  url.user = percent_decode(text.substr(0, colon));
  if (colon != std::string_view::npos) url.password = percent_decode(text.substr(colon + 1));
}

Result<void> take_host(std::string_view text, Url& url) {
  std::string_view rest;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return fail(Errc::invalid, "cannot read URL: the host has no `]`");
    url.host = to_lower(text.substr(1, close - 1));
    rest = text.substr(close + 1);
    if (!is_ipv6(url.host)) return fail(Errc::invalid, "cannot read URL: the host is no IPv6 address");
  } else {
    const std::size_t colon = text.find(':');
    url.host = to_lower(text.substr(0, colon));
    rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    if (!is_host(url.host)) return fail(Errc::invalid, "cannot read URL: it has no host, or a bad one");
  }
  url.port = default_port(url.scheme);
  if (rest.empty() || rest == ":") return {};
  if (rest.front() != ':') return fail(Errc::invalid, "cannot read URL: something follows the host");
  KEDGE_TRY(port, parse_port(rest.substr(1)));
  url.port = port;
  return {};
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) return fail(Errc::invalid, "cannot read URL: it is too long");
  if (!is_printable(text))
    return fail(Errc::invalid, "cannot read URL: it holds blanks or control characters");
  const std::size_t colon = text.find("://");
  Url url;
  if (colon != std::string_view::npos) url.scheme = to_lower(text.substr(0, colon));
  if (!is_scheme(url.scheme)) return fail(Errc::invalid, "cannot read URL: it does not begin with a scheme");
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));
  const std::size_t path = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, path);
  url.target = text.substr(path);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos) {
    take_user(authority.substr(0, at), url);
    authority.remove_prefix(at + 1);
  }
  KEDGE_CHECK(take_host(authority, url));
  return url;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                            c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved)
      out += c;
    else
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace kedge
