// SPDX-License-Identifier: Apache-2.0
// State as a fold over events. Total: a record that fits nothing changes nothing but seq and time.
#include <algorithm>

#include "bot/base/overloaded.h"
#include "bot/incident/decide.h"
#include "bot/incident/fold.h"

namespace kedge::incident {

void apply(State& state, const Event& event) {
  state.seq = event.seq;
  state.last_at = std::max(state.last_at, event.at);
  std::visit([&](const auto& body) { fold(state, event.at, body); }, event.body);
}

State evolve(State state, const Event& event) {
  apply(state, event);
  return state;
}

IncidentId incident_of(const EventBody& event) {
  return std::visit(
      [](const auto& body) {
        if constexpr (requires { body.incident; }) {
          return body.incident;
        } else {
          return IncidentId{};
        }
      },
      event);
}

}  // namespace kedge::incident
