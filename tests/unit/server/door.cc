// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/server/door.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <fstream>
#include <utility>

#include "bot/base/text.h"
#include "webhooks/signature.h"

namespace kedge::server::testing {

bool Reply::closes() const {
  const auto found = headers.find("connection");
  return found != headers.end() && found->second == "close";
}

Client::Client(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(0, ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address)) << "port " << port;
}

Client::~Client() {
  if (fd_ >= 0) ::close(fd_);
}

Client::Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)), in_(std::move(other.in_)) {}

void Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Client::finish_sending() {
  ::shutdown(fd_, SHUT_WR);
}

bool Client::readable() const {
  pollfd one{.fd = fd_, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) > 0;
}

bool Client::fill() {
  pollfd one{.fd = fd_, .events = POLLIN, .revents = 0};
  if (::poll(&one, 1, kPatienceMs) <= 0) {
    ADD_FAILURE() << "nothing came in time";
    return false;
  }
  char buffer[16384];
  const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
  if (got <= 0) return false;
  in_.append(buffer, static_cast<std::size_t>(got));
  return true;
}

Reply Client::read(bool head) {
  Reply reply;
  std::size_t end = std::string::npos;
  while ((end = in_.find("\r\n\r\n")) == std::string::npos)
    if (!fill()) return {};
  const auto lines = split_lines(in_.substr(0, end));
  std::from_chars(lines[0].data() + 9, lines[0].data() + lines[0].size(), reply.status);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::size_t colon = lines[i].find(": ");
    reply.headers[to_lower(lines[i].substr(0, colon))] = lines[i].substr(colon + 2);
  }
  in_.erase(0, end + 4);
  if (head || reply.status == 100) return reply;
  const std::size_t length = std::stoul(reply.headers.at("content-length"));
  while (in_.size() < length)
    if (!fill()) return {};
  reply.body = in_.substr(0, length);
  in_.erase(0, length);
  return reply;
}

bool Client::closed() {
  while (fill()) {
  }
  return in_.empty();
}

void FakeLog::write(ports::LogLevel level, std::string_view message, Fields fields) {
  if (level == ports::LogLevel::debug) return;
  std::string line(message);
  for (const auto& [name, value] : fields) line += fmt::format(" {}={}", name, value);
  const std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
}

std::vector<std::string> FakeLog::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

Door::Door() {
  options.listen = "127.0.0.1:0";
  options.webhook_secrets = {Secret{std::string(kSecret)}};
  options.version = "1.2.3";
  views.states = [this] { return states; };
  views.queue = [this] { return store.depth(clock.now()); };
  views.ready = []() -> Result<void> { return {}; };
}

Door::~Door() {
  store.release();
}

Server& Door::open() {
  auto started = Server::start(options, store, views, log, clock);
  if (!started) throw std::runtime_error(started.error().message);
  server = std::move(*started);
  return *server;
}

Reply Door::ask(const std::string& request) const {
  Client one = client();
  one.send(request);
  return one.read(request.starts_with("HEAD "));
}

bool Door::reaches(const std::string& series, std::size_t value) const {
  const std::string line = fmt::format("\n{} {}\n", series, value);
  for (int turn = 0; turn < 20'000; ++turn)
    if (ask(get("/metrics")).body.find(line) != std::string::npos) return true;
  return false;
}

std::string posted(const Delivery& delivery) {
  return fmt::format(
      "POST /webhooks/github HTTP/1.1\r\nHost: kedge\r\nContent-Type: {}\r\nX-GitHub-Event: {}\r\n"
      "X-GitHub-Delivery: {}\r\nX-Hub-Signature-256: {}\r\nContent-Length: {}\r\n{}\r\n{}",
      delivery.content_type, delivery.event, delivery.guid,
      webhooks::sign(delivery.body, Secret{delivery.secret}), delivery.body.size(), delivery.extra_headers,
      delivery.body);
}

std::string get(std::string_view target, std::string_view extra_headers) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n", target, extra_headers);
}

std::string with_token(std::string_view target) {
  return get(target, fmt::format("Authorization: Bearer {}\r\n", kToken));
}

std::size_t memory_now() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0;
  std::size_t resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

incident::State sample_state() {
  const TimePoint declared = *parse_utc("2026-04-18T08:55:07Z");
  incident::State state;
  state.repository = {
      .id = RepositoryId{7}, .full_name = "acme/api", .html_url = "https://github.com/acme/api"};
  incident::Incident incident;
  incident.id = IncidentId{"kabcdefghijkl"};
  incident.phase = incident::Phase::mitigating;
  incident.severity = "P0";
  incident.policy.severities = {{.name = "P0", .rank = 0, .freeze = true}};
  incident.title = "CI is red on main: <script>alert('x')</script>";
  incident.detected_at = declared;
  incident.declared_at = declared;
  incident.issue = 42;
  incident.issue_url = "https://github.com/acme/api/issues/42";
  incident.roles["commander"] = "alice";
  incident.next_update_due = declared + std::chrono::minutes{15};
  incident.suspects = {{.sha = "a1b2c3d4e5f60718293a4b5c6d7e8f9012345678",
                        .subject = "Change \"limits\" & more",
                        .author = "alice",
                        .reason = "The only commit since the last green run."}};
  incident.timeline = {{declared, "Declared."},
                       {declared + std::chrono::minutes{1}, "</td><img src=x onerror=y>"}};
  incident::Rollback rollback{
      .id = "r1", .state = incident::RollbackState::awaiting_approval, .target_text = "a1b2c3d"};
  rollback.branches.emplace_back();
  rollback.branches[0].plan.base = "main";
  rollback.branches[0].pull_request = 43;
  rollback.branches[0].pull_request_url = "javascript:alert(1)";
  incident.rollbacks.push_back(rollback);
  state.incidents[incident.id.value] = incident;
  return state;
}

}  // namespace kedge::server::testing
