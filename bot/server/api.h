// SPDX-License-Identifier: Apache-2.0
// State → the JSON of /api/v1. A contract: keys are only added, times are UTC text, what is not known is
// null. Pure; the command line prints the same documents.
#pragma once

#include <string>
#include <vector>

#include "bot/server/views.h"

namespace kedge::server {

/// An array of {id, repository, number, severity, state, title, declared_at, …}.
std::string incidents_json(const std::vector<Listed>& listed);
/// One incident with people, suspects, rollbacks, updates, channels and timeline.
std::string incident_json(const Listed& listed);
/// {inbox: {queued, held, parked}, outbox: {pending: {P0 … P4}, in_flight, parked}, oldest_pending,
/// parked_effects}
std::string queue_json(const ports::QueueDepth& depth, const std::vector<ports::EffectRow>& parked);
/// {state, active, holds: [{repository, incident, severity, branches, since}], note}
std::string freeze_json(const Freeze& freeze);

}  // namespace kedge::server
