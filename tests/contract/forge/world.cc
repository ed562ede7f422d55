// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/forge/world.h"

#include <gtest/gtest.h>
#include <httplib.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include <filesystem>
#include <thread>

#include "bot/base/text.h"
#include "bot/sandbox/forge/process.h"

namespace kedge::test {
namespace {

constexpr const char* kWorkflow =
    "name: CI\non:\n  push:\n    branches: ['**']\njobs:\n  build:\n    runs-on: x\n  test:\n    runs-on: "
    "x\n";

std::string base64url(const std::string& bytes) {
  auto text = replace_all(replace_all(to_base64(bytes), "+", "-"), "/", "_");
  while (text.ends_with('=')) text.pop_back();
  return text;
}

std::string rs256(const std::string& text, const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key);
  EVP_DigestSign(context, nullptr, &length, data, text.size());
  std::string signature(length, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &length, data, text.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return signature;
}

Answered to_answered(const httplib::Result& result) {
  Answered answered;
  if (!result) return answered;
  answered.status = result->status;
  answered.text = result->body;
  answered.body = Json::parse(result->body, nullptr, false);
  for (const auto& [name, value] : result->headers) answered.headers.emplace(to_lower(name), value);
  return answered;
}

}  // namespace

std::string Answered::header(const std::string& name) const {
  const auto found = headers.find(to_lower(name));
  return found == headers.end() ? "" : found->second;
}

struct Receiver::Inside {
  httplib::Server server;
  std::thread thread;
  int port = 0;
  mutable std::mutex mutex;
  int status = 202;
  std::vector<Received> received;
};

Receiver::Receiver() : inside_(std::make_unique<Inside>()) {
  inside_->server.set_keep_alive_max_count(1);
  inside_->server.Post(
      "/hook", [inside = inside_.get()](const httplib::Request& request, httplib::Response& response) {
        const std::lock_guard lock(inside->mutex);
        inside->received.push_back({.event = request.get_header_value("X-GitHub-Event"),
                                    .guid = request.get_header_value("X-GitHub-Delivery"),
                                    .signature = request.get_header_value("X-Hub-Signature-256"),
                                    .body = request.body});
        response.status = inside->status;
      });
  inside_->port = inside_->server.bind_to_any_port("127.0.0.1");
  inside_->thread = std::thread([inside = inside_.get()] { inside->server.listen_after_bind(); });
  while (!inside_->server.is_running()) std::this_thread::yield();
}

Receiver::~Receiver() {
  inside_->server.stop();
  inside_->thread.join();
}

std::string Receiver::url() const {
  return "http://127.0.0.1:" + std::to_string(inside_->port) + "/hook";
}

void Receiver::answer_with(int status) {
  const std::lock_guard lock(inside_->mutex);
  inside_->status = status;
}

std::vector<Received> Receiver::received() const {
  const std::lock_guard lock(inside_->mutex);
  return inside_->received;
}

std::vector<Received> Receiver::of(const std::string& name) const {
  std::vector<Received> result;
  for (auto& each : received()) {
    if (name == each.event || name == each.event + "." + each.action()) result.push_back(std::move(each));
  }
  return result;
}

World::World(sandbox::Options options) : sandbox(std::move(options)) {
  const auto started = sandbox.start();
  EXPECT_TRUE(started) << started.error().message;
  EXPECT_EQ(control("POST", "/repos", {{"owner", "acme"}, {"name", "api"}}).status, 201);
  for (const auto& [login, role] : {std::pair{"alice", "maintain"}, std::pair{"bob", "write"},
                                    std::pair{"carol", "triage"}, std::pair{"mallory", "read"}}) {
    EXPECT_EQ(control("PUT", std::string("/people/") + login, {{"roles", {{"acme/api", role}}}}).status, 200);
  }
  commit("main", {{"README.md", "hello\n"}, {".github/workflows/ci.yml", kWorkflow}, {"src/a.txt", "one\n"}},
         "Start");
  settle();
  sandbox.set_webhook(receiver.url());
  settle();
}

World::~World() {
  sandbox.stop();
}

Answered World::call(const std::string& method, const std::string& path, const std::string& token,
                     const Json& body, const std::multimap<std::string, std::string>& headers) {
  httplib::Client client(sandbox.url());
  client.set_read_timeout(std::chrono::seconds{60});
  httplib::Request request;
  request.method = method;
  request.path = (path.starts_with("/_sandbox") ? "" : "/api/v3") + path;
  request.headers = {{"User-Agent", "test"}, {"Accept", "application/vnd.github+json"}};
  if (!token.empty()) request.headers.emplace("Authorization", "Bearer " + token);
  for (const auto& [name, value] : headers) request.headers.emplace(name, value);
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace("Content-Type", "application/json");
  }
  return to_answered(client.send(request));
}

Answered World::as(const std::string& login, const std::string& method, const std::string& path,
                   const Json& body) {
  return call(method, path, sandbox.token_of(login), body);
}

Answered World::control(const std::string& method, const std::string& path, const Json& body) {
  return call(method, "/_sandbox" + path, sandbox.admin_token(), body);
}

std::string World::jwt(std::int64_t iat_offset_s, std::int64_t exp_offset_s) {
  const std::lock_guard lock(sandbox.forge().mutex());
  const auto now = to_unix_ms(sandbox.forge().now()) / 1000;
  const Json claims = {{"iat", now + iat_offset_s}, {"exp", now + exp_offset_s}, {"iss", sandbox.app_id()}};
  const auto text = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims.dump());
  return text + "." + base64url(rs256(text, sandbox.private_key_pem()));
}

std::int64_t World::installation_id() {
  return call("GET", "/repos/acme/api/installation", jwt()).body.at("id").get<std::int64_t>();
}

std::string World::app_token(const Json& body) {
  const auto made =
      call("POST", "/app/installations/" + std::to_string(installation_id()) + "/access_tokens", jwt(), body);
  return made.body.value("token", "");
}

std::string World::commit(const std::string& branch, const Json& files, const std::string& message,
                          const std::string& from) {
  const auto made =
      control("POST", "/repos/acme/api/commits",
              {{"branch", branch}, {"files", files}, {"message", message}, {"as", "bob"}, {"from", from}});
  EXPECT_EQ(made.status, 201) << made.text;
  return made.body.value("sha", "");
}

void World::settle() {
  EXPECT_TRUE(sandbox.wait_idle(std::chrono::seconds{60}));
}

std::string World::page(const std::string& path) {
  httplib::Client client(sandbox.url());
  client.set_read_timeout(std::chrono::seconds{60});
  const auto result = client.Get(path);
  return result ? result->body : "";
}

GitResult git(const std::string& directory, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {"git", "-c", "user.name=Bob", "-c", "user.email=bob@example.com", "-c",
                    "credential.helper=", "-c", "protocol.version=2", "-c", "core.fsync=none"});
  const auto done =
      sandbox::forge::run({.arguments = arguments,
                           .environment = {{"GIT_TERMINAL_PROMPT", "0"}, {"GIT_CONFIG_GLOBAL", "/dev/null"}},
                           .directory = directory,
                           .input = {}});
  return {.status = done.status, .out = done.out + done.err};
}

std::string remote(World& world, const std::string& user, const std::string& token) {
  return replace_all(world.sandbox.url(), "http://", "http://" + user + ":" + token + "@") + "/acme/api.git";
}

TemporaryDirectory::TemporaryDirectory() {
  auto pattern = (std::filesystem::temp_directory_path() / "kedge-test-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace kedge::test
