// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/github/scripted_github.h"

#include <httplib.h>

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <mutex>

#include "bot/base/text.h"
#include "tests/unit/github/loopback.h"

namespace kedge::adapters::github {
namespace {

struct Prepared {
  int status = 200;
  std::string body;
  Headers headers;
};

}  // namespace

struct ScriptedGitHub::Server {
  Server() {
    const auto answer = [this](const httplib::Request& in, httplib::Response& out) { reply(in, out); };
    http.Get(".*", answer).Post(".*", answer).Patch(".*", answer).Put(".*", answer).Delete(".*", answer);
    running = std::make_unique<LoopbackServer>(http);
  }

  void reply(const httplib::Request& in, httplib::Response& out) {
    const std::lock_guard lock(mutex);
    const std::size_t mark = std::min(in.target.find('?'), in.target.size());
    Asked one{.method = in.method,
              .path = in.target.substr(0, mark),
              .query = mark == in.target.size() ? "" : in.target.substr(mark + 1),
              .headers = {},
              .text = in.body};
    for (const auto& [name, value] : in.headers) one.headers[to_lower(name)] = value;
    auto at = routes.find(one.method + " " + one.path + "?" + one.query);
    if (at == routes.end()) at = routes.find(one.method + " " + one.path);
    asked.push_back(std::move(one));
    if (at == routes.end()) {
      out.status = 404;
      out.set_content(R"({"message":"Not Found"})", "application/json");
      return;
    }
    const Prepared now = at->second.front();
    if (at->second.size() > 1) at->second.pop_front();
    const auto filled = [this](const std::string& text) {
      return replace_all(text, "{url}", running->url(""));
    };
    out.status = now.status;
    for (const auto& [name, value] : now.headers) out.set_header(name, filled(value));
    if (!now.body.empty()) out.set_content(filled(now.body), "application/json");
  }

  std::mutex mutex;
  std::map<std::string, std::deque<Prepared>> routes;
  std::vector<Asked> asked;
  httplib::Server http;
  std::unique_ptr<LoopbackServer> running;
};

std::string Asked::header(const std::string& name) const {
  const auto at = headers.find(to_lower(name));
  return at == headers.end() ? "" : at->second;
}

ScriptedGitHub::ScriptedGitHub() : server_(std::make_unique<Server>()) {}
ScriptedGitHub::~ScriptedGitHub() = default;

void ScriptedGitHub::on(const std::string& route, int status, const json& body, Headers headers) {
  on_text(route, status, body.is_null() ? "" : body.dump(), std::move(headers));
}

void ScriptedGitHub::on_text(const std::string& route, int status, const std::string& body, Headers headers) {
  const std::lock_guard lock(server_->mutex);
  server_->routes[route].push_back({status, body, std::move(headers)});
}

std::string ScriptedGitHub::url() const {
  return server_->running->url("");
}

std::vector<Asked> ScriptedGitHub::asked(const std::string& route) const {
  const std::lock_guard lock(server_->mutex);
  std::vector<Asked> out;
  for (const Asked& one : server_->asked)
    if (route.empty() || route == one.method + " " + one.path) out.push_back(one);
  return out;
}

std::vector<std::string> ScriptedGitHub::writes() const {
  std::vector<std::string> out;
  for (const Asked& one : asked())
    if (one.method != "GET" && one.path.find("access_tokens") == std::string::npos)
      out.push_back(one.method + " " + one.path);
  return out;
}

void record(const Exchange& exchange) {
  const char* file = std::getenv("KEDGE_TRAFFIC");
  if (file == nullptr) return;
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  json headers = json::object();
  for (const auto& [name, value] : exchange.headers) headers[name] = value;
  const json line = {{"method", exchange.method},    {"path", exchange.path}, {"query", exchange.query},
                     {"headers", headers},           {"body", exchange.body}, {"status", exchange.status},
                     {"response", exchange.response}};
  std::ofstream(file, std::ios::app) << line.dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
}

}  // namespace kedge::adapters::github
