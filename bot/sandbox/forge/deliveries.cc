// SPDX-License-Identifier: Apache-2.0
// The App's webhook: events become deliveries in a log; the sender takes them from the queue.
#include <fmt/format.h>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

constexpr std::size_t kDeliveriesMax = 10'000;

std::string guid(const std::string& hex) {
  return fmt::format("{}-{}-4{}-a{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(13, 3),
                     hex.substr(17, 3), hex.substr(20, 12));
}

Json organization_json(const Forge& forge, const Account& account) {
  const auto api = forge.api_url() + "/orgs/" + account.login;
  return {{"login", account.login},
          {"id", account.id},
          {"node_id", node_id("O", account.id)},
          {"url", api},
          {"repos_url", api + "/repos"},
          {"events_url", api + "/events"},
          {"hooks_url", api + "/hooks"},
          {"issues_url", api + "/issues"},
          {"members_url", api + "/members{/member}"},
          {"public_members_url", api + "/public_members{/member}"},
          {"avatar_url", forge.url() + "/_sandbox/avatar/" + std::to_string(account.id)},
          {"description", ""}};
}

}  // namespace

void Forge::set_hook(const std::string& url, const std::string& secret) {
  hook_.url = url;
  hook_.secret = secret;
  if (url.empty()) return;
  emit(nullptr, "ping", "",
       {{"zen", "Keep it logically awesome."},
        {"hook_id", hook_.id},
        {"hook",
         {{"type", "App"},
          {"id", hook_.id},
          {"app_id", app_.id},
          {"name", "web"},
          {"active", true},
          {"created_at", format_utc(now())},
          {"updated_at", format_utc(now())},
          {"events", app_.events},
          {"config", {{"url", url}, {"content_type", "json"}, {"insecure_ssl", "0"}}}}}},
       "");
}

void Forge::emit(Repository* repository, const std::string& event, const std::string& action, Json payload,
                 const std::string& sender) {
  if (hook_.url.empty() || (event != "ping" && !app_.events.contains(event))) return;
  Delivery delivery{
      .id = 0, .guid = guid(to_hex(options_.random_bytes(16))), .event = event, .action = action};
  if (!action.empty()) payload["action"] = action;
  if (repository != nullptr) {
    const auto* installed = installation_of(repository->owner);
    if (installed == nullptr || installed->suspended) return;
    delivery.installation = installed->id;
    delivery.repository = repository->id;
    payload["repository"] = repository_json(*this, *repository);
    const auto* owner = account(repository->owner);
    if (owner != nullptr && owner->type == "Organization") {
      payload["organization"] = organization_json(*this, *owner);
    }
    payload["installation"] = {{"id", installed->id}, {"node_id", node_id("I", installed->id)}};
    payload["sender"] = account_json(*this, sender);
  }
  delivery.payload = payload.dump(-1, ' ', false, Json::error_handler_t::replace);
  queue_delivery(std::move(delivery));
}

void Forge::queue_delivery(Delivery delivery) {
  delivery.id = next_id();
  outgoing_.push_back(delivery.id);
  deliveries_.push_back(std::move(delivery));
  while (deliveries_.size() > kDeliveriesMax) deliveries_.pop_front();
  changed_.notify_all();
}

Delivery* Forge::delivery(std::int64_t id) {
  for (auto& each : deliveries_) {
    if (each.id == id) return &each;
  }
  return nullptr;
}

bool Forge::redeliver(std::int64_t id) {
  const auto* known = delivery(id);
  if (known == nullptr || !known->attempted) return false;
  Delivery again{.id = 0, .guid = known->guid, .event = known->event, .action = known->action};
  again.payload = known->payload;
  again.installation = known->installation;
  again.repository = known->repository;
  again.redelivery = true;
  queue_delivery(std::move(again));
  return true;
}

}  // namespace kedge::sandbox::forge
