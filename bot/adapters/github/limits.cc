// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/limits.h"

#include <algorithm>
#include <charconv>

#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

using std::chrono::seconds;

constexpr Duration kUnstated = std::chrono::minutes{1};
constexpr Duration kWaitMax = std::chrono::hours{1};
constexpr int kDoublingsMax = 6;

std::optional<std::int64_t> number_in(const http::Response& response, const std::string& header) {
  const auto at = response.headers.find(header);
  if (at == response.headers.end()) return std::nullopt;
  const std::string_view text = trim(at->second);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return std::min<std::int64_t>(value, 1LL << 40);
}

bool speaks_of_limits(const std::string& message) {
  const std::string lower = to_lower(message);
  return lower.find("rate limit") != std::string::npos || lower.find("abuse detection") != std::string::npos;
}

}  // namespace

std::optional<Duration> Limits::blocked(const std::string& who) {
  const std::lock_guard lock(mutex_);
  const auto at = quiet_.find(who);
  if (at == quiet_.end()) return std::nullopt;
  const Duration left = at->second.until - clock_.now();
  if (left <= Duration{0}) return std::nullopt;
  return left;
}

std::optional<Duration> Limits::over(const std::string& who, const http::Response& response,
                                     const std::string& message) {
  const auto after = number_in(response, "retry-after");
  const auto remaining = number_in(response, "x-ratelimit-remaining");
  const auto reset = number_in(response, "x-ratelimit-reset");
  const bool denied = message.starts_with("Resource not accessible");
  const bool limited = response.status == 429 || (response.status == 403 && !denied &&
                                                  (after || remaining == 0 || speaks_of_limits(message)));
  if (!limited) return std::nullopt;

  const std::lock_guard lock(mutex_);
  const TimePoint now = clock_.now();
  Quiet& quiet = quiet_[who];
  Duration wait{};
  if (after) {
    wait = std::max<Duration>(seconds{*after}, seconds{1});
  } else if (remaining == 0 && reset) {
    wait = std::max<Duration>(from_unix_ms(*reset * 1000) - now, seconds{1});
  } else {
    wait = std::min(kUnstated * (1 << std::min(quiet.in_a_row, kDoublingsMax)), kWaitMax);
    ++quiet.in_a_row;
  }
  quiet.until = std::max(quiet.until, now + wait);
  return wait;
}

void Limits::passed(const std::string& who) {
  const std::lock_guard lock(mutex_);
  const auto at = quiet_.find(who);
  // An answer that was under way when the limit came says nothing about its end.
  if (at != quiet_.end() && at->second.until <= clock_.now()) quiet_.erase(at);
}

Result<std::optional<Limits::Turn>> Limits::write_turn(const std::string& who) {
  if (pace_ <= Duration{0}) return std::optional<Turn>();
  std::shared_ptr<Slot> slot;
  {
    const std::lock_guard lock(mutex_);
    auto& held = slots_[who];
    if (!held) held = std::make_shared<Slot>();
    slot = held;
  }
  std::unique_lock<std::mutex> lock(slot->mutex);
  const Duration wait = slot->last + pace_ - clock_.now();
  // A clock that was set back must not hold writes up for longer than one pace.
  if (slot->last != TimePoint{} && wait > Duration{0}) clock_.sleep_for(std::min(wait, pace_), stop_);
  if (stop_.stop_requested()) {
    return tl::unexpected(
        Error{.code = Errc::unavailable, .message = "cannot write: stopping", .certainly_not_done = true});
  }
  TimePoint* last = &slot->last;
  return std::optional<Turn>(std::in_place, clock_, std::move(slot), last, std::move(lock));
}

}  // namespace kedge::adapters::github
