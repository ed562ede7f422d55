// SPDX-License-Identifier: Apache-2.0
#include "bot/server/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "bot/server/front.h"
#include "bot/server/github_route.h"
#include "bot/server/ingest.h"
#include "bot/server/listener.h"
#include "bot/server/site.h"
#include "bot/server/workers.h"

namespace kedge::server {

/// Declared in the order they are built: each uses only those above it once it runs.
struct Server::Parts {
  Parts(Options given, const Listener& bound, ports::Store& store, Views views, ports::Log& log,
        ports::Clock& clock)
      : options(std::move(given)),
        listener(bound),
        github(options.webhook_secrets, options.limits, *options.metrics, log, clock, options.monotonic),
        site(Access(options.admin_token, bound.loopback), std::move(views), *options.metrics, log, clock,
             options.monotonic,
             [this] { return Load{.connections = front->connections(), .body_bytes = front->body_bytes()}; }),
        answer([this](std::vector<Answer> answers) { front->answer(std::move(answers)); }),
        ingest(store, log, *options.metrics, options.monotonic, options.limits.deliveries_waiting_max,
               {.answer = answer, .on_accepted = options.on_accepted}),
        workers(options.limits.page_threads, options.limits.pages_waiting_max) {}

  Admission admit(const Request& request, std::size_t content_length) {
    if (request.path == kGitHubPath) return github.admit(request, content_length);
    return {.body_bytes_max = options.limits.page_body_bytes_max};
  }

  std::optional<Response> handle(Ticket ticket, Request request) {
    if (request.path == kGitHubPath)
      return github.handle(ticket, std::move(request), ingest, workers, answer);
    if (auto response = site.at_once(request)) return response;
    const bool offered = workers.offer([this, ticket, request = std::move(request)] {
      std::vector<Answer> answers;
      answers.push_back({ticket, site.answer(request)});
      answer(std::move(answers));
    });
    if (offered) return std::nullopt;
    Response response = text_response(503, "too many requests wait");
    response.headers.emplace_back("Retry-After", "5");
    return response;
  }

  FrontCalls calls() {
    return {.admit = [this](const Request& request, std::size_t length) { return admit(request, length); },
            .handle = [this](Ticket ticket, Request request) { return handle(ticket, std::move(request)); },
            .answered = [this](int status) { options.metrics->response(status); }};
  }

  Options options;
  Listener listener;
  GitHubRoute github;
  Site site;
  std::unique_ptr<Front> front;
  std::function<void(std::vector<Answer>)> answer;
  Ingest ingest;
  Workers workers;
  std::thread loop;
};

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  stop();
}

Result<std::unique_ptr<Server>> Server::start(Options options, ports::Store& store, Views views,
                                              ports::Log& log, ports::Clock& clock) {
  const auto& secrets = options.webhook_secrets;
  if (secrets.empty() ||
      std::any_of(secrets.begin(), secrets.end(), [](const Secret& one) { return one.empty(); }))
    return fail(Errc::invalid, "cannot start the server: a webhook secret is missing or empty");
  if (!options.monotonic) options.monotonic = system_monotonic();
  if (!options.metrics) options.metrics = std::make_shared<Metrics>(options.version);
  KEDGE_TRY(listener, open_listener(options.listen));
  auto parts = std::make_unique<Parts>(std::move(options), listener, store, std::move(views), log, clock);
  KEDGE_TRY(front, Front::open(listener, parts->options.limits, parts->calls(), parts->options.monotonic,
                               clock, log));
  parts->front = std::move(front);
  parts->loop = std::thread([loop = parts->front.get()] { loop->run(); });
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

int Server::port() const {
  return parts_->listener.port;
}

std::string Server::url() const {
  const auto& host = parts_->listener.host;
  const bool brackets = host.find(':') != std::string::npos;
  return fmt::format("http://{}{}{}:{}", brackets ? "[" : "", host, brackets ? "]" : "", port());
}

Metrics& Server::metrics() {
  return *parts_->options.metrics;
}

void Server::stop() {
  if (!parts_->loop.joinable()) return;
  // The loop ends when all that has begun is answered, for which the writer and the workers must still run.
  parts_->front->stop();
  parts_->loop.join();
  parts_->workers.stop();
  parts_->ingest.stop();
}

}  // namespace kedge::server
