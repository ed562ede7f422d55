// SPDX-License-Identifier: Apache-2.0
// `kedge sandbox`: the forge as a program.
#include "bot/sandbox/sandbox.h"

#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <fstream>

#include "bot/cli/command_line.h"
#include "bot/cli/subcommand_app.h"
#include "bot/config/setting_readers.h"

namespace kedge::cli {
namespace {

struct Wanted {
  sandbox::Options options;
  std::string listen = "127.0.0.1:0";
  std::string seed;
  std::string ci_delay = "500ms";
};

Result<Wanted> read(const std::vector<std::string>& arguments, int& exit_status) {
  Wanted wanted;
  CLI::App app{"Runs a GitHub-compatible forge on this machine, for trials, tests and drills.",
               "kedge sandbox"};
  app.add_option("--listen", wanted.listen, "Address and port; port 0 takes a free one")
      ->capture_default_str();
  app.add_option("--dir", wanted.options.directory,
                 "Where the repositories live; a temporary directory by default");
  app.add_option("--public-url", wanted.options.public_url, "The address that links carry");
  app.add_option("--seed", wanted.seed, "What to begin with: demo");
  app.add_option("--webhook-url", wanted.options.webhook_url, "Where the App's webhooks go");
  app.add_option("--webhook-secret", wanted.options.webhook_secret, "Their secret; a random one by default");
  app.add_option("--ci-delay", wanted.ci_delay, "How long a CI run takes")->capture_default_str();
  app.add_option("--record", wanted.options.record_file,
                 "Writes every REST exchange to this file, as JSON lines");
  if (const auto status = parse_arguments(app, arguments)) {
    exit_status = *status;
    return fail(Errc::invalid, "{}", "");
  }
  config::Settings address;
  if (const auto read = config::read_listen(address, wanted.listen); !read)
    return fail(Errc::invalid, "cannot listen on {}: it {}", wanted.listen, read.error().message);
  const auto colon = wanted.listen.rfind(':');
  const auto delay = parse_duration(wanted.ci_delay);
  if (!wanted.options.record_file.empty() && !std::ofstream(wanted.options.record_file, std::ios::app))
    return fail(Errc::invalid, "cannot write the file {} of --record", wanted.options.record_file);
  const std::string& hook = wanted.options.webhook_url;
  if (!hook.empty() && !hook.starts_with("http://") && !hook.starts_with("https://"))
    return fail(Errc::invalid, "cannot use --webhook-url {}: expected an http or https URL", hook);
  if (!delay)
    return fail(Errc::invalid, "cannot use --ci-delay {}: expected a duration like 500ms", wanted.ci_delay);
  if (!wanted.seed.empty() && wanted.seed != "demo") {
    return fail(Errc::invalid, "cannot seed {}: the only seed is demo", wanted.seed);
  }
  wanted.options.host = wanted.listen.substr(0, colon);
  wanted.options.port = std::stoi(wanted.listen.substr(colon + 1));
  wanted.options.ci_delay = *delay;
  wanted.options.seed_demo = wanted.seed == "demo";
  return wanted;
}

void print_facts(sandbox::Sandbox& running, bool seeded) {
  fmt::print("url: {}\ntoken: {}\n", running.url(), running.admin_token());
  fmt::print("api: {}\napp id: {}\nprivate key: {}\nwebhook secret: {}\n", running.api_url(),
             running.app_id(), running.private_key_file(), running.webhook_secret());
  fmt::print("slack webhook: {}\ndiscord webhook: {}\n", running.slack_webhook_url(),
             running.discord_webhook_url());
  fmt::print("slack api: {} token {} channel {}\n", running.slack_api_url(), running.slack_token(),
             running.slack_channel());
  if (seeded) {
    for (const auto* login : {"alice", "bob", "carol", "mallory"}) {
      fmt::print("token of {}: {}\n", login, running.token_of(login));
    }
  }
  std::fflush(stdout);
}

}  // namespace

int sandbox(const std::vector<std::string>& arguments) {
  int exit_status = kUsage;
  const auto wanted = read(arguments, exit_status);
  if (!wanted) {
    if (!wanted.error().message.empty()) fmt::print(stderr, "kedge sandbox: {}\n", wanted.error().message);
    return exit_status;
  }
  // Blocked before any thread starts, so that only sigwait below ever sees them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  sandbox::Sandbox running(wanted->options);
  if (const auto started = running.start(); !started) {
    fmt::print(stderr, "kedge sandbox: {}\n", started.error().message);
    return started.error().code == Errc::invalid ? kUsage : kFailed;
  }
  print_facts(running, wanted->options.seed_demo);
  int signal = 0;
  sigwait(&ends, &signal);
  running.stop();
  return kDone;
}

}  // namespace kedge::cli
