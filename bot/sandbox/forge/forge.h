// SPDX-License-Identifier: Apache-2.0
// The GitHub model: everything that happens on the forge happens through these methods, whoever asks (REST,
// git, a page, a test). It keeps its own rules (what may be merged, what a push causes), sends webhooks into
// its delivery log and CI runs into a queue; carrying those out is the caller's (sender.h, ci_worker.h).
// Assumes: the caller holds mutex() during each call and while it uses a pointer it got. Nothing here talks
// to the network; git runs as a child process.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "bot/sandbox/forge/model.h"

namespace kedge::sandbox::forge {

struct FieldError {
  std::string resource, field, code, message;
};

/// GitHub's way of saying no.
struct Refusal {
  int status = 422;
  std::string message = "Validation Failed";
  std::vector<FieldError> errors{};
};

template <typename T>
using Answer = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(int status, std::string message) {
  return tl::unexpected<Refusal>(Refusal{.status = status, .message = std::move(message)});
}
inline tl::unexpected<Refusal> invalid(std::string resource, std::string field, std::string code,
                                       std::string message = {}) {
  return tl::unexpected<Refusal>(
      Refusal{.errors = {{std::move(resource), std::move(field), std::move(code), std::move(message)}}});
}

struct ForgeOptions {
  std::string directory;  ///< Holds the bare repositories.
  std::string url;        ///< Public address, no slash at the end.
  std::function<TimePoint()> now;
  std::function<std::string(std::size_t)> random_bytes;
};

struct IssueChange {
  std::optional<std::string> title, body, state, state_reason;
  std::optional<std::vector<std::string>> labels, assignees;
};

struct NewPull {
  std::string title, body, head, base;
  bool draft = false;
};

struct PullChange {
  std::optional<std::string> title, body, state, base;
};

struct MergeRequest {
  std::string method = "merge";  ///< or squash
  std::string sha, title, message;
};

struct CheckChange {
  std::optional<std::string> name, head_sha, status, conclusion, external_id, details_url, title, summary,
      text;
  std::optional<std::string> actions, started_at, completed_at;
};

/// How a pull request stands: GitHub's `mergeable_state`.
struct Mergeability {
  bool mergeable = true;
  std::string state = "clean";  ///< clean, dirty, blocked, draft, unstable
  std::string reason;           ///< The refusal's text where it is blocked.
};

struct CiTicket {
  std::int64_t repository = 0;
  std::int64_t run = 0;
  int attempt = 1;
  std::chrono::steady_clock::time_point queued_at = std::chrono::steady_clock::now();
};

class Forge {
 public:
  explicit Forge(ForgeOptions options);
  Forge(const Forge&) = delete;
  Forge& operator=(const Forge&) = delete;
  ~Forge();

  std::mutex& mutex() { return mutex_; }
  TimePoint now() const { return options_.now(); }
  const std::string& url() const { return options_.url; }
  std::string api_url() const { return options_.url + "/api/v3"; }
  void set_url(std::string url) { options_.url = std::move(url); }

  // People, the App and tokens (people.cc, apps.cc).
  Account& add_account(const std::string& login, const std::string& type);
  const Account* account(const std::string& login) const;
  const Account* account_by_email(const std::string& email) const;
  const std::map<std::string, Account>& accounts() const { return accounts_; }
  /// A long-lived token of a person; the same one each time.
  std::string person_token(const std::string& login);
  App& app() { return app_; }
  const App& app() const { return app_; }
  std::string bot_login() const { return app_.slug + "[bot]"; }
  Installation& install(const std::string& account);
  Installation* installation(std::int64_t id);
  Installation* installation_of(const std::string& account);
  const std::map<std::int64_t, Installation>& installations() const { return installations_; }
  struct NewToken {
    std::string token;
    Token facts;
  };
  Answer<NewToken> create_installation_token(std::int64_t installation, const Permissions& permissions,
                                             const std::vector<std::string>& names,
                                             const std::vector<std::int64_t>& ids);
  void expire_installation_tokens();
  RateWindow& rate_window(const std::string& token_key);
  int rate_limit = 5'000;  ///< Requests an hour and token.
  /// Who a token belongs to; nothing for unknown and expired ones.
  const Token* token(const std::string& text) const;
  /// admin maintain write triage read none
  std::string role(const Repository& repository, const std::string& login) const;

  // Repositories and what is in them (repositories.cc, push.cc).
  Answer<Repository*> create_repository(const std::string& owner, const std::string& name,
                                        const std::string& default_branch, bool is_private);
  Repository* repository(const std::string& owner, const std::string& name);
  Repository* repository(std::int64_t id);
  const std::map<std::int64_t, Repository>& repositories() const { return repositories_; }
  /// Commits files as a person and tells the world, like a push of that one commit.
  Answer<std::string> commit(Repository& repository, const CommitRequest& request, const std::string& actor);
  Answer<std::string> create_ref(Repository& repository, const std::string& ref, const std::string& sha,
                                 const std::string& actor);
  Answer<std::string> move_ref(Repository& repository, const std::string& ref, const std::string& sha,
                               bool force, const std::string& actor);
  Answer<void> delete_ref(Repository& repository, const std::string& ref, const std::string& actor);
  /// Compares git's refs with the known ones and does what a push does: `push`, pull requests
  /// (`synchronize`, merged by push, closed), CI. Returns how many refs had moved.
  int notice_push(Repository& repository, const std::string& actor);
  /// Takes git's refs as known without telling anybody: for seeds.
  void adopt_refs(Repository& repository);

  // Conversations (issues.cc).
  Label* label(Repository& repository, const std::string& name);
  Answer<Label*> create_label(Repository& repository, const std::string& name, const std::string& color,
                              const std::string& description);
  Answer<Issue*> create_issue(Repository& repository, const std::string& title, const std::string& body,
                              const std::vector<std::string>& labels,
                              const std::vector<std::string>& assignees, const Identity& who);
  Answer<void> change_issue(Repository& repository, Issue& issue, const IssueChange& change,
                            const Identity& who);
  Answer<void> add_labels(Repository& repository, Issue& issue, const std::vector<std::string>& names,
                          const Identity& who);
  Answer<void> remove_label(Repository& repository, Issue& issue, const std::string& name,
                            const Identity& who);
  void assign(Repository& repository, Issue& issue, const std::vector<std::string>& logins,
              const Identity& who);
  void unassign(Repository& repository, Issue& issue, const std::vector<std::string>& logins,
                const Identity& who);
  void lock(Repository& repository, Issue& issue, bool locked, const std::string& reason,
            const Identity& who);
  Answer<Comment*> create_comment(Repository& repository, Issue& issue, const std::string& body,
                                  const Identity& who);
  Answer<void> edit_comment(Repository& repository, Comment& comment, const std::string& body,
                            const Identity& who);
  void delete_comment(Repository& repository, std::int64_t id, const Identity& who);
  struct Reacted {
    Reaction reaction;
    bool is_new = false;
  };
  Answer<Reacted> react(std::vector<Reaction>& reactions, const std::string& content, const Identity& who);

  // Pull requests (pulls.cc, merge.cc).
  Answer<Issue*> create_pull(Repository& repository, const NewPull& pull, const Identity& who);
  Answer<void> change_pull(Repository& repository, Issue& pull, const PullChange& change,
                           const Identity& who);
  Answer<Review*> review(Repository& repository, Issue& pull, const std::string& event,
                         const std::string& body, const std::string& commit_id, const Identity& who);
  Answer<void> request_reviewers(Repository& repository, Issue& pull, const std::vector<std::string>& logins,
                                 const Identity& who);
  Mergeability mergeability(Repository& repository, const Issue& pull);
  Answer<std::string> merge(Repository& repository, Issue& pull, const MergeRequest& request,
                            const Identity& who);

  // CI and checks (ci.cc, checks.cc).
  void start_runs(Repository& repository, const std::string& event, const std::string& branch,
                  const std::string& sha, const std::string& before, const std::string& actor);
  /// Carries out one queued run to its end.
  void finish_run(const CiTicket& ticket);
  Answer<void> rerun(Repository& repository, WorkflowRun& run, bool failed_only, const std::string& actor);
  Answer<void> cancel_run(Repository& repository, WorkflowRun& run, const std::string& actor);
  std::deque<CiTicket>& ci_queue() { return ci_queue_; }
  Answer<CheckRun*> create_check(Repository& repository, const CheckChange& change, const Identity& who);
  Answer<void> change_check(Repository& repository, CheckRun& check, const CheckChange& change,
                            const Identity& who);
  Answer<CommitStatus> create_status(Repository& repository, const std::string& sha,
                                     const CommitStatus& status, const Identity& who);

  // Webhooks (deliveries.cc).
  Hook& hook() { return hook_; }
  const Hook& hook() const { return hook_; }
  void set_hook(const std::string& url, const std::string& secret);
  void emit(Repository* repository, const std::string& event, const std::string& action,
            nlohmann::json payload, const std::string& sender);
  std::deque<Delivery>& deliveries() { return deliveries_; }
  Delivery* delivery(std::int64_t id);
  /// Puts the same event into the queue again. False where there is no such delivery.
  bool redeliver(std::int64_t id);
  std::deque<std::int64_t>& outgoing() { return outgoing_; }

  /// True if nothing waits in a queue and nothing taken from one is still under way.
  bool is_idle() const { return outgoing_.empty() && ci_queue_.empty() && under_way == 0; }
  int under_way = 0;
  /// Told whenever a queue got an entry or something under way has ended.
  std::condition_variable_any& changed() { return changed_; }
  std::int64_t next_id() { return ++last_id_; }
  std::string random_text(std::size_t length);  ///< Letters and digits.

 private:
  std::vector<std::string> known_labels(Repository& repository, const std::vector<std::string>& names);
  void set_state(Repository& repository, Issue& issue, bool open, const std::string& reason,
                 const Identity& who);
  void emit_issue(Repository& repository, const Issue& issue, const std::string& action,
                  const std::string& sender, const nlohmann::json& extra);
  void branch_moved(Repository& repository, const std::string& branch, const std::string& before,
                    const std::string& after, const std::string& actor);
  void emit_push(Repository& repository, const std::string& ref, const std::string& before,
                 const std::string& after, const std::string& actor);
  void update_pulls(Repository& repository, const std::string& branch, const std::string& after,
                    const std::string& actor);
  void mark_merged(Repository& repository, Issue& pull, const std::string& sha, const std::string& actor);
  void begin_jobs(Repository& repository, WorkflowRun& run);
  void finish_job(Repository& repository, WorkflowRun& run, Job& job);
  void finish_suite(Repository& repository, std::int64_t suite, const std::string& actor);
  CheckSuite& suite_for(Repository& repository, const std::string& sha, const std::string& app);
  Answer<void> apply_check(CheckRun& check, const CheckChange& change);
  std::string checks_missing(Repository& repository, const std::string& branch, const std::string& sha);
  void queue_delivery(Delivery delivery);

  ForgeOptions options_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::int64_t last_id_ = 4'400'000'000;  // Above 32 bits, like GitHub's own.
  App app_;
  std::map<std::string, Account> accounts_;  // By lower-case login.
  std::map<std::string, std::string> person_tokens_;
  std::map<std::string, Token> tokens_;
  std::map<std::int64_t, Installation> installations_;
  std::map<std::int64_t, Repository> repositories_;
  std::map<std::string, RateWindow> rate_windows_;
  Hook hook_;
  std::deque<Delivery> deliveries_;
  std::deque<std::int64_t> outgoing_;
  std::deque<CiTicket> ci_queue_;
};

}  // namespace kedge::sandbox::forge
