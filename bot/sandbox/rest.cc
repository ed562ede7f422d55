// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/rest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "bot/base/sha256.h"
#include "bot/base/text.h"
#include "bot/sandbox/auth.h"

namespace kedge::sandbox::rest {
namespace {

constexpr const char* kDocs = "https://docs.github.com/rest";
constexpr std::array<std::string_view, 11> kRoots{"app",          "user",          "users",  "repos",
                                                  "orgs",         "rate_limit",    "meta",   "search",
                                                  "installation", "app-manifests", "graphql"};

std::vector<std::string> pattern_parts(std::string_view pattern) {
  std::vector<std::string> parts;
  for (auto& part : split(pattern, '/')) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return parts;
}

bool match(const std::vector<std::string>& parts, const std::vector<std::string>& segments,
           std::vector<std::string>& parameters) {
  parameters.clear();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto& part = parts[i];
    if (part.ends_with("...}")) {
      if (i >= segments.size()) return false;
      parameters.push_back(join({segments.begin() + static_cast<std::ptrdiff_t>(i), segments.end()}, "/"));
      return true;
    }
    if (i >= segments.size()) return false;
    if (part.starts_with('{')) {
      parameters.push_back(segments[i]);
    } else if (part != segments[i]) {
      return false;
    }
  }
  return parts.size() == segments.size();
}

struct Entry {
  std::vector<std::string> parts;
  const Route* route;
};

/// Patterns without a rest come first, so that `/commits/{ref...}` does not swallow `/commits/{ref}/status`.
const std::vector<Entry>& table() {
  static const auto kTable = [] {
    std::vector<Entry> entries;
    for (const auto* routes : {&app_routes(), &repository_routes(), &code_routes(), &issue_routes(),
                               &pull_routes(), &run_routes()}) {
      for (const auto& route : *routes) entries.push_back({pattern_parts(route.pattern), &route});
    }
    std::stable_partition(entries.begin(), entries.end(), [](const Entry& e) {
      return e.route->pattern.find("...}") == std::string_view::npos;
    });
    return entries;
  }();
  return kTable;
}

bool read_body(Call& call) {
  if (call.request.body.empty() || call.request.method == "GET") return true;
  call.body = Json::parse(call.request.body, nullptr, false);
  return !call.body.is_discarded();
}

Response dispatch(Call& call, const Route& route) {
  if (route.pattern.starts_with("/repos/{owner}/{repo}")) {
    call.repository = call.forge.repository(call.parameters.at(0), call.parameters.at(1));
    call.parameters.erase(call.parameters.begin(), call.parameters.begin() + 2);
  }
  if (auto refused = auth::refuse_call(call, route.needs)) return std::move(*refused);
  if (!read_body(call)) return error(400, "Problems parsing JSON");
  if (!call.body.is_object() && !call.body.is_array())
    return error(422, "Invalid request.\n\nBody should be a JSON object");
  try {
    return route.handle(call);
  } catch (const Json::exception&) {  // A field of another type than the description says.
    return error(422, "Invalid request.");
  }
}

void add_entity_tag(Response& response, const Request& request) {
  if (request.method != "GET" || response.status != 200) return;
  const auto tag = "W/\"" + to_hex(sha256(response.body)) + "\"";
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", "private, max-age=60, s-maxage=60");
  if (request.header("if-none-match").find(tag) == std::string::npos) return;
  response.status = 304;
  response.body.clear();
  response.content_type.clear();
}

void add_common_headers(Response& response, const Request& request, const forge::Identity& who,
                        forge::Forge& forge) {
  add_entity_tag(response, request);
  auth::count_request(forge, who, response);
  response.headers.emplace_back("X-GitHub-Media-Type", "github.v3; format=json");
  response.headers.emplace_back("X-GitHub-Request-Id", forge.random_text(20));
  response.headers.emplace_back(
      "X-GitHub-Api-Version-Selected",
      request.header("x-github-api-version").empty() ? "2022-11-28" : request.header("x-github-api-version"));
}

Response route_call(forge::Forge& forge, const Request& request, forge::Identity& who) {
  if (request.header("user-agent").empty()) {
    return text_response(403,
                         "Request forbidden by administrative rules. Please make sure your request has a "
                         "User-Agent header.\n");
  }
  const auto version = request.header("x-github-api-version");
  if (!version.empty() && version != "2022-11-28" && version != "2026-03-10") {
    return error(400, version + " is not a supported version of the API");
  }
  Call call{.forge = forge, .request = request, .who = {}, .prefix = {}, .parameters = {}};
  if (auto refused = auth::identify(call)) return std::move(*refused);
  who = call.who;
  if (auth::is_over_limit(forge, who) && !request.path.ends_with("/rate_limit")) {
    return error(403, "API rate limit exceeded for " + who.login + ".");
  }
  auto segments = request.segments;
  if (segments.size() >= 2 && segments[0] == "api" && segments[1] == "v3") {
    call.prefix = "/api/v3";
    segments.erase(segments.begin(), segments.begin() + 2);
  }
  for (const auto& entry : table()) {
    if (entry.route->method == request.method && match(entry.parts, segments, call.parameters)) {
      return dispatch(call, *entry.route);
    }
  }
  return error(404, "Not Found");
}

Response paged(Call& call, std::vector<Json> items, const std::function<Json(Json)>& wrap) {
  const auto read = [&](const char* name, std::size_t otherwise, std::size_t most) {
    const auto text = call.request.parameter(name);
    std::size_t value = otherwise;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return std::clamp(value, std::size_t{1}, most);
  };
  const auto per_page = read("per_page", 30, 100);
  const auto number = read("page", 1, 1'000'000);
  const auto last = std::max<std::size_t>(1, (items.size() + per_page - 1) / per_page);
  const auto from = std::min(items.size(), (number - 1) * per_page);
  const auto to = std::min(items.size(), from + per_page);
  Json listed = Json::array();
  for (auto i = from; i < to; ++i) listed.push_back(std::move(items[i]));
  auto response = json(200, wrap(std::move(listed)));
  std::vector<std::string> links;
  const auto add = [&](std::size_t target, const char* relation) {
    std::string url = call.forge.url() + call.request.path + "?";
    for (const auto& [key, value] : call.request.query) {
      if (key != "page") url += percent_encode(key) + "=" + percent_encode(value) + "&";
    }
    links.push_back(fmt::format("<{}page={}>; rel=\"{}\"", url, target, relation));
  };
  if (number > 1) add(number - 1, "prev");
  if (number < last) add(number + 1, "next");
  if (number < last) add(last, "last");
  if (number > 1) add(1, "first");
  if (!links.empty()) response.headers.emplace_back("Link", join(links, ", "));
  return response;
}

}  // namespace

std::int64_t Call::number(std::size_t index) const {
  const auto& text = parameters.at(index);
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() && end == text.data() + text.size() ? value : 0;
}

std::string Call::text(const char* key, const std::string& otherwise) const {
  return optional_text(key).value_or(otherwise);
}

std::optional<std::string> Call::optional_text(const char* key) const {
  if (!body.is_object()) return std::nullopt;
  const auto found = body.find(key);
  if (found == body.end() || found->is_null()) return std::nullopt;
  return found->get<std::string>();
}

std::vector<std::string> Call::texts(const char* key) const {
  std::vector<std::string> result;
  if (!body.is_object() || !body.contains(key)) return result;
  for (const auto& each : body.at(key)) {
    result.push_back(each.is_object() ? each.at("name").get<std::string>() : each.get<std::string>());
  }
  return result;
}

bool is_rest(const Request& request) {
  const auto& segments = request.segments;
  if (segments.empty()) return false;
  if (segments[0] == "api") return true;
  return std::find(kRoots.begin(), kRoots.end(), segments[0]) != kRoots.end();
}

std::string bare_path(const Request& request) {
  return request.path.starts_with("/api/v3/") ? request.path.substr(7) : request.path;
}

Response answer(forge::Forge& forge, const Request& request, forge::Identity& who) {
  const std::lock_guard lock(forge.mutex());
  auto response = route_call(forge, request, who);
  add_common_headers(response, request, who, forge);
  return response;
}

Response json(int status, const Json& body) {
  return {.status = status,
          .headers = {},
          .body = body.dump(-1, ' ', false, Json::error_handler_t::replace),
          .content_type = "application/json; charset=utf-8"};
}

Response error(int status, const std::string& message) {
  return json(status,
              {{"message", message}, {"documentation_url", kDocs}, {"status", std::to_string(status)}});
}

Response error(const forge::Refusal& refusal) {
  Json body = {
      {"message", refusal.message}, {"documentation_url", kDocs}, {"status", std::to_string(refusal.status)}};
  for (const auto& each : refusal.errors) {
    Json entry = {{"resource", each.resource}, {"code", each.code}};
    if (!each.field.empty()) entry["field"] = each.field;
    if (!each.message.empty()) entry["message"] = each.message;
    body["errors"].push_back(std::move(entry));
  }
  return json(refusal.status, body);
}

Response no_content() {
  return {.status = 204, .headers = {}, .body = {}, .content_type = {}};
}

Response page(Call& call, std::vector<Json> items) {
  return paged(call, std::move(items), [](Json listed) { return listed; });
}

Response page(Call& call, const std::string& key, std::vector<Json> items) {
  const auto total = items.size();
  return paged(call, std::move(items), [&](Json listed) {
    return Json{{"total_count", total}, {key, std::move(listed)}};
  });
}

}  // namespace kedge::sandbox::rest
