// SPDX-License-Identifier: Apache-2.0
// Faults on demand: rules that make a matching request fail, vanish or hang before or after it took effect.
// They apply to REST, git and chat alike, never to the control API. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "bot/base/time.h"

namespace kedge::sandbox {

enum class FaultAction { respond, drop, apply_then_drop, hold_before, hold_after, delay };

struct FaultRule {
  std::int64_t id = 0;
  std::string method;  ///< `POST`, or several: `POST|PATCH`. Empty: any.
  std::string path;    ///< Regular expression, searched in the path and query as sent.
  int nth = 0;         ///< Only the n-th match; 0: every.
  int times = 0;       ///< At most so often; 0: no limit.
  FaultAction action = FaultAction::respond;
  int status = 503;
  std::string body = "{\"message\":\"injected\"}";
  std::vector<std::pair<std::string, std::string>> headers;
  Duration delay{0};
};

struct FaultHit {
  std::int64_t rule = 0;
  std::string method, path;
  TimePoint at{};
  bool holding = false;
};

enum class Release { answer, close };

class Faults {
 public:
  /// Errors: an empty id for a pattern that is no regular expression.
  std::optional<std::int64_t> add(FaultRule rule);
  void remove(std::int64_t id);
  void clear();
  std::vector<FaultRule> rules() const;
  std::vector<FaultHit> hits() const;
  /// The rule that strikes this request, counted as a hit.
  std::optional<FaultRule> strike(const std::string& method, const std::string& path, TimePoint now);
  /// Waits until the rule is released, removed or all is stopped, or `gone` says that the peer left.
  Release hold(std::int64_t rule, const std::function<bool()>& gone);
  /// Lets go what a rule holds; the rule stays. False for an unknown rule.
  bool release(std::int64_t rule, Release how);
  /// Waits for at least `count` hits of a rule (0: of any). False after `timeout`.
  bool wait_for_hits(std::int64_t rule, std::size_t count, Duration timeout);
  /// Waits unless stopped.
  void pause(Duration length);
  void stop();

 private:
  struct Live {
    FaultRule rule;
    std::regex pattern;
    int seen = 0;
    int struck = 0;
    std::int64_t releases = 0;
    Release how = Release::answer;
  };
  Live* find(std::int64_t id);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Live> rules_;
  std::vector<FaultHit> hits_;
  std::int64_t last_id_ = 0;
  bool stopped_ = false;
};

}  // namespace kedge::sandbox
