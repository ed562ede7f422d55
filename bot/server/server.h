// SPDX-License-Identifier: Apache-2.0
// The HTTP server of `kedge serve`: the front's loop, the group commit behind POST /webhooks/github, and the
// site. Everything it needs is handed in; it prints nothing and keeps no state of its own but the metrics.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"
#include "bot/ports/store.h"
#include "bot/server/limits.h"
#include "bot/server/metrics.h"
#include "bot/server/monotonic.h"
#include "bot/server/views.h"

namespace kedge::server {

struct Options {
  std::string listen = "127.0.0.1:8080";  ///< Port 0 takes a free one.
  std::vector<Secret> webhook_secrets;    ///< Any of them; at least one, none empty.
  Secret admin_token{};                   ///< Empty: dashboard and API answer on loopback only.
  Limits limits{};
  std::function<void()>
      on_accepted{};  ///< Called on the writer's thread after a commit with news; must not block.
  std::shared_ptr<Metrics> metrics{};  ///< Shared with the engine; none: made here.
  std::string version = "0";
  Monotonic monotonic{};  ///< None: system_monotonic().
};

class Server {
 public:
  /// Binds, starts its threads and serves until stop(). The references must outlive the server. Errors:
  /// invalid (no secret, no such address), conflict (the port is taken), denied, unavailable.
  static Result<std::unique_ptr<Server>> start(Options options, ports::Store& store, Views views,
                                               ports::Log& log, ports::Clock& clock);
  /// As stop().
  ~Server();

  [[nodiscard]] int port() const;
  /// `http://<host>:<port>` with the bound address.
  [[nodiscard]] std::string url() const;
  Metrics& metrics();

  /// Stops accepting, finishes and answers what has begun, closes; returns within Limits::stop_time plus the
  /// store's own time for one commit. Safe to repeat, from one thread at a time.
  void stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace kedge::server
