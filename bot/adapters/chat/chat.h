// SPDX-License-Identifier: Apache-2.0
// From a runbook's channel to something that can be posted to. `${NAME}` is one of the server's settings,
// never the environment, and only in the key it is meant for; no secret of the server goes to an address that
// a runbook wrote. Keys, all text:
//   slack      url (incoming webhook), or token and channel (and api_url)
//   discord    url; `mentions` says whom a message may ping
//   mail       smtp_url, from, to (several between commas)
//   pagerduty  key (and url)
#pragma once

#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"
#include "bot/ports/chat.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"

namespace kedge::adapters::chat {

struct ChatOptions {
  std::string ca_file;  ///< For mail: PEM of trusted authorities (SSL_CERT_FILE); empty: the system's.
  Duration mail_reply_timeout = std::chrono::seconds{60};
  Duration mail_total_timeout = std::chrono::minutes{5};
  std::stop_token stop{};  ///< Ends a mail under way; the HTTP client has its own.
};

class ConfiguredChat : public ports::Chat {
 public:
  /// `settings`: config::channel_settings, by the name of the environment variable. The references must
  /// outlive this object.
  ConfiguredChat(std::map<std::string, Secret> settings, http::Client& client, ports::Clock& clock,
                 ports::Log& log, ChatOptions options = {});

  /// The channel of this definition, made once; it lives as long as this object. Thread-safe; asks nobody.
  /// Errors: invalid, naming the channel, the key and the setting, never a value.
  Result<ports::ChatChannel*> channel(const incident::Channel& definition) override;

 private:
  struct Made {
    incident::Channel definition;
    std::unique_ptr<ports::ChatChannel> channel;
  };
  Result<std::unique_ptr<ports::ChatChannel>> make(const incident::Channel& definition) const;

  std::map<std::string, Secret> settings_;
  http::Client& client_;
  ports::Clock& clock_;
  ports::Log& log_;
  ChatOptions options_;
  std::mutex mutex_;
  std::list<Made> made_;
};

}  // namespace kedge::adapters::chat
