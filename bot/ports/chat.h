// SPDX-License-Identifier: Apache-2.0
// One channel where people are told. Slack, Discord, mail and PagerDuty differ in what they can do; the
// traits say so, and the engine chooses. A failed channel never blocks anything else.
#pragma once

#include <map>
#include <string>

#include "bot/base/error.h"
#include "bot/incident/policy.h"

namespace kedge::ports {

struct ChatTraits {
  bool can_edit = false;    ///< The living message can be rewritten.
  bool has_thread = false;  ///< Updates go below it.
  bool repeats_are_one =
      false;  ///< The peer knows a repeat by `dedup`: it may be posted until it is answered.
};

struct ChatText {
  std::string subject;  ///< Mail only.
  std::string text;     ///< In the product's own markup, already escaped and within its limits.
  bool over = false;    ///< The incident is resolved or canceled: PagerDuty resolves its alert.
  int rank = 0;         ///< The severity's rank, 0 worst: PagerDuty's severity.
};

/// Errors of post and edit: denied or not_found or invalid (switch the channel off, tell once), rate_limited
/// (retry_after), unavailable (`certainly_not_done` says whether a repeat can double). edit also conflict:
/// that message is gone or cannot be edited any more, the channel itself is fine.
class ChatChannel {
 public:
  virtual ~ChatChannel() = default;
  virtual ChatTraits traits() const = 0;
  /// Posts a message; returns its id in the product's own form (Slack `C…/ts`, Discord id, mail Message-ID;
  /// empty for a Slack webhook, which gives none). `below`: the living message's id, or empty for the first.
  /// `dedup`: stable over repeats; mail makes its Message-ID of it.
  virtual Result<std::string> post(const ChatText& text, const std::string& below,
                                   const std::string& dedup) = 0;
  virtual Result<void> edit(const std::string& message, const ChatText& text) = 0;
};

/// Finds the channel for a definition; its secrets come from the server's settings.
class Chat {
 public:
  virtual ~Chat() = default;
  /// Errors: invalid (an unknown `${NAME}`, a missing setting): the channel is off, with this reason.
  virtual Result<ChatChannel*> channel(const incident::Channel& definition) = 0;
};

}  // namespace kedge::ports
