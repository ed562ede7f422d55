// SPDX-License-Identifier: Apache-2.0
// git over real smart HTTP: `git http-backend` behind a small server on a free port of loopback, with room
// for a server's bad manners.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kedge::test {

class GitHttpHost {
 public:
  struct Asked {
    std::string method;
    std::string target;  ///< Path and query.
    std::string token;   ///< The password of Basic authorization; empty: none.
    std::string user;
  };
  struct Answer {
    int status = 500;
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
  };
  /// May answer in git's place. Called on the server's threads, one at a time.
  using Interceptor = std::function<std::optional<Answer>(const Asked&)>;

  /// Serves the bare repositories below `root`.
  explicit GitHttpHost(std::filesystem::path root, Interceptor interceptor = {});
  ~GitHttpHost();

  [[nodiscard]] std::string url() const;
  /// `GET /acme/api.git/info/refs?service=git-upload-pack` and so on, in order.
  [[nodiscard]] std::vector<std::string> log() const;
  void clear_log();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An interceptor that wants this password from everybody.
GitHttpHost::Interceptor require_token(std::string token);

}  // namespace kedge::test
