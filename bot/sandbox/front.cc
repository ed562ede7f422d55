// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/front.h"

#include <httplib.h>

#include <thread>

#include "bot/base/text.h"
#include "bot/sandbox/rest.h"
#include "bot/sandbox/sockets.h"

namespace kedge::sandbox {
namespace {

constexpr std::size_t kThreads = 48;
constexpr std::size_t kBodyMax = 512UL * 1024 * 1024;
constexpr std::time_t kKeepAliveSeconds = 5;
constexpr std::size_t kKeptBody = 128UL * 1024;

Request read_request(const httplib::Request& incoming) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : incoming.headers) {
    // cpp-httplib adds REMOTE_ADDR and its like to the headers; nobody sent those.
    if (name.find('_') == std::string::npos) headers[to_lower(name)] = value;
  }
  return make_request(incoming.method, incoming.target, std::move(headers), incoming.body);
}

void write_response(const Response& response, httplib::Response& outgoing) {
  outgoing.status = response.status;
  for (const auto& [name, value] : response.headers) outgoing.set_header(name.c_str(), value);
  if (!response.content_type.empty()) outgoing.set_content(response.body, response.content_type.c_str());
}

Response injected(const FaultRule& rule) {
  Response response{.status = rule.status, .headers = rule.headers, .body = rule.body, .content_type = {}};
  response.content_type =
      rule.body.starts_with('{') ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
  return response;
}

}  // namespace

struct Front::Inside {
  explicit Inside(Parts& shared) : parts(shared) {}

  Parts& parts;
  httplib::Server server;
  std::thread thread;
  int port = 0;

  Response dispatch(const Request& request, forge::Identity& who) {
    if (ChatDoubles::is_chat(request)) return parts.chat.answer(request);
    if (GitHttp::is_git(request)) return parts.git.answer(request, who);
    if (rest::is_rest(request)) return rest::answer(parts.forge, request, who);
    return pages(parts, request);
  }

  Response apply(const Request& request, bool withheld) {
    forge::Identity who;
    auto response = dispatch(request, who);
    const bool is_rest_call = rest::is_rest(request);
    if (is_rest_call) parts.journal.record(request, rest::bare_path(request), response);
    const bool git_push = request.path.ends_with("git-receive-pack");
    const bool reads =
        request.method == "GET" || request.method == "HEAD" || (GitHttp::is_git(request) && !git_push);
    if (!reads) {
      parts.journal.write({.seq = 0,
                           .method = request.method,
                           .path = is_rest_call ? rest::bare_path(request) : request.path,
                           .as = who.login,
                           .status = withheld ? 0 : response.status,
                           .body = git_push ? "" : request.body.substr(0, kKeptBody),
                           .at = parts.forge.now()});
    }
    return response;
  }

  void handle(const httplib::Request& incoming, httplib::Response& outgoing) {
    const auto request = read_request(incoming);
    if (!request.segments.empty() && request.segments[0] == "_sandbox") {
      return write_response(control(parts, request), outgoing);
    }
    const auto rule = parts.faults.strike(request.method, request.target, parts.forge.now());
    if (!rule) return write_response(apply(request, false), outgoing);
    const Connection connection(port, incoming.remote_port);
    const auto gone = [&] { return connection.peer_left(); };
    switch (rule->action) {
      case FaultAction::respond:
        return write_response(injected(*rule), outgoing);
      case FaultAction::drop:
        return connection.cut();
      case FaultAction::apply_then_drop:
        (void)apply(request, true);
        return connection.cut();
      case FaultAction::hold_before:
        if (parts.faults.hold(rule->id, gone) == Release::close) return connection.cut();
        return write_response(apply(request, false), outgoing);
      case FaultAction::hold_after: {
        const auto response = apply(request, true);
        if (parts.faults.hold(rule->id, gone) == Release::close) return connection.cut();
        return write_response(response, outgoing);
      }
      case FaultAction::delay:
        parts.faults.pause(rule->delay);
        return write_response(apply(request, false), outgoing);
    }
  }
};

Front::Front(Parts& parts) : inside_(std::make_unique<Inside>(parts)) {
  auto& server = inside_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_payload_max_length(kBodyMax);
  server.set_keep_alive_max_count(100'000);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  server.set_tcp_nodelay(true);
  const auto handler = [inside = inside_.get()](const httplib::Request& request,
                                                httplib::Response& response) {
    inside->handle(request, response);
  };
  const auto* const any = R"([\s\S]*)";
  server.Get(any, handler);
  server.Post(any, handler);
  server.Put(any, handler);
  server.Patch(any, handler);
  server.Delete(any, handler);
}

Front::~Front() {
  stop();
}

Result<int> Front::bind(const std::string& host, int port) {
  auto& server = inside_->server;
  if (port == 0) {
    port = server.bind_to_any_port(host);
  } else if (!server.bind_to_port(host, port)) {
    port = -1;
  }
  if (port <= 0)
    return fail(Errc::unavailable, "cannot listen on {}: the address is taken or not ours", host);
  inside_->port = port;
  return port;
}

void Front::start() {
  inside_->thread = std::thread([inside = inside_.get()] { inside->server.listen_after_bind(); });
  // stop() does nothing before the server runs, so it must.
  while (!inside_->server.is_running()) std::this_thread::yield();
}

void Front::stop() {
  if (!inside_->thread.joinable()) return;
  inside_->parts.faults.stop();
  inside_->server.stop();
  cut_connections(inside_->port);  // Idle ones would keep their threads until the keep-alive time is over.
  inside_->thread.join();
}

}  // namespace kedge::sandbox
