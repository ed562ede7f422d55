// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/faults.h"

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::sandbox {
namespace {

constexpr auto kLook =
    std::chrono::milliseconds{50};  // How often a held request looks whether its peer left.

bool is_among(const std::string& method, const std::string& wanted) {
  if (wanted.empty()) return true;
  const auto methods = split(wanted, '|');
  return std::ranges::find(methods, method) != methods.end();
}

}  // namespace

std::optional<std::int64_t> Faults::add(FaultRule rule) {
  const std::lock_guard lock(mutex_);
  Live live;
  try {
    live.pattern = std::regex(rule.path.empty() ? ".*" : rule.path, std::regex::ECMAScript);
  } catch (const std::regex_error&) {
    return std::nullopt;
  }
  rule.id = ++last_id_;
  live.rule = std::move(rule);
  rules_.push_back(std::move(live));
  return last_id_;
}

void Faults::remove(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  std::erase_if(rules_, [id](const Live& each) { return each.rule.id == id; });
  changed_.notify_all();
}

void Faults::clear() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
  hits_.clear();
  changed_.notify_all();
}

std::vector<FaultRule> Faults::rules() const {
  const std::lock_guard lock(mutex_);
  std::vector<FaultRule> result;
  for (const auto& each : rules_) result.push_back(each.rule);
  return result;
}

std::vector<FaultHit> Faults::hits() const {
  const std::lock_guard lock(mutex_);
  return hits_;
}

Faults::Live* Faults::find(std::int64_t id) {
  const auto found =
      std::find_if(rules_.begin(), rules_.end(), [id](const Live& each) { return each.rule.id == id; });
  return found == rules_.end() ? nullptr : &*found;
}

std::optional<FaultRule> Faults::strike(const std::string& method, const std::string& path, TimePoint now) {
  const std::lock_guard lock(mutex_);
  for (auto& live : rules_) {
    if (!is_among(method, live.rule.method)) continue;
    if (!std::regex_search(path, live.pattern)) continue;
    ++live.seen;
    if (live.rule.nth != 0 && live.seen != live.rule.nth) continue;
    if (live.rule.times != 0 && live.struck >= live.rule.times) continue;
    ++live.struck;
    const bool holds =
        live.rule.action == FaultAction::hold_before || live.rule.action == FaultAction::hold_after;
    hits_.push_back({.rule = live.rule.id, .method = method, .path = path, .at = now, .holding = false});
    if (!holds) changed_.notify_all();  // A hold counts as reached once it holds.
    return live.rule;
  }
  return std::nullopt;
}

Release Faults::hold(std::int64_t id, const std::function<bool()>& gone) {
  std::unique_lock lock(mutex_);
  auto* live = find(id);
  if (live == nullptr) return Release::answer;
  const auto before = live->releases;
  for (auto it = hits_.rbegin(); it != hits_.rend(); ++it) {
    if (it->rule == id && !it->holding) {
      it->holding = true;
      break;
    }
  }
  changed_.notify_all();
  while (!stopped_) {
    live = find(id);
    if (live == nullptr) return Release::answer;
    if (live->releases != before) return live->how;
    changed_.wait_for(lock, kLook);
    lock.unlock();
    const bool left = gone();
    lock.lock();
    if (left) return Release::close;
  }
  return Release::close;
}

bool Faults::release(std::int64_t id, Release how) {
  const std::lock_guard lock(mutex_);
  auto* live = find(id);
  if (live == nullptr) return false;
  ++live->releases;
  live->how = how;
  changed_.notify_all();
  return true;
}

bool Faults::wait_for_hits(std::int64_t rule, std::size_t count, Duration timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] {
    const auto* live = find(rule);
    const bool holds = live != nullptr && (live->rule.action == FaultAction::hold_before ||
                                           live->rule.action == FaultAction::hold_after);
    const auto reached = std::count_if(hits_.begin(), hits_.end(), [&](const FaultHit& hit) {
      return (rule == 0 || hit.rule == rule) && (!holds || hit.holding);
    });
    return stopped_ || static_cast<std::size_t>(reached) >= count;
  });
}

void Faults::pause(Duration length) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, length, [&] { return stopped_; });
}

void Faults::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

}  // namespace kedge::sandbox
