// SPDX-License-Identifier: Apache-2.0
// What people do on the forge during the demo, each over the public REST API with a token of their own.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bot/adapters/http/client.h"
#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::cli {

/// The `name: value` lines that `kedge sandbox` prints.
struct ForgeFacts {
  std::string url, admin_token, api, app_id, private_key_file, webhook_secret, slack_api, slack_token,
      slack_channel, discord_webhook;
  std::map<std::string, std::string> people;  ///< Login → token.
};
ForgeFacts read_facts(const std::string& output);

class DemoForge {
 public:
  DemoForge(ForgeFacts facts, adapters::http::Client& client) : facts_(std::move(facts)), client_(client) {}

  [[nodiscard]] const ForgeFacts& facts() const { return facts_; }
  /// A REST call as a person; `path` from `/repos/…` on.
  Result<nlohmann::json> as(const std::string& login, const std::string& method, const std::string& path,
                            const nlohmann::json& body = nullptr);
  /// A call of the sandbox's control API.
  Result<nlohmann::json> control(const std::string& method, const std::string& path,
                                 const nlohmann::json& body = nullptr);
  /// Any URL, read as JSON where it is.
  Result<nlohmann::json> get(const std::string& url, const std::string& token = {});
  /// Asks again and again until `found` gives something that is not null. Errors: unavailable after `most`.
  Result<nlohmann::json> until(const std::string& what, Duration most,
                               const std::function<nlohmann::json()>& found);

 private:
  Result<nlohmann::json> call(const std::string& method, const std::string& url, const std::string& token,
                              const nlohmann::json& body);
  ForgeFacts facts_;
  adapters::http::Client& client_;
};

}  // namespace kedge::cli
