// SPDX-License-Identifier: Apache-2.0
// The repository itself, its people, labels and branch rules.
#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kReadMetadata{};
constexpr Needs kLabelWrite{.permissions = "issues=write; pull_requests=write", .role = "write"};

Response get_repository(Call& call) {
  return json(200, repository_json(call.forge, *call.repository, call.who.login));
}

std::string coarse(const std::string& role) {
  return role == "maintain" ? "write" : role == "triage" ? "read" : role;
}

Json permission_json(Call& call, const std::string& login, const std::string& role) {
  auto user = account_json(call.forge, login);
  const auto repository = repository_json(call.forge, *call.repository, login);
  user["permissions"] = repository.at("permissions");
  user["role_name"] = role;
  return user;
}

Response get_permission(Call& call) {
  const auto& login = call.parameter(0);
  if (call.forge.account(login) == nullptr) return error(404, login + " is not a user");
  const auto role = call.forge.role(*call.repository, login);
  return json(
      200, {{"permission", coarse(role)}, {"role_name", role}, {"user", permission_json(call, login, role)}});
}

Response list_collaborators(Call& call) {
  std::vector<Json> items;
  for (const auto& [login, role] : call.repository->collaborators) {
    items.push_back(permission_json(call, login, role));
  }
  return page(call, std::move(items));
}

Response is_collaborator(Call& call) {
  return call.repository->collaborators.contains(call.parameter(0)) ? no_content() : error(404, "Not Found");
}

Response list_labels(Call& call) {
  std::vector<Json> items;
  for (const auto& label : call.repository->labels)
    items.push_back(label_json(call.forge, *call.repository, label));
  return page(call, std::move(items));
}

Response get_label(Call& call) {
  const auto* label = call.forge.label(*call.repository, call.parameter(0));
  if (label == nullptr) return error(404, "Not Found");
  return json(200, label_json(call.forge, *call.repository, *label));
}

Response create_label(Call& call) {
  const auto made = call.forge.create_label(*call.repository, call.text("name"), call.text("color"),
                                            call.text("description"));
  if (!made) return error(made.error());
  return json(201, label_json(call.forge, *call.repository, **made));
}

Response change_label(Call& call) {
  auto* label = call.forge.label(*call.repository, call.parameter(0));
  if (label == nullptr) return error(404, "Not Found");
  if (const auto color = call.optional_text("color")) {
    if (color->size() != 6 || !is_hex(*color)) return error(forge::invalid("Label", "color", "invalid"));
    label->color = to_lower(*color);
  }
  if (const auto text = call.optional_text("description")) label->description = *text;
  return json(200, label_json(call.forge, *call.repository, *label));
}

Response delete_label(Call& call) {
  if (call.forge.label(*call.repository, call.parameter(0)) == nullptr) return error(404, "Not Found");
  std::erase_if(call.repository->labels,
                [&](const auto& each) { return equals_ignore_case(each.name, call.parameter(0)); });
  return no_content();
}

Response get_protection(Call& call) {
  const auto& branch = call.parameter(0);
  if (!call.repository->refs.contains("refs/heads/" + branch)) return error(404, "Branch not found");
  const auto found = call.repository->protection.find(branch);
  if (found == call.repository->protection.end()) return error(404, "Branch not protected");
  const auto url =
      call.forge.api_url() + "/repos/" + call.repository->full_name() + "/branches/" + branch + "/protection";
  Json checks = Json::array();
  for (const auto& name : found->second.required_checks)
    checks.push_back({{"context", name}, {"app_id", nullptr}});
  return json(200, {{"url", url},
                    {"required_status_checks",
                     {{"url", url + "/required_status_checks"},
                      {"strict", false},
                      {"contexts", found->second.required_checks},
                      {"contexts_url", url + "/required_status_checks/contexts"},
                      {"checks", checks}}},
                    {"required_pull_request_reviews",
                     {{"url", url + "/required_pull_request_reviews"},
                      {"dismiss_stale_reviews", false},
                      {"require_code_owner_reviews", false},
                      {"required_approving_review_count", found->second.approvals}}},
                    {"enforce_admins", {{"url", url + "/enforce_admins"}, {"enabled", true}}},
                    {"allow_force_pushes", {{"enabled", false}}},
                    {"allow_deletions", {{"enabled", false}}}});
}

/// The same settings told as rules; a ruleset of its own the forge does not have.
Response get_rules(Call& call) {
  std::vector<Json> rules;
  const auto found = call.repository->protection.find(call.parameter(0));
  if (found != call.repository->protection.end() && !found->second.required_checks.empty()) {
    Json checks = Json::array();
    for (const auto& name : found->second.required_checks) {
      checks.push_back({{"context", name}, {"integration_id", call.forge.app().id}});
    }
    rules.push_back(
        {{"type", "required_status_checks"},
         {"ruleset_source_type", "Repository"},
         {"ruleset_source", call.repository->full_name()},
         {"ruleset_id", 1},
         {"parameters",
          {{"required_status_checks", checks}, {"strict_required_status_checks_policy", false}}}});
  }
  return page(call, std::move(rules));
}

}  // namespace

const std::vector<Route>& repository_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/repos/{owner}/{repo}", kReadMetadata, get_repository},
      {"GET", "/repos/{owner}/{repo}/collaborators", {.role = "write"}, list_collaborators},
      {"GET", "/repos/{owner}/{repo}/collaborators/{user}", kReadMetadata, is_collaborator},
      {"GET", "/repos/{owner}/{repo}/collaborators/{user}/permission", kReadMetadata, get_permission},
      {"GET",
       "/repos/{owner}/{repo}/labels",
       {.permissions = "issues=read; pull_requests=read"},
       list_labels},
      {"POST", "/repos/{owner}/{repo}/labels", kLabelWrite, create_label},
      {"GET",
       "/repos/{owner}/{repo}/labels/{name}",
       {.permissions = "issues=read; pull_requests=read"},
       get_label},
      {"PATCH", "/repos/{owner}/{repo}/labels/{name}", kLabelWrite, change_label},
      {"DELETE", "/repos/{owner}/{repo}/labels/{name}", kLabelWrite, delete_label},
      {"GET",
       "/repos/{owner}/{repo}/branches/{branch}/protection",
       {.permissions = "administration=read", .role = "admin"},
       get_protection},
      {"GET", "/repos/{owner}/{repo}/rules/branches/{branch...}", kReadMetadata, get_rules},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
