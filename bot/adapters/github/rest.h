// SPDX-License-Identifier: Apache-2.0
// One request to GitHub's REST API with all that goes with it: authorization, conditional reads, redirects,
// limits, pages and the meaning of errors. What is asked, the callers know. Thread-safe.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bot/adapters/github/etag_cache.h"
#include "bot/adapters/github/json.h"
#include "bot/adapters/github/limits.h"
#include "bot/adapters/github/rest_github.h"
#include "bot/adapters/github/tokens.h"

namespace kedge::adapters::github {

struct Call {
  std::string verb;  ///< For messages: `cannot <verb>: <cause>`.
  std::string method = "GET";
  std::string path;                                          ///< Below the API's address, percent-encoded.
  std::vector<std::pair<std::string, std::string>> query{};  ///< Not encoded.
  std::string body{};                                        ///< JSON
  bool creates_content = false;                              ///< Keeps the write pace.
  bool anonymous = false;
  bool of_list = false;  ///< Never a conditional read: a full last page does not change when another follows.
};

struct Answer {
  int status = 0;
  std::map<std::string, std::string> headers;
  Json body;  ///< Null where there is none.
};

/// `/repos/acme/api`. Errors: invalid where the name is not `owner/name`.
Result<std::string> repository_path(const Repository& repository);

class Rest {
 public:
  Rest(const Options& options, http::Client& client, ports::Clock& clock);

  /// Sends it as the repository's installation, or with the plain token; with no repository as the App
  /// itself. Only 2xx is an Answer. Errors: as bot/ports/github.h says; conflict for 409.
  Result<Answer> send(const Repository* repository, const Call& call);
  /// Visits the pages by their Link headers until the visitor returns false. Errors: also invalid where that
  /// takes more than kPagesMax.
  Result<void> pages(const Repository* repository, Call call, const std::function<bool(const Json&)>& visit);

  [[nodiscard]] bool is_app() const { return !options_.app_id.empty(); }
  Tokens& tokens() { return tokens_; }

  static constexpr int kPagesMax = 100;

 private:
  struct Credential {
    std::string kind;  ///< `jwt`, `installation`, `token`; empty: none
    std::string who;   ///< Whose limits and cached answers.
    Secret secret;
  };
  Result<Answer> send_to(const Repository* repository, const Call& call, const std::string& target);
  Result<Credential> authorize(const Repository* repository, const Call& call);
  Result<http::Response> follow(const Call& call, const Credential& credential, std::string target);
  Result<http::Response> exchange(const Call& call, const Credential& credential, const std::string& target);
  Result<Answer> read(const Call& call, const Credential& credential, const http::Response& response);
  /// Path and query of a URL that GitHub gave us, where it lies on the API's own host.
  Result<std::string> target_of(const std::string& url) const;

  const Options& options_;
  http::Client& client_;
  ports::Clock& clock_;
  std::string origin_;  ///< `https://api.github.com`
  std::string prefix_;  ///< Empty, or `/api/v3`.
  Tokens tokens_;
  Limits limits_;
  EtagCache cache_;
};

}  // namespace kedge::adapters::github
