// SPDX-License-Identifier: Apache-2.0
// The built program in two processes, the forge and the server, in a directory of their own.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "bot/adapters/http/client.h"
#include "bot/cli/demo_forge.h"
#include "bot/cli/demo_process.h"
#include "bot/cli/demo_story.h"
#include "tests/support/scratch.h"

namespace kedge::test {

/// A delivery as GitHub would send it; a header with an empty value is left out.
struct Posted {
  std::string event = "push";
  std::string guid;
  std::string body;
  std::string content_type = "application/json";
  std::optional<std::string> signature;  ///< Absent: the right one.
};

/// Whatever cannot be started throws std::runtime_error with the program's words.
class World {
 public:
  World();
  void start_server();     ///< Again on the same address and state; the forge's webhook points there.
  void kill_server();      ///< SIGKILL.
  int terminate_server();  ///< SIGTERM; the exit status.

  /// The whole story; fails the case where a step is not seen.
  cli::DemoStory play(Duration step_max = std::chrono::seconds{120});
  /// Whether neither the forge nor the server has anything left to do.
  bool is_settled();
  void settle();  ///< Waits for that.

  cli::DemoForge& forge() { return forge_; }
  nlohmann::json as(const std::string& login, const std::string& method, const std::string& path,
                    const nlohmann::json& body = nullptr);
  nlohmann::json control(const std::string& method, const std::string& path,
                         const nlohmann::json& body = nullptr);
  nlohmann::json api(const std::string& path);  ///< Of the server, as its admin; null where there is none.
  adapters::http::Response deliver(const Posted& posted);
  bool is_ready();
  /// `kedge …` on the server's state.
  Ran kedge(const std::vector<std::string>& arguments);
  /// The same with all of the server's settings; `changed` replaces some of them.
  Ran kedge_as_server(const std::vector<std::string>& arguments,
                      const std::map<std::string, std::string>& changed = {});

  [[nodiscard]] std::string directory() const { return scratch_.path().string(); }
  [[nodiscard]] std::string state() const { return directory() + "/state"; }
  [[nodiscard]] std::string server_log() const;

 private:
  ScratchDir scratch_;
  cli::ChildProcess sandbox_;
  adapters::http::HttplibClient client_;
  cli::DemoForge forge_;
  std::optional<cli::ChildProcess> server_;
  std::string listen_ = "127.0.0.1:0";
  std::string server_url_;
  int starts_ = 0;
};

/// Fails the case with what is wrong in the finished story's world: one issue, one branch and pull request a
/// base, no comment twice, updates 1..n in each transcript.
void expect_whole_story(World& world, const cli::DemoStory& story);

std::string kedge_program();

}  // namespace kedge::test
