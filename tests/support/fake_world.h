// SPDX-License-Identifier: Apache-2.0
// GitHub, git and chat as one small model in memory: what the bot writes is kept with its markers, what
// people do is told as real GitHub payloads. `mishap` is asked at every call and says what goes wrong.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "bot/ports/chat.h"
#include "bot/ports/clock.h"
#include "bot/ports/git_repo.h"
#include "bot/ports/github.h"

namespace kedge::testing {

/// The process dies here; nobody may catch it but who drives the engine.
struct Crash {};

enum class Mishap {
  none,
  refused,      ///< No connection: certainly not done.
  lost_before,  ///< A time-out; nothing was done.
  lost_after,   ///< A time-out; it was done.
  limited,
  denied,
  crash,  ///< It was done, and the process dies before it knows.
};

struct Parcel {
  std::string guid;
  std::string event;
  std::string body;
};

struct FakeCommit {
  std::string sha;
  std::string subject;
  bool bad = false;     ///< CI is red while it stands.
  std::string reverts;  ///< Of a merged rollback: the sha whose effect is gone.
};

struct FakeHead {
  std::string sha;
  std::string base;
  std::string target;
  std::string plan_id;
  std::string tip;
  bool foreign = false;  ///< Somebody pushed there.
};

struct FakeIssue {
  std::int64_t number = 0;
  std::string title;
  std::string state_section;
  std::vector<std::string> labels;
  std::string author;
  std::string marker;
  bool open = true;
  bool deleted = false;
  TimePoint listed_at{};  ///< Lists do not have it before.
};

struct FakeComment {
  std::int64_t id = 0;
  std::int64_t issue = 0;
  std::string author;
  std::string body;
  std::string marker;
  TimePoint listed_at{};
};

struct FakePull {
  std::int64_t number = 0;
  std::string base;
  std::string head;
  std::string head_sha;
  std::string marker;
  bool open = true;
  bool merged = false;
  std::string merge_commit;
  TimePoint listed_at{};
};

struct FakePost {
  std::string channel;
  std::string id;
  std::string marker;
  std::string text;
  bool over = false;
  int rank = 0;
};

/// A run that has begun and not ended.
struct FakeRun {
  std::string branch;
  std::string sha;
  std::int64_t id = 0;
  int attempt = 1;
  std::string event = "push";
  TimePoint started_at{};
  bool red = false;  ///< How it would end by the code alone.
};

class FakeWorld : public ports::Conversations,
                  public ports::Changes,
                  public ports::GitRepo,
                  public ports::Chat {
 public:
  explicit FakeWorld(ports::Clock& clock);
  ~FakeWorld() override;

  static constexpr const char* kBot = "kedge[bot]";
  static std::string sha_of(std::string_view text);

  std::function<Mishap(std::string_view call)> mishap = [](std::string_view) { return Mishap::none; };
  std::vector<Parcel> outgoing;         ///< Told and not yet delivered; who drives the world takes them.
  Duration lists_lag{};                 ///< What the bot creates is listed this much later.
  bool suspended = false;               ///< The installation is: GitHub refuses every call.
  std::string instant_ci;               ///< How CI ended on a pushed head before the push is answered.
  std::vector<FakeRun> runs;            ///< Begun; who drives the world ends them.
  std::vector<std::string> transcript;  ///< What the bot did, in order.
  std::map<std::string, int> calls;     ///< How often each port was called: `write_state`, `chat_edit:ops`.

  std::map<std::string, std::vector<FakeCommit>> branches;
  std::map<std::string, FakeHead> heads;
  std::map<std::int64_t, FakeIssue> issues;
  std::vector<FakeComment> comments;
  std::map<std::int64_t, FakePull> pulls;
  std::set<std::pair<std::int64_t, std::string>> reactions;
  std::vector<FakePost> posts;
  std::set<std::pair<std::string, std::string>> conflicts;     ///< (sha, base)
  std::map<std::pair<std::string, std::string>, int> touched;  ///< (sha, base) → later changes of its files.
  std::map<std::string, incident::Role> roles;
  std::optional<std::string> runbook;

  // -- what people and CI do --
  std::string push(const std::vector<std::string>& bases, bool bad, bool runbook_changed = false);
  void end_run(const FakeRun& run, const std::string& conclusion);
  std::int64_t open_issue_by(const std::string& login, const std::string& title, const std::string& label);
  std::int64_t say(const std::string& login, std::int64_t issue, const std::string& body);
  void set_open_by(const std::string& login, std::int64_t issue, bool open);
  void delete_issue(const std::string& login, std::int64_t issue);
  void unlabel(const std::string& login, std::int64_t issue, const std::string& label);
  void merge(const std::string& login, std::int64_t pull);
  void close_pull(const std::string& login, std::int64_t pull);
  void push_to_head(const std::string& login, std::int64_t pull);
  void review(const std::string& login, std::int64_t pull);
  /// Tells of the App's installation; `created` lists the repositories, as GitHub leaves them out elsewhere.
  void install(const std::string& action = "created");
  void rename_default_branch(const std::string& branch);
  bool is_red(const std::string& base) const;

  // -- ports --
  Result<std::string> self_login() override;
  Result<ports::IssueRef> open_issue(const ports::Repository&, const ports::NewIssue& issue) override;
  Result<void> write_state(const ports::Repository&, std::int64_t issue, const std::string& section) override;
  Result<void> label_issue(const ports::Repository&, std::int64_t issue,
                           const std::vector<std::string>& labels) override;
  Result<void> set_issue_open(const ports::Repository&, std::int64_t issue, bool open,
                              const std::string& state_reason) override;
  Result<void> comment(const ports::Repository&, std::int64_t issue, const std::string& body,
                       const std::string& kind, const std::string& marker) override;
  Result<void> react(const ports::Repository&, std::int64_t comment_id, const std::string& content) override;
  Result<incident::Role> permission(const ports::Repository&, const std::string& login) override;
  Result<std::optional<ports::File>> read_file(const ports::Repository&, const std::string& path) override;
  Result<ports::SuspectReport> find_suspects(const ports::Repository&, const incident::RunFact& run,
                                             const std::string& last_green_sha) override;
  Result<void> rerun_failed_jobs(const ports::Repository&, std::int64_t run_id, int red) override;
  Result<ports::PullRequestRef> open_pull_request(const ports::Repository&,
                                                  const ports::NewPullRequest& request) override;
  Result<void> report_check(const ports::Repository&, const ports::Check& check) override;
  Result<rollback::Plan> plan(const ports::Repository&, const ports::PlanRequest& request) override;
  Result<Published> publish(const ports::Repository&, const Publish& request) override;
  Result<ports::ChatChannel*> channel(const incident::Channel& definition) override;

 private:
  class Channel;
  template <typename T, typename Act>
  Result<T> attempt(std::string_view call, Act act);
  void tell(const std::string& event, const std::string& body);
  rollback::BranchPlan plan_branch(const std::string& base, const std::string& sha) const;
  void begin_run(const std::string& branch, const std::string& sha, const std::string& event, bool red);
  std::string issue_payload(const std::string& action, std::int64_t issue, const std::string& login,
                            const std::string& label) const;
  std::string comment_payload(const FakeComment& comment) const;
  std::string pull_payload(const std::string& action, const FakePull& pull, const std::string& login) const;
  std::string run_payload(const FakeRun& run, const std::string& conclusion) const;

  ports::Clock& clock_;
  std::map<std::string, std::unique_ptr<Channel>> channels_;
  std::map<std::int64_t, FakeRun> past_runs_;
  std::map<std::string, std::string> checks_;  ///< External id → title.
  std::int64_t next_number_ = 1;
  std::int64_t next_id_ = 1000;
  int next_commit_ = 1;
};

}  // namespace kedge::testing
