// SPDX-License-Identifier: Apache-2.0
// Status mails: the first begins a thread, the updates answer it. A mail that is repeated keeps its
// Message-ID, and goes only to those recipients who did not accept it before.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "bot/adapters/chat/mail_message.h"
#include "bot/adapters/chat/smtp.h"
#include "bot/ports/chat.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"

namespace kedge::adapters::chat {

class MailChannel : public ports::ChatChannel {
 public:
  /// `clock` and `log` must outlive this object.
  MailChannel(SmtpServer server, Mailbox from, std::vector<Mailbox> to, ports::Clock& clock, ports::Log& log);
  ports::ChatTraits traits() const override {
    return {.can_edit = false, .has_thread = true, .repeats_are_one = true};
  }
  /// Returns the Message-ID once every recipient accepted or refused for good and one accepted; each refusal
  /// is logged. unavailable while one recipient is put off (4xx).
  Result<std::string> post(const ports::ChatText& text, const std::string& below,
                           const std::string& dedup) override;
  /// Always invalid.
  Result<void> edit(const std::string& message, const ports::ChatText& text) override;

 private:
  /// What is settled of one mail: address → accepted.
  using Settled = std::map<std::string, bool>;
  Settled settled(const std::string& id);
  void remember(const std::string& id, const Settled& settled);

  SmtpServer server_;
  Mailbox from_;
  std::vector<Mailbox> to_;
  ports::Clock& clock_;
  ports::Log& log_;
  std::mutex mutex_;
  std::map<std::string, Settled> memory_;
  std::deque<std::string> order_;  ///< Of memory_, oldest first.
};

}  // namespace kedge::adapters::chat
