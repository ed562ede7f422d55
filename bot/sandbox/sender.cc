// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/sender.h"

#include <httplib.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>

#include "bot/base/text.h"

namespace kedge::sandbox {
namespace {

constexpr auto kDeadline = std::chrono::seconds{10};
constexpr std::size_t kResponseKept = 64UL * 1024;

struct Attempt {
  int status = 0;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

Attempt post(const std::string& url, const std::vector<std::pair<std::string, std::string>>& headers,
             const std::string& body) {
  const auto scheme = url.find("://");
  const auto slash = scheme == std::string::npos ? scheme : url.find('/', scheme + 3);
  const auto origin = url.substr(0, slash);
  const auto target = slash == std::string::npos ? "/" : url.substr(slash);
  Attempt attempt;
  httplib::Client client(origin);
  if (scheme == std::string::npos || !client.is_valid())
    return {.status = 0, .reason = "invalid URL", .headers = {}, .body = {}};
  client.set_connection_timeout(kDeadline);
  client.set_read_timeout(kDeadline);
  client.set_write_timeout(kDeadline);
  httplib::Headers sent;
  for (const auto& [name, value] : headers) sent.emplace(name, value);
  const auto result = client.Post(target, sent, body, "application/json");
  if (!result) {
    const bool timed_out = result.error() == httplib::Error::Read;
    return {.status = 0,
            .reason = timed_out ? "timed out" : "failed to connect to host",
            .headers = {},
            .body = {}};
  }
  attempt.status = result->status;
  attempt.reason = result->status >= 200 && result->status < 300
                       ? "OK"
                       : "Invalid HTTP Response: " + std::to_string(result->status);
  for (const auto& [name, value] : result->headers) attempt.headers.emplace_back(name, value);
  attempt.body = truncate_utf8(result->body, kResponseKept);
  return attempt;
}

}  // namespace

std::string hmac_sha256(const std::string& key, const std::string& body) {
  std::array<unsigned char, 32> digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
  return "sha256=" + to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), length));
}

void Sender::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void Sender::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    const std::lock_guard lock(forge_.mutex());
    forge_.changed().notify_all();
  }
  thread_.join();
}

void Sender::run(const std::stop_token& stop) {
  std::unique_lock lock(forge_.mutex());
  auto& queue = forge_.outgoing();
  while (!stop.stop_requested()) {
    const auto needed = [&] { return static_cast<std::size_t>(std::max(1, forge_.hook().hold_back)); };
    forge_.changed().wait(lock, [&] { return stop.stop_requested() || queue.size() >= needed(); });
    if (stop.stop_requested()) return;
    std::vector<std::int64_t> batch(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(needed()));
    queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(batch.size()));
    if (forge_.hook().hold_back > 1) std::reverse(batch.begin(), batch.end());
    ++forge_.under_way;
    for (const auto id : batch) {
      if (!stop.stop_requested()) send(lock, id);
    }
    --forge_.under_way;
    forge_.changed().notify_all();
  }
}

void Sender::send(std::unique_lock<std::mutex>& lock, std::int64_t id) {
  auto* delivery = forge_.delivery(id);
  if (delivery == nullptr) return;
  const auto hook = forge_.hook();
  const auto body = delivery->payload;
  delivery->request_headers = {{"Accept", "*/*"},
                               {"User-Agent", "GitHub-Hookshot/sandbox"},
                               {"X-GitHub-Delivery", delivery->guid},
                               {"X-GitHub-Event", delivery->event},
                               {"X-GitHub-Hook-ID", std::to_string(hook.id)},
                               {"X-GitHub-Hook-Installation-Target-ID", std::to_string(forge_.app().id)},
                               {"X-GitHub-Hook-Installation-Target-Type", "integration"}};
  if (!hook.secret.empty()) {
    delivery->request_headers.emplace_back("X-Hub-Signature-256", hmac_sha256(hook.secret, body));
  }
  const auto headers = delivery->request_headers;
  delivery->delivered_at = forge_.now();
  Attempt attempt{.status = 0, .reason = "failed to connect to host", .headers = {}, .body = {}};
  const auto began = std::chrono::steady_clock::now();
  if (hook.deliver) {
    lock.unlock();
    attempt = post(hook.url, headers, body);
    if (hook.duplicate) (void)post(hook.url, headers, body);
    lock.lock();
  }
  delivery = forge_.delivery(id);
  if (delivery == nullptr) return;
  delivery->duration_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  delivery->attempted = true;
  delivery->status = attempt.reason;
  delivery->status_code = attempt.status;
  delivery->response_headers = std::move(attempt.headers);
  delivery->response_body = std::move(attempt.body);
}

void CiWorker::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void CiWorker::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  {
    const std::lock_guard lock(forge_.mutex());
    forge_.changed().notify_all();
  }
  thread_.join();
}

void CiWorker::set_delay(Duration delay) {
  const std::lock_guard lock(forge_.mutex());
  delay_ = delay;
  forge_.changed().notify_all();
}

void CiWorker::run(const std::stop_token& stop) {
  std::unique_lock lock(forge_.mutex());
  auto& queue = forge_.ci_queue();
  while (!stop.stop_requested()) {
    if (queue.empty()) {
      forge_.changed().wait(lock, [&] { return stop.stop_requested() || !queue.empty(); });
      continue;
    }
    const auto ticket = queue.front();
    const auto due = ticket.queued_at + delay_;
    if (std::chrono::steady_clock::now() < due) {
      forge_.changed().wait_until(lock, due);
      continue;
    }
    queue.pop_front();
    forge_.finish_run(ticket);
    forge_.changed().notify_all();
  }
}

}  // namespace kedge::sandbox
