// SPDX-License-Identifier: Apache-2.0
// Pages about code: repositories, branches and commits, files, runs and checks.
#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/markdown.h"
#include "bot/sandbox/page.h"

namespace kedge::sandbox::html {
namespace {

constexpr int kCommitsShown = 30;
constexpr std::size_t kFileShownMax = 256UL * 1024;

/// The newest run of each workflow on a commit, folded into one badge.
std::string commit_badge(const forge::Repository& repository, const std::string& sha) {
  std::map<std::string, const forge::WorkflowRun*> newest;
  for (const auto& [id, run] : repository.runs) {
    if (run.head_sha == sha) newest[run.path] = &run;
  }
  const forge::WorkflowRun* worst = nullptr;
  for (const auto& [path, run] : newest) {
    if (worst == nullptr || run->conclusion != "success") worst = run;
  }
  return worst == nullptr ? "" : result_badge(worst->status, worst->conclusion);
}

std::string diff_html(const std::string& patch) {
  std::string text;
  for (const auto& line : split_lines(patch)) {
    const bool header = line.starts_with("+++") || line.starts_with("---");
    const auto* kind = header                   ? "soft"
                       : line.starts_with('+')  ? "add"
                       : line.starts_with('-')  ? "del"
                       : line.starts_with("@@") ? "soft"
                                                : "";
    text += fmt::format("<span class=\"{}\">{}</span>\n", kind, escape_html(to_valid_utf8(line)));
  }
  return "<pre>" + text + "</pre>";
}

}  // namespace

Response repositories(forge::Forge& forge) {
  std::string rows;
  for (const auto& [id, each] : forge.repositories()) {
    const auto open = std::count_if(each.issues.begin(), each.issues.end(),
                                    [](const auto& e) { return e.second.open && !e.second.pull; });
    const auto pulls = std::count_if(each.issues.begin(), each.issues.end(),
                                     [](const auto& e) { return e.second.open && e.second.pull; });
    const auto root = "/" + each.full_name();
    const auto tip = each.refs.find("refs/heads/" + each.default_branch);
    rows += "<tr><td>" + link(root, each.full_name()) + "<div class=\"soft\">" +
            escape_html(each.description) + "</div></td><td class=\"tight\">" +
            (tip == each.refs.end() ? "" : commit_badge(each, tip->second)) + "</td><td class=\"tight\">" +
            link(root + "/issues", fmt::format("{} open issue{}", open, open == 1 ? "" : "s")) +
            "</td><td class=\"tight\">" +
            link(root + "/pulls", fmt::format("{} open pull request{}", pulls, pulls == 1 ? "" : "s")) +
            "</td></tr>";
  }
  const auto table =
      rows.empty()
          ? empty_note(
                "There is no repository yet. Start with --seed demo, or create one through the control API.")
          : "<div class=\"list\"><table>" + rows + "</table></div>";
  return page(200, "Repositories", {}, table);
}

Response repository(forge::Forge& forge, forge::Repository& repository, const std::string& branch) {
  const auto root = "/" + repository.full_name();
  std::string branches;
  for (const auto& [ref, sha] : repository.refs) {
    if (!ref.starts_with("refs/heads/")) continue;
    const auto name = ref.substr(11);
    const auto commit = repository.git.commit(sha);
    branches += "<tr><td>" + link(root + "/tree/" + name, name) + "</td><td class=\"tight\">" +
                commit_badge(repository, sha) + "</td><td>" + escape_html(commit ? commit->subject() : "") +
                "</td><td class=\"tight\">" + link(root + "/commit/" + sha, short_sha(sha)) + "</td></tr>";
  }
  const auto shown = branch.empty() ? repository.default_branch : branch;
  const auto tip = repository.refs.find("refs/heads/" + shown);
  if (tip == repository.refs.end()) {
    return page(branch.empty() ? 200 : 404, repository.full_name(), trail(repository),
                empty_note(branch.empty() ? "This repository is empty." : "There is no such branch."));
  }
  std::string commits;
  for (const auto& commit : repository.git.log(tip->second, "", kCommitsShown)) {
    const auto* account = forge.account_by_email(commit.author.email);
    commits += "<tr><td class=\"tight\">" + link(root + "/commit/" + commit.sha, short_sha(commit.sha)) +
               "</td><td>" + escape_html(commit.subject()) +
               (commit.parents.size() > 1 ? " " + badge("merge", "quiet") : "") +
               "</td><td class=\"tight\">" + commit_badge(repository, commit.sha) +
               "</td><td class=\"tight\">" +
               escape_html(account != nullptr ? account->login : commit.author.name) + "</td></tr>";
  }
  std::string content =
      repository.description.empty() ? "" : "<p>" + escape_html(repository.description) + "</p>";
  content += "<p>Clone: <code>git clone " + escape_html(forge.url() + root) + ".git</code></p>";
  content += "<h2>Branches</h2><div class=\"list\"><table>" + branches + "</table></div>";
  content += "<h2>Commits on " + escape_html(shown) + "</h2><div class=\"list\"><table>" + commits +
             "</table></div>";
  return page(200, repository.full_name(), trail(repository), content);
}

std::string checks_table(const forge::Repository& repository, const std::string& sha) {
  std::map<std::pair<std::int64_t, std::string>, const forge::CheckRun*> newest;
  for (const auto& [id, check] : repository.check_runs) {
    if (check.head_sha == sha) newest[{check.suite, check.name}] = &check;
  }
  std::string rows;
  for (const auto& [key, check] : newest) {
    const auto page_path = "/" + repository.full_name() + "/runs/" + std::to_string(check->id);
    rows += "<tr><td class=\"tight\">" + result_badge(check->status, check->conclusion) + "</td><td>" +
            link(page_path, check->name) + "</td><td>" + escape_html(check->title) +
            "</td><td class=\"tight soft\">" + escape_html(check->app) + "</td></tr>";
  }
  std::map<std::string, const forge::CommitStatus*> statuses;
  for (const auto& status : repository.statuses) {
    if (status.sha == sha) statuses[status.context] = &status;
  }
  for (const auto& [context, status] : statuses) {
    rows += "<tr><td class=\"tight\">" +
            (status->state == "pending" ? badge("pending", "busy")
                                        : badge(status->state, status->state == "success" ? "good" : "bad")) +
            "</td><td>" + escape_html(context) + "</td><td>" + escape_html(status->description) +
            "</td><td class=\"tight soft\">" + escape_html(status->creator) + "</td></tr>";
  }
  return rows.empty() ? empty_note("No checks.") : "<div class=\"list\"><table>" + rows + "</table></div>";
}

Response commit(forge::Forge& forge, forge::Repository& repository, const std::string& sha) {
  const auto resolved = repository.git.resolve(sha);
  const auto found = resolved ? repository.git.commit(*resolved) : std::nullopt;
  if (!found) return page(404, "No such commit", trail(repository), "");
  const auto root = "/" + repository.full_name() + "/commit/";
  const auto* account = forge.account_by_email(found->author.email);
  std::string content = "<p>" + escape_html(account != nullptr ? account->login : found->author.name) +
                        " <span class=\"soft\">" + escape_html(found->author.at) + "</span> <code>" +
                        found->sha + "</code></p>";
  if (found->message != found->subject()) content += "<pre>" + escape_html(found->message) + "</pre>";
  for (const auto& parent : found->parents)
    content += "<p class=\"soft\">Parent " + link(root + parent, short_sha(parent)) + "</p>";
  content += "<h2>Checks</h2>" + checks_table(repository, found->sha);
  const auto from = found->parents.empty() ? std::string("4b825dc642cb6eb9a060e54bf8d69288fbee4904")
                                           : found->parents.front();
  content += "<h2>Changes</h2>" + diff_html(repository.git.patch(from, found->sha));
  return page(200, found->subject(), trail(repository), content);
}

Response file(forge::Repository& repository, const std::string& ref, const std::string& path) {
  const auto sha = repository.git.resolve(ref);
  const auto text =
      sha && path.find(':') == std::string::npos ? repository.git.file(*sha, path) : std::nullopt;
  if (!text) return page(404, "No such file", trail(repository), "");
  if (text->size() > kFileShownMax || text->find('\0') != std::string::npos) {
    return page(200, path, trail(repository), empty_note("Too large or not text."));
  }
  return page(200, path, trail(repository), "<pre>" + escape_html(to_valid_utf8(*text)) + "</pre>");
}

Response runs(forge::Forge&, forge::Repository& repository) {
  const auto root = "/" + repository.full_name();
  std::string rows;
  for (auto it = repository.runs.rbegin(); it != repository.runs.rend(); ++it) {
    const auto& run = it->second;
    const auto commit = repository.git.commit(run.head_sha);
    rows += "<tr><td class=\"tight\">" + result_badge(run.status, run.conclusion) + "</td><td>" +
            link(root + "/actions/runs/" + std::to_string(run.id), commit ? commit->subject() : run.name) +
            "<div class=\"soft\">" +
            escape_html(fmt::format("{} #{}{}, {} by {}", run.name, run.number,
                                    run.attempt > 1 ? fmt::format(", attempt {}", run.attempt) : "",
                                    run.event, run.actor)) +
            "</div></td><td class=\"tight\">" + link(root + "/tree/" + run.head_branch, run.head_branch) +
            "</td><td class=\"tight\">" + when(run.created_at) + "</td></tr>";
  }
  return page(
      200, "Workflow runs", trail(repository),
      rows.empty() ? empty_note("No runs yet.") : "<div class=\"list\"><table>" + rows + "</table></div>");
}

Response run(forge::Repository& repository, const forge::WorkflowRun& run) {
  const auto root = "/" + repository.full_name();
  std::string content = "<p>" + result_badge(run.status, run.conclusion) + " on " +
                        link(root + "/tree/" + run.head_branch, run.head_branch) + " at " +
                        link(root + "/commit/" + run.head_sha, short_sha(run.head_sha)) + ", attempt " +
                        std::to_string(run.attempt) + "</p>";
  for (const auto& job : run.jobs) {
    if (job.attempt != run.attempt) continue;
    content += "<div class=\"card\"><div class=\"top\">" + result_badge(job.status, job.conclusion) + " <b>" +
               escape_html(job.name) + "</b></div><div class=\"body\">";
    for (const auto& step : job.steps)
      content +=
          "<div>" + result_badge("completed", step.conclusion) + " " + escape_html(step.name) + "</div>";
    content += (job.log.empty() ? "" : "<pre>" + escape_html(job.log) + "</pre>") + "</div></div>";
  }
  return page(200, fmt::format("{} #{}", run.name, run.number), trail(repository), content);
}

Response check(forge::Repository& repository, const forge::CheckRun& check) {
  const auto root = "/" + repository.full_name();
  std::string content = "<p>" + result_badge(check.status, check.conclusion) + " at " +
                        link(root + "/commit/" + check.head_sha, short_sha(check.head_sha)) + " by " +
                        escape_html(check.app) + "</p>";
  content += "<div class=\"card\"><div class=\"top\"><b>" +
             escape_html(check.title.empty() ? "No output" : check.title) + "</b></div><div class=\"body\">" +
             markdown_to_html(check.summary) + markdown_to_html(check.text) + "</div></div>";
  return page(200, check.name, trail(repository), content);
}

}  // namespace kedge::sandbox::html
