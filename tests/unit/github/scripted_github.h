// SPDX-License-Identifier: Apache-2.0
// A GitHub of prepared answers on loopback, and the client under test in front of it. Each route gives its
// answers in turn, the last one for ever; what was asked can be read afterwards. With KEDGE_TRAFFIC=FILE in
// the environment every exchange is added to FILE as a JSON line, for tests/contract/github/judge.mjs.
#pragma once

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bot/adapters/github/rest_github.h"
#include "bot/adapters/http/client.h"
#include "tests/unit/github/keys.h"
#include "tests/unit/github/loopback.h"

namespace kedge::adapters::github {

using nlohmann::json;

class HandClock : public ports::Clock {
 public:
  TimePoint now() override { return from_unix_ms(ms_); }
  void sleep_for(Duration duration, std::stop_token) override {
    ms_ += duration.count();
    slept_ += duration.count();
  }
  void advance(Duration duration) { ms_ += duration.count(); }
  [[nodiscard]] Duration slept() const { return Duration{slept_}; }

 private:
  std::atomic<std::int64_t> ms_{1'776'500'000'000};  // 2026-04-18
  std::atomic<std::int64_t> slept_{0};
};

struct Asked {
  std::string method;
  std::string path;   ///< As sent, without query.
  std::string query;  ///< As sent.
  httplib::Headers headers;
  std::string text;
  [[nodiscard]] json body() const { return json::parse(text); }
  [[nodiscard]] std::string header(const std::string& name) const {
    const auto at = headers.find(name);
    return at == headers.end() ? "" : at->second;
  }
};

struct Prepared {
  int status = 200;
  std::string body;
  httplib::Headers headers;
};

class ScriptedGitHub {
 public:
  ScriptedGitHub() {
    const auto answer = [this](const httplib::Request& in, httplib::Response& out) { reply(in, out); };
    server_.Get(".*", answer).Post(".*", answer).Patch(".*", answer).Put(".*", answer).Delete(".*", answer);
    running_ = std::make_unique<LoopbackServer>(server_);
  }

  /// Adds an answer for `POST /repos/acme/api/issues`; `{url}` in body and headers becomes the server's
  /// address.
  void on(const std::string& route, int status, const json& body, httplib::Headers headers = {}) {
    on_text(route, status, body.is_null() ? "" : body.dump(), std::move(headers));
  }
  void on_text(const std::string& route, int status, const std::string& body, httplib::Headers headers = {}) {
    const std::lock_guard lock(mutex_);
    routes_[route].push_back({status, body, std::move(headers)});
  }
  [[nodiscard]] std::string url() const { return running_->url(""); }
  /// What was asked of a route, oldest first; all of it for an empty one.
  [[nodiscard]] std::vector<Asked> asked(const std::string& route = "") const {
    const std::lock_guard lock(mutex_);
    std::vector<Asked> out;
    for (const Asked& one : asked_)
      if (route.empty() || route == one.method + " " + one.path) out.push_back(one);
    return out;
  }
  /// Every write that was asked, as `POST /path`.
  [[nodiscard]] std::vector<std::string> writes() const {
    std::vector<std::string> out;
    for (const Asked& one : asked())
      if (one.method != "GET" && one.path.find("access_tokens") == std::string::npos)
        out.push_back(one.method + " " + one.path);
    return out;
  }

 private:
  void reply(const httplib::Request& in, httplib::Response& out) {
    const std::lock_guard lock(mutex_);
    const std::size_t mark = std::min(in.target.find('?'), in.target.size());
    Asked one{.method = in.method,
              .path = in.target.substr(0, mark),
              .query = mark == in.target.size() ? "" : in.target.substr(mark + 1),
              .headers = in.headers,
              .text = in.body};
    auto at = routes_.find(one.method + " " + one.path + "?" + one.query);
    if (at == routes_.end()) at = routes_.find(one.method + " " + one.path);
    asked_.push_back(std::move(one));
    if (at == routes_.end()) {
      out.status = 404;
      out.set_content(R"({"message":"Not Found"})", "application/json");
      return;
    }
    const Prepared now = at->second.front();
    if (at->second.size() > 1) at->second.pop_front();
    out.status = now.status;
    for (const auto& [name, value] : now.headers) out.set_header(name, filled(value));
    if (!now.body.empty()) out.set_content(filled(now.body), "application/json");
  }
  [[nodiscard]] std::string filled(std::string text) const {
    for (std::size_t at = 0; (at = text.find("{url}", at)) != std::string::npos;)
      text.replace(at, 5, running_->url(""));
    return text;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Prepared>> routes_;
  std::vector<Asked> asked_;
  httplib::Server server_;
  std::unique_ptr<LoopbackServer> running_;
};

inline void record(const Exchange& exchange) {
  const char* file = std::getenv("KEDGE_TRAFFIC");
  if (file == nullptr) return;
  json headers = json::object();
  for (const auto& [name, value] : exchange.headers) headers[name] = value;
  const json line = {{"method", exchange.method},    {"path", exchange.path}, {"query", exchange.query},
                     {"headers", headers},           {"body", exchange.body}, {"status", exchange.status},
                     {"response", exchange.response}};
  std::ofstream(file, std::ios::app) << line.dump(-1, ' ', false, json::error_handler_t::replace) << "\n";
}

/// The client as an App installed on acme/api.
struct GitHubTest : testing::Test {
  GitHubTest() {
    script.on("GET /app", 200, {{"id", 77}, {"slug", "kedge"}, {"name", "Kedge"}});
    script.on("POST /app/installations/5/access_tokens", 201,
              {{"token", "ghs_first"}, {"expires_at", "2026-04-18T09:13:20Z"}});
    repository.id = RepositoryId{1001};
    repository.full_name = "acme/api";
    repository.html_url = "https://github.test/acme/api";
    repository.installation_id = 5;
    options.api_url = script.url();
    options.web_url = "https://github.test";
    options.app_id = "77";
    options.private_key = Secret(std::string(kPkcs8Key));
    options.write_pace = Duration{0};
    options.observe = record;
  }
  /// Made on first use, so that a test can change `options` before.
  RestGitHub& github() {
    if (!github_) github_ = std::make_unique<RestGitHub>(options, client, clock);
    return *github_;
  }
  void use_plain_token() {
    options.app_id.clear();
    options.token = Secret("ghp_plain");
    script.on("GET /user", 200, {{"login", "alice"}, {"id", 9}});
  }

  HandClock clock;
  ScriptedGitHub script;
  http::HttplibClient client;  ///< After the script: its connections end first.
  Options options;
  Repository repository;

 private:
  std::unique_ptr<RestGitHub> github_;
};

}  // namespace kedge::adapters::github
