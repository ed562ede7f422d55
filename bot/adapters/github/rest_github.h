// SPDX-License-Identifier: Apache-2.0
// GitHub over its REST API, as an App or with a plain token. Reads of single objects are conditional (ETag),
// writes look before they write, limits are obeyed before GitHub has to repeat them. Thread-safe; every
// method blocks. With a plain token commit statuses stand in for check runs and there are no deliveries.
// Source: GitHub REST, API version 2022-11-28.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "bot/adapters/github/app_facts.h"
#include "bot/adapters/http/client.h"
#include "bot/base/secret.h"
#include "bot/ports/clock.h"
#include "bot/ports/github.h"

namespace kedge::adapters::github {

using incident::Repository;

/// One request with its answer, as it went over the wire, for tests that judge the traffic. The value of
/// Authorization is replaced by `jwt`, `installation` or `token`.
struct Exchange {
  std::string method;
  std::string path;   ///< Without the API's own prefix, percent-encoded.
  std::string query;  ///< Without `?`, percent-encoded.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  int status = 0;
  std::string response;
};

struct Options {
  std::string api_url = "https://api.github.com";
  std::string web_url = "https://github.com";     ///< Its host ends the bot's e-mail address.
  std::string app_id;                             ///< App id or client id; empty: plain token.
  Secret private_key;                             ///< PEM, PKCS#1 or PKCS#8.
  Secret token;                                   ///< Instead of an App.
  std::string login;                              ///< Own login; empty: ask GitHub.
  Duration write_pace = std::chrono::seconds{1};  ///< Between writes that create content; 0: none.
  Duration timeout = std::chrono::seconds{20};
  std::string user_agent = "kedge";
  std::stop_token stop{};                          ///< Ends the waits of the write pace.
  std::function<void(const Exchange&)> observe{};  ///< Called from the requesting thread.
};

/// Who commits.
struct Identity {
  std::string name;
  std::string email;
};

class Rest;

class RestGitHub : public ports::Conversations,
                   public ports::Changes,
                   public ports::Commits,
                   public ports::Deliveries {
 public:
  /// Borrows `client` and `clock`. Makes no request.
  RestGitHub(Options options, http::Client& client, ports::Clock& clock);
  ~RestGitHub() override;

  /// A token for git over HTTPS as user `x-access-token`: the installation's, narrowed to this repository, or
  /// the plain one. Valid for five minutes at least, or for one where GitHub gives no new one just now.
  /// Errors: as the port's; denied where the App is not installed on it.
  Result<Secret> token(const Repository& repository);
  /// `<slug>[bot]` with its no-reply address, or the plain token's user. Asked for once. `through`: a
  /// repository whose installation token may be used to look the bot's id up; without one the look-up is
  /// anonymous.
  Result<Identity> commit_identity(const Repository* through = nullptr);

  /// The App as GitHub knows it. Errors: denied with a plain token, or a signature that GitHub refuses.
  Result<AppFacts> app_facts();

  Result<std::string> self_login() override;
  Result<ports::IssueRef> open_issue(const Repository& repository, const ports::NewIssue& issue) override;
  Result<void> write_state(const Repository& repository, std::int64_t issue,
                           const std::string& section) override;
  Result<void> label_issue(const Repository& repository, std::int64_t issue,
                           const std::vector<std::string>& labels) override;
  Result<void> set_issue_open(const Repository& repository, std::int64_t issue, bool open,
                              const std::string& state_reason) override;
  Result<void> comment(const Repository& repository, std::int64_t issue, const std::string& body,
                       const std::string& kind, const std::string& marker) override;
  Result<void> react(const Repository& repository, std::int64_t comment_id,
                     const std::string& content) override;
  Result<incident::Role> permission(const Repository& repository, const std::string& login) override;

  Result<std::optional<ports::File>> read_file(const Repository& repository,
                                               const std::string& path) override;
  Result<ports::SuspectReport> find_suspects(const Repository& repository, const incident::RunFact& run,
                                             const std::string& last_green_sha) override;
  Result<void> rerun_failed_jobs(const Repository& repository, std::int64_t run_id, int attempt) override;
  Result<ports::PullRequestRef> open_pull_request(const Repository& repository,
                                                  const ports::NewPullRequest& request) override;
  Result<void> report_check(const Repository& repository, const ports::Check& check) override;

  Result<ports::MadeCommit> make_commit(const Repository& repository,
                                        const ports::NewCommit& commit) override;
  Result<void> create_branch(const Repository& repository, const std::string& branch,
                             const std::string& sha) override;
  Result<void> remove_ref(const Repository& repository, const std::string& ref) override;
  Result<bool> may_change_workflows(const Repository& repository) override;

  Result<ports::Redelivered> redeliver_failed(Duration window, TimePoint now, TimePoint began) override;

 private:
  struct Self {
    std::string login;
    std::string slug;         ///< Of the App; empty with a plain token.
    std::int64_t app_id = 0;  ///< 0 with a plain token.
    std::int64_t user_id = 0;
  };
  Result<Self> self();
  Result<void> ensure_label(const Repository& repository, const std::string& name);
  Result<void> add_labels(const Repository& repository, std::int64_t issue,
                          const std::vector<std::string>& labels);
  Result<std::optional<ports::IssueRef>> find_issue(const Repository& repository,
                                                    const ports::NewIssue& issue);
  Result<std::optional<ports::PullRequestRef>> find_pull_request(const Repository& repository,
                                                                 const ports::NewPullRequest& request);
  Result<void> report_check_run(const Repository& repository, const ports::Check& check);
  Result<void> report_status(const Repository& repository, const ports::Check& check);

  Options options_;
  ports::Clock& clock_;
  std::unique_ptr<Rest> rest_;
  std::mutex mutex_;  ///< Guards what follows.
  std::optional<Self> self_;
  std::optional<Identity> identity_;
  std::set<std::string> known_labels_;  ///< `<repository id>/<name>`, lower case.
};

}  // namespace kedge::adapters::github
