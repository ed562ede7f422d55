// SPDX-License-Identifier: Apache-2.0
// POST /webhooks/github up to the store's queue: what can be refused before the body is read, and the
// delivery that is made of a whole request. The answers and their order are design's: 413, 415, 400
// (headers), 401, 503, 400 (not JSON), then 202 or 200 from the group commit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bot/base/secret.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"
#include "bot/server/front.h"
#include "bot/server/ingest.h"
#include "bot/server/metrics.h"
#include "bot/server/monotonic.h"
#include "bot/server/workers.h"
#include "webhooks/delivery.h"

namespace kedge::server {

inline constexpr std::string_view kGitHubPath = "/webhooks/github";

class GitHubRoute {
 public:
  GitHubRoute(std::vector<Secret> secrets, const Limits& limits, Metrics& metrics, ports::Log& log,
              ports::Clock& clock, Monotonic monotonic);

  /// On the loop's thread, when the head has come.
  Admission admit(const Request& request, std::size_t content_length);
  /// On the loop's thread, with the whole request: a small body is checked here, a big one on a worker, so
  /// that it does not hold the loop up. Nothing returned: answered later.
  std::optional<Response> handle(Ticket ticket, Request request, Ingest& ingest, Workers& workers,
                                 const std::function<void(std::vector<Answer>)>& answer);

 private:
  std::optional<Response> take(Ticket ticket, const Request& request, std::chrono::nanoseconds read_at,
                               Ingest& ingest);
  [[nodiscard]] bool is_signed(const webhooks::Headers& headers, std::string_view body) const;
  Response refused(const Request& request, int status, const std::string& reason);

  const std::vector<Secret> secrets_;
  const std::size_t body_bytes_max_;
  Metrics& metrics_;
  ports::Log& log_;
  ports::Clock& clock_;
  const Monotonic monotonic_;
};

}  // namespace kedge::server
