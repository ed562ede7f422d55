// SPDX-License-Identifier: Apache-2.0
// Which keys a channel of each kind has, and which of the server's settings may stand in which. A runbook's
// author must not be able to send one of the server's secrets where it does not belong.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bot/incident/policy.h"

namespace kedge::incident {

struct ChannelKey {
  ChannelKind kind;
  std::string_view key;
  std::string_view setting;  ///< The one whose `${NAME}` may stand there.
  bool required = false;     ///< Without it the channel cannot work, whatever the server has set.
  bool is_url = false;       ///< https where the runbook writes it out.
};
std::span<const ChannelKey> channel_keys();

/// Why this definition cannot work, whatever the server's settings are: a clause without the channel's name.
/// Empty: nothing stands against it but perhaps a setting that is not set.
std::string channel_problem(const Channel& channel);

/// The name in a value that is `${NAME}`; empty for a plain text.
std::string_view setting_named(std::string_view value);

}  // namespace kedge::incident
