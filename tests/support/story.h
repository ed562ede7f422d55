// SPDX-License-Identifier: Apache-2.0
// Tells a story to the pure core: inputs in, decisions folded into the state, effects kept until they are
// answered, and a clock that moves only when told. What a test reads is the same Decision the engine would
// commit.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "bot/incident/decide.h"

namespace kedge::testing {

/// A policy like the preset `aegis`: P0–P3, CI on main and develop, one Slack channel.
incident::Policy sample_policy();

/// A completed run of CI. The number grows with `id`.
incident::RunFact run_of(std::int64_t id, incident::Conclusion conclusion, const std::string& branch = "main",
                         const std::string& sha = std::string(40, 'a'));

rollback::Plan clean_plan(const std::string& sha, const std::vector<std::string>& bases);

class Story {
 public:
  Story();

  incident::Policy policy = sample_policy();
  std::string self_login = "kedge[bot]";
  bool app = true;  ///< False: as with the plain token of `self_login`.
  incident::State state;
  TimePoint now;
  std::vector<incident::Effect> pending;  ///< Wanted and not yet answered.
  std::vector<incident::Timer> timers;    ///< Set and not yet fired.
  incident::Decision last;                ///< The newest decision.

  /// Gives an input as a delivery received now.
  void give(incident::InputBody body);
  void red(std::int64_t id, const std::string& branch = "main",
           const std::string& sha = std::string(40, 'a'));
  void green(std::int64_t id, const std::string& branch = "main",
             const std::string& sha = std::string(40, 'b'));
  /// A comment on the incident's issue (or `issue`); its author's permission is answered at once.
  void says(const std::string& login, incident::Role role, const std::string& text, std::int64_t issue = 0,
            bool on_pull_request = false);
  /// Answers the oldest pending effect of this kind; the test fails where there is none.
  template <typename Body>
  void answer(incident::Outcome outcome) {
    const auto found = std::ranges::find_if(
        pending, [](const incident::Effect& effect) { return std::holds_alternative<Body>(effect.body); });
    require(found != pending.end(), typeid(Body).name());
    incident::Effect effect = *found;
    pending.erase(found);
    give(incident::EffectFinished{.effect = std::move(effect), .outcome = std::move(outcome)});
  }
  /// Moves the clock and fires the timers that become due, in order.
  void pass(Duration duration);
  /// Fires what is due now, as after an outage of any length.
  void fire_due();

  template <typename Body>
  std::vector<Body> wanted() const {
    std::vector<Body> bodies;
    for (const incident::Effect& effect : pending) {
      if (const auto* body = std::get_if<Body>(&effect.body)) bodies.push_back(*body);
    }
    return bodies;
  }
  template <typename Event>
  std::vector<Event> recorded() const {
    std::vector<Event> found;
    for (const incident::EventBody& event : events) {
      if (const auto* body = std::get_if<Event>(&event)) found.push_back(*body);
    }
    return found;
  }
  std::vector<incident::PostComment> comments(incident::Topic topic) const;
  /// The only incident that is neither a candidate nor canceled.
  const incident::Incident& incident() const;
  std::vector<incident::EventBody> events;  ///< All of them.

  // -- shortcuts through the main path --
  void declared();  ///< Red on main, issue #42 opened, first update accepted.
  void
  rollback_open();  ///< … `/rollback` by bob, branches pushed, pull requests #50 (main) and #51 (develop).
  void rollback_verified();  ///< … CI green on both heads.
  void rollback_approved();  ///< … approved by alice on the issue.
  void rollback_merged();    ///< … both merged.

 private:
  static void require(bool condition, const char* what);
  std::int64_t next_comment_ = 900;
};

inline constexpr const char* kSuspect = "cccccccccccccccccccccccccccccccccccccccc";

}  // namespace kedge::testing
