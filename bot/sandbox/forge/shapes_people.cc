// SPDX-License-Identifier: Apache-2.0
#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {

Json optional_time(const std::optional<TimePoint>& at) {
  return at ? Json(format_utc(*at)) : Json(nullptr);
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

std::string node_id(std::string_view kind, std::int64_t id) {
  return std::string(kind) + "_" + to_base64(std::string(kind) + ":" + std::to_string(id));
}

Json account_json(const Forge& forge, const std::string& login) {
  const auto* account = forge.account(login);
  if (account == nullptr) return nullptr;
  const bool bot = account->type == "Bot";
  const auto path = forge.api_url() + "/users/" +
                    (bot ? replace_all(replace_all(account->login, "[", "%5B"), "]", "%5D") : account->login);
  const auto page = bot ? forge.url() + "/apps/" + forge.app().slug : forge.url() + "/" + account->login;
  return {{"login", account->login},
          {"id", account->id},
          {"node_id", node_id(bot ? "BOT" : "U", account->id)},
          {"avatar_url", forge.url() + "/_sandbox/avatar/" + std::to_string(account->id)},
          {"gravatar_id", ""},
          {"url", path},
          {"html_url", page},
          {"followers_url", path + "/followers"},
          {"following_url", path + "/following{/other_user}"},
          {"gists_url", path + "/gists{/gist_id}"},
          {"starred_url", path + "/starred{/owner}{/repo}"},
          {"subscriptions_url", path + "/subscriptions"},
          {"organizations_url", path + "/orgs"},
          {"repos_url", path + "/repos"},
          {"events_url", path + "/events{/privacy}"},
          {"received_events_url", path + "/received_events"},
          {"type", account->type},
          {"user_view_type", "public"},
          {"site_admin", false}};
}

Json permissions_json(const Permissions& permissions) {
  Json result = Json::object();
  for (const auto& [name, access] : permissions) result[name] = access;
  return result;
}

Json app_json(const Forge& forge) {
  const auto& app = forge.app();
  return {{"id", app.id},
          {"slug", app.slug},
          {"node_id", node_id("A", app.id)},
          {"client_id", app.client_id},
          {"owner", account_json(forge, app.owner)},
          {"name", app.name},
          {"description", "The App of this sandbox"},
          {"external_url", forge.url()},
          {"html_url", forge.url() + "/apps/" + app.slug},
          {"created_at", "2026-01-01T00:00:00Z"},
          {"updated_at", "2026-01-01T00:00:00Z"},
          {"permissions", permissions_json(app.permissions)},
          {"events", app.events}};
}

Json check_app_json(const Forge& forge, const std::string& slug) {
  if (slug == forge.app().slug) return app_json(forge);
  return {{"id", 15'368},
          {"slug", slug},
          {"node_id", node_id("A", 15'368)},
          {"client_id", "Iv1.sandboxactions"},
          {"owner", account_json(forge, forge.app().owner)},
          {"name", "Sandbox Actions"},
          {"description", "The sandbox's CI"},
          {"external_url", forge.url()},
          {"html_url", forge.url() + "/apps/" + slug},
          {"created_at", "2026-01-01T00:00:00Z"},
          {"updated_at", "2026-01-01T00:00:00Z"},
          {"permissions", {{"checks", "write"}, {"contents", "read"}, {"metadata", "read"}}},
          {"events", {"push", "pull_request"}}};
}

Json installation_json(const Forge& forge, const Installation& installation) {
  const auto* account = forge.account(installation.account);
  const auto id = std::to_string(installation.id);
  return {
      {"id", installation.id},
      {"account", account_json(forge, installation.account)},
      {"access_tokens_url", forge.api_url() + "/app/installations/" + id + "/access_tokens"},
      {"repositories_url", forge.api_url() + "/installation/repositories"},
      {"html_url", forge.url() + "/organizations/" + installation.account + "/settings/installations/" + id},
      {"app_id", forge.app().id},
      {"client_id", forge.app().client_id},
      {"app_slug", forge.app().slug},
      {"target_id", account != nullptr ? account->id : 0},
      {"target_type", account != nullptr ? account->type : "Organization"},
      {"permissions", permissions_json(installation.permissions)},
      {"events", forge.app().events},
      {"single_file_name", nullptr},
      {"has_multiple_single_files", false},
      {"single_file_paths", Json::array()},
      {"repository_selection", "all"},
      {"created_at", format_utc(installation.created_at)},
      {"updated_at", format_utc(installation.created_at)},
      {"suspended_by", nullptr},
      {"suspended_at", installation.suspended ? Json(format_utc(forge.now())) : Json(nullptr)}};
}

std::string author_association(const Forge& forge, const Repository& repository, const std::string& login) {
  if (equals_ignore_case(repository.owner, login)) return "OWNER";
  const auto found = repository.collaborators.find(login);
  if (found != repository.collaborators.end() && found->second != "read") {
    const auto* owner = forge.account(repository.owner);
    return owner != nullptr && owner->type == "Organization" ? "MEMBER" : "COLLABORATOR";
  }
  return found != repository.collaborators.end() ? "CONTRIBUTOR" : "NONE";
}

}  // namespace kedge::sandbox::forge
