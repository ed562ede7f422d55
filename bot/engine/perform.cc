// SPDX-License-Identifier: Apache-2.0
#include "bot/engine/perform.h"

#include <algorithm>

#include "bot/base/overloaded.h"
#include "templates/render.h"

namespace kedge::engine {
namespace {

namespace in = incident;

constexpr const char* kRunbookPath = ".github/kedge.yml";

in::Failed failed(const Error& error, bool unknown = false) {
  return {.code = std::string(to_string(error.code)), .message = error.message, .outcome_unknown = unknown};
}

/// An error as what follows from it: try again, or an outcome.
Performed after(const Error& error) {
  if (is_retryable(error.code)) {
    return Again{.after = error.retry_after, .doubt = !error.certainly_not_done, .error = error.message};
  }
  return in::Outcome(failed(error));
}

template <typename T, typename Make>
Performed outcome(const Result<T>& result, Make make) {
  if (!result) return after(result.error());
  return in::Outcome(make(*result));
}

Performed done(const Result<void>& result) {
  if (!result) return after(result.error());
  return in::Outcome(in::Done{});
}

Performed gone(const std::string& what) {
  return in::Outcome(in::Failed{.code = "not_found", .message = what + " is not there any more"});
}

/// Everything one call needs; the overloads below are the effects.
struct Call {
  const World& world;
  const PolicySource& policies;
  const std::function<Result<Identity>(const ports::Repository&)>& identity;
  const in::State& state;
  const in::Effect& effect;
  const ports::OutboxItem& item;
  templates::Site site;

  const in::Repository& repository() const { return state.repository; }
  std::string marker() const { return effect.id.value; }

  const in::Incident* incident() const {
    const auto found = state.incidents.find(effect.incident.value);
    return found == state.incidents.end() ? nullptr : &found->second;
  }

  const in::Rollback* rollback(const std::string& id) const {
    const in::Incident* own = incident();
    if (own == nullptr) return nullptr;
    const auto found = std::ranges::find(own->rollbacks, id, &in::Rollback::id);
    return found == own->rollbacks.end() ? nullptr : &*found;
  }

  static const in::RollbackBranch* branch(const in::Rollback* rollback, const std::string& base) {
    if (rollback == nullptr) return nullptr;
    const auto found = std::ranges::find_if(
        rollback->branches, [&](const in::RollbackBranch& one) { return one.plan.base == base; });
    return found == rollback->branches.end() ? nullptr : &*found;
  }

  Performed operator()(const in::LoadRunbook&) const {
    return outcome(world.changes.read_file(repository(), kRunbookPath),
                   [&](const std::optional<ports::File>& file) {
                     if (!file) return in::RunbookRead{};
                     PolicyReading reading = policies(file->text);
                     return in::RunbookRead{.present = true,
                                            .text = file->text,
                                            .commit_sha = file->commit_sha,
                                            .problems = std::move(reading.problems),
                                            .remarks = std::move(reading.remarks)};
                   });
  }

  Performed operator()(const in::ReadPermission& asked) const {
    return outcome(world.conversations.permission(repository(), asked.login),
                   [](in::Role role) { return in::PermissionRead{role}; });
  }

  Performed operator()(const in::FindSuspects& asked) const {
    return outcome(world.changes.find_suspects(repository(), asked.run, asked.last_green_sha),
                   [](const ports::SuspectReport& report) {
                     return in::SuspectsFound{.suspects = report.suspects,
                                              .failed_jobs = report.failed_jobs,
                                              .note = report.note,
                                              .last_green = report.last_green};
                   });
  }

  Performed operator()(const in::PlanRollback& asked) const {
    return outcome(world.git.plan(repository(), {.targets = asked.targets,
                                                 .paths = asked.paths,
                                                 .branches = asked.branches,
                                                 .mainline = asked.mainline,
                                                 .to = asked.to}),
                   [](const rollback::Plan& plan) { return in::PlanMade{plan}; });
  }

  Performed operator()(const in::RerunFailedJobs& asked) const {
    return done(world.changes.rerun_failed_jobs(repository(), asked.run_id, asked.attempt));
  }

  Performed operator()(const in::OpenIssue&) const {
    const in::Incident* own = incident();
    if (own == nullptr) return gone("the incident");
    if (own->issue != 0) return in::Outcome(in::Done{});  // Another attempt opened it.
    const templates::Titled text = templates::issue(state, *own, site);
    return outcome(world.conversations.open_issue(repository(), {.title = text.title,
                                                                 .body = text.body,
                                                                 .labels = {own->severity, "incident"},
                                                                 .kind = "incident",
                                                                 .marker = marker()}),
                   [](const ports::IssueRef& issue) {
                     return in::IssueOpened{.number = issue.number, .url = issue.url};
                   });
  }

  Performed operator()(const in::WriteState& asked) const {
    const in::Incident* own = incident();
    // One that is to come is opened with its state.
    if (own != nullptr && own->issue == 0 && asked.update_number == 0) return in::Outcome(in::Done{});
    if (own == nullptr || own->issue == 0) return gone("the incident's issue");
    return done(world.conversations.write_state(repository(), own->issue,
                                                templates::state_section(state, *own, site)));
  }

  Performed operator()(const in::LabelIssue& asked) const {
    return done(world.conversations.label_issue(repository(), asked.issue, asked.labels));
  }

  Performed operator()(const in::SetIssueOpen& asked) const {
    return done(
        world.conversations.set_issue_open(repository(), asked.issue, asked.open, asked.state_reason));
  }

  Performed operator()(const in::React& asked) const {
    return done(world.conversations.react(repository(), asked.comment_id, asked.content));
  }

  Performed operator()(const in::PostComment& asked) const {
    const std::string text = templates::comment(state, incident(), asked, site);
    return done(world.conversations.comment(repository(), asked.issue, text, "comment", marker()));
  }

  /// Adds what every commit of the incident has.
  Performed publish(ports::GitRepo::Publish request) const {
    const Result<Identity> author = identity(repository());
    if (!author) return after(author.error());
    request.incident_id = effect.incident.value;
    request.incident_url = incident()->issue_url;
    request.author_name = author->name;
    request.author_email = author->email;
    request.commit_mode = incident()->policy.commit_mode;
    request.signoff = incident()->policy.signoff;
    return outcome(world.git.publish(repository(), request), [](const ports::GitRepo::Published& published) {
      return in::BranchPublished{.branch = published.branch,
                                 .commit = published.commit,
                                 .safety_ref = published.safety_ref,
                                 .safety_where = published.safety_where};
    });
  }

  Performed operator()(const in::PublishBranch& asked) const {
    const in::Rollback* own = rollback(asked.rollback);
    const in::RollbackBranch* base = branch(own, asked.base);
    if (base == nullptr || !own->plan || in::is_ended(own->state)) return gone("the rollback");
    return publish(
        {.branch = base->plan, .plan = *own->plan, .reason = own->reason, .date = own->decided_at});
  }

  Performed operator()(const in::PushForwardFix& asked) const {
    const in::ForwardFix* fix = incident() == nullptr ? nullptr : in::find_fix(*incident(), asked.branch);
    if (fix == nullptr) return gone("the forward fix");
    return publish({.branch = fix->branch(),
                    .plan = fix->plan,
                    .reason = fix->reason,
                    .date = fix->decided_at,
                    .forward_fix = true});
  }

  Performed open_pull(const ports::NewPullRequest& request) const {
    return outcome(world.changes.open_pull_request(repository(), request),
                   [](const ports::PullRequestRef& pull) {
                     return in::PullOpened{.number = pull.number,
                                           .url = pull.url,
                                           .head_sha = pull.head_sha,
                                           .merged = pull.merged,
                                           .closed = pull.closed,
                                           .merge_commit = pull.merge_commit};
                   });
  }

  Performed operator()(const in::OpenPullRequest& asked) const {
    const in::Rollback* own = rollback(asked.rollback);
    const in::RollbackBranch* base = branch(own, asked.base);
    if (base == nullptr || !base->pushed_commit || in::is_ended(own->state)) return gone("the rollback");
    const templates::Titled text = templates::pull_request(state, *incident(), *own, *base, site);
    return open_pull({.base = asked.base,
                      .head = base->plan.branch,
                      .head_sha = *base->pushed_commit,
                      .title = text.title,
                      .body = text.body,
                      .labels = {"rollback", incident()->severity},
                      .kind = "rollback",
                      .marker = marker()});
  }

  Performed operator()(const in::OpenForwardFix& asked) const {
    const in::ForwardFix* fix = incident() == nullptr ? nullptr : in::find_fix(*incident(), asked.branch);
    if (fix == nullptr || !fix->pushed_commit) return gone("the forward fix");
    const templates::Titled text = templates::forward_fix(state, *incident(), *fix, site);
    return open_pull({.base = fix->branch().base,
                      .head = asked.branch,
                      .head_sha = *fix->pushed_commit,
                      .title = text.title,
                      .body = text.body,
                      .labels = {incident()->severity},
                      .draft = true,
                      .kind = "hotfix",
                      .marker = marker()});
  }

  Performed operator()(const in::ReportCheck& asked) const {
    return done(world.changes.report_check(repository(), {.name = asked.name,
                                                          .head_sha = asked.head_sha,
                                                          .status = asked.status,
                                                          .conclusion = asked.conclusion,
                                                          .title = asked.title,
                                                          .summary = asked.summary,
                                                          .external_id = asked.name + ":" + asked.head_sha}));
  }

  const in::Channel* channel(const std::string& name) const {
    const in::Incident* own = incident();
    if (own == nullptr) return nullptr;
    const auto found = std::ranges::find(own->policy.channels, name, &in::Channel::name);
    return found == own->policy.channels.end() ? nullptr : &*found;
  }

  ports::ChatText chat_text(const templates::Titled& text) const {
    const in::Incident& own = *incident();
    const in::Severity* severity = in::find_severity(own.policy, own.severity);
    return {.subject = text.title,
            .text = text.body,
            .over = !in::is_open(own.phase) && own.phase != in::Phase::candidate,
            .rank = severity == nullptr ? 0 : severity->rank};
  }

  Performed operator()(const in::PostUpdate& asked) const {
    const in::Channel* definition = channel(asked.channel);
    if (definition == nullptr) return gone("channel " + asked.channel);
    const in::Incident& own = *incident();
    const bool waits_for_link = asked.number == 1 && in::is_issue_coming(own) && own.declared_at &&
                                site.now < *own.declared_at + kLinkWaitMax;
    if (waits_for_link) return Again{.after = kLinkWaitStep, .error = "waiting for the issue's link"};
    const Result<ports::ChatChannel*> found = world.chat.channel(*definition);
    if (!found) return after(found.error());
    const bool may_double = !(*found)->traits().repeats_are_one;
    if (may_double && item.doubts >= 2) {
      return in::Outcome(in::Failed{
          .code = "unavailable", .message = "two attempts ended without an answer", .outcome_unknown = true});
    }
    const bool resent = may_double && item.doubts > 0;
    const templates::Titled text =
        templates::chat(state, own, *definition, {.number = asked.number, .resent = resent}, site);
    const auto receipt = own.channels.find(asked.channel);
    const std::string below = receipt == own.channels.end() ? "" : receipt->second.living_message;
    return outcome((*found)->post(chat_text(text), below, marker()), [&](const std::string& message) {
      return in::ChatDelivered{.message = message, .resent = resent};
    });
  }

  Performed operator()(const in::EditLiving& asked) const {
    const in::Channel* definition = channel(asked.channel);
    const in::Incident* own = incident();
    if (definition == nullptr || own == nullptr) return gone("channel " + asked.channel);
    const Result<ports::ChatChannel*> found = world.chat.channel(*definition);
    if (!found) return after(found.error());
    const auto receipt = own->channels.find(asked.channel);
    if (!(*found)->traits().can_edit || receipt == own->channels.end() ||
        receipt->second.living_message.empty()) {
      return in::Outcome(in::Done{});
    }
    const templates::Titled text =
        templates::chat(state, *own, *definition, {.number = 1, .living = true}, site);
    return done((*found)->edit(receipt->second.living_message, chat_text(text)));
  }
};

}  // namespace

bool is_answer(const in::Effect& effect, const in::Failed& failed) {
  const bool is_asking = std::holds_alternative<in::PlanRollback>(effect.body) ||
                         std::holds_alternative<in::PublishBranch>(effect.body) ||
                         std::holds_alternative<in::PushForwardFix>(effect.body) ||
                         std::holds_alternative<in::RerunFailedJobs>(effect.body);
  return is_asking && (failed.code == to_string(Errc::not_found) || failed.code == to_string(Errc::invalid) ||
                       failed.code == to_string(Errc::conflict));
}

Performer::Performer(World world, PolicySource policies,
                     std::function<Result<Identity>(const ports::Repository&)> identity, std::string web_url)
    : world_(world),
      policies_(std::move(policies)),
      identity_(std::move(identity)),
      web_url_(std::move(web_url)) {}

Performed Performer::perform(const in::State& state, const in::Effect& effect, const ports::OutboxItem& item,
                             const std::string& self_login, TimePoint now) const {
  const Call call{.world = world_,
                  .policies = policies_,
                  .identity = identity_,
                  .state = state,
                  .effect = effect,
                  .item = item,
                  .site = {.web_url = web_url_, .bot_login = self_login, .now = now}};
  return std::visit(call, effect.body);
}

}  // namespace kedge::engine
