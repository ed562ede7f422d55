// SPDX-License-Identifier: Apache-2.0
#include "tests/e2e/world.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <stdexcept>

#include "webhooks/signature.h"

namespace kedge::test {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr Duration kMax = 120s;  // Only so that a broken run ends: a busy machine may be slow.
constexpr const char* kAdminToken = "e2e-admin";

template <typename Value>
Value must(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<Value>) return std::move(*result);
}

cli::ChildProcess start_sandbox(const std::string& directory) {
  return must(cli::ChildProcess::start(
      {"sandbox", "--seed", "demo", "--listen", "127.0.0.1:0", "--dir", directory + "/forge", "--ci-delay",
       "0ms", "--record", directory + "/traffic.jsonl"},
      {}, directory + "/sandbox.log", kedge_program()));
}

std::vector<std::string> server_environment(const cli::ForgeFacts& facts, const std::string& state,
                                            const std::string& listen) {
  return {"KEDGE_LISTEN=" + listen, "KEDGE_STATE_DIR=" + state, "KEDGE_GITHUB_URL=" + facts.url,
          // The same API as people use, under its other address: that tells the server's requests apart.
          "KEDGE_GITHUB_API_URL=" + facts.url, "KEDGE_APP_ID=" + facts.app_id,
          "KEDGE_PRIVATE_KEY_FILE=" + facts.private_key_file, "KEDGE_WEBHOOK_SECRET=" + facts.webhook_secret,
          "KEDGE_GITHUB_WRITE_PACE=0ms", "KEDGE_SLACK_TOKEN=" + facts.slack_token,
          "KEDGE_SLACK_CHANNEL=" + facts.slack_channel, "KEDGE_SLACK_API_URL=" + facts.slack_api,
          "KEDGE_DISCORD_WEBHOOK_URL=" + facts.discord_webhook,
          "KEDGE_ADMIN_TOKEN=" + std::string(kAdminToken)};
}

}  // namespace

std::string kedge_program() {
  return KEDGE_BINARY_DIR "/bot/kedge";
}

World::World()
    : sandbox_(start_sandbox(directory())),
      forge_(cli::read_facts(must(sandbox_.wait_for_output("token of mallory: ", kMax))), client_) {}

void World::start_server() {
  const std::string log = directory() + "/server" + std::to_string(++starts_) + ".log";
  server_.emplace(must(cli::ChildProcess::start(
      {"serve"}, server_environment(forge_.facts(), state(), listen_), log, kedge_program())));
  const std::string output = must(server_->wait_for_output("listening on ", kMax));
  if (!server_url_.empty()) return;
  const std::size_t at = output.find("http://", output.find("listening on "));
  server_url_ = output.substr(at, output.find_first_of(" \n\t\"", at) - at);
  listen_ = server_url_.substr(std::string("http://").size());
  control("PUT", "/hook", {{"url", server_url_ + "/webhooks/github"}});
  control("GET", "/idle?timeout_ms=30000");
}

void World::kill_server() {
  server_->end(SIGKILL);
}

int World::terminate_server() {
  return server_->end(SIGTERM);
}

std::string World::server_log() const {
  return read_file(directory() + "/server" + std::to_string(starts_) + ".log");
}

cli::DemoStory World::play(Duration step_max) {
  cli::DemoStory story(forge_, {}, step_max);
  const Result<void> played = story.play();
  EXPECT_TRUE(played) << played.error().message << "\n" << server_log();
  return story;
}

bool World::is_settled() {
  const auto server_rests = [this] {
    const Json queue = api("/queue");
    if (!queue.is_object() || queue["inbox"]["queued"] != 0 || queue["outbox"]["in_flight"] != 0)
      return false;
    return std::ranges::all_of(queue["outbox"]["pending"], [](const Json& pending) { return pending == 0; });
  };
  // Each gives the other work: twice, for what the forge still had to tell.
  return server_rests() && forge_.control("GET", "/idle?timeout_ms=1000") && server_rests();
}

void World::settle() {
  const auto done =
      forge_.until("an end of all work", kMax, [this] { return is_settled() ? Json(true) : Json(nullptr); });
  EXPECT_TRUE(done) << api("/queue").dump() << "\n" << server_log();
}

Json World::as(const std::string& login, const std::string& method, const std::string& path,
               const Json& body) {
  return must(forge_.as(login, method, "/repos/acme/api" + path, body));
}

Json World::control(const std::string& method, const std::string& path, const Json& body) {
  return must(forge_.control(method, path, body));
}

Json World::api(const std::string& path) {
  return forge_.get(server_url_ + "/api/v1" + path, kAdminToken).value_or(Json(nullptr));
}

adapters::http::Response World::deliver(const Posted& posted) {
  adapters::http::Request request{.method = "POST", .url = server_url_ + "/webhooks/github"};
  request.body = posted.body;
  request.content_type = posted.content_type;
  const std::string signature =
      posted.signature.value_or(webhooks::sign(posted.body, Secret(forge_.facts().webhook_secret)));
  if (!posted.event.empty()) request.headers.emplace_back("X-GitHub-Event", posted.event);
  if (!posted.guid.empty()) request.headers.emplace_back("X-GitHub-Delivery", posted.guid);
  if (!signature.empty()) request.headers.emplace_back("X-Hub-Signature-256", signature);
  return must(client_.send(request));
}

bool World::is_ready() {
  return client_.send({.method = "GET", .url = server_url_ + "/readyz"})
             .value_or(adapters::http::Response{})
             .status == 200;
}

Ran World::kedge(const std::vector<std::string>& arguments) {
  Process process{.arguments = {kedge_program()}, .directory = scratch_.path()};
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  process.environment = {{"KEDGE_STATE_DIR", state()}, {"KEDGE_GITHUB_URL", forge_.facts().url}};
  return run(process);
}

Ran World::kedge_as_server(const std::vector<std::string>& arguments,
                           const std::map<std::string, std::string>& changed) {
  Process process{.arguments = {kedge_program()}, .directory = scratch_.path(), .environment = changed};
  process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  for (const std::string& setting : server_environment(forge_.facts(), state(), listen_)) {
    const std::size_t equals = setting.find('=');
    process.environment.emplace(setting.substr(0, equals), setting.substr(equals + 1));
  }
  return run(process);
}

}  // namespace kedge::test
