// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/redact.h"

#include <algorithm>
#include <array>

#include "bot/base/text.h"

namespace kedge::adapters::system {
namespace {

bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_token(char c) {
  return is_alnum(c) || c == '_' || c == '-' || c == '.';
}
bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= 0x20 ||
         std::string_view("\"'<>`\\)|").find(c) != std::string_view::npos;
}

template <typename Predicate>
std::size_t span_while(std::string_view text, std::size_t from, Predicate predicate) {
  while (from < text.size() && predicate(text[from])) ++from;
  return from;
}

bool at_ignoring_case(std::string_view text, std::size_t at, std::string_view word) {
  return equals_ignore_case(text.substr(at, word.size()), word);
}

/// A piece of the text to replace; nothing where `end` is not behind `begin`.
struct Cut {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Cut github_or_slack_token(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t prefix = 0;
  for (const std::string_view known : {"ghs_", "ghp_", "gho_", "ghu_", "ghr_", "github_pat_", "xapp-"}) {
    if (rest.starts_with(known)) prefix = known.size();
  }
  if (rest.starts_with("xox") && rest.size() > 4 && is_alnum(rest[3]) && rest[4] == '-') prefix = 5;
  if (prefix == 0) return {};
  const std::size_t end = span_while(text, at + prefix, is_token);
  const std::size_t length = end - at - prefix;
  // Inside a word (`highs_low`) only what is as long as a token counts; `%3Aghs_…` is such a case.
  const bool starts_word = at == 0 || !is_alnum(text[at - 1]);
  return length >= (starts_word ? 1U : 16U) ? Cut{at, end} : Cut{};
}

Cut json_web_token(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("eyJ") || (at > 0 && is_token(text[at - 1]))) return {};
  const std::size_t end = span_while(text, at, is_token);
  const std::string_view token = text.substr(at, end - at);
  return token.size() >= 20 && std::ranges::count(token, '.') >= 2 ? Cut{at, end} : Cut{};
}

Cut private_key(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("-----BEGIN ")) return {};
  const std::size_t title = text.find("-----", at + 11);
  if (title == std::string_view::npos || !text.substr(at, title - at).ends_with("PRIVATE KEY")) return {};
  const std::size_t end = text.find("-----END ", title);
  if (end == std::string_view::npos) return {at, text.size()};
  const std::size_t closing = text.find("-----", end + 9);
  return {at, closing == std::string_view::npos ? text.size() : closing + 5};
}

Cut authorization(std::string_view text, std::size_t at) {
  if (at_ignoring_case(text, at, "bearer")) {
    const std::size_t begin = span_while(text, at + 6, [](char c) { return c == ' ' || c == ':'; });
    if (begin > at + 6) return {begin, span_while(text, begin, [](char c) { return !ends_url(c); })};
  }
  if (at_ignoring_case(text, at, "authorization")) {
    const std::size_t begin = span_while(
        text, at + 13, [](char c) { return std::string_view("\": ='").find(c) != std::string_view::npos; });
    const std::string_view between = text.substr(at + 13, begin - at - 13);
    if (between.find_first_of(":=") != std::string_view::npos)
      return {begin, span_while(text, begin, [](char c) { return c != '"' && c != '\r' && c != '\n'; })};
  }
  return {};
}

Cut webhook_url(std::string_view text, std::size_t at) {
  std::size_t begin = 0;
  for (const std::string_view host :
       {"hooks.slack.com/services/", "hooks.slack.com/triggers/", "hooks.slack.com/workflows/"}) {
    if (at_ignoring_case(text, at, host)) begin = at + host.size();
  }
  if (at_ignoring_case(text, at, "/api/")) {
    std::size_t next = at + 5;
    if (next < text.size() && text[next] == 'v') {
      const std::size_t digits = span_while(text, next + 1, [](char c) { return c >= '0' && c <= '9'; });
      if (digits < text.size() && text[digits] == '/') next = digits + 1;
    }
    if (at_ignoring_case(text, next, "webhooks/")) begin = next + 9;
  }
  return begin == 0 ? Cut{} : Cut{begin, span_while(text, begin, [](char c) { return !ends_url(c); })};
}

/// The password of `scheme://user:password@host`, also where it holds a `/` that should have been encoded.
Cut url_password(std::string_view text, std::size_t at) {
  if (!text.substr(at).starts_with("://")) return {};
  // A limit, since every `://` of a hostile text is looked at.
  constexpr std::size_t kUserBytesMax = 1024;
  const std::string_view ahead = text.substr(at + 3, kUserBytesMax);
  const std::string_view rest = ahead.substr(0, span_while(ahead, 0, [](char c) { return !ends_url(c); }));
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || rest.substr(0, colon).find('/') != std::string_view::npos) return {};
  const std::size_t slash = std::min(rest.find_first_of("/?#", colon), rest.size());
  const std::string_view first = rest.substr(colon + 1, slash - colon - 1);
  std::size_t sign = first.rfind('@');
  if (sign != std::string_view::npos) {
    sign += colon + 1;
  } else {
    const bool is_port = std::ranges::all_of(first, [](char c) { return c >= '0' && c <= '9'; });
    if (is_port) return {};
    sign = rest.find('@', slash);
    if (sign == std::string_view::npos) return {};
  }
  return {at + 3 + colon + 1, at + 3 + sign};
}

Cut query_value(std::string_view text, std::size_t at) {
  if (text[at] != '?' && text[at] != '&') return {};
  constexpr std::size_t kNameBytesMax = 40;
  const std::size_t length = text.substr(at, kNameBytesMax).find('=');
  if (length == std::string_view::npos) return {};
  const std::size_t equals = at + length;
  const std::string name = to_lower(text.substr(at + 1, equals - at - 1));
  for (const std::string_view secret : {"token", "sig", "secret", "password", "key", "signature"}) {
    if (name.ends_with(secret))
      return {equals + 1,
              span_while(text, equals + 1, [](char c) { return !ends_url(c) && c != '&' && c != '#'; })};
  }
  return {};
}

using Pattern = Cut (*)(std::string_view, std::size_t);
constexpr std::array<Pattern, 7> kPatterns{github_or_slack_token, json_web_token, private_key, authorization,
                                           webhook_url,           url_password,   query_value};
// Every pattern begins with one of these bytes; the others are passed over at once.
constexpr std::string_view kFirstBytes = "gxe-bBaAhH/:?&";

void remember(std::vector<std::string>& known, std::string_view secret) {
  constexpr std::size_t kShortest = 4;
  if (secret.size() >= kShortest) known.emplace_back(secret);
}

void remember_url_parts(std::vector<std::string>& known, std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == std::string_view::npos) return;
  const Cut password = url_password(url, begin);
  if (password.end > password.begin)
    remember(known, url.substr(password.begin, password.end - password.begin));
  const std::size_t path = url.find('/', begin + 3);
  const std::size_t slash = url.rfind('/');
  constexpr std::size_t kShortestSegment = 12;
  if (path != std::string_view::npos && url.size() - slash > kShortestSegment)
    remember(known, url.substr(slash + 1));
}

}  // namespace

Redactor::Redactor(const std::vector<Secret>& known) {
  for (const Secret& secret : known) {
    const std::string_view text = trim(secret.reveal());
    remember(known_, text);
    remember_url_parts(known_, text);
    constexpr std::size_t kShortestLine = 16;
    const std::vector<std::string> lines = split_lines(text);
    for (const std::string& line : lines) {
      if (lines.size() > 1 && line.size() >= kShortestLine && !line.starts_with("-----"))
        remember(known_, line);
    }
  }
  std::ranges::sort(known_, [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  const auto repeated = std::ranges::unique(known_);
  known_.erase(repeated.begin(), repeated.end());
}

std::string Redactor::redact(std::string_view text) const {
  std::string cleaned(text);
  for (const std::string& secret : known_) {
    if (cleaned.find(secret) != std::string::npos)
      cleaned = replace_all(std::move(cleaned), secret, kRedacted);
  }
  std::string out;
  out.reserve(cleaned.size());
  for (std::size_t at = 0; at < cleaned.size();) {
    Cut cut;
    if (kFirstBytes.find(cleaned[at]) != std::string_view::npos) {
      for (const Pattern pattern : kPatterns) {
        cut = pattern(cleaned, at);
        if (cut.end > cut.begin) break;
      }
    }
    if (cut.end > cut.begin) {
      out.append(cleaned, at, cut.begin - at);
      out += kRedacted;
      at = cut.end;
    } else {
      out += cleaned[at++];
    }
  }
  return out;
}

}  // namespace kedge::adapters::system
