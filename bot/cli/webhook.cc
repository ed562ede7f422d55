// SPDX-License-Identifier: Apache-2.0
// `kedge webhook send FILE --event E | replay GUID`: a signed delivery by hand, or a stored one once more.
#include <fmt/format.h>

#include "bot/adapters/http/client.h"
#include "bot/adapters/system/clock.h"
#include "bot/adapters/system/files.h"
#include "bot/adapters/system/random.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/say.h"
#include "bot/cli/store_access.h"
#include "bot/cli/subcommand_app.h"
#include "webhooks/signature.h"

namespace kedge::cli {
namespace {

std::string new_guid() {
  adapters::system::OsRandom random;
  const std::string hex = to_hex(random.bytes(16));
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4),
                     hex.substr(16, 4), hex.substr(20));
}

int send(const config::Settings& settings, const std::string& file, const std::string& event,
         std::string guid, std::string url) {
  if (settings.webhook_secrets.empty()) {
    return complain("webhook", {.code = Errc::invalid,
                                .message = "KEDGE_WEBHOOK_SECRET is not set, so nothing can be signed"});
  }
  const auto body = adapters::system::read_file(file);
  if (!body) return complain("webhook", body.error());
  if (guid.empty()) guid = new_guid();
  if (url.empty()) url = "http://" + settings.listen + "/webhooks/github";
  adapters::http::HttplibClient client;
  const auto response = client.send(
      {.method = "POST",
       .url = url,
       .headers = {{"X-GitHub-Event", event},
                   {"X-GitHub-Delivery", guid},
                   {"X-Hub-Signature-256", webhooks::sign(*body, settings.webhook_secrets.front())}},
       .body = *body,
       .content_type = "application/json"});
  if (!response) return complain("webhook", response.error());
  say("{} {}\n", response->status, guid);
  return response->status < 300 ? kDone : kFailed;
}

int replay(const config::Settings& settings, const std::string& guid) {
  const auto store = open_existing_store(settings);
  if (!store) return complain("webhook", store.error());
  const auto found = (*store)->find_delivery(DeliveryGuid(guid), true);
  if (!found) return complain("webhook", found.error());
  if (!*found)
    return complain("webhook",
                    {.code = Errc::not_found, .message = "cannot find delivery " + guid + " in the store"});
  say("{} ({}) is queued again; a running server takes it within a second.\n", guid, (*found)->event);
  return kDone;
}

}  // namespace

int webhook(const std::vector<std::string>& arguments) {
  CLI::App app{"Deliveries by hand.", "kedge webhook"};
  SettingFlags flags(app, SettingsFor::webhook);
  std::string file;
  std::string event;
  std::string guid;
  std::string url;
  app.require_subcommand(1);
  CLI::App* sends = app.add_subcommand("send", "Signs a payload and sends it to a server");
  sends->add_option("file", file, "The JSON payload")->required();
  sends->add_option("--event", event, "X-GitHub-Event, such as workflow_run")->required();
  sends->add_option("--delivery", guid, "X-GitHub-Delivery; a new one by default");
  sends->add_option("--url", url, "Where to; by default the configured listener");
  CLI::App* replays = app.add_subcommand("replay", "Runs a stored delivery again");
  replays->add_option("guid", guid, "X-GitHub-Delivery")->required();
  if (const auto status = parse_arguments(app, arguments)) return *status;
  const auto settings = flags.read();
  if (!settings) return complain("webhook", settings.error());
  return sends->parsed() ? send(*settings, file, event, guid, url) : replay(*settings, guid);
}

}  // namespace kedge::cli
