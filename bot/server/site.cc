// SPDX-License-Identifier: Apache-2.0
// The route table, and the routes that are neither API nor pages (site_api.cc, site_pages.cc).
#include "bot/server/site.h"

#include <algorithm>
#include <array>

#include "bot/server/pages.h"

namespace kedge::server {
namespace {

/// A page of gauges is as old as this at most: reading them asks the store and copies the states.
constexpr std::chrono::seconds kGaugesHold{1};

bool takes(std::string_view methods, std::string_view method) {
  if (method == "HEAD") method = "GET";
  while (!methods.empty()) {
    const std::size_t comma = methods.find(", ");
    if (methods.substr(0, comma) == method) return true;
    if (comma == std::string_view::npos) return false;
    methods.remove_prefix(comma + 2);
  }
  return false;
}

Response not_found(const Request& request) {
  if (request.path.starts_with("/api/") || request.path.starts_with("/webhooks/"))
    return json_error(404, "there is nothing at this path");
  return text_response(404, "404: there is nothing at this path");
}

}  // namespace

/// One row a path. `{}` at the end of a path is one segment.
struct Site::Route {
  std::string_view path;
  std::string_view methods;
  Response (Site::*answer)(const Request&);
  bool at_once = false;
};

const Site::Route* Site::find(std::string_view path) {
  static constexpr std::array<Route, 13> kRoutes{{
      {.path = "/healthz", .methods = "GET, HEAD", .answer = &Site::healthz, .at_once = true},
      {.path = "/readyz", .methods = "GET, HEAD", .answer = &Site::readyz},
      {.path = "/metrics", .methods = "GET, HEAD", .answer = &Site::metrics_page},
      {.path = "/webhooks/alertmanager", .methods = "POST", .answer = &Site::alertmanager, .at_once = true},
      {.path = "/api/v1/incidents", .methods = "GET, HEAD", .answer = &Site::api_incidents},
      {.path = "/api/v1/incidents/{}", .methods = "GET, HEAD", .answer = &Site::api_incident},
      {.path = "/api/v1/queue", .methods = "GET, HEAD", .answer = &Site::api_queue},
      {.path = "/api/v1/freeze", .methods = "GET, HEAD", .answer = &Site::api_freeze},
      {.path = "/", .methods = "GET, HEAD", .answer = &Site::dashboard},
      {.path = "/incidents/{}", .methods = "GET, HEAD", .answer = &Site::incident},
      {.path = "/sign-in", .methods = "POST", .answer = &Site::sign_in},
      {.path = "/sign-out", .methods = "POST", .answer = &Site::sign_out},
      {.path = "/style.css", .methods = "GET, HEAD", .answer = &Site::style, .at_once = true},
  }};
  for (const Route& route : kRoutes) {
    if (!route.path.ends_with("{}")) {
      if (route.path == path) return &route;
      continue;
    }
    const std::string_view prefix = route.path.substr(0, route.path.size() - 2);
    if (path.size() > prefix.size() && path.starts_with(prefix) &&
        path.find('/', prefix.size()) == std::string_view::npos)
      return &route;
  }
  return nullptr;
}

Site::Site(Access access, Views views, Metrics& metrics, ports::Log& log, ports::Clock& clock,
           Monotonic monotonic, std::function<Load()> load)
    : access_(std::move(access)),
      views_(std::move(views)),
      metrics_(metrics),
      log_(log),
      clock_(clock),
      monotonic_(std::move(monotonic)),
      load_(std::move(load)) {}

std::optional<Response> Site::at_once(const Request& request) const {
  const Route* route = find(request.path);
  if (route == nullptr) return not_found(request);
  if (!takes(route->methods, request.method)) {
    Response response = json_error(405, "this path does not take this method");
    response.headers.emplace_back("Allow", route->methods);
    return response;
  }
  // Those that are marked read nothing that another thread writes.
  if (route->at_once) return (const_cast<Site*>(this)->*route->answer)(request);
  return std::nullopt;
}

Response Site::answer(const Request& request) {
  if (auto response = at_once(request)) return *response;
  return (this->*find(request.path)->answer)(request);
}

Response Site::healthz(const Request&) {
  return text_response(200, "ok");
}

Response Site::readyz(const Request& request) {
  const auto ready = views_.ready();
  {
    const std::lock_guard lock(mutex_);
    const std::string reason = ready ? "" : ready.error().message;
    if (reason != last_not_ready_) {
      if (reason.empty()) {
        log_.info("ready");
      } else {
        log_.warn("not ready", {{"cause", reason}});
      }
      last_not_ready_ = reason;
    }
  }
  if (ready) return text_response(200, "ready");
  // A reason may name hosts and paths: strangers get the status alone.
  if (access_.api(request) != Verdict::allowed) return text_response(503, "not ready");
  return text_response(503, "not ready: " + ready.error().message);
}

Response Site::metrics_page(const Request&) {
  Response response;
  response.content_type = kMetricsContentType;
  response.body = metrics_.page(gauges());
  return response;
}

Metrics::Gauges Site::gauges() {
  const std::lock_guard lock(mutex_);
  const auto now = monotonic_();
  if (!gauges_read_at_ || now - *gauges_read_at_ >= kGaugesHold) {
    gauges_read_at_ = now;
    const auto depth = views_.queue();
    gauges_.queue_known = depth.has_value();
    if (depth) {
      gauges_.queue = *depth;
      gauges_.oldest_pending_seconds = 0;
      if (depth->oldest_pending)
        gauges_.oldest_pending_seconds =
            std::max(0.0, std::chrono::duration<double>(clock_.now() - *depth->oldest_pending).count());
    }
    gauges_.incidents.clear();
    gauges_.incidents_known = true;
    for (const auto& state : views_.states())
      for (const auto* open : incident::open_incidents(state)) ++gauges_.incidents[open->severity];
  }
  const Load load = load_();
  gauges_.connections = load.connections;
  gauges_.body_bytes = load.body_bytes;
  return gauges_;
}

/// 404 and not 501: Alertmanager repeats what gets a 5xx and reports a 4xx to its owner at once.
Response Site::alertmanager(const Request&) {
  return json_error(404, "this version takes no alerts from Alertmanager");
}

}  // namespace kedge::server
