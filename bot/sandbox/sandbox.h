// SPDX-License-Identifier: Apache-2.0
// The shipped forge: a GitHub-compatible server on this machine for trials, tests and drills. It keeps
// repositories on disk and all else in memory, so it starts empty each time. In a test:
//   Sandbox sandbox({}); sandbox.start(); … sandbox.url() … sandbox.forge() …
// Everything but start() and stop() is thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bot/base/error.h"
#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox {

class Faults;
class Journal;
class ChatDoubles;

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;                 ///< 0: a free one.
  std::string directory;        ///< Empty: a temporary one that stop() removes.
  std::string public_url;       ///< Empty: `http://<host>:<port>`.
  Duration ci_delay{0};         ///< How long a run takes.
  std::string webhook_url;      ///< Where the App's webhooks go; empty: nowhere, until set.
  std::string webhook_secret;   ///< Empty: a random one.
  std::string private_key_pem;  ///< The App's key; empty: made, or read from the directory.
  std::string record_file;      ///< REST exchanges as JSON lines; empty: none.
  bool seed_demo = false;
  std::function<TimePoint()> now;  ///< Empty: the real clock.
};

class Sandbox {
 public:
  explicit Sandbox(Options options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  /// Errors: unavailable (address taken), invalid (directory holds something else, key unreadable).
  Result<void> start();
  /// Ends connections and threads; safe to repeat.
  void stop();

  std::string url() const;      ///< `KEDGE_GITHUB_URL`
  std::string api_url() const;  ///< `KEDGE_GITHUB_API_URL`: the same with `/api/v3`
  std::string directory() const;
  std::string admin_token() const;
  std::string app_id() const;
  std::string private_key_pem() const;
  std::string private_key_file() const;
  std::string webhook_secret() const;
  /// A person's token; the person is made where unknown.
  std::string token_of(const std::string& login);
  std::string slack_webhook_url() const;
  std::string slack_api_url() const;
  std::string slack_token() const;
  std::string slack_channel() const;
  std::string discord_webhook_url() const;

  void set_webhook(const std::string& url);
  /// Waits until every webhook is handed over and every run is done; false after `timeout`.
  bool wait_idle(Duration timeout);

  /// The world itself; take its mutex() for each use.
  forge::Forge& forge();
  Faults& faults();
  Journal& journal();
  ChatDoubles& chat();

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace kedge::sandbox
