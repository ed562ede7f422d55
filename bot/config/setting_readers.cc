// SPDX-License-Identifier: Apache-2.0
#include "bot/config/setting_readers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "bot/base/text.h"
#include "bot/base/url.h"

namespace kedge::config {
namespace {

constexpr const char* kNoUrl = "must be a URL that begins with https:// (or http://)";

/// Why the text is no URL that can be asked; empty: it is one. Says nothing of the text itself, which may be
/// a secret.
std::string url_problem(std::string_view text) {
  const auto url = parse_url(text);
  if (!url && text.starts_with("http")) return fmt::format("{} ({})", kNoUrl, url.error().message);
  return url && (url->scheme == "https" || url->scheme == "http") ? "" : kNoUrl;
}

std::string without_slash(std::string_view text) {
  while (text.ends_with('/')) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> parts;
  for (const std::string& part : split(text, ',')) {
    if (!trim(part).empty()) parts.emplace_back(trim(part));
  }
  return parts;
}

}  // namespace

Reader into(std::string Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    settings.*field = std::string(text);
    return {};
  };
}

Reader url_into(std::string Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    if (const std::string problem = url_problem(text); !problem.empty())
      return fail(Errc::invalid, "{}", problem);
    settings.*field = without_slash(text);
    return {};
  };
}

Reader secret_into(Secret Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    settings.*field = Secret(std::string(trim(text)));
    return {};
  };
}

Reader secret_url_into(Secret Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    if (const std::string problem = url_problem(trim(text)); !problem.empty())
      return fail(Errc::invalid, "{}", problem);
    settings.*field = Secret(std::string(trim(text)));
    return {};
  };
}

Reader duration_into(Duration Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    const auto duration = parse_duration(text);
    if (!duration) return fail(Errc::invalid, "must be a duration such as 1s or 500ms (units ms s m h d)");
    settings.*field = *duration;
    return {};
  };
}

Reader bytes_into(std::uint64_t Settings::*field) {
  return [field](Settings& settings, std::string_view text) -> Result<void> {
    constexpr std::array<std::pair<std::string_view, unsigned>, 4> kUnits{
        {{"KiB", 10}, {"MiB", 20}, {"GiB", 30}, {"TiB", 40}}};
    unsigned shift = 0;
    for (const auto& [unit, bits] : kUnits) {
      if (!text.ends_with(unit)) continue;
      text.remove_suffix(unit.size());
      shift = bits;
    }
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    if (error != std::errc{} || end != text.data() + text.size() || number > (kMost >> shift)) {
      return fail(Errc::invalid, "must be a number of bytes such as 20GiB or 500MiB (units KiB MiB GiB TiB)");
    }
    settings.*field = number << shift;
    return {};
  };
}

Result<void> read_state_dir(Settings& settings, std::string_view text) {
  if (!text.starts_with('/')) return fail(Errc::invalid, "must be an absolute path");
  settings.state_dir = text.size() == 1 ? std::string(text) : without_slash(text);
  return {};
}

Result<void> read_listen(Settings& settings, std::string_view text) {
  const std::size_t colon = text.rfind(':');
  int port = -1;
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size()) port = -1;
  }
  const std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  const bool plain = !host.empty() && host.find(':') == std::string_view::npos;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (port < 0 || port > 65535 || (!plain && !bracketed))
    return fail(Errc::invalid, "must be <address>:<port>, as in 127.0.0.1:8080");
  settings.listen = std::string(text);
  return {};
}

Result<void> read_webhook_secrets(Settings& settings, std::string_view text) {
  settings.webhook_secrets.clear();
  for (std::string& one : comma_list(text)) settings.webhook_secrets.emplace_back(std::move(one));
  if (settings.webhook_secrets.empty()) return fail(Errc::invalid, "must not be empty");
  return {};
}

Result<void> read_smtp_url(Settings& settings, std::string_view text) {
  const std::string_view url = trim(text);
  const auto parsed = parse_url(url);
  if (!parsed || (parsed->scheme != "smtp" && parsed->scheme != "smtps")) {
    return fail(Errc::invalid, "must be smtp[s]://user:pass@host:port");
  }
  settings.smtp_url = Secret(std::string(url));
  return {};
}

Result<void> read_mail_to(Settings& settings, std::string_view text) {
  settings.mail_to = comma_list(text);
  for (const std::string& address : settings.mail_to) {
    if (address.find('@') == std::string::npos)
      return fail(Errc::invalid, "must be mail addresses, comma-separated");
  }
  return {};
}

Result<void> read_plan_limits(Settings& settings, std::string_view text) {
  return rollback::set_limits(settings.plan_limits, text);
}

Result<void> read_mirror_blobs(Settings& settings, std::string_view text) {
  if (text != "all" && text != "on-demand") return fail(Errc::invalid, "must be all or on-demand");
  settings.mirror_blobs_on_demand = text == "on-demand";
  return {};
}

Result<void> read_log(Settings& settings, std::string_view text) {
  for (const std::string& word : comma_list(text)) {
    if (word == "json") {
      settings.log_json = true;
    } else if (word == "debug" || word == "info" || word == "warn" || word == "error") {
      settings.log_level = word;
    } else {
      return fail(Errc::invalid, "must be debug, info, warn or error, and json, comma-separated");
    }
  }
  return {};
}

}  // namespace kedge::config
