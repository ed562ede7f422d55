// SPDX-License-Identifier: Apache-2.0
// The control API under `/_sandbox/`: what a test or a demo does to the world. Bearer: the admin token.
#include <algorithm>
#include <array>
#include <charconv>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/parts.h"
#include "bot/sandbox/rest.h"
#include "bot/sandbox/seed.h"

namespace kedge::sandbox {
namespace {

using Json = nlohmann::json;
using Segments = std::vector<std::string>;

constexpr std::array<std::pair<std::string_view, FaultAction>, 6> kActions{
    {{"respond", FaultAction::respond},
     {"drop", FaultAction::drop},
     {"apply_then_drop", FaultAction::apply_then_drop},
     {"hold_before", FaultAction::hold_before},
     {"hold_after", FaultAction::hold_after},
     {"delay", FaultAction::delay}}};

/// The object under a key, or an empty one; a reference, since `items()` keeps one.
const Json& object_of(const Json& body, const char* key) {
  static const Json kEmpty = Json::object();
  const auto found = body.find(key);
  return found == body.end() ? kEmpty : *found;
}

std::string_view action_name(FaultAction action) {
  for (const auto& [name, value] : kActions) {
    if (value == action) return name;
  }
  return "";
}

Response add_fault(Parts& parts, const Json& body) {
  FaultRule rule{.id = 0, .method = body.value("method", ""), .path = body.value("path", "")};
  rule.nth = body.value("nth", 0);
  rule.times = body.value("times", 0);
  rule.status = body.value("status", rule.status);
  rule.delay = Duration{body.value("delay_ms", 0)};
  if (body.contains("body"))
    rule.body = body.at("body").is_string() ? body.at("body").get<std::string>() : body.at("body").dump();
  for (const auto& [name, value] : object_of(body, "headers").items()) rule.headers.emplace_back(name, value);
  const auto wanted = body.value("action", "respond");
  bool known = false;
  for (const auto& [name, value] : kActions) {
    if (name != wanted) continue;
    rule.action = value;
    known = true;
  }
  if (!known) return rest::error(422, "unknown action " + wanted);
  const auto id = parts.faults.add(std::move(rule));
  return id ? rest::json(201, {{"id", *id}}) : rest::error(422, "path is no regular expression");
}

Json faults_json(const Parts& parts) {
  Json rules = Json::array();
  for (const auto& rule : parts.faults.rules()) {
    rules.push_back({{"id", rule.id},
                     {"method", rule.method},
                     {"path", rule.path},
                     {"nth", rule.nth},
                     {"times", rule.times},
                     {"action", action_name(rule.action)}});
  }
  return rules;
}

Response fault_hits(Parts& parts, const Request& request) {
  const auto rule = number_of(request.parameter("rule"));
  const auto timeout = Duration{std::min<std::int64_t>(number_of(request.parameter("timeout_ms")), 60'000)};
  if (timeout.count() > 0) {
    parts.faults.wait_for_hits(
        rule, static_cast<std::size_t>(std::max<std::int64_t>(1, number_of(request.parameter("count")))),
        timeout);
  }
  Json hits = Json::array();
  for (const auto& hit : parts.faults.hits()) {
    if (rule != 0 && hit.rule != rule) continue;
    hits.push_back({{"rule", hit.rule},
                    {"method", hit.method},
                    {"path", hit.path},
                    {"at", format_utc(hit.at)},
                    {"holding", hit.holding}});
  }
  return rest::json(200, hits);
}

Response faults(Parts& parts, const Request& request, const Segments& path, const Json& body) {
  const bool one = path.size() >= 3 && path[2] != "hits";
  if (path.size() == 3 && path[2] == "hits") return fault_hits(parts, request);
  if (one && path.size() == 4 && path[3] == "release") {
    const auto how = body.value("how", "answer") == "close" ? Release::close : Release::answer;
    return parts.faults.release(number_of(path[2]), how) ? rest::no_content() : rest::error(404, "Not Found");
  }
  if (request.method == "POST" && !one) return add_fault(parts, body);
  if (request.method == "DELETE" && one) parts.faults.remove(number_of(path[2]));
  if (request.method == "DELETE" && !one) parts.faults.clear();
  if (request.method == "DELETE") return rest::no_content();
  return rest::json(200, faults_json(parts));
}

Response people(Parts& parts, const Request& request, const Segments& path, const Json& body) {
  const std::lock_guard lock(parts.forge.mutex());
  if (path.size() == 3 && request.method == "PUT") {
    auto& account = parts.forge.add_account(path[2], body.value("type", "User"));
    account.name = body.value("name", account.name);
    account.email = body.value("email", account.email);
    for (const auto& [full_name, role] : object_of(body, "roles").items()) {
      const auto parts_of_name = split(full_name, '/');
      auto* repository =
          parts_of_name.size() == 2 ? parts.forge.repository(parts_of_name[0], parts_of_name[1]) : nullptr;
      if (repository == nullptr) return rest::error(404, "no repository " + full_name);
      repository->collaborators.erase(account.login);
      if (role != "none") repository->collaborators[account.login] = role;
    }
  }
  Json list = Json::array();
  for (const auto& [key, account] : parts.forge.accounts()) {
    if (account.type != "User" || (path.size() == 3 && !equals_ignore_case(path[2], key))) continue;
    Json roles = Json::object();
    for (const auto& [id, repository] : parts.forge.repositories())
      roles[repository.full_name()] = parts.forge.role(repository, account.login);
    list.push_back({{"login", account.login},
                    {"id", account.id},
                    {"name", account.name},
                    {"email", account.email},
                    {"roles", roles},
                    {"token", parts.forge.person_token(account.login)}});
  }
  if (path.size() == 3) return list.empty() ? rest::error(404, "Not Found") : rest::json(200, list.front());
  return rest::json(200, list);
}

Response make_commit(Parts& parts, forge::Repository& repository, const Json& body) {
  forge::CommitRequest request{.branch = body.value("branch", repository.default_branch),
                               .from = body.value("from", ""),
                               .merged = body.value("merge", std::vector<std::string>{}),
                               .files = {},
                               .message = body.value("message", "Change files"),
                               .name = body.value("name", ""),
                               .email = body.value("email", ""),
                               .at = parse_utc(body.value("at", "")).value_or(TimePoint{})};
  const bool is_new = !repository.refs.contains("refs/heads/" + request.branch);
  if (request.from.empty() && is_new)
    request.from = repository.git.resolve(repository.default_branch).value_or("");
  if (!request.from.empty()) request.from = repository.git.resolve(request.from).value_or(request.from);
  for (auto& name : request.merged) name = repository.git.resolve(name).value_or(name);
  for (const auto& [path, text] : object_of(body, "files").items()) {
    request.files[path] = text.is_null() ? std::nullopt : std::optional<std::string>(text.get<std::string>());
  }
  const auto made = parts.forge.commit(repository, request, body.value("as", "alice"));
  return made ? rest::json(201, {{"sha", *made}}) : rest::error(made.error());
}

Response repositories(Parts& parts, const Request& request, const Segments& path, const Json& body) {
  const std::lock_guard lock(parts.forge.mutex());
  if (path.size() == 2 && request.method == "POST") {
    const auto made =
        parts.forge.create_repository(body.value("owner", "acme"), body.value("name", ""),
                                      body.value("default_branch", "main"), body.value("private", false));
    return made ? rest::json(201, repository_json(parts.forge, **made)) : rest::error(made.error());
  }
  if (path.size() < 4) return rest::error(404, "Not Found");
  auto* repository = parts.forge.repository(path[2], path[3]);
  if (repository == nullptr) return rest::error(404, "Not Found");
  if (path.size() == 4 && request.method == "PATCH") {
    repository->has_issues = body.value("has_issues", repository->has_issues);
    repository->is_private = body.value("private", repository->is_private);
    repository->default_branch = body.value("default_branch", repository->default_branch);
    return rest::json(200, repository_json(parts.forge, *repository));
  }
  if (path.size() == 5 && path[4] == "commits" && request.method == "POST")
    return make_commit(parts, *repository, body);
  if (path.size() == 5 && path[4] == "protection" && request.method == "PUT") {
    const auto branch = body.value("branch", repository->default_branch);
    repository->protection[branch] = {
        .no_direct_push = body.value("no_direct_push", true),
        .approvals = body.value("approvals", 0),
        .required_checks = body.value("required_checks", std::vector<std::string>{})};
    return rest::no_content();
  }
  if (path.size() == 5 && path[4] == "protection" && request.method == "DELETE") {
    repository->protection.clear();
    return rest::no_content();
  }
  return rest::error(404, "Not Found");
}

Response hook(Parts& parts, const Request& request, const Json& body) {
  const std::lock_guard lock(parts.forge.mutex());
  auto& settings = parts.forge.hook();
  if (request.method == "PUT") {
    settings.deliver = body.value("deliver", settings.deliver);
    settings.duplicate = body.value("duplicate", settings.duplicate);
    settings.hold_back = body.value("hold_back", settings.hold_back);
    const auto secret = body.value("secret", settings.secret);
    if (body.contains("url")) parts.forge.set_hook(body.at("url"), secret);
    settings.secret = secret;
    parts.forge.changed().notify_all();
  }
  return rest::json(200, {{"url", settings.url},
                          {"secret", settings.secret},
                          {"deliver", settings.deliver},
                          {"duplicate", settings.duplicate},
                          {"hold_back", settings.hold_back},
                          {"waiting", parts.forge.outgoing().size()}});
}

Response writes(Parts& parts, const Request& request) {
  Json list = Json::array();
  for (const auto& each : parts.journal.writes(number_of(request.parameter("since")))) {
    list.push_back({{"seq", each.seq},
                    {"method", each.method},
                    {"path", each.path},
                    {"as", each.as},
                    {"status", each.status},
                    {"at", format_utc(each.at)},
                    {"body", each.body}});
  }
  return rest::json(200, list);
}

Response transcript(Parts& parts) {
  Json list = Json::array();
  for (const auto& each : parts.chat.transcript()) {
    list.push_back({{"service", each.service},
                    {"channel", each.channel},
                    {"id", each.id},
                    {"thread", each.thread},
                    {"text", each.text},
                    {"at", format_utc(each.at)},
                    {"edits", each.earlier.size()},
                    {"earlier", each.earlier},
                    {"raw", each.raw}});
  }
  return rest::json(200, list);
}

Response app_facts(Parts& parts) {
  const std::lock_guard lock(parts.forge.mutex());
  auto body = app_json(parts.forge);
  body["pem"] = parts.private_key_pem;
  body["webhook_secret"] = parts.forge.hook().secret;
  body["installations"] = Json::array();
  for (const auto& [id, each] : parts.forge.installations())
    body["installations"].push_back(installation_json(parts.forge, each));
  return rest::json(200, body);
}

Response change_installation(Parts& parts, const Segments& path, const Json& body) {
  const std::lock_guard lock(parts.forge.mutex());
  auto* found = path.size() == 3 ? parts.forge.installation(number_of(path[2])) : nullptr;
  if (found == nullptr) return rest::error(404, "Not Found");
  found->suspended = body.value("suspended", found->suspended);
  if (body.contains("permissions")) {
    found->permissions = body.at("permissions").get<forge::Permissions>();
    parts.forge.expire_installation_tokens();
  }
  return rest::json(200, installation_json(parts.forge, *found));
}

Response settings(Parts& parts, const Json& body) {
  if (body.contains("ci_delay_ms")) parts.ci.set_delay(Duration{body.at("ci_delay_ms").get<std::int64_t>()});
  const std::lock_guard lock(parts.forge.mutex());
  parts.forge.rate_limit = body.value("rate_limit", parts.forge.rate_limit);
  return rest::no_content();
}

Response job_log(Parts& parts, const Segments& path) {
  const std::lock_guard lock(parts.forge.mutex());
  auto* repository = path.size() == 5 ? parts.forge.repository(path[2], path[3]) : nullptr;
  if (repository == nullptr) return rest::error(404, "Not Found");
  for (const auto& [id, run] : repository->runs) {
    for (const auto& job : run.jobs) {
      if (std::to_string(job.id) == path[4]) return text_response(200, job.log);
    }
  }
  return rest::error(404, "Not Found");
}

Response avatar() {
  return text_response(
      200,
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><rect width=\"8\" height=\"8\" "
      "fill=\"#57606a\"/><circle cx=\"4\" cy=\"3\" r=\"1.6\" fill=\"#fff\"/><path d=\"M1 8a3 3 0 0 1 6 0\" "
      "fill=\"#fff\"/></svg>",
      "image/svg+xml");
}

Response seed_world(Parts& parts, const Json& body) {
  if (body.value("name", "demo") != "demo") return rest::error(422, "the only seed is demo");
  const auto seeded = seed_demo(parts.forge);
  return seeded ? rest::no_content() : rest::error(422, seeded.error().message);
}

Response admin(Parts& parts, const Request& request, const Segments& path, const Json& body) {
  const auto& what = path[1];
  if (what == "faults") return faults(parts, request, path, body);
  if (what == "repos") return repositories(parts, request, path, body);
  if (what == "people") return people(parts, request, path, body);
  if (what == "hook") return hook(parts, request, body);
  if (what == "writes") return writes(parts, request);
  if (what == "chat") return transcript(parts);
  if (what == "app") return app_facts(parts);
  if (what == "installations") return change_installation(parts, path, body);
  if (what == "settings") return settings(parts, body);
  if (what == "seed") return seed_world(parts, body);
  if (what == "idle") {
    const auto timeout =
        Duration{std::min<std::int64_t>(number_of(request.parameter("timeout_ms", "10000")), 60'000)};
    return wait_idle(parts.forge, timeout) ? rest::no_content() : rest::error(408, "not idle in time");
  }
  if (what == "tokens" && request.method == "DELETE") {
    const std::lock_guard lock(parts.forge.mutex());
    parts.forge.expire_installation_tokens();
    return rest::no_content();
  }
  return rest::error(404, "Not Found");
}

}  // namespace

bool wait_idle(forge::Forge& forge, Duration timeout) {
  std::unique_lock lock(forge.mutex());
  return forge.changed().wait_for(lock, timeout, [&] { return forge.is_idle(); });
}

Response control(Parts& parts, const Request& request) {
  const auto& path = request.segments;
  if (path.size() < 2) return rest::error(404, "Not Found");
  if (path[1] == "logs") return job_log(parts, path);
  if (path[1] == "avatar") return avatar();
  if (request.header("authorization") != "Bearer " + parts.admin_token)
    return rest::error(401, "the admin token is needed");
  Json body = Json::object();
  if (!request.body.empty()) body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return rest::error(400, "Problems parsing JSON");
  try {
    return admin(parts, request, path, body);
  } catch (const Json::exception&) {
    return rest::error(422, "a field has another type than expected");
  }
}

}  // namespace kedge::sandbox
