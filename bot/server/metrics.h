// SPDX-License-Identifier: Apache-2.0
// What Prometheus reads at /metrics. Counters and histograms are fed as things happen, from any thread;
// gauges are set when the page is asked for. Names are a contract: they are only added.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "bot/ports/store.h"

namespace kedge::server {

class Metrics {
 public:
  explicit Metrics(std::string_view version);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// kedge_deliveries_total{result}: stored, requeued, duplicate, or why it was refused.
  void delivery(std::string_view result, std::size_t count = 1);
  /// kedge_delivery_ack_seconds: from the whole request to its answer, of acknowledged deliveries.
  void acknowledged(std::chrono::nanoseconds took);
  /// kedge_delivery_batch_size: deliveries committed together.
  void batch(std::size_t deliveries);
  /// kedge_http_responses_total{code}
  void response(int status);
  /// kedge_effects_total{kind,outcome} and kedge_effect_duration_seconds{kind}; outcome: done, retry or
  /// parked.
  void effect(std::string_view kind, std::string_view outcome, std::chrono::nanoseconds took);

  struct Gauges {
    ports::QueueDepth queue;
    bool queue_known = false;  ///< False: the store did not answer, the old values are left out.
    std::map<std::string, std::size_t> incidents;  ///< Severity → open incidents.
    bool incidents_known = false;                  ///< False: the old values stay.
    std::size_t connections = 0;
    std::size_t body_bytes = 0;
    double oldest_pending_seconds = 0;
  };
  /// The page in Prometheus' text format.
  std::string page(const Gauges& gauges);

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

/// The content type of page().
inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace kedge::server
