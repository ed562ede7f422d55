// SPDX-License-Identifier: Apache-2.0
// Every route but the GitHub endpoint, in one visible table: health, metrics, API, dashboard. A request in,
// an answer out; no sockets and no threads of its own. Answers may block on the views, so they are made on
// page threads.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "bot/ports/clock.h"
#include "bot/ports/log.h"
#include "bot/server/access.h"
#include "bot/server/http.h"
#include "bot/server/metrics.h"
#include "bot/server/monotonic.h"
#include "bot/server/views.h"

namespace kedge::server {

struct Load {
  std::size_t connections = 0;
  std::size_t body_bytes = 0;
};

class Site {
 public:
  Site(Access access, Views views, Metrics& metrics, ports::Log& log, ports::Clock& clock,
       Monotonic monotonic, std::function<Load()> load);

  /// The answer that needs no view: health, the style sheet, an unknown path (404) or method (405). Never
  /// blocks.
  std::optional<Response> at_once(const Request& request) const;
  /// Any answer. Thread-safe.
  Response answer(const Request& request);

 private:
  struct Route;
  static const Route* find(std::string_view path);

  Response healthz(const Request& request);
  Response readyz(const Request& request);
  Response metrics_page(const Request& request);
  Response style(const Request& request);
  Response dashboard(const Request& request);
  Response incident(const Request& request);
  Response sign_in(const Request& request);
  Response sign_out(const Request& request);
  Response alertmanager(const Request& request);
  Response api_incidents(const Request& request);
  Response api_incident(const Request& request);
  Response api_queue(const Request& request);
  Response api_freeze(const Request& request);

  std::optional<Response> api_refusal(const Request& request) const;
  std::optional<Response> page_refusal(const Request& request) const;
  Freeze freeze_of(const std::vector<incident::State>& states) const;
  Metrics::Gauges gauges();
  bool may_guess();

  const Access access_;
  const Views views_;
  Metrics& metrics_;
  ports::Log& log_;
  ports::Clock& clock_;
  const Monotonic monotonic_;
  const std::function<Load()> load_;

  std::mutex mutex_;
  std::optional<std::chrono::nanoseconds> gauges_read_at_;
  Metrics::Gauges gauges_;
  std::string last_not_ready_;
  std::chrono::nanoseconds guesses_since_{};
  int guesses_ = 0;  ///< Wrong admin tokens since then.
};

}  // namespace kedge::server
