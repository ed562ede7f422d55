// SPDX-License-Identifier: Apache-2.0
// A GitHub of prepared answers on loopback, and the client under test in front of it. Each route gives its
// answers in turn, the last one for ever; what was asked can be read afterwards. With KEDGE_TRAFFIC=FILE in
// the environment every exchange is added to FILE as a JSON line, for tests/contract/github/judge.mjs.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bot/adapters/github/rest_github.h"
#include "bot/adapters/http/client.h"
#include "tests/unit/github/keys.h"

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

using Headers = std::map<std::string, std::string>;

struct Asked {
  std::string method;
  std::string path;   ///< As sent, without query.
  std::string query;  ///< As sent.
  Headers headers;    ///< Names in lower case.
  std::string text;
  [[nodiscard]] json body() const { return json::parse(text); }
  [[nodiscard]] std::string header(const std::string& name) const;
};

class ScriptedGitHub {
 public:
  ScriptedGitHub();
  ~ScriptedGitHub();

  /// Adds an answer for `POST /repos/acme/api/issues`; `{url}` in body and headers becomes the server's
  /// address.
  void on(const std::string& route, int status, const json& body, Headers headers = {});
  void on_text(const std::string& route, int status, const std::string& body, Headers headers = {});
  [[nodiscard]] std::string url() const;
  /// What was asked of a route, oldest first; all of it for an empty one.
  [[nodiscard]] std::vector<Asked> asked(const std::string& route = "") const;
  /// Every write that was asked, as `POST /path`.
  [[nodiscard]] std::vector<std::string> writes() const;

 private:
  struct Server;
  std::unique_ptr<Server> server_;
};

/// Adds the exchange to the file that KEDGE_TRAFFIC names, where it does.
void record(const Exchange& exchange);

/// The client as an App installed on acme/api.
struct GitHubTest : testing::Test {
  GitHubTest() {
    script.on("GET /app", 200, {{"id", 77}, {"slug", "kedge"}, {"name", "Kedge"}});
    script.on("POST /app/installations/5/access_tokens", 201,
              {{"token", "ghs_first"}, {"expires_at", "2026-04-18T09:13:20Z"}});
    repository.id = RepositoryId{1001};
    repository.full_name = "acme/api";
    repository.default_branch = "main";
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
