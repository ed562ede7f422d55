// SPDX-License-Identifier: Apache-2.0
// `kedge serve`: settings in, an Application running until SIGTERM.
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "bot/adapters/system/clock.h"
#include "bot/adapters/system/log.h"
#include "bot/adapters/system/signals.h"
#include "bot/cli/application.h"
#include "bot/cli/command_line.h"
#include "bot/cli/server_settings.h"
#include "bot/cli/subcommand_app.h"

namespace kedge::cli {
namespace {

/// `/readyz` turns 200 when the threads run and GitHub has named us; only then it is said.
constexpr Duration kReadyPoll = std::chrono::milliseconds{20};
/// Container runtimes kill after ten seconds. What still runs then, such as the look-up of a name, nothing
/// can end; the next start takes it for a crash.
constexpr Duration kStopMax = std::chrono::seconds{9};

std::vector<Secret> secrets_of(const config::Settings& settings) {
  std::vector<Secret> secrets{
      settings.private_key,   settings.github_token,        settings.slack_webhook_url,
      settings.slack_token,   settings.discord_webhook_url, settings.smtp_url,
      settings.pagerduty_key, settings.admin_token,         settings.alertmanager_token};
  secrets.insert(secrets.end(), settings.webhook_secrets.begin(), settings.webhook_secrets.end());
  return secrets;
}

}  // namespace

int serve(const std::vector<std::string>& arguments) {
  CLI::App app{"Runs the GitHub App server.", "kedge serve"};
  SettingFlags flags(app);
  if (const auto status = parse_arguments(app, arguments)) return *status;
  auto settings = flags.read();
  if (!settings) {
    std::fprintf(stderr, "kedge serve: %s\n", settings.error().message.c_str());
    return kUsage;
  }
  const auto level = adapters::system::parse_log_level(settings->log_level);
  adapters::system::SpdlogLog log(
      {.level = level.value_or(ports::LogLevel::info), .json = settings->log_json}, secrets_of(*settings));
  adapters::system::SystemClock clock;
  const adapters::system::Signals signals;
  auto application = Application::create(std::move(*settings), log, clock);
  if (!application) {
    std::fprintf(stderr, "kedge serve: %s\n", application.error().message.c_str());
    const bool wrong_use =
        application.error().code == Errc::invalid || application.error().code == Errc::conflict;
    return wrong_use ? kUsage : kFailed;
  }
  (*application)->start();
  while (!(*application)->ready() && !signals.token().stop_requested())
    clock.sleep_for(kReadyPoll, signals.token());
  if (!signals.token().stop_requested()) log.info("listening on " + (*application)->url());
  while (!signals.token().stop_requested()) clock.sleep_for(std::chrono::hours{1}, signals.token());
  log.info("stopping");
  const std::jthread watchdog([&](const std::stop_token& stopped) {
    clock.sleep_for(kStopMax, stopped);
    if (stopped.stop_requested()) return;
    log.warn("stopped without waiting any longer for what is under way");
    std::_Exit(kDone);
  });
  (*application)->stop();
  log.info("stopped");
  return kDone;
}

}  // namespace kedge::cli
