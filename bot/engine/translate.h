// SPDX-License-Identifier: Apache-2.0
// What GitHub said → what it means to incidents. Pure: the only place that knows both vocabularies.
#pragma once

#include <string>
#include <vector>

#include "bot/incident/input.h"
#include "webhooks/event.h"

namespace kedge::engine {

struct Translation {
  std::vector<incident::Input> inputs;  ///< One a repository that is concerned; empty: nothing follows.
  std::string ignored;                  ///< Why nothing follows.
};

Translation translate(const webhooks::Event& event, TimePoint received_at);

}  // namespace kedge::engine
