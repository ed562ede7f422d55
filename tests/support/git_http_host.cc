// SPDX-License-Identifier: Apache-2.0
#include "tests/support/git_http_host.h"

#include <httplib.h>

#include <mutex>
#include <thread>

#include "bot/base/text.h"
#include "tests/support/scratch.h"

namespace kedge::test {
namespace {

std::string from_base64(std::string_view text) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned buffer = 0;
  unsigned held = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) break;
    buffer = (buffer << 6U) | static_cast<unsigned>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>((buffer >> held) & 0xffU);
    }
  }
  return bytes;
}

GitHttpHost::Asked to_asked(const httplib::Request& request) {
  GitHttpHost::Asked asked{.method = request.method, .target = request.target};
  const std::string authorization = request.get_header_value("Authorization");
  if (authorization.starts_with("Basic ")) {
    const std::string pair = from_base64(authorization.substr(6));
    const std::size_t colon = pair.find(':');
    asked.user = pair.substr(0, colon);
    if (colon != std::string::npos) asked.token = pair.substr(colon + 1);
  }
  return asked;
}

/// Runs git's CGI program and hands its answer on (RFC 3875).
void answer_by_git(const std::filesystem::path& root, const httplib::Request& request,
                   const std::string& body, httplib::Response& response) {
  const std::size_t question = request.target.find('?');
  const Ran ran =
      run({.arguments = {"git", "http-backend"},
           .environment = {{"HOME", "/nonexistent"},
                           {"GIT_CONFIG_NOSYSTEM", "1"},
                           {"GIT_PROJECT_ROOT", root.string()},
                           {"GIT_HTTP_EXPORT_ALL", "1"},
                           {"PATH_INFO", request.path},
                           {"QUERY_STRING",
                            question == std::string::npos ? "" : request.target.substr(question + 1)},
                           {"REQUEST_METHOD", request.method},
                           {"CONTENT_TYPE", request.get_header_value("Content-Type")},
                           {"CONTENT_LENGTH", std::to_string(body.size())},
                           {"GIT_PROTOCOL", request.get_header_value("Git-Protocol")},
                           {"REMOTE_ADDR", "127.0.0.1"},
                           {"REMOTE_USER", "bot"}},
           .input = body});
  const std::size_t end = ran.out.find("\r\n\r\n");
  if (end == std::string::npos) {
    response.status = 500;
    response.set_content(ran.err, "text/plain");
    return;
  }
  response.status = 200;
  std::string type = "application/octet-stream";
  for (const std::string& line : split_lines(ran.out.substr(0, end))) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    const std::string value(trim(std::string_view(line).substr(colon + 1)));
    if (name == "Status") {
      response.status = std::stoi(value);
    } else if (name == "Content-Type") {
      type = value;
    } else {
      response.set_header(name, value);
    }
  }
  response.set_content(ran.out.substr(end + 4), type);
}

}  // namespace

struct GitHttpHost::State {
  std::filesystem::path root;
  Interceptor interceptor;
  httplib::Server server;
  std::thread thread;
  int port = 0;
  mutable std::mutex mutex;
  std::vector<std::string> log;

  void answer(const httplib::Request& request, const std::string& body, httplib::Response& response) {
    std::optional<Answer> instead;
    {
      const std::lock_guard guard(mutex);
      log.push_back(request.method + " " + request.target);
      if (interceptor) instead = interceptor(to_asked(request));
    }
    if (!instead) {
      answer_by_git(root, request, body, response);
      return;
    }
    response.status = instead->status;
    for (const auto& [name, value] : instead->headers) response.set_header(name, value);
    response.set_content(instead->body, "text/plain");
  }
};

GitHttpHost::GitHttpHost(std::filesystem::path root, Interceptor interceptor)
    : state_(std::make_unique<State>()) {
  state_->root = std::move(root);
  state_->interceptor = std::move(interceptor);
  state_->server.Get(".*", [this](const httplib::Request& request, httplib::Response& response) {
    state_->answer(request, "", response);
  });
  state_->server.Post(".*", [this](const httplib::Request& request, httplib::Response& response,
                                   const httplib::ContentReader& read) {
    std::string body;
    read([&](const char* bytes, std::size_t count) {
      body.append(bytes, count);
      return true;
    });
    state_->answer(request, body, response);
  });
  state_->port = state_->server.bind_to_any_port("127.0.0.1");
  state_->thread = std::thread([this] { state_->server.listen_after_bind(); });
  while (!state_->server.is_running()) std::this_thread::yield();
}

GitHttpHost::~GitHttpHost() {
  state_->server.stop();
  state_->thread.join();
}

std::string GitHttpHost::url() const {
  return "http://127.0.0.1:" + std::to_string(state_->port);
}

std::vector<std::string> GitHttpHost::log() const {
  const std::lock_guard guard(state_->mutex);
  return state_->log;
}

void GitHttpHost::clear_log() {
  const std::lock_guard guard(state_->mutex);
  state_->log.clear();
}

GitHttpHost::Interceptor require_token(std::string token) {
  return [token = std::move(token)](const GitHttpHost::Asked& asked) -> std::optional<GitHttpHost::Answer> {
    if (asked.user == "x-access-token" && asked.token == token) return std::nullopt;
    return GitHttpHost::Answer{
        .status = 401, .body = "Bad credentials", .headers = {{"WWW-Authenticate", "Basic"}}};
  };
}

}  // namespace kedge::test
