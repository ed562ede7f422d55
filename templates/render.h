// SPDX-License-Identifier: Apache-2.0
// State → text for GitHub and chat. The words stand in templates/text/*.mustache (compiled into the binary);
// this library builds their views, escapes every value for its target, and keeps each product's limits. Pure
// and total: a text that would be too long is cut where that hurts least, and says so.
#pragma once

#include <string>
#include <string_view>

#include "bot/incident/decide.h"

namespace kedge::templates {

struct Site {
  std::string web_url = "https://github.com";  ///< For links to commits.
  std::string bot_login;
  TimePoint now{};
};

struct Titled {
  std::string title;
  std::string body;
};

inline constexpr std::string_view kStateBegin = "<!-- kedge:state:begin -->";
inline constexpr std::string_view kStateEnd = "<!-- kedge:state:end -->";

/// Title `[P0] CI is red on main: CI` (`[DRILL]` before it for drills), body with known facts and the state
/// section between its markers.
Titled issue(const incident::State& state, const incident::Incident& incident, const Site& site);
/// What stands between the markers: phase, people, clock, suspects, scope and plan tables, rollbacks,
/// checklist, channels, last lines of the timeline, commands.
std::string state_section(const incident::State& state, const incident::Incident& incident, const Site& site);
/// A comment for its topic. `incident` may be null for answers outside an incident.
std::string comment(const incident::State& state, const incident::Incident* incident,
                    const incident::PostComment& comment, const Site& site);
Titled pull_request(const incident::State& state, const incident::Incident& incident,
                    const incident::Rollback& rollback, const incident::RollbackBranch& branch,
                    const Site& site);
/// The draft of a forward fix.
Titled forward_fix(const incident::State& state, const incident::Incident& incident,
                   const incident::ForwardFix& fix, const Site& site);
/// `Update <number>` for one channel; `living`: the living message as it reads now; `resent` adds `(resent)`.
struct ChatRequest {
  int number = 1;
  bool living = false;
  bool resent = false;
};
/// The title is the subject of a mail.
Titled chat(const incident::State& state, const incident::Incident& incident,
            const incident::Channel& channel, const ChatRequest& request, const Site& site);

}  // namespace kedge::templates
