// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/app_facts.h"

#include "bot/adapters/github/requirements.h"
#include "bot/adapters/github/rest.h"

namespace kedge::adapters::github {
namespace {

Granted granted_in(const Json& permissions) {
  Granted granted;
  for (const RequiredPermission& one : required_permissions()) {
    const std::string access = permissions[one.name].text();
    if (!access.empty()) granted[std::string(one.name)] = access;
  }
  return granted;
}

InstallationFacts installation_in(const Json& json) {
  return {.account = json["account"]["login"].text(),
          .html_url = json["html_url"].text(),
          .suspended = !json["suspended_at"].is_null(),
          .permissions = granted_in(json["permissions"])};
}

std::optional<DeliveryFacts> newest_in(const Json& page) {
  for (const Json& one : page.items()) {
    const auto at = parse_utc(one["delivered_at"].text());
    if (!at) continue;
    return DeliveryFacts{.at = *at,
                         .event = one["event"].text(),
                         .status = one["status"].text(),
                         .status_code = static_cast<int>(one["status_code"].number())};
  }
  return std::nullopt;
}

}  // namespace

Result<AppFacts> RestGitHub::app_facts() {
  if (!rest_->is_app()) return fail(Errc::denied, "cannot read the App: this is a plain token");
  AppFacts facts;
  KEDGE_TRY(app, rest_->send(nullptr, {.verb = "read the App", .path = "/app"}));
  facts.slug = app.body["slug"].text();
  facts.html_url = app.body["html_url"].text();
  facts.permissions = granted_in(app.body["permissions"]);
  for (const Json& event : app.body["events"].items()) facts.events.push_back(event.text());
  KEDGE_CHECK(rest_->pages(nullptr, {.verb = "list installations", .path = "/app/installations"},
                           [&](const Json& page) {
                             for (const Json& one : page.items())
                               facts.installations.push_back(installation_in(one));
                             return true;
                           }));
  KEDGE_TRY(hook, rest_->send(nullptr, {.verb = "read the App's webhook", .path = "/app/hook/config"}));
  facts.hook_url = hook.body["url"].text();
  facts.hook_insecure = hook.body["insecure_ssl"].text() == "1" || hook.body["insecure_ssl"].number() == 1;
  KEDGE_TRY(deliveries,
            rest_->send(nullptr, {.verb = "list webhook deliveries", .path = "/app/hook/deliveries"}));
  facts.last_delivery = newest_in(deliveries.body);
  return facts;
}

}  // namespace kedge::adapters::github
