// SPDX-License-Identifier: Apache-2.0
// The App server put together: adapters built from the settings, the engine's steps called by threads, the
// public door. One decider thread, kWorkers for effects, one that catches up on deliveries GitHub could not
// hand over, one that looks after the git mirrors.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bot/adapters/github/rest_github.h"
#include "bot/base/error.h"
#include "bot/config/settings.h"
#include "bot/engine/turns.h"
#include "bot/ports/clock.h"
#include "bot/ports/log.h"

namespace kedge::cli {

inline constexpr int kWorkers = 8;
/// Of those, how many take only what a rollback needs (P0 and P1): whatever hangs, they are free for it.
inline constexpr int kUrgentWorkers = 2;
inline constexpr Duration kIdleWaitMax = std::chrono::milliseconds{500};
inline constexpr Duration kSweepEvery = std::chrono::minutes{5};
/// GitHub keeps deliveries for three days.
inline constexpr Duration kSweepWindow = std::chrono::hours{72};
inline constexpr Duration kUpkeepEvery = std::chrono::minutes{10};
inline constexpr Duration kForgetEvery = std::chrono::hours{6};
inline constexpr Duration kForgetAfter = std::chrono::hours{24 * 30};

class Application {
 public:
  /// Opens the store, checks the settings against each other and binds the listener. Starts nothing that
  /// writes to GitHub before `run`. Errors: invalid (settings), unavailable, corrupt.
  static Result<std::unique_ptr<Application>> create(config::Settings settings, ports::Log& log,
                                                     ports::Clock& clock);
  ~Application();

  /// `http://<host>:<port>` with the bound port.
  [[nodiscard]] std::string url() const;
  /// The threads run and GitHub has told the bot its name: what /readyz answers.
  [[nodiscard]] bool ready() const;
  /// Starts the engine's threads; returns at once.
  void start();
  /// Answers what was accepted, ends what effects wait for, stops: within seconds, whatever hangs. Safe to
  /// repeat.
  void stop();

 private:
  struct Parts;
  explicit Application(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// What a server needs is set. Errors: invalid, naming the first setting that is missing.
Result<void> check_server_settings(const config::Settings& settings);
adapters::github::Options github_options(const config::Settings& settings, std::stop_token stop);

/// Runbook texts → policies, with the server's own channels where the text names none. Keeps what it read,
/// and logs once for each text which of its keys are not in force. `log` must outlive it.
engine::PolicySource policy_source(const config::Settings& settings, std::string fallback_text,
                                   ports::Log& log);

}  // namespace kedge::cli
