// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/application.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "bot/adapters/chat/chat.h"
#include "bot/adapters/git/mirrors.h"
#include "bot/adapters/github/jwt.h"
#include "bot/adapters/github/rest_github.h"
#include "bot/adapters/http/client.h"
#include "bot/adapters/store/store.h"
#include "bot/adapters/system/environment.h"
#include "bot/adapters/system/files.h"
#include "bot/base/text.h"
#include "bot/cli/version.h"
#include "bot/config/runbook.h"
#include "bot/engine/engine.h"
#include "bot/server/server.h"

namespace kedge::cli {
namespace {

/// Wakes sleeping threads when there is work; a wake before the sleep is not lost.
class Wake {
 public:
  void ring() {
    {
      const std::lock_guard lock(mutex_);
      ++rings_;
    }
    condition_.notify_all();
  }
  /// Waits until it rings after `seen`, at most `most`; returns the number to pass next time.
  std::uint64_t wait(std::uint64_t seen, Duration most, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    condition_.wait_for(lock, stop, most, [&] { return rings_ != seen; });
    return rings_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any condition_;
  std::uint64_t rings_ = 0;
};

}  // namespace

adapters::github::Options github_options(const config::Settings& settings, std::stop_token stop) {
  adapters::github::Options options;
  options.api_url = settings.github_api_url;
  options.web_url = settings.github_url;
  options.app_id = settings.app_id;
  options.private_key = settings.private_key;
  options.token = settings.github_token;
  options.write_pace = settings.github_write_pace;
  options.user_agent = "kedge/" + std::string(kVersion);
  options.stop = std::move(stop);
  return options;
}

Result<void> check_server_settings(const config::Settings& settings) {
  if (settings.webhook_secrets.empty()) {
    return fail(Errc::invalid,
                "cannot start: KEDGE_WEBHOOK_SECRET is not set, so no delivery could be trusted");
  }
  const bool app = !settings.app_id.empty();
  if (app && settings.private_key.empty()) {
    return fail(Errc::invalid,
                "cannot start: KEDGE_APP_ID is set, KEDGE_PRIVATE_KEY or KEDGE_PRIVATE_KEY_FILE is not");
  }
  if (!app && settings.github_token.empty()) {
    return fail(
        Errc::invalid,
        "cannot start: set KEDGE_APP_ID and KEDGE_PRIVATE_KEY_FILE, or KEDGE_GITHUB_TOKEN for a trial");
  }
  return {};
}

engine::PolicySource policy_source(const config::Settings& settings, std::string fallback_text) {
  struct Cache {
    std::mutex mutex;
    std::map<std::string, engine::PolicyReading> readings;
  };
  constexpr std::size_t kReadingsMax = 256;
  auto cache = std::make_shared<Cache>();
  return [cache, channels = config::default_channels(settings),
          fallback = std::move(fallback_text)](const std::string& text) {
    const std::lock_guard lock(cache->mutex);
    const auto known = cache->readings.find(text);
    if (known != cache->readings.end()) return known->second;
    config::Runbook runbook = config::read_runbook(text, fallback);
    engine::PolicyReading reading{.policy = std::move(runbook.policy)};
    if (!runbook.channels_given) reading.policy.channels = channels;
    for (const config::Problem& problem : runbook.problems) reading.problems.push_back(problem.text());
    for (const config::Problem& later : runbook.not_in_force)
      reading.remarks.push_back(later.text() + " is not in force in this version");
    for (const config::Problem& problem : runbook.channel_problems) reading.remarks.push_back(problem.text());
    if (cache->readings.size() >= kReadingsMax) cache->readings.clear();
    return cache->readings.emplace(text, std::move(reading)).first->second;
  };
}

struct Application::Parts {
  config::Settings settings;
  ports::Log& log;
  ports::Clock& clock;
  std::stop_source stop_requested;
  std::unique_ptr<ports::Store> store;
  adapters::http::HttplibClient http{stop_requested.get_token()};
  std::unique_ptr<adapters::github::RestGitHub> github;
  std::unique_ptr<adapters::git::GitMirrors> git;
  std::unique_ptr<adapters::chat::ConfiguredChat> chat;
  std::unique_ptr<engine::Turns> turns;
  std::unique_ptr<engine::Performer> performer;
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<server::Server> server;
  std::shared_ptr<server::Metrics> metrics;
  Wake wake;
  std::atomic<int> threads_alive{0};
  std::vector<std::jthread> threads;

  Parts(config::Settings given, ports::Log& log_to, ports::Clock& clock_of)
      : settings(std::move(given)), log(log_to), clock(clock_of) {}

  void build(std::string fallback_text);
  adapters::git::MirrorOptions mirror_options();
  Result<void> open_door();
  server::Views views();
  Result<void> is_ready();
  void decide(const std::stop_token& stop);
  void work(const std::stop_token& stop, int priority_most);
  void sweep(const std::stop_token& stop);
  void look_after_mirrors(const std::stop_token& stop);
  template <typename Loop>
  void spawn(Loop loop);
};

adapters::git::MirrorOptions Application::Parts::mirror_options() {
  adapters::git::MirrorOptions mirrors;
  mirrors.state_dir = settings.state_dir;
  mirrors.git_url = settings.github_url;
  mirrors.token = [this](const ports::Repository& repository) { return github->token(repository); };
  mirrors.limits = {.connect = settings.git_connect_timeout,
                    .stall = settings.git_stall_timeout,
                    .total = settings.git_timeout};
  mirrors.plan_limits = settings.plan_limits;
  mirrors.lock_wait = settings.mirror_lock_wait;
  mirrors.stop = stop_requested.get_token();
  mirrors.progress = [this](const ports::Repository& repository, std::string_view how_far) {
    log.info("a git transfer goes on", {{"repository", repository.full_name}, {"at", how_far}});
  };
  mirrors.progress_every = settings.git_progress_every;
  mirrors.blobs =
      settings.mirror_blobs_on_demand ? adapters::git::Blobs::on_demand : adapters::git::Blobs::all;
  mirrors.upkeep = {.bytes_max = settings.mirror_bytes_max, .check_every = settings.mirror_check_every};
  mirrors.keys = {.ssh_key_file = settings.ssh_key_file, .gpg_key = settings.gpg_key};
  mirrors.commits = github.get();
  return mirrors;
}

void Application::Parts::build(std::string fallback_text) {
  const auto environment = adapters::system::read_environment();
  const auto certificates = environment.find("SSL_CERT_FILE");
  const std::string ca_file = certificates == environment.end() ? "" : certificates->second;
  github = std::make_unique<adapters::github::RestGitHub>(
      github_options(settings, stop_requested.get_token()), http, clock);
  git = std::make_unique<adapters::git::GitMirrors>(mirror_options());
  chat = std::make_unique<adapters::chat::ConfiguredChat>(
      config::channel_settings(settings), http, clock, log,
      adapters::chat::ChatOptions{.ca_file = ca_file, .stop = stop_requested.get_token()});
  const engine::PolicySource policies = policy_source(settings, std::move(fallback_text));
  turns =
      std::make_unique<engine::Turns>(*store, clock, policies, settings.github_url, !settings.app_id.empty());
  performer = std::make_unique<engine::Performer>(
      engine::World{.conversations = *github, .changes = *github, .git = *git, .chat = *chat}, policies,
      [this](const ports::Repository& repository) -> Result<engine::Identity> {
        KEDGE_TRY(identity, github->commit_identity(&repository));
        return engine::Identity{.name = identity.name, .email = identity.email};
      },
      settings.github_url);
  metrics = std::make_shared<server::Metrics>(kVersion);
  engine = std::make_unique<engine::Engine>(*store, clock, log, *turns, *performer, engine::Limits{},
                                            [this](const engine::Finished& finished) {
                                              metrics->effect(finished.kind, finished.result, finished.took);
                                            });
}

server::Views Application::Parts::views() {
  server::Views views;
  views.states = [this] {
    std::vector<incident::State> states;
    if (const auto all = turns->states()) {
      for (const engine::StatePtr& state : *all) states.push_back(*state);
    }
    return states;
  };
  views.queue = [this] { return store->depth(clock.now()); };
  views.parked = [this] { return store->parked_effects(); };
  views.ready = [this] { return is_ready(); };
  return views;
}

Result<void> Application::Parts::is_ready() {
  if (threads_alive.load() < kWorkers + 3)
    return fail(Errc::unavailable, "the engine's threads are not running");
  if (turns->self_login().empty())
    return fail(Errc::unavailable, "GitHub has not told the bot its own name yet");
  KEDGE_TRY(depth, store->depth(clock.now()));
  static_cast<void>(depth);
  return {};
}

Result<void> Application::Parts::open_door() {
  server::Options options;
  options.listen = settings.listen;
  options.webhook_secrets = settings.webhook_secrets;
  options.admin_token = settings.admin_token;
  options.on_accepted = [this] { wake.ring(); };
  options.metrics = metrics;
  options.version = std::string(kVersion);
  KEDGE_TRY(started, server::Server::start(std::move(options), *store, views(), log, clock));
  server = std::move(started);
  return {};
}

void Application::Parts::decide(const std::stop_token& stop) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    const bool delivered = engine->take_deliveries() == engine::Step::worked;
    const bool fired = engine->fire_timers() == engine::Step::worked;
    if (delivered || fired) {
      wake.ring();
    } else {
      seen = wake.wait(seen, kIdleWaitMax, stop);
    }
  }
}

void Application::Parts::work(const std::stop_token& stop, int priority_most) {
  std::uint64_t seen = 0;
  while (!stop.stop_requested()) {
    if (engine->perform_effect(priority_most) == engine::Step::worked) {
      wake.ring();
    } else {
      seen = wake.wait(seen, kIdleWaitMax, stop);
    }
  }
}

void Application::Parts::sweep(const std::stop_token& stop) {
  // Who are we? Nothing is decided before GitHub has said so.
  Duration wait = std::chrono::seconds{1};
  while (!stop.stop_requested() && turns->self_login().empty()) {
    if (auto login = github->self_login()) {
      turns->set_self_login(*login);
      log.info("speaking to GitHub", {{"as", *login}});
      wake.ring();
      break;
    } else {
      log.error("cannot ask GitHub who we are", {{"error", login.error().message}});
    }
    clock.sleep_for(wait, stop);
    wait = std::min(wait * 2, Duration(std::chrono::minutes{1}));
  }
  const TimePoint began = clock.now();
  TimePoint forget_next = began;
  while (!stop.stop_requested()) {
    if (!settings.app_id.empty()) {
      if (const auto sent = github->redeliver_failed(kSweepWindow, clock.now(), began); !sent) {
        log.warn("cannot catch up on deliveries", {{"error", sent.error().message}});
      } else {
        if (sent->asked > 0)
          log.info("asked GitHub to deliver again", {{"deliveries", std::to_string(sent->asked)}});
        if (sent->cut_off) log.warn("too many deliveries to look through: the oldest were not looked at");
      }
    }
    if (clock.now() >= forget_next) {
      forget_next = clock.now() + kForgetEvery;
      if (const auto done = store->forget(clock.now() - kForgetAfter); !done) {
        log.warn("cannot forget what is done", {{"error", done.error().message}});
      }
    }
    clock.sleep_for(kSweepEvery, stop);
  }
}

void Application::Parts::look_after_mirrors(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    clock.sleep_for(kUpkeepEvery, stop);
    if (stop.stop_requested()) return;
    const adapters::git::Upkeep done = git->keep_up(clock.now());
    const auto tell = [&](std::string_view what, const std::vector<std::string>& ids) {
      if (!ids.empty()) log.info(what, {{"mirrors", join(ids, " ")}});
    };
    tell("put the packs of git mirrors together", done.repacked);
    tell("looked through git mirrors", done.checked);
    tell("removed git mirrors that were not used for long, for room", done.removed);
    for (const std::string& id : done.damaged) {
      log.warn("a git mirror is damaged; it is fetched anew when it is needed", {{"mirror", id}});
    }
    for (const std::string& id : done.held) {
      log.warn("a git mirror stays though KEDGE_MIRROR_BYTES_MAX is passed: its safety refs are nowhere else",
               {{"mirror", id}});
    }
    for (const std::string& words : done.failed)
      log.warn("cannot look after a git mirror", {{"mirror", words}});
  }
}

template <typename Loop>
void Application::Parts::spawn(Loop loop) {
  threads.emplace_back([this, loop](const std::stop_token& stop) {
    threads_alive.fetch_add(1);
    loop(stop);
    threads_alive.fetch_sub(1);
  });
}

Application::Application(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Application::~Application() {
  stop();
}

namespace {

/// A key that cannot sign would be tried for ever, since GitHub is waited for.
Result<void> check_private_key(const config::Settings& settings, TimePoint now) {
  if (settings.private_key.empty()) return {};
  const auto signed_once = adapters::github::sign_jwt(settings.private_key, settings.app_id, now);
  if (signed_once) return {};
  return fail(Errc::invalid, "cannot use KEDGE_PRIVATE_KEY (or KEDGE_PRIVATE_KEY_FILE): {}",
              signed_once.error().message);
}

}  // namespace

Result<std::unique_ptr<Application>> Application::create(config::Settings settings, ports::Log& log,
                                                         ports::Clock& clock) {
  KEDGE_CHECK(check_server_settings(settings));
  KEDGE_CHECK(check_private_key(settings, clock.now()));
  std::string fallback_text;
  if (!settings.runbook.empty()) {
    KEDGE_TRY(text, adapters::system::read_file(settings.runbook));
    const config::Runbook runbook = config::read_runbook(text);
    if (!runbook.problems.empty()) {
      return fail(Errc::invalid, "cannot use KEDGE_RUNBOOK:\n{}",
                  config::problem_lines(runbook, settings.runbook));
    }
    fallback_text = std::move(text);
  }
  KEDGE_CHECK(adapters::system::make_directories(settings.state_dir));
  auto parts = std::make_unique<Parts>(std::move(settings), log, clock);
  KEDGE_TRY(store, store::open_store(parts->settings.database_url));
  parts->store = std::move(store);
  KEDGE_CHECK(parts->store->take_over());
  parts->build(std::move(fallback_text));
  KEDGE_CHECK(parts->open_door());
  return std::unique_ptr<Application>(new Application(std::move(parts)));
}

std::string Application::url() const {
  return parts_->server->url();
}

bool Application::ready() const {
  return parts_->is_ready().has_value();
}

void Application::start() {
  Parts* parts = parts_.get();
  parts->spawn([parts](const std::stop_token& stop) { parts->decide(stop); });
  for (int i = 0; i < kWorkers; ++i) {
    const auto most = i < kUrgentWorkers ? incident::Priority::p1_rollback : incident::Priority::p4_cosmetic;
    parts->spawn([parts, most](const std::stop_token& stop) { parts->work(stop, static_cast<int>(most)); });
  }
  parts->spawn([parts](const std::stop_token& stop) { parts->sweep(stop); });
  parts->spawn([parts](const std::stop_token& stop) { parts->look_after_mirrors(stop); });
}

void Application::stop() {
  // All at once: the door answers what it has taken while the workers' requests end.
  parts_->stop_requested.request_stop();
  for (std::jthread& thread : parts_->threads) thread.request_stop();
  parts_->wake.ring();
  if (parts_->server) parts_->server->stop();
  parts_->threads.clear();
}

}  // namespace kedge::cli
