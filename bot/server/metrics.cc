// SPDX-License-Identifier: Apache-2.0
#include "bot/server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <mutex>
#include <set>

namespace kedge::server {
namespace {

using Buckets = prometheus::Histogram::BucketBoundaries;

/// Around a disk's sync at the low end, GitHub's own limit of ten seconds at the high.
const Buckets& ack_buckets() {
  static const Buckets kBuckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                0.1,    0.25,  0.5,    1,     2.5,  5,     10};
  return kBuckets;
}
const Buckets& effect_buckets() {
  static const Buckets kBuckets{0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
  return kBuckets;
}
const Buckets& batch_buckets() {
  static const Buckets kBuckets{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
  return kBuckets;
}

double seconds(std::chrono::nanoseconds took) {
  return std::chrono::duration<double>(took).count();
}

prometheus::Family<prometheus::Counter>& counter(prometheus::Registry& registry, const char* name,
                                                 const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
prometheus::Family<prometheus::Gauge>& gauge(prometheus::Registry& registry, const char* name,
                                             const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}
prometheus::Family<prometheus::Histogram>& histogram(prometheus::Registry& registry, const char* name,
                                                     const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

}  // namespace

struct Metrics::Families {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Gauge>& build =
      gauge(registry, "kedge_build_info", "The running version, as a label; always 1.");
  prometheus::Family<prometheus::Counter>& deliveries =
      counter(registry, "kedge_deliveries_total", "Webhook deliveries by what became of them.");
  prometheus::Family<prometheus::Histogram>& ack =
      histogram(registry, "kedge_delivery_ack_seconds",
                "Time from a whole delivery to its acknowledgement, which follows the commit.");
  prometheus::Family<prometheus::Histogram>& batch =
      histogram(registry, "kedge_delivery_batch_size", "Deliveries committed together.");
  prometheus::Family<prometheus::Counter>& responses =
      counter(registry, "kedge_http_responses_total", "Answers of the HTTP server by status code.");
  prometheus::Family<prometheus::Counter>& effects =
      counter(registry, "kedge_effects_total", "Outward effects attempted, by kind and outcome.");
  prometheus::Family<prometheus::Histogram>& effect_duration =
      histogram(registry, "kedge_effect_duration_seconds", "Time one attempt of an outward effect took.");
  prometheus::Family<prometheus::Gauge>& queue =
      gauge(registry, "kedge_queue_depth", "Rows of the inbox and the outbox by queue and state.");
  prometheus::Family<prometheus::Gauge>& pending =
      gauge(registry, "kedge_queue_priority_depth", "Effects that wait, by priority.");
  prometheus::Family<prometheus::Gauge>& oldest =
      gauge(registry, "kedge_queue_oldest_seconds", "Age of the oldest row that may run now.");
  prometheus::Family<prometheus::Gauge>& incidents =
      gauge(registry, "kedge_incidents_open", "Open incidents by severity.");
  prometheus::Family<prometheus::Gauge>& connections =
      gauge(registry, "kedge_http_connections", "Client connections that are open.");
  prometheus::Family<prometheus::Gauge>& bodies =
      gauge(registry, "kedge_http_body_bytes", "Bytes of request bodies held in memory.");
  // What the hot path counts is looked up once.
  prometheus::Histogram& ack_all = ack.Add({}, ack_buckets());
  prometheus::Histogram& batch_all = batch.Add({}, batch_buckets());

  std::mutex gauges_mutex;
  std::set<std::string> severities_seen;

  void set_queue(const ports::QueueDepth& depth, double oldest_seconds) {
    const auto set = [this](const char* name, const char* state, std::int64_t rows) {
      queue.Add({{"queue", name}, {"state", state}}).Set(static_cast<double>(rows));
    };
    set("inbox", "queued", depth.inbox_queued);
    set("inbox", "held", depth.inbox_held);
    set("inbox", "parked", depth.inbox_parked);
    std::int64_t waiting = 0;
    for (std::size_t priority = 0; priority < std::size(depth.outbox_pending); ++priority) {
      const std::int64_t rows = depth.outbox_pending[priority];
      waiting += rows;
      pending.Add({{"priority", "P" + std::to_string(priority)}}).Set(static_cast<double>(rows));
    }
    set("outbox", "queued", waiting);
    set("outbox", "in_flight", depth.outbox_in_flight);
    set("outbox", "parked", depth.outbox_parked);
    oldest.Add({}).Set(oldest_seconds);
  }

  void set_incidents(const std::map<std::string, std::size_t>& open) {
    for (const auto& [severity, count] : open) severities_seen.insert(severity);
    for (const auto& severity : severities_seen) {
      const auto found = open.find(severity);
      incidents.Add({{"severity", severity}})
          .Set(found == open.end() ? 0 : static_cast<double>(found->second));
    }
  }
};

Metrics::Metrics(std::string_view version) : families_(std::make_unique<Families>()) {
  families_->build.Add({{"version", std::string(version)}}).Set(1);
  // A counter that is there at zero lets an alert see its first step.
  for (const char* result : {"stored", "requeued", "duplicate", "too_large", "wrong_type", "bad_request",
                             "bad_signature", "unavailable"})
    families_->deliveries.Add({{"result", result}});
}
Metrics::~Metrics() = default;

void Metrics::delivery(std::string_view result, std::size_t count) {
  families_->deliveries.Add({{"result", std::string(result)}}).Increment(static_cast<double>(count));
}

void Metrics::acknowledged(std::chrono::nanoseconds took) {
  families_->ack_all.Observe(seconds(took));
}

void Metrics::batch(std::size_t deliveries) {
  families_->batch_all.Observe(static_cast<double>(deliveries));
}

void Metrics::response(int status) {
  families_->responses.Add({{"code", std::to_string(status)}}).Increment();
}

void Metrics::effect(std::string_view kind, std::string_view outcome, std::chrono::nanoseconds took) {
  families_->effects.Add({{"kind", std::string(kind)}, {"outcome", std::string(outcome)}}).Increment();
  families_->effect_duration.Add({{"kind", std::string(kind)}}, effect_buckets()).Observe(seconds(took));
}

std::string Metrics::page(const Gauges& gauges) {
  const std::lock_guard lock(families_->gauges_mutex);
  if (gauges.queue_known) families_->set_queue(gauges.queue, gauges.oldest_pending_seconds);
  if (gauges.incidents_known) families_->set_incidents(gauges.incidents);
  families_->connections.Add({}).Set(static_cast<double>(gauges.connections));
  families_->bodies.Add({}).Set(static_cast<double>(gauges.body_bytes));
  return prometheus::TextSerializer().Serialize(families_->registry.Collect());
}

}  // namespace kedge::server
