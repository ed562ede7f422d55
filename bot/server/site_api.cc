// SPDX-License-Identifier: Apache-2.0
// /api/v1: views as JSON, for whoever holds the admin token.
#include <algorithm>
#include <charconv>

#include "bot/server/api.h"
#include "bot/server/site.h"

namespace kedge::server {
namespace {

constexpr std::size_t kIncidentsDefault = 100;
constexpr std::size_t kIncidentsMax = 1000;

Response json_response(std::string body) {
  Response response;
  response.content_type = "application/json";
  response.body = std::move(body);
  response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

std::optional<std::size_t> read_limit(const Request& request) {
  const auto text = form_value(request.query, "limit");
  if (!text) return kIncidentsDefault;
  std::size_t limit = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (read.ec != std::errc{} || read.ptr != text->data() + text->size() || limit == 0 ||
      limit > kIncidentsMax)
    return std::nullopt;
  return limit;
}

}  // namespace

std::optional<Response> Site::api_refusal(const Request& request) const {
  switch (access_.api(request)) {
    case Verdict::allowed:
      return std::nullopt;
    case Verdict::closed:
      return json_error(403, "without KEDGE_ADMIN_TOKEN the API answers on loopback only");
    case Verdict::sign_in:
      break;
  }
  Response response = json_error(401, "send the admin token as a bearer token");
  response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"kedge\"");
  return response;
}

Response Site::api_incidents(const Request& request) {
  if (auto refusal = api_refusal(request)) return *refusal;
  const auto limit = read_limit(request);
  if (!limit) return json_error(400, "limit is a number from 1 to 1000");
  const std::string wanted = form_value(request.query, "state").value_or("all");
  if (wanted != "all" && wanted != "open") return json_error(400, "state is open or all");
  const auto states = views_.states();
  auto listed = list_incidents(states);
  if (wanted == "open")
    std::erase_if(listed, [](const Listed& one) { return !incident::is_open(one.incident->phase); });
  if (listed.size() > *limit) listed.resize(*limit);
  return json_response(incidents_json(listed));
}

Response Site::api_incident(const Request& request) {
  if (auto refusal = api_refusal(request)) return *refusal;
  const std::string_view id =
      std::string_view(request.path).substr(std::string_view("/api/v1/incidents/").size());
  const auto states = views_.states();
  for (const Listed& one : list_incidents(states))
    if (one.incident->id.value == id) return json_response(incident_json(one));
  return json_error(404, "there is no incident of this id");
}

Response Site::api_queue(const Request& request) {
  if (auto refusal = api_refusal(request)) return *refusal;
  const auto depth = views_.queue();
  if (!depth) return json_error(503, depth.error().message);
  std::vector<ports::EffectRow> parked;
  if (views_.parked) {
    auto rows = views_.parked();
    if (!rows) return json_error(503, rows.error().message);
    parked = std::move(*rows);
  }
  return json_response(queue_json(*depth, parked));
}

Response Site::api_freeze(const Request& request) {
  if (auto refusal = api_refusal(request)) return *refusal;
  return json_response(freeze_json(freeze_of(views_.states())));
}

Freeze Site::freeze_of(const std::vector<incident::State>& states) const {
  return views_.freeze ? views_.freeze() : wanted_freeze(states);
}

}  // namespace kedge::server
