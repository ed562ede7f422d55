// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/auth.h"

#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "bot/sandbox/jwt.h"

namespace kedge::sandbox::auth {
namespace {

constexpr std::array<std::string_view, 6> kRoles{"none", "read", "triage", "write", "maintain", "admin"};

std::ptrdiff_t rank(std::string_view role) {
  return std::find(kRoles.begin(), kRoles.end(), role) - kRoles.begin();
}

std::string credential(const Request& request) {
  const auto header = request.header("authorization");
  const auto blank = header.find(' ');
  if (blank == std::string::npos) return "";
  const auto scheme = to_lower(header.substr(0, blank));
  if (scheme == "basic") return basic_credentials(header).second;
  return scheme == "bearer" || scheme == "token" ? std::string(trim(header.substr(blank))) : "";
}

bool covers(const forge::Forge& forge, const forge::Identity& who, const forge::Repository& repository) {
  const auto& installations = forge.installations();
  const auto found = installations.find(who.installation);
  if (found == installations.end() || !equals_ignore_case(found->second.account, repository.owner))
    return false;
  return who.narrowed.empty() || who.narrowed.contains(repository.id);
}

bool permitted(const forge::Identity& who, std::string_view alternatives) {
  if (alternatives.empty()) return true;
  for (const auto& each : split(alternatives, ';')) {
    const auto text = trim(each);
    const auto equals = text.find('=');
    if (has_permission(who, std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))))
      return true;
  }
  return false;
}

Response not_accessible(std::string_view alternatives) {
  auto response = rest::error(403, "Resource not accessible by integration");
  response.headers.emplace_back("X-Accepted-GitHub-Permissions", std::string(alternatives));
  return response;
}

}  // namespace

bool has_permission(const forge::Identity& who, const std::string& name, const std::string& access) {
  const auto found = who.permissions.find(name);
  if (found == who.permissions.end()) return false;
  return access == "read" || found->second == access || found->second == "admin";
}

std::optional<Response> identify(rest::Call& call) {
  const auto text = credential(call.request);
  if (text.empty()) {
    if (call.request.header("authorization").empty()) return std::nullopt;
    return rest::error(401, "Bad credentials");
  }
  if (const auto* token = call.forge.token(text)) {
    call.who = token->identity;
    const auto& installations = call.forge.installations();
    if (const auto found = installations.find(call.who.installation); found != installations.end()) {
      if (found->second.suspended) return rest::error(403, "This installation has been suspended");
    }
    return std::nullopt;
  }
  if (split(text, '.').size() != 3 || !text.starts_with("ey")) return rest::error(401, "Bad credentials");
  const auto& app = call.forge.app();
  const auto problem =
      judge_jwt(text, {std::to_string(app.id), app.client_id, app.public_key_pem}, call.forge.now());
  if (!problem.empty()) return rest::error(401, problem);
  call.who = {.kind = forge::Identity::Kind::app, .login = call.forge.bot_login()};
  call.who.token_key = "app";
  return std::nullopt;
}

bool may_access(const forge::Forge& forge, const forge::Identity& who, const forge::Repository& repository,
                bool write) {
  switch (who.kind) {
    case forge::Identity::Kind::admin:
      return true;
    case forge::Identity::Kind::installation:
      return covers(forge, who, repository) && has_permission(who, "contents", write ? "write" : "read");
    case forge::Identity::Kind::person:
      return rank(forge.role(repository, who.login)) >= rank(write ? "write" : "read");
    default:
      return !write && !repository.is_private;
  }
}

std::optional<Response> refuse_call(const rest::Call& call, const rest::Needs& needs) {
  using Kind = forge::Identity::Kind;
  const auto kind = call.who.kind;
  const bool reads = call.request.method == "GET";
  if (needs.caller == rest::Caller::app_jwt) {
    if (kind != Kind::app) return rest::error(401, "A JSON web token could not be decoded");
    const bool missing = call.request.segments.end() !=
                         std::find(call.request.segments.begin(), call.request.segments.end(), "repos");
    if (missing && call.repository == nullptr) return rest::error(404, "Not Found");
    return std::nullopt;
  }
  if (needs.caller == rest::Caller::anyone) return std::nullopt;
  if (kind == Kind::app) {
    return rest::error(401, "A JSON web token could not be used here: an installation token is needed");
  }
  if (needs.caller == rest::Caller::person && kind == Kind::installation) return not_accessible("");
  if (kind == Kind::nobody && (!reads || needs.caller == rest::Caller::person)) {
    return rest::error(401, "Requires authentication");
  }
  const bool is_repository = call.request.path.find("/repos/") != std::string::npos;
  if (!is_repository) return std::nullopt;
  if (call.repository == nullptr) return rest::error(404, "Not Found");
  if (kind == Kind::installation) {
    if (!covers(call.forge, call.who, *call.repository)) {
      // Elsewhere an installation is a stranger: it reads what is public and writes nothing.
      if (call.repository->is_private) return rest::error(404, "Not Found");
      if (!reads) return not_accessible(needs.permissions);
      return std::nullopt;
    }
    if (!permitted(call.who, needs.permissions)) return not_accessible(needs.permissions);
    return std::nullopt;
  }
  const auto role = kind == Kind::nobody ? (call.repository->is_private ? "none" : "read")
                                         : call.forge.role(*call.repository, call.who.login);
  if (role == "none") return rest::error(404, "Not Found");
  if (rank(role) < rank(needs.role)) {
    return needs.role == "admin" || needs.role == "maintain"
               ? rest::error(403, "Must have admin rights to Repository.")
               : rest::error(403, "Must have " + std::string(needs.role) + " access to Repository.");
  }
  return std::nullopt;
}

nlohmann::json rate_json(forge::Forge& forge, const forge::Identity& who) {
  const auto& window = forge.rate_window(who.token_key);
  return {{"limit", forge.rate_limit},
          {"used", window.used},
          {"remaining", std::max(0, forge.rate_limit - window.used)},
          {"reset", window.reset_s},
          {"resource", "core"}};
}

bool is_over_limit(forge::Forge& forge, const forge::Identity& who) {
  return forge.rate_window(who.token_key).used >= forge.rate_limit;
}

void count_request(forge::Forge& forge, const forge::Identity& who, Response& response) {
  if (response.status != 304) ++forge.rate_window(who.token_key).used;
  const auto rate = rate_json(forge, who);
  for (const auto* key : {"limit", "remaining", "used", "reset"}) {
    response.headers.emplace_back(std::string("X-RateLimit-") + key,
                                  std::to_string(rate.at(key).get<std::int64_t>()));
  }
  response.headers.emplace_back("X-RateLimit-Resource", "core");
}

}  // namespace kedge::sandbox::auth
