// SPDX-License-Identifier: Apache-2.0
// What `kedge doctor` looks at, one function a subject. Nothing is written anywhere: no message, no
// migration.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/adapters/github/app_facts.h"
#include "bot/adapters/http/client.h"
#include "bot/adapters/store/store.h"
#include "bot/config/settings.h"
#include "bot/incident/model.h"
#include "bot/ports/clock.h"

namespace kedge::cli {

enum class Health {
  ok,
  note,     ///< To be known; nothing is wrong.
  problem,  ///< Has a remedy, and the exit status says so.
};

struct Finding {
  std::string_view check;  ///< `settings`, `store`, `github`, `webhook`, `channels`, `incidents`
  Health health = Health::ok;
  std::string message;
  std::string remedy;  ///< For a problem: what to do.
  bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

std::string_view to_string(Health health);
std::string findings_text(const Findings& findings);
/// `{"healthy":…,"checks":[{"check","status","message","remedy"}]}`
std::string findings_json(const Findings& findings);
bool is_healthy(const Findings& findings);

Findings check_settings(const config::Settings& settings);
/// The file, its schema and what it says of the past; the chain and the rows only where the schema is ours.
Findings check_store(const config::Settings& settings, ports::Clock& clock);
Findings check_github(const config::Settings& settings, adapters::http::Client& client, ports::Clock& clock);
Findings check_channels(const config::Settings& settings, adapters::http::Client& client);

// Pure parts of them.
Findings judge_app(const adapters::github::AppFacts& app);
/// `last_received`: by the store; nothing where it has none, or could not be asked.
Findings judge_store(const store::Facts& facts, TimePoint now);
Findings judge_incidents(const std::vector<incident::State>& states);

}  // namespace kedge::cli
