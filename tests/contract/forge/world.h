// SPDX-License-Identifier: Apache-2.0
// A running sandbox with `acme/api` and its people, a receiver for its webhooks, and short words to call it.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bot/sandbox/sandbox.h"

namespace kedge::test {

using Json = nlohmann::json;

struct Answered {
  int status = 0;  ///< 0: no answer.
  Json body;
  std::string text;
  std::multimap<std::string, std::string> headers;
  std::string header(const std::string& name) const;
};

struct Received {
  std::string event, guid, signature, body;
  Json json() const { return Json::parse(body); }
  std::string action() const { return json().value("action", ""); }
};

/// Takes webhooks and answers them as told.
class Receiver {
 public:
  Receiver();
  ~Receiver();
  std::string url() const;
  void answer_with(int status);
  std::vector<Received> received() const;
  /// Those of one event, `workflow_run`, or event and action, `workflow_run.completed`.
  std::vector<Received> of(const std::string& name) const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

class World {
 public:
  explicit World(sandbox::Options options = {});
  ~World();
  sandbox::Sandbox sandbox;
  Receiver receiver;

  /// A REST call; `token` empty for nobody. Paths start at `/repos/…`.
  Answered call(const std::string& method, const std::string& path, const std::string& token,
                const Json& body = nullptr, const std::multimap<std::string, std::string>& headers = {});
  /// The same, by person.
  Answered as(const std::string& login, const std::string& method, const std::string& path,
              const Json& body = nullptr);
  Answered control(const std::string& method, const std::string& path, const Json& body = nullptr);
  std::string jwt(std::int64_t iat_offset_s = -60, std::int64_t exp_offset_s = 540);
  /// A token of the App's installation on acme; the body as in GitHub's call.
  std::string app_token(const Json& body = nullptr);
  std::string commit(const std::string& branch, const Json& files, const std::string& message = "Change",
                     const std::string& from = "");
  /// All webhooks handed over, all runs done.
  void settle();
  std::string page(const std::string& path);
  std::int64_t installation_id();
};

/// Runs git in a directory; its exit status and both outputs.
struct GitResult {
  int status = 0;
  std::string out;
};
GitResult git(const std::string& directory, std::vector<std::string> arguments);
/// The repository's address with credentials in it, as git takes them.
std::string remote(World& world, const std::string& user, const std::string& token);

class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace kedge::test
