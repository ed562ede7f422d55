// SPDX-License-Identifier: Apache-2.0
// What the pages and the API show, asked for when somebody looks. The engine gives the functions; the server
// never reads the journal itself. They are called from the page threads, several at a time, and may block on
// the store.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/incident/model.h"
#include "bot/ports/store.h"

namespace kedge::server {

/// One incident's claim on the freeze.
struct Hold {
  RepositoryId repository;
  std::string repository_name;
  IncidentId incident;
  std::string severity;
  std::vector<std::string> branches;
  TimePoint since{};
};

struct Freeze {
  /// `none`, `engaging`, `active`, `degraded`, `thawing`, or `not_enforced`: holds exist and nothing enforces
  /// them.
  std::string state = "none";
  std::vector<Hold> holds;
  std::string note;  ///< One sentence for people; may be empty.
};

struct Views {
  std::function<std::vector<incident::State>()> states;  ///< Every repository's.
  std::function<Result<ports::QueueDepth>()> queue;
  std::function<Result<void>()> ready;  ///< Store reachable, workers alive; the error says what is not.
  std::function<Result<std::vector<ports::EffectRow>>()> parked{};  ///< May be left out.
  std::function<Freeze()> freeze{};  ///< Left out: wanted_freeze() of the states.
};

/// The holds that the open incidents' severities ask for, as a version that enforces none reports them.
Freeze wanted_freeze(const std::vector<incident::State>& states);

/// An incident with the repository it belongs to; points into the states.
struct Listed {
  const incident::State* state = nullptr;
  const incident::Incident* incident = nullptr;
};
/// Newest declaration first. Candidates, of which nobody is told yet, are not listed.
std::vector<Listed> list_incidents(const std::vector<incident::State>& states);

/// The newest lines of all timelines, newest first.
struct JournalLine {
  Listed of;
  const incident::TimelineEntry* entry = nullptr;
};
std::vector<JournalLine> recent_journal(const std::vector<incident::State>& states, std::size_t limit);

}  // namespace kedge::server
