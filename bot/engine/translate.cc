// SPDX-License-Identifier: Apache-2.0
#include "bot/engine/translate.h"

#include <fmt/format.h>

#include <algorithm>

#include "bot/base/overloaded.h"
#include "bot/base/text.h"

namespace kedge::engine {
namespace {

namespace in = incident;
namespace wh = webhooks;

/// How Kedge marks an issue that it opens; ports/github.h says what follows.
constexpr std::string_view kIssueMarker = "<!-- kedge:incident ";

in::Repository repository_of(const wh::Repository& from, std::int64_t installation_id) {
  return {.id = RepositoryId(from.id),
          .full_name = from.full_name,
          .default_branch = from.default_branch,
          .html_url = from.html_url,
          .installation_id = installation_id};
}

Translation ignored(std::string reason) {
  return {.ignored = std::move(reason)};
}

/// Nothing is decided, and people find it in the log: what it means shows at the next call to GitHub.
Translation noticed(std::string notice) {
  return {.ignored = notice, .notice = notice};
}

std::string sender_of(const wh::Common& common) {
  return common.sender ? common.sender->login : std::string();
}

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

struct Translator {
  const wh::Common& common;
  TimePoint received_at;

  Translation one(in::InputBody body) const {
    if (!common.repository || common.repository->id == 0) return ignored("no repository");
    Translation result;
    result.inputs.push_back({.repository = repository_of(*common.repository, common.installation_id),
                             .received_at = received_at,
                             .body = std::move(body)});
    return result;
  }

  Translation repositories(const std::vector<wh::Repository>& added, std::int64_t installation_id) const {
    Translation result;
    for (const wh::Repository& repository : added) {
      if (repository.id == 0) continue;
      result.inputs.push_back({.repository = repository_of(repository, installation_id),
                               .received_at = received_at,
                               .body = in::RepositoryAdded{}});
    }
    if (result.inputs.empty()) result.ignored = "names no repository that was added";
    result.allowed_installation = installation_id;
    return result;
  }

  Translation operator()(const wh::WorkflowRun& run) const {
    if (common.action != "completed") return ignored("workflow_run." + common.action + " is not completed");
    const auto conclusion = in::conclusion_of(run.conclusion);
    if (!conclusion || *conclusion == in::Conclusion::none)
      return ignored("workflow_run without a conclusion");
    const std::int64_t own = common.repository ? common.repository->id : 0;
    in::WorkflowCompleted input{
        .run = {.workflow = run.workflow_name.empty() ? run.name : run.workflow_name,
                .path = run.path,
                .branch = run.head_branch,
                .head_sha = run.head_sha,
                .run_id = run.id,
                .run_number = run.run_number,
                .attempt = run.run_attempt,
                .conclusion = *conclusion,
                .event = run.event,
                .url = run.html_url,
                .started_at = run.run_started_at ? run.run_started_at : run.created_at,
                .commit_subject = first_line(run.commit_message),
                .commit_author = run.commit_author,
                .actor = run.actor},
        .from_fork = run.head_repository_id != 0 && run.head_repository_id != own};
    return one(std::move(input));
  }

  Translation operator()(const wh::Issues& event) const {
    const wh::Issue& issue = event.issue;
    const std::string actor = sender_of(common);
    if (common.action == "opened" || common.action == "labeled") {
      std::vector<std::string> labels = common.action == "labeled" ? std::vector{event.label} : issue.labels;
      if (labels.empty() || labels.front().empty()) return ignored("issue without a label");
      return one(in::IssueLabeled{.issue = issue.number,
                                  .title = issue.title,
                                  .url = issue.html_url,
                                  .labels = std::move(labels),
                                  .actor = actor,
                                  .is_pull_request = issue.is_pull_request,
                                  .bears_marker = issue.body.find(kIssueMarker) != std::string::npos});
    }
    if (common.action == "unlabeled") {
      return one(in::IssueUnlabeled{.issue = issue.number, .label = event.label, .actor = actor});
    }
    if (common.action == "closed") return one(in::IssueClosedBy{.issue = issue.number, .actor = actor});
    if (common.action == "reopened") return one(in::IssueReopenedBy{.issue = issue.number, .actor = actor});
    if (common.action == "deleted" || common.action == "transferred") {
      return one(in::IssueGone{.issue = issue.number, .how = common.action});
    }
    return ignored("issues." + common.action + " changes nothing");
  }

  Translation operator()(const wh::IssueComment& event) const {
    if (common.action != "created") return ignored("only a new comment counts, an edit never does");
    if (!event.user || event.user->login.empty()) return ignored("a comment without an author");
    return one(in::CommentPosted{.issue = event.issue.number,
                                 .on_pull_request = event.issue.is_pull_request,
                                 .comment_id = event.id,
                                 .url = event.html_url,
                                 .author = event.user->login,
                                 .body = event.body,
                                 .issue_title = event.issue.title,
                                 .issue_labels = event.issue.labels});
  }

  Translation operator()(const wh::PullRequest& pull) const {
    if (common.action != "opened" && common.action != "closed" && common.action != "synchronize") {
      return ignored("pull_request." + common.action + " changes nothing");
    }
    return one(in::PullRequestChanged{.number = pull.number,
                                      .action = common.action,
                                      .merged = pull.merged,
                                      .head_sha = pull.head_sha,
                                      .head_ref = pull.head_ref,
                                      .base_ref = pull.base_ref,
                                      .merge_commit = pull.merge_commit_sha,
                                      .actor = pull.merged_by.empty() ? sender_of(common) : pull.merged_by,
                                      .url = pull.html_url,
                                      .from_fork = common.repository && pull.head_repository_id != 0 &&
                                                   pull.head_repository_id != common.repository->id});
  }

  Translation operator()(const wh::PullRequestReview& review) const {
    if (common.action != "submitted" && common.action != "dismissed")
      return ignored("pull_request_review." + common.action + " changes nothing");
    return one(
        in::ReviewSubmitted{.pull_request = review.pull_request.number,
                            .state = common.action == "dismissed" ? "dismissed" : to_lower(review.state),
                            .login = review.login,
                            .commit_sha = review.commit_id});
  }

  Translation operator()(const wh::Push& push) const {
    constexpr std::string_view kHeads = "refs/heads/";
    if (!push.ref.starts_with(kHeads) || push.deleted) return ignored("not a push to a branch");
    const bool named =
        std::ranges::any_of(push.paths, [](const std::string& path) { return path == ".github/kedge.yml"; });
    return one(in::Pushed{.branch = push.ref.substr(kHeads.size()),
                          .after = push.after,
                          .touches_runbook = named || !push.paths_complete || push.forced,
                          .actor = push.pusher});
  }

  Translation operator()(const wh::Installation& event) const {
    const std::string where =
        event.account.empty() ? fmt::format("installation {}", event.id) : event.account;
    if (common.action == "suspend") {
      return noticed(fmt::format("the App is suspended on {}: writes wait until it may go on", where));
    }
    if (common.action == "deleted") {
      return noticed(fmt::format("the App was uninstalled from {}: what waits for it is parked", where));
    }
    if (common.action != "created" && common.action != "unsuspend" &&
        common.action != "new_permissions_accepted") {
      return ignored("installation." + common.action + " changes nothing");
    }
    return repositories(event.repositories, event.id);
  }

  Translation operator()(const wh::InstallationRepositories& event) const {
    if (common.action != "removed") return repositories(event.added, event.id);
    std::vector<std::string> names;
    for (const wh::Repository& repository : event.removed) names.push_back(repository.full_name);
    return noticed(fmt::format("the App was taken off {}: what waits for it is parked", join(names, ", ")));
  }

  Translation operator()(const wh::RepositoryEvent&) const {
    if (common.action != "edited" && common.action != "renamed" && common.action != "transferred")
      return ignored("repository." + common.action + " changes nothing");
    return one(in::RepositoryChanged{});
  }

  Translation operator()(const wh::Ping&) const { return ignored("ping"); }
  // One red run of Actions also sends these; workflow_run has told it already.
  Translation operator()(const wh::CheckSuite&) const { return ignored("workflow_run tells it"); }
  Translation operator()(const wh::CheckRun&) const { return ignored("workflow_run tells it"); }
  Translation operator()(const wh::Status&) const {
    return ignored("no trigger on statuses in this version");
  }
  Translation operator()(const wh::MergeGroup&) const {
    return ignored("the freeze is not in force in this version");
  }
  Translation operator()(const wh::DeploymentProtectionRule&) const {
    return ignored("the freeze is not in force in this version");
  }
  Translation operator()(const wh::Ignored& event) const { return ignored(event.reason); }
};

}  // namespace

Translation translate(const webhooks::Event& event, TimePoint received_at) {
  return std::visit(Translator{event.common, received_at}, event.body);
}

}  // namespace kedge::engine
