// SPDX-License-Identifier: Apache-2.0
#include "tests/support/story.h"

#include <fmt/format.h>

#include <stdexcept>

namespace kedge::testing {

using namespace incident;
using namespace std::chrono_literals;

Policy sample_policy() {
  Policy policy;
  policy.severities = {
      {.name = "P0",
       .rank = 0,
       .respond_within = 1h,
       .first_update = 15min,
       .update_every = 30min,
       .freeze = true},
      {.name = "P1", .rank = 1, .respond_within = 4h, .first_update = 15min, .update_every = 30min},
      {.name = "P2", .rank = 2, .respond_within = 24h},
      {.name = "P3", .rank = 3}};
  policy.workflow_triggers = {{.workflows = {"CI"}, .branches = {"main", "develop"}, .severity = "P0"}};
  policy.label_triggers = {{.labels = {"P0", "critical"}, .severity = "P0"}};
  policy.channels = {{.name = "ops", .kind = ChannelKind::slack}};
  policy.recovery_checklist = {"Health endpoint answers ok"};
  return policy;
}

RunFact run_of(std::int64_t id, Conclusion conclusion, const std::string& branch, const std::string& sha) {
  return {.workflow = "CI",
          .path = ".github/workflows/ci.yml",
          .branch = branch,
          .head_sha = sha,
          .run_id = id,
          .run_number = static_cast<int>(id),
          .conclusion = conclusion,
          .event = "push",
          .url = fmt::format("https://github.test/acme/api/actions/runs/{}", id)};
}

rollback::Plan clean_plan(const std::string& sha, const std::vector<std::string>& bases) {
  rollback::Plan plan{.id = std::string(64, '1'), .targets = {{.ref = sha, .sha = sha, .commits = {sha}}}};
  for (const std::string& base : bases) {
    plan.branches.push_back({.base = base,
                             .base_ref = "refs/heads/" + base,
                             .tip = std::string(40, '7'),
                             .outcome = rollback::Outcome::clean,
                             .carrier = rollback::Carrier{.sha = sha},
                             .carriers = {sha},
                             .tree = std::string(40, '8'),
                             .branch = "rollback/" + base + "-" + sha.substr(0, 12)});
  }
  return plan;
}

Story::Story() : now(from_unix_ms(1'776'500'000'000)) {
  state.repository = {.id = RepositoryId(7),
                      .full_name = "acme/api",
                      .html_url = "https://github.test/acme/api",
                      .installation_id = 3};
  state.runbook_known = true;
}

void Story::require(bool condition, const char* what) {
  if (!condition) throw std::logic_error(std::string("the story has no pending effect ") + what);
}

void Story::give(InputBody body) {
  const Input input{.repository = state.repository, .received_at = now, .body = std::move(body)};
  const Context context{.policy = policy, .now = now, .self_login = self_login, .app = app};
  last = decide(state, input, context);
  for (const EventBody& event : last.events) {
    apply(state, {.seq = state.seq + 1, .at = now, .body = event});
    events.push_back(event);
  }
  int index = 0;
  for (Effect effect : last.effects) {
    effect.id = EffectId(fmt::format("7/{}/{}", state.seq, index++));
    if (!effect.coalesce.empty()) {
      std::erase_if(pending, [&](const Effect& one) { return one.coalesce == effect.coalesce; });
    }
    pending.push_back(std::move(effect));
  }
  for (const Timer& timer : last.timers) {
    std::erase_if(timers,
                  [&](const Timer& one) { return one.kind == timer.kind && one.incident == timer.incident; });
    if (timer.due_at) timers.push_back(timer);
  }
}

void Story::red(std::int64_t id, const std::string& branch, const std::string& sha) {
  give(WorkflowCompleted{.run = run_of(id, Conclusion::failure, branch, sha)});
}

void Story::green(std::int64_t id, const std::string& branch, const std::string& sha) {
  give(WorkflowCompleted{.run = run_of(id, Conclusion::success, branch, sha)});
}

void Story::says(const std::string& login, Role role, const std::string& text, std::int64_t issue,
                 bool on_pull_request) {
  give(CommentPosted{.issue = issue == 0 ? 42 : issue,
                     .on_pull_request = on_pull_request,
                     .comment_id = ++next_comment_,
                     .author = login,
                     .body = text});
  while (!wanted<ReadPermission>().empty()) answer<ReadPermission>(PermissionRead{role});
}

void Story::pass(Duration duration) {
  const TimePoint until = now + duration;
  while (true) {
    const auto next = std::ranges::min_element(timers, {}, [](const Timer& timer) { return *timer.due_at; });
    if (next == timers.end() || *next->due_at > until) break;
    now = std::max(now, *next->due_at);
    fire_due();
  }
  now = until;
}

void Story::fire_due() {
  std::vector<Timer> due;
  for (const Timer& timer : timers) {
    if (*timer.due_at <= now) due.push_back(timer);
  }
  for (const Timer& timer : due) {
    give(TimerFired{.kind = timer.kind, .incident = timer.incident, .due_at = *timer.due_at});
  }
}

std::vector<PostComment> Story::comments(Topic topic) const {
  std::vector<PostComment> found = wanted<PostComment>();
  std::erase_if(found, [&](const PostComment& one) { return one.topic != topic; });
  return found;
}

const Incident& Story::incident() const {
  const Incident* only = nullptr;
  for (const auto& [id, one] : state.incidents) {
    if (one.phase == Phase::candidate || one.phase == Phase::canceled) continue;
    if (only != nullptr) throw std::logic_error("the story has several incidents");
    only = &one;
  }
  if (only == nullptr) throw std::logic_error("the story has no incident");
  return *only;
}

void Story::declared() {
  red(100);
  answer<OpenIssue>(IssueOpened{.number = 42, .url = "https://github.test/acme/api/issues/42"});
  answer<PostUpdate>(ChatDelivered{.message = "C1/1.0"});
  answer<FindSuspects>(
      SuspectsFound{.suspects = {{.sha = kSuspect, .subject = "Add cache", .author = "bob"}}});
  answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
}

void Story::rollback_open() {
  declared();
  says("bob", Role::write, std::string("/rollback ") + kSuspect + " the cache breaks sessions");
  answer<PlanRollback>(PlanMade{clean_plan(kSuspect, {"main", "develop"})});
  const std::string main_head(40, 'd');
  const std::string develop_head(40, 'e');
  answer<PublishBranch>(BranchPublished{.branch = "rollback/main-cccccccccccc", .commit = main_head});
  answer<PublishBranch>(BranchPublished{.branch = "rollback/develop-cccccccccccc", .commit = develop_head});
  answer<OpenPullRequest>(
      PullOpened{.number = 50, .url = "https://github.test/acme/api/pull/50", .head_sha = main_head});
  answer<OpenPullRequest>(
      PullOpened{.number = 51, .url = "https://github.test/acme/api/pull/51", .head_sha = develop_head});
}

void Story::rollback_verified() {
  rollback_open();
  green(201, "rollback/main-cccccccccccc", std::string(40, 'd'));
  green(202, "rollback/develop-cccccccccccc", std::string(40, 'e'));
}

void Story::rollback_approved() {
  rollback_verified();
  says("alice", Role::maintain, "/approve");
}

void Story::rollback_merged() {
  rollback_approved();
  give(PullRequestChanged{.number = 50,
                          .action = "closed",
                          .merged = true,
                          .merge_commit = std::string(40, 'f'),
                          .actor = "alice"});
  give(PullRequestChanged{.number = 51,
                          .action = "closed",
                          .merged = true,
                          .merge_commit = std::string(40, '9'),
                          .actor = "alice"});
}

}  // namespace kedge::testing
