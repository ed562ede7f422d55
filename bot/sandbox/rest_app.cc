// SPDX-License-Identifier: Apache-2.0
// Apps, installations, deliveries, and the routes of no repository.
#include <algorithm>
#include <cstdlib>

#include "bot/sandbox/auth.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kJwt{.caller = Caller::app_jwt, .permissions = ""};
constexpr Needs kAnyone{.caller = Caller::anyone, .permissions = ""};

Response installation_answer(Call& call, const forge::Installation* installation) {
  if (installation == nullptr) return error(404, "Not Found");
  return json(200, installation_json(call.forge, *installation));
}

Response get_app(Call& call) {
  return json(200, app_json(call.forge));
}

Response list_installations(Call& call) {
  std::vector<Json> items;
  for (const auto& [id, each] : call.forge.installations())
    items.push_back(installation_json(call.forge, each));
  return page(call, std::move(items));
}

Response get_installation(Call& call) {
  return installation_answer(call, call.forge.installation(call.number(0)));
}

Response repository_installation(Call& call) {
  if (call.repository == nullptr) return error(404, "Not Found");
  return installation_answer(call, call.forge.installation_of(call.repository->owner));
}

Response account_installation(Call& call) {
  return installation_answer(call, call.forge.installation_of(call.parameter(0)));
}

Response create_token(Call& call) {
  forge::Permissions permissions;
  std::vector<std::int64_t> ids;
  if (call.body.is_object() && call.body.contains("permissions")) {
    for (const auto& [name, access] : call.body.at("permissions").items()) permissions[name] = access;
  }
  if (call.body.is_object() && call.body.contains("repository_ids")) {
    ids = call.body.at("repository_ids").get<std::vector<std::int64_t>>();
  }
  const auto made =
      call.forge.create_installation_token(call.number(0), permissions, call.texts("repositories"), ids);
  if (!made) return error(made.error());
  const auto& who = made->facts.identity;
  Json body = {{"token", made->token},
               {"expires_at", format_utc(*made->facts.expires_at)},
               {"permissions", forge::permissions_json(who.permissions)},
               {"repository_selection", who.narrowed.empty() ? "all" : "selected"}};
  if (!who.narrowed.empty()) {
    body["repositories"] = Json::array();
    for (const auto id : who.narrowed) {
      body["repositories"].push_back(repository_json(call.forge, *call.forge.repository(id)));
    }
  }
  return json(201, body);
}

Response installation_repositories(Call& call) {
  if (!call.who.is_app())
    return error(403,
                 "You must authenticate with an installation access token in order to list repositories for "
                 "an installation.");
  const auto* installation = call.forge.installation(call.who.installation);
  std::vector<Json> items;
  for (const auto& [id, each] : call.forge.repositories()) {
    const bool ours = each.owner == installation->account;
    if (ours && (call.who.narrowed.empty() || call.who.narrowed.contains(id))) {
      items.push_back(repository_json(call.forge, each, call.who.login));
    }
  }
  return page(call, "repositories", std::move(items));
}

Json hook_config_json(const forge::Hook& hook) {
  return {{"url", hook.url}, {"content_type", "json"}, {"insecure_ssl", "0"}, {"secret", "********"}};
}

Response get_hook_config(Call& call) {
  return json(200, hook_config_json(call.forge.hook()));
}

Response set_hook_config(Call& call) {
  auto& hook = call.forge.hook();
  const auto secret = call.text("secret", hook.secret);
  call.forge.set_hook(call.text("url", hook.url), secret);
  return json(200, hook_config_json(hook));
}

/// Newest first; the cursor is the id of the last delivery of the page before.
Response list_deliveries(Call& call) {
  const auto status = call.request.parameter("status");
  if (!status.empty() && status != "success" && status != "failure") return error(422, "Invalid status");
  const auto cursor_text = call.request.parameter("cursor");
  std::int64_t cursor = 0;
  for (const char c : cursor_text.starts_with("v1_") ? cursor_text.substr(3) : "") {
    if (c < '0' || c > '9' || cursor > 1'000'000'000'000'000) return error(422, "Invalid cursor");
    cursor = cursor * 10 + (c - '0');
  }
  if (!cursor_text.empty() && cursor == 0) return error(422, "Invalid cursor");
  const auto per_page = static_cast<std::size_t>(
      std::clamp(std::atoi(call.request.parameter("per_page", "30").c_str()), 1, 100));
  Json items = Json::array();
  std::int64_t last = 0;
  bool more = false;
  const auto& all = call.forge.deliveries();
  for (auto it = all.rbegin(); it != all.rend() && !more; ++it) {
    if (!it->attempted || (cursor != 0 && it->id >= cursor)) continue;
    const bool good = it->status_code >= 200 && it->status_code < 400;
    if (!status.empty() && good != (status == "success")) continue;
    more = items.size() == per_page;
    if (more) break;
    items.push_back(delivery_json(*it));
    last = it->id;
  }
  auto response = json(200, items);
  if (more) {
    auto url = call.forge.url() + call.request.path + "?per_page=" + std::to_string(per_page);
    if (!status.empty()) url += "&status=" + status;
    response.headers.emplace_back("Link",
                                  "<" + url + "&cursor=v1_" + std::to_string(last) + ">; rel=\"next\"");
  }
  return response;
}

Response get_delivery(Call& call) {
  const auto* found = call.forge.delivery(call.number(0));
  if (found == nullptr || !found->attempted) return error(404, "Not Found");
  return json(200, delivery_detail_json(call.forge, *found));
}

Response redeliver(Call& call) {
  if (!call.forge.redeliver(call.number(0))) return error(404, "Not Found");
  return json(202, Json::object());
}

Response get_self(Call& call) {
  auto body = account_json(call.forge, call.who.login);
  const auto* account = call.forge.account(call.who.login);
  body["name"] = account->name;
  body["email"] = account->email;
  return json(200, body);
}

Response get_user(Call& call) {
  auto body = account_json(call.forge, call.parameter(0));
  if (body.is_null()) return error(404, "Not Found");
  const auto* account = call.forge.account(call.parameter(0));
  body["name"] = account->name;
  for (const auto* key : {"company", "location", "email", "hireable", "bio", "twitter_username"})
    body[key] = nullptr;
  for (const auto* key : {"public_repos", "public_gists", "followers", "following"}) body[key] = 0;
  body["blog"] = "";
  body["created_at"] = body["updated_at"] = "2026-01-01T00:00:00Z";
  return json(200, body);
}

Response rate_limit(Call& call) {
  const auto rate = auth::rate_json(call.forge, call.who);
  return json(200, {{"resources", {{"core", rate}, {"search", rate}, {"graphql", rate}}}, {"rate", rate}});
}

Response meta(Call&) {
  return json(200, {{"verifiable_password_authentication", false}, {"hooks", {"127.0.0.0/8"}}});
}

Response root(Call& call) {
  const auto api = call.forge.api_url();
  return json(200, {{"current_user_url", api + "/user"},
                    {"rate_limit_url", api + "/rate_limit"},
                    {"repository_url", api + "/repos/{owner}/{repo}"}});
}

}  // namespace

const std::vector<Route>& app_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/app", kJwt, get_app},
      {"GET", "/app/installations", kJwt, list_installations},
      {"GET", "/app/installations/{id}", kJwt, get_installation},
      {"POST", "/app/installations/{id}/access_tokens", kJwt, create_token},
      {"GET", "/repos/{owner}/{repo}/installation", kJwt, repository_installation},
      {"GET", "/orgs/{org}/installation", kJwt, account_installation},
      {"GET", "/users/{user}/installation", kJwt, account_installation},
      {"GET", "/app/hook/config", kJwt, get_hook_config},
      {"PATCH", "/app/hook/config", kJwt, set_hook_config},
      {"GET", "/app/hook/deliveries", kJwt, list_deliveries},
      {"GET", "/app/hook/deliveries/{id}", kJwt, get_delivery},
      {"POST", "/app/hook/deliveries/{id}/attempts", kJwt, redeliver},
      {"GET",
       "/installation/repositories",
       {.caller = Caller::token, .permissions = ""},
       installation_repositories},
      {"GET", "/user", {.caller = Caller::person, .permissions = ""}, get_self},
      {"GET", "/users/{user}", kAnyone, get_user},
      {"GET", "/rate_limit", kAnyone, rate_limit},
      {"GET", "/meta", kAnyone, meta},
      {"GET", "/", kAnyone, root},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
