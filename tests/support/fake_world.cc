// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fake_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::testing {

namespace in = incident;

namespace {

Error broken(Errc code, std::string message, bool certain) {
  return {.code = code, .message = std::move(message), .certainly_not_done = certain};
}

}  // namespace

/// One chat channel: posts are kept, every attempt that arrives is seen by people.
class FakeWorld::Channel : public ports::ChatChannel {
 public:
  Channel(FakeWorld& world, const in::Channel& definition)
      : world_(world), name_(definition.name), pager_(definition.kind == in::ChannelKind::pagerduty) {}
  ports::ChatTraits traits() const override {
    return {.can_edit = !pager_, .has_thread = true, .repeats_are_one = pager_};
  }

  Result<std::string> post(const ports::ChatText& text, const std::string&,
                           const std::string& dedup) override {
    return world_.attempt<std::string>("chat_post:" + name_, [&]() -> Result<std::string> {
      const std::string id = fmt::format("{}/{}", name_, world_.posts.size() + 1);
      world_.posts.push_back({.channel = name_,
                              .id = id,
                              .marker = dedup,
                              .text = text.text,
                              .over = text.over,
                              .rank = text.rank});
      world_.transcript.push_back(
          fmt::format("chat {}: {}", name_, text.text.substr(0, text.text.find('\n'))));
      return id;
    });
  }

  Result<void> edit(const std::string& message, const ports::ChatText& text) override {
    return world_.attempt<void>("chat_edit:" + name_, [&]() -> Result<void> {
      const auto found = std::ranges::find(world_.posts, message, &FakePost::id);
      if (found == world_.posts.end()) return fail(Errc::conflict, "cannot edit {}: it is gone", message);
      found->text = text.text;
      return {};
    });
  }

 private:
  FakeWorld& world_;
  std::string name_;
  bool pager_;
};

FakeWorld::FakeWorld(ports::Clock& clock) : clock_(clock) {
  roles = {{"alice", in::Role::admin},
           {"bob", in::Role::write},
           {"carol", in::Role::write},
           {"tess", in::Role::triage},
           {"mallory", in::Role::none}};
  const FakeCommit root{.sha = sha_of("root"), .subject = "Begin"};
  branches = {{"main", {root}}, {"develop", {root}}};
}

FakeWorld::~FakeWorld() = default;

std::string FakeWorld::sha_of(std::string_view text) {
  return to_hex(sha256(text)).substr(0, 40);
}

template <typename T, typename Act>
Result<T> FakeWorld::attempt(std::string_view call, Act act) {
  ++calls[std::string(call)];
  const Mishap wrong = mishap(call);
  if (suspended && !call.starts_with("chat_"))
    return pass(broken(Errc::unavailable,
                       fmt::format("cannot {}: 403 This installation has been suspended", call), true));
  switch (wrong) {
    case Mishap::none:
      return act();
    case Mishap::refused:
      return pass(broken(Errc::unavailable, fmt::format("cannot {}: connection refused", call), true));
    case Mishap::lost_before:
      return pass(broken(Errc::unavailable, fmt::format("cannot {}: timed out", call), false));
    case Mishap::lost_after:
      static_cast<void>(act());
      return pass(broken(Errc::unavailable, fmt::format("cannot {}: timed out", call), false));
    case Mishap::limited: {
      Error error = broken(Errc::rate_limited, fmt::format("cannot {}: rate limited", call), true);
      error.retry_after = std::chrono::seconds{40};
      return pass(error);
    }
    case Mishap::denied:
      return pass(broken(Errc::denied, fmt::format("cannot {}: permission is missing", call), true));
    case Mishap::crash:
      static_cast<void>(act());
      throw Crash{};
  }
  return fail(Errc::invalid, "no such mishap");
}

// -- conversations --

Result<std::string> FakeWorld::self_login() {
  return std::string(kBot);
}

Result<ports::IssueRef> FakeWorld::open_issue(const ports::Repository&, const ports::NewIssue& issue) {
  return attempt<ports::IssueRef>("open_issue", [&]() -> Result<ports::IssueRef> {
    const auto url = [](std::int64_t number) {
      return fmt::format("https://github.test/acme/api/issues/{}", number);
    };
    for (const auto& [number, known] : issues) {
      if (known.marker == issue.marker && !known.deleted && known.listed_at <= clock_.now())
        return ports::IssueRef{number, url(number)};
    }
    const std::int64_t number = next_number_++;
    issues[number] = {.number = number,
                      .title = issue.title,
                      .state_section = issue.body,
                      .labels = issue.labels,
                      .author = kBot,
                      .marker = issue.marker,
                      .listed_at = clock_.now() + lists_lag};
    transcript.push_back(fmt::format("issue #{}: {} [{}]", number, issue.title, join(issue.labels, ", ")));
    tell("issues", issue_payload("opened", number, kBot, ""));
    return ports::IssueRef{number, url(number)};
  });
}

Result<void> FakeWorld::write_state(const ports::Repository&, std::int64_t issue,
                                    const std::string& section) {
  return attempt<void>("write_state", [&]() -> Result<void> {
    const auto found = issues.find(issue);
    if (found == issues.end() || found->second.deleted) return fail(Errc::not_found, "no issue #{}", issue);
    found->second.state_section = section;
    return {};
  });
}

Result<void> FakeWorld::label_issue(const ports::Repository&, std::int64_t issue,
                                    const std::vector<std::string>& labels) {
  return attempt<void>("label_issue", [&]() -> Result<void> {
    const auto found = issues.find(issue);
    if (found == issues.end() || found->second.deleted) return fail(Errc::not_found, "no issue #{}", issue);
    for (const std::string& label : labels) {
      if (std::ranges::find(found->second.labels, label) != found->second.labels.end()) continue;
      found->second.labels.push_back(label);
      tell("issues", issue_payload("labeled", issue, kBot, label));
    }
    return {};
  });
}

Result<void> FakeWorld::set_issue_open(const ports::Repository&, std::int64_t issue, bool open,
                                       const std::string& state_reason) {
  return attempt<void>("set_issue_open", [&]() -> Result<void> {
    const auto found = issues.find(issue);
    if (found == issues.end() || found->second.deleted) return fail(Errc::not_found, "no issue #{}", issue);
    if (found->second.open == open) return {};
    found->second.open = open;
    transcript.push_back(
        fmt::format("{} #{}{}", open ? "reopen" : "close", issue, open ? "" : ": " + state_reason));
    tell("issues", issue_payload(open ? "reopened" : "closed", issue, kBot, ""));
    return {};
  });
}

Result<void> FakeWorld::comment(const ports::Repository&, std::int64_t issue, const std::string& body,
                                const std::string& kind, const std::string& marker) {
  return attempt<void>("comment", [&]() -> Result<void> {
    const auto deleted = issues.find(issue);
    if (issue >= next_number_ || (deleted != issues.end() && deleted->second.deleted)) {
      return fail(Errc::not_found, "no issue #{}", issue);
    }
    const bool there = std::ranges::any_of(comments, [&](const FakeComment& one) {
      return one.author == kBot && one.marker == marker && one.listed_at <= clock_.now();
    });
    if (there) return {};
    comments.push_back({.id = next_id_++,
                        .issue = issue,
                        .author = kBot,
                        .body = fmt::format("{}\n<!-- kedge:{} id={} -->", body, kind, marker),
                        .marker = marker,
                        .listed_at = clock_.now() + lists_lag});
    transcript.push_back(fmt::format("comment #{}: {}", issue, body.substr(0, body.find('\n'))));
    tell("issue_comment", comment_payload(comments.back()));
    return {};
  });
}

Result<void> FakeWorld::react(const ports::Repository&, std::int64_t comment_id, const std::string& content) {
  return attempt<void>("react", [&]() -> Result<void> {
    if (reactions.emplace(comment_id, content).second) transcript.push_back("react " + content);
    return {};
  });
}

Result<in::Role> FakeWorld::permission(const ports::Repository&, const std::string& login) {
  return attempt<in::Role>("permission", [&]() -> Result<in::Role> {
    const auto found = roles.find(login);
    return found == roles.end() ? in::Role::none : found->second;
  });
}

// -- changes --

Result<std::optional<ports::File>> FakeWorld::read_file(const ports::Repository&, const std::string&) {
  return attempt<std::optional<ports::File>>("read_file", [&]() -> Result<std::optional<ports::File>> {
    if (!runbook) return std::optional<ports::File>();
    return std::optional(ports::File{.text = *runbook, .commit_sha = branches["main"].back().sha});
  });
}

Result<ports::SuspectReport> FakeWorld::find_suspects(const ports::Repository&, const in::RunFact& run,
                                                      const std::string& last_green_sha) {
  return attempt<ports::SuspectReport>("find_suspects", [&]() -> Result<ports::SuspectReport> {
    ports::SuspectReport report{.failed_jobs = {{.name = "build", .step = "test", .url = run.url}}};
    const auto branch = branches.find(run.branch);
    if (branch == branches.end()) return report;
    for (const FakeCommit& commit : branch->second) {
      if (commit.sha == last_green_sha) report.suspects.clear();
      if (commit.sha != last_green_sha && commit.reverts.empty()) {
        report.suspects.insert(
            report.suspects.begin(),
            {.sha = commit.sha, .subject = commit.subject, .author = "bob", .reason = "It came in between."});
      }
      if (commit.sha == run.head_sha) break;
    }
    return report;
  });
}

Result<void> FakeWorld::rerun_failed_jobs(const ports::Repository&, std::int64_t run_id, int red) {
  return attempt<void>("rerun", [&]() -> Result<void> {
    const auto found = past_runs_.find(run_id);
    if (found == past_runs_.end()) return fail(Errc::conflict, "run {} cannot be rerun", run_id);
    if (red != 0 && found->second.attempt > red) return {};
    transcript.push_back("rerun");
    FakeRun again = found->second;
    ++again.attempt;
    again.started_at = clock_.now();
    past_runs_[run_id] = again;
    runs.push_back(again);
    return {};
  });
}

Result<ports::PullRequestRef> FakeWorld::open_pull_request(const ports::Repository&,
                                                           const ports::NewPullRequest& request) {
  return attempt<ports::PullRequestRef>("open_pull_request", [&]() -> Result<ports::PullRequestRef> {
    const auto ref = [](const FakePull& pull) {
      return ports::PullRequestRef{.number = pull.number,
                                   .url = fmt::format("https://github.test/acme/api/pull/{}", pull.number),
                                   .head_sha = pull.head_sha,
                                   .merged = pull.merged,
                                   .closed = !pull.open && !pull.merged,
                                   .merge_commit = pull.merge_commit};
    };
    for (const auto& [number, pull] : pulls) {
      if (pull.head != request.head || pull.base != request.base) continue;
      if (pull.listed_at > clock_.now())
        return pass(broken(Errc::unavailable, "cannot open a pull request: 422 one exists already", true));
      if (pull.marker == request.marker) return ref(pull);
      if (pull.head_sha == request.head_sha && (pull.open || pull.merged)) return ref(pull);
    }
    const auto head = heads.find(request.head);
    if (head == heads.end() || head->second.sha != request.head_sha) {
      return fail(Errc::conflict, "the branch {} has another head", request.head);
    }
    const std::int64_t number = next_number_++;
    pulls[number] = {.number = number,
                     .base = request.base,
                     .head = request.head,
                     .head_sha = request.head_sha,
                     .marker = request.marker,
                     .listed_at = clock_.now() + lists_lag};
    transcript.push_back(
        fmt::format("pull #{}: {} <- {} [{}]", number, request.base, request.head, request.title));
    tell("pull_request", pull_payload("opened", pulls[number], kBot));
    begin_run(request.head, request.head_sha, "pull_request", false);
    return ref(pulls[number]);
  });
}

Result<void> FakeWorld::report_check(const ports::Repository&, const ports::Check& check) {
  return attempt<void>("check", [&]() -> Result<void> {
    // GitHub's adapter finds the check by its external id and leaves it where it says the same already.
    if (std::exchange(checks_[check.external_id], check.title) != check.title)
      transcript.push_back(fmt::format("check {}: {}", check.name, check.title));
    return {};
  });
}

// -- git --

rollback::BranchPlan FakeWorld::plan_branch(const std::string& base, const std::string& sha) const {
  const std::vector<FakeCommit>& commits = branches.at(base);
  rollback::BranchPlan plan{.base = base, .base_ref = "refs/heads/" + base, .tip = commits.back().sha};
  if (std::ranges::find(commits, sha, &FakeCommit::sha) == commits.end()) {
    plan.reason = "nothing on it carries the target";
    return plan;
  }
  plan.carrier = rollback::Carrier{.sha = sha};
  plan.carriers = {sha};
  plan.branch = rollback::branch_name(base, sha);
  if (std::ranges::find(commits, sha, &FakeCommit::reverts) != commits.end()) {
    plan.outcome = rollback::Outcome::already_reverted;
    plan.reason = "its effect is gone already";
  } else if (conflicts.contains({sha, base})) {
    plan.outcome = rollback::Outcome::conflict;
    plan.conflicts = {{.path = "src/limits.cc"}};
    plan.reason = "later commits changed the same lines";
  } else {
    plan.outcome = rollback::Outcome::clean;
    plan.tree = sha_of("tree " + plan.tip + sha);
    plan.paths_changed = {"src/limits.cc"};
    const auto later = touched.find({sha, base});
    plan.diff = sha_of(fmt::format("diff {} {}", sha, later == touched.end() ? 0 : later->second));
  }
  return plan;
}

Result<rollback::Plan> FakeWorld::plan(const ports::Repository& repository,
                                       const ports::PlanRequest& request) {
  return attempt<rollback::Plan>("plan", [&]() -> Result<rollback::Plan> {
    rollback::Plan plan{.paths = request.paths};
    std::string full;
    for (const auto& [name, commits] : branches) {
      for (const FakeCommit& commit : commits) {
        if (commit.sha.starts_with(request.targets.front()) && request.targets.front().size() >= 7)
          full = commit.sha;
      }
    }
    if (full.empty() || request.targets.size() != 1) {
      return fail(Errc::not_found, "{} names no commit of this repository", join(request.targets, " "));
    }
    plan.targets = {{.ref = request.targets.front(), .sha = full, .subject = "Change", .commits = {full}}};
    rollback::PlanKey key{.repository = repository.id, .targets = {full}, .paths = request.paths};
    for (const std::string& base : request.branches) {
      if (!branches.contains(base)) continue;
      plan.branches.push_back(plan_branch(base, full));
      key.bases.push_back({.base = base,
                           .carriers = join(plan.branches.back().carriers, " "),
                           .diff_digest = plan.branches.back().diff});
    }
    plan.id = rollback::plan_id(key);
    return plan;
  });
}

Result<ports::GitRepo::Published> FakeWorld::publish(const ports::Repository&, const Publish& request) {
  return attempt<Published>("publish", [&]() -> Result<Published> {
    rollback::BranchPlan branch = request.branch;
    if (request.forward_fix) branch.tip = branches[branch.base].back().sha;
    Published published{
        .branch = branch.branch,
        .commit = sha_of(
            fmt::format("{} {} {} {}", request.plan.id, branch.base, branch.tip, to_unix_ms(request.date))),
        .safety_ref = fmt::format("refs/kedge/safety/{}/{}", request.incident_id, branch.base),
        .safety_where = "pushed"};
    const auto there = heads.find(branch.branch);
    if (there != heads.end()) {
      if (there->second.foreign)
        return fail(Errc::conflict, "branch_taken: {} holds commits of bob", branch.branch);
      if (there->second.plan_id == request.plan.id && there->second.tip == branch.tip) {
        published.commit = there->second.sha;
        published.unchanged = true;
        return published;
      }
    }
    if (branches[branch.base].back().sha != branch.tip) {
      return fail(Errc::conflict, "base_moved: {} is at another commit now; plan again", branch.base);
    }
    heads[branch.branch] = {.sha = published.commit,
                            .base = branch.base,
                            .target = branch.carriers.front(),
                            .plan_id = request.plan.id,
                            .tip = branch.tip};
    // A pull request that is open on this branch follows it.
    for (auto& [number, pull] : pulls) {
      if (pull.head != branch.branch || !pull.open) continue;
      pull.head_sha = published.commit;
      tell("pull_request", pull_payload("synchronize", pull, kBot));
      begin_run(pull.head, pull.head_sha, "pull_request", false);
    }
    transcript.push_back("push " + branch.branch);
    if (!instant_ci.empty())
      end_run(
          {.branch = branch.branch, .sha = published.commit, .id = next_id_++, .started_at = clock_.now()},
          instant_ci);
    return published;
  });
}

Result<ports::ChatChannel*> FakeWorld::channel(const in::Channel& definition) {
  auto& channel = channels_[definition.name];
  if (!channel) channel = std::make_unique<Channel>(*this, definition);
  return channel.get();
}

}  // namespace kedge::testing
