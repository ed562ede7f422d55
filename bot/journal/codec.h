// SPDX-License-Identifier: Apache-2.0
// Events and effects ↔ versioned JSON, `{"t":"incident_declared","v":1,…}`; docs/event-log.md is the other
// half of this file. What was written once is read for ever: upcast.cc lifts old versions on reading, stored
// bytes never change.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/error.h"
#include "bot/incident/decide.h"
#include "bot/incident/effect.h"
#include "bot/incident/event.h"

namespace kedge::journal {

std::string encode(const incident::EventBody& event);
/// Errors: corrupt, naming the type and the key. A type from a newer version is corrupt too: never guess.
Result<incident::EventBody> decode_event(std::string_view json);

std::string encode(const incident::EffectBody& effect);
Result<incident::EffectBody> decode_effect(std::string_view json);

/// The plan document of the command line (`kedge plan --json`), a contract: keys are only added.
std::string plan_document(const rollback::Plan& plan);

std::string_view type_of(const incident::EventBody& event);  ///< `incident_declared`
std::string_view name_of(incident::TimerKind kind);
std::optional<incident::TimerKind> timer_kind(std::string_view name);

}  // namespace kedge::journal
