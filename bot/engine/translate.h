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
  std::string notice;                   ///< For the log: what people should know of.
  /// This installation may do (again) what it might not: what was parked for want of a permission is tried
  /// again. 0: none.
  std::int64_t allowed_installation = 0;
};

Translation translate(const webhooks::Event& event, TimePoint received_at);

}  // namespace kedge::engine
