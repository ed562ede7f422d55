// SPDX-License-Identifier: Apache-2.0
// Files, runs and pull requests.
#include <algorithm>

#include "bot/adapters/github/markers.h"
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

/// Slashes part a path, everything else in it is encoded.
std::string encode_path(std::string_view path) {
  std::vector<std::string> parts = split(path, '/');
  for (std::string& part : parts) part = http::percent_encode(part);
  return join(parts, "/");
}

bool is_labelled(const Json& pull, const std::vector<std::string>& labels) {
  const auto have = pull["labels"].items();
  return std::ranges::all_of(labels, [&](const std::string& label) {
    return std::ranges::any_of(
        have, [&](const Json& one) { return equals_ignore_case(one["name"].text(), label); });
  });
}

ports::PullRequestRef to_ref(const Json& pull) {
  return {.number = pull["number"].number(),
          .url = pull["html_url"].text(),
          .head_sha = pull["head"]["sha"].text(),
          .merged = !pull["merged_at"].is_null(),
          .closed = pull["state"].text() == "closed" && pull["merged_at"].is_null(),
          .merge_commit = pull["merged_at"].is_null() ? "" : pull["merge_commit_sha"].text()};
}

/// How well a pull request of the right branches is the wanted one; 0: not at all. One that people closed
/// unmerged was another attempt, unless this very effect opened it.
int match_of(const Json& pull, const ports::NewPullRequest& request) {
  const bool same_head = pull["head"]["sha"].text() == request.head_sha;
  if (same_head && pull["state"].text() == "open") return 3;
  if (has_marker(pull["body"].text(), request.kind, request.marker)) return 2;
  return same_head && !pull["merged_at"].is_null() ? 1 : 0;
}

/// What cannot be labelled at all is a pull request all the same.
Result<void> where_waiting_helps(Result<void> labelled) {
  if (!labelled && !is_retryable(labelled.error().code)) return {};
  return labelled;
}

/// Absent where the branch is; not_found is left for a repository that is gone.
Result<std::optional<std::string>> branch_head(Rest& rest, const Repository& repository,
                                               const std::string& branch) {
  KEDGE_TRY(path, repository_path(repository));
  const auto answer =
      rest.send(&repository, {.verb = fmt::format("read branch {} of {}", branch, repository.full_name),
                              .path = path + "/git/ref/heads/" + encode_path(branch)});
  if (answer) return answer->body["object"]["sha"].text();
  // 409: the repository is empty.
  if (answer.error().code == Errc::not_found || answer.error().code == Errc::conflict)
    return std::optional<std::string>();
  return pass(answer.error());
}

}  // namespace

Result<std::optional<ports::File>> RestGitHub::read_file(const Repository& repository,
                                                         const std::string& path) {
  KEDGE_TRY(base, repository_path(repository));
  std::optional<std::string> head;
  if (!repository.default_branch.empty()) {
    KEDGE_TRY(known, branch_head(*rest_, repository, repository.default_branch));
    head = known;
  }
  if (!head) {
    // Nobody has named the default branch yet, or it was renamed since the last event.
    KEDGE_TRY(now, rest_->send(&repository, {.verb = "read " + repository.full_name, .path = base}));
    const std::string branch = now.body["default_branch"].text();
    if (branch.empty() || branch == repository.default_branch) return std::optional<ports::File>();
    KEDGE_TRY(renamed, branch_head(*rest_, repository, branch));
    if (!renamed) return std::optional<ports::File>();
    head = renamed;
  }
  const std::string verb = fmt::format("read {} of {}", path, repository.full_name);
  const auto answer =
      rest_->send(&repository,
                  {.verb = verb, .path = base + "/contents/" + encode_path(path), .query = {{"ref", *head}}});
  if (!answer && answer.error().code == Errc::not_found) return std::optional<ports::File>();
  if (!answer) return pass(answer.error());
  if (answer->body["type"].text() != "file") return std::optional<ports::File>();
  if (answer->body["encoding"].text() != "base64")
    return fail(Errc::invalid, "cannot {}: it is too large", verb);
  auto text = from_base64(answer->body["content"].text());
  if (!text) return fail(Errc::unavailable, "cannot {}: its content is not base64", verb);
  return ports::File{.text = std::move(*text), .commit_sha = *head};
}

Result<void> RestGitHub::rerun_failed_jobs(const Repository& repository, std::int64_t run_id, int attempt) {
  KEDGE_TRY(path, repository_path(repository));
  const std::string run = fmt::format("{}/actions/runs/{}", path, run_id);
  const std::string name = fmt::format("run {} of {}", run_id, repository.full_name);
  KEDGE_TRY(now, rest_->send(&repository, {.verb = "read " + name, .path = run}));
  const std::string status = now.body["status"].text();
  if (!status.empty() && status != "completed") return {};                    // It runs again already.
  if (attempt != 0 && now.body["run_attempt"].number() > attempt) return {};  // It did.
  const auto asked = rest_->send(
      &repository, {.verb = "rerun " + name, .method = "POST", .path = run + "/rerun-failed-jobs"});
  if (asked) return {};
  Error error = asked.error();
  // A run that is too old or not rerunnable is a plain 403 or 422; a missing permission has words of its own.
  const bool refused = error.code == Errc::denied && error.message.find(": 403") != std::string::npos &&
                       error.message.find("Resource not accessible") == std::string::npos;
  if (refused || error.code == Errc::invalid) error.code = Errc::conflict;
  return pass(std::move(error));
}

Result<std::optional<ports::PullRequestRef>> RestGitHub::find_pull_request(
    const Repository& repository, const ports::NewPullRequest& request) {
  KEDGE_TRY(path, repository_path(repository));
  const std::string owner = repository.full_name.substr(0, repository.full_name.find('/'));
  std::optional<Json> best;
  int best_match = 0;
  std::string other_head;
  KEDGE_CHECK(rest_->pages(
      &repository,
      {.verb = "list pull requests of " + repository.full_name,
       .path = path + "/pulls",
       .query = {{"head", owner + ":" + request.head}, {"base", request.base}, {"state", "all"}}},
      [&](const Json& page) {
        for (const Json& pull : page.items()) {
          const bool same =
              pull["head"]["ref"].text() == request.head && pull["base"]["ref"].text() == request.base;
          const std::int64_t home = pull["head"]["repo"]["id"].number();
          if (!same || (home != 0 && repository.id.value != 0 && home != repository.id.value)) continue;
          const int found = match_of(pull, request);
          if (found > best_match) {
            best_match = found;
            best = pull;
          } else if (found == 0 && pull["state"].text() == "open") {
            other_head = pull["head"]["sha"].text();
          }
        }
        return true;
      }));
  if (!best && !other_head.empty())
    return fail(Errc::conflict, "cannot open a pull request in {}: branch {} is at {} by now",
                repository.full_name, request.head, other_head);
  if (!best) return std::optional<ports::PullRequestRef>();
  const ports::PullRequestRef ref = to_ref(*best);
  if ((*best)["state"].text() == "open" && !is_labelled(*best, request.labels))
    KEDGE_CHECK(where_waiting_helps(add_labels(repository, ref.number, request.labels)));
  return std::optional<ports::PullRequestRef>(ref);
}

Result<ports::PullRequestRef> RestGitHub::open_pull_request(const Repository& repository,
                                                            const ports::NewPullRequest& request) {
  KEDGE_TRY(body, with_marker(request.body, request.kind, request.marker));
  KEDGE_TRY(path, repository_path(repository));
  KEDGE_TRY(found, find_pull_request(repository, request));
  if (found) return *found;
  KEDGE_TRY(head, branch_head(*rest_, repository, request.head));
  if (head != request.head_sha) {
    Error error{
        .code = Errc::conflict,
        .message = fmt::format("cannot open a pull request in {}: branch {} is {}", repository.full_name,
                               request.head, head ? "at " + *head + " by now" : "gone"),
        .certainly_not_done = true};
    return pass(std::move(error));
  }
  Call call{.verb = "open a pull request in " + repository.full_name,
            .method = "POST",
            .path = path + "/pulls",
            .creates_content = true};
  const auto post = [&](bool draft) {
    JsonObject fields;
    fields.text("title", to_title(request.title)).text("head", request.head).text("base", request.base);
    fields.text("body", body).flag("draft", draft);
    call.body = fields.str();
    return rest_->send(&repository, call);
  };
  auto made = post(request.draft);
  const auto says = [&](std::string_view words) {
    return !made && made.error().code == Errc::invalid &&
           made.error().message.find(words) != std::string::npos;
  };
  if (request.draft && says("Draft pull requests are not supported")) made = post(false);
  if (says("pull request already exists")) {
    KEDGE_TRY(other, find_pull_request(repository, request));
    if (other) return *other;
    made.error().code = Errc::unavailable;  // Not listed yet.
  }
  if (!made) return pass(made.error());
  const ports::PullRequestRef ref = to_ref(made->body);
  if (ref.number == 0) return fail(Errc::unavailable, "cannot {}: no number in the answer", call.verb);
  // The repeat finds the pull request and labels it.
  KEDGE_CHECK(where_waiting_helps(add_labels(repository, ref.number, request.labels)));
  return ref;
}

}  // namespace kedge::adapters::github
