// SPDX-License-Identifier: Apache-2.0
// What came between green and red, from runs, the comparison of two commits and their pull requests. A part
// that cannot be read shortens the report and is named in its note; only what time can heal fails the whole.
#include <algorithm>
#include <charconv>

#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

using incident::RunFact;
using incident::Suspect;

constexpr std::size_t kCompareCommitsMax = 250;  ///< GitHub's, for a comparison without pages.
constexpr int kPullLookupsMax = 50;
constexpr std::size_t kSubjectBytesMax = 256;

void add_note(std::string& note, std::string_view sentence) {
  if (!note.empty()) note += ' ';
  note += sentence;
}

bool is_red_step(const std::string& conclusion) {
  const auto known = incident::conclusion_of(conclusion);
  return known && is_red(*known);
}

std::string subject_of(const std::string& message) {
  const std::string valid = to_valid_utf8(message);
  return truncate_utf8(trim(std::string_view(valid).substr(0, valid.find('\n'))), kSubjectBytesMax);
}

/// The number at the end of a squash commit's subject, `Add x (#123)`, or of GitHub's merge subject.
std::int64_t pull_in_subject(std::string_view subject) {
  constexpr std::string_view merge = "Merge pull request #";
  std::string_view digits;
  if (subject.starts_with(merge)) {
    digits = subject.substr(merge.size());
    digits = digits.substr(0, digits.find(' '));
  } else if (const std::size_t at = subject.rfind("(#");
             at != std::string_view::npos && subject.ends_with(')')) {
    digits = subject.substr(at + 2, subject.size() - at - 3);
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && number > 0 ? number : 0;
}

Suspect to_suspect(const Json& commit) {
  const Json inner = commit["commit"];
  const std::string login = commit["author"]["login"].text();
  return {.sha = commit["sha"].text(),
          .subject = subject_of(inner["message"].text()),
          .author = login.empty() ? to_valid_utf8(inner["author"]["name"].text()) : login,
          .committed_at = parse_utc(inner["committer"]["date"].text())};
}

RunFact to_fact(const Json& run) {
  const std::string path = run["path"].text();
  return {
      .workflow = run["name"].text(),
      .path = path.substr(0, path.find('@')),
      .branch = run["head_branch"].text(),
      .head_sha = run["head_sha"].text(),
      .run_id = run["id"].number(),
      .run_number = static_cast<int>(run["run_number"].number()),
      .attempt = static_cast<int>(std::max<std::int64_t>(run["run_attempt"].number(), 1)),
      .conclusion = incident::conclusion_of(run["conclusion"].text()).value_or(incident::Conclusion::none),
      .event = run["event"].text(),
      .url = run["html_url"].text(),
      .started_at = parse_utc(run["run_started_at"].text()),
      .commit_subject = subject_of(run["head_commit"]["message"].text()),
      .commit_author = to_valid_utf8(run["head_commit"]["author"]["name"].text()),
      .actor = run["actor"]["login"].text()};
}

/// One look at GitHub for one red run.
class Search {
 public:
  Search(Rest& rest, const Repository& repository, const RunFact& run, std::string path)
      : rest_(rest), repository_(repository), run_(run), path_(std::move(path)) {}

  Result<void> jobs(ports::SuspectReport& report) const;
  Result<void> last_green(ports::SuspectReport& report) const;
  Result<void> between(ports::SuspectReport& report, const std::string& green) const;
  Result<void> head_only(ports::SuspectReport& report) const;
  void pull_requests(ports::SuspectReport& report) const;

 private:
  Result<void> green_in(const std::string& path, std::optional<RunFact>& green) const;
  bool came_before(const Json& run) const;
  std::int64_t merged_pull(const Json& pulls, std::string& url) const;
  /// Nothing where the report can do without this part; the error where waiting helps.
  static Result<void> skip(const Error& error, ports::SuspectReport& report, std::string_view what) {
    if (is_retryable(error.code)) return pass(error);
    add_note(report.note, fmt::format("{} could not be read.", what));
    return {};
  }

  Rest& rest_;
  const Repository& repository_;
  const RunFact& run_;
  std::string path_;
};

Result<void> Search::jobs(ports::SuspectReport& report) const {
  if (run_.run_id == 0) return {};
  const auto read =
      rest_.pages(&repository_,
                  {.verb = fmt::format("list jobs of run {} of {}", run_.run_id, repository_.full_name),
                   .path = fmt::format("{}/actions/runs/{}/jobs", path_, run_.run_id),
                   .query = {{"filter", "latest"}}},
                  [&](const Json& page) {
                    for (const Json& job : page["jobs"].items()) {
                      if (!is_red_step(job["conclusion"].text())) continue;
                      incident::FailedJob failed{.name = to_valid_utf8(job["name"].text()),
                                                 .url = job["html_url"].text()};
                      for (const Json& step : job["steps"].items()) {
                        if (!is_red_step(step["conclusion"].text())) continue;
                        failed.step = to_valid_utf8(step["name"].text());
                        break;
                      }
                      report.failed_jobs.push_back(std::move(failed));
                    }
                    return true;
                  });
  return read ? Result<void>() : skip(read.error(), report, "The failed jobs");
}

bool Search::came_before(const Json& run) const {
  const RunFact fact = to_fact(run);
  const std::int64_t home = run["head_repository"]["id"].number();
  if (fact.path != run_.path || fact.branch != run_.branch || fact.event == "pull_request") return false;
  if (home != 0 && repository_.id.value != 0 && home != repository_.id.value)
    return false;  // A fork's branch.
  return run_.run_number == 0 ? fact.head_sha != run_.head_sha : fact.run_number < run_.run_number;
}

Result<void> Search::green_in(const std::string& path, std::optional<RunFact>& green) const {
  return rest_.pages(
      &repository_,
      {.verb = "list runs of " + repository_.full_name,
       .path = path,
       .query = {{"branch", run_.branch}, {"status", "success"}, {"exclude_pull_requests", "true"}}},
      [&](const Json& page) {
        for (const Json& run : page["workflow_runs"].items())
          if (came_before(run) && (!green || run["run_number"].number() > green->run_number))
            green = to_fact(run);
        return !green;  // Newest first: the first page with one has the newest.
      });
}

Result<void> Search::last_green(ports::SuspectReport& report) const {
  const std::string file = run_.path.substr(run_.path.rfind('/') + 1);
  std::optional<RunFact> green;
  auto read = green_in(fmt::format("{}/actions/workflows/{}/runs", path_, http::percent_encode(file)), green);
  // A workflow that is not in the tree (any more) has no file name to ask for.
  if (!read && read.error().code == Errc::not_found) read = green_in(path_ + "/actions/runs", green);
  report.last_green = green;
  return read ? Result<void>() : skip(read.error(), report, "Earlier runs");
}

Result<void> Search::between(ports::SuspectReport& report, const std::string& green) const {
  const auto answer = rest_.send(
      &repository_,
      {.verb = fmt::format("compare {} with {} in {}", green, run_.head_sha, repository_.full_name),
       .path = fmt::format("{}/compare/{}...{}", path_, http::percent_encode(green),
                           http::percent_encode(run_.head_sha))});
  if (!answer && answer.error().code == Errc::not_found) {
    add_note(report.note, "The last green commit is not in the repository any more.");
    return head_only(report);
  }
  if (!answer) return skip(answer.error(), report, "The commits since the last green run");
  auto commits = answer->body["commits"].items();
  std::ranges::reverse(commits);
  for (const Json& commit : commits) {
    Suspect suspect = to_suspect(commit);
    suspect.reason = suspect.sha == run_.head_sha
                         ? "It is the commit on which the workflow failed."
                         : fmt::format("It came after the last green commit {}.", green.substr(0, 12));
    report.suspects.push_back(std::move(suspect));
  }
  const std::int64_t total = answer->body["total_commits"].number();
  if (total > static_cast<std::int64_t>(commits.size()) || commits.size() > kCompareCommitsMax)
    add_note(report.note, fmt::format("{} commits came since the last green run; only {} of them are listed.",
                                      total, commits.size()));
  if (answer->body["status"].text() == "diverged")
    add_note(report.note, "The branch was rewritten since the last green run.");
  if (commits.empty())
    add_note(report.note,
             "No commit came since the last green run: it may be flaky, or its surroundings changed.");
  return {};
}

Result<void> Search::head_only(ports::SuspectReport& report) const {
  const auto answer = rest_.send(
      &repository_, {.verb = fmt::format("read commit {} of {}", run_.head_sha, repository_.full_name),
                     .path = fmt::format("{}/commits/{}", path_, http::percent_encode(run_.head_sha))});
  if (!answer) return skip(answer.error(), report, "The commit");
  Suspect suspect = to_suspect(answer->body);
  suspect.reason = "It is the commit on which the workflow failed.";
  report.suspects.push_back(std::move(suspect));
  return {};
}

std::int64_t Search::merged_pull(const Json& pulls, std::string& url) const {
  std::int64_t number = 0;
  for (const Json& pull : pulls.items()) {
    // One from this branch into another passed the commit on, it did not bring it here.
    if (pull["merged_at"].is_null() || pull["head"]["ref"].text() == run_.branch) continue;
    const bool here = pull["base"]["ref"].text() == run_.branch;
    if (number != 0 && !here) continue;
    number = pull["number"].number();
    url = pull["html_url"].text();
    if (here) break;
  }
  return number;
}

void Search::pull_requests(ports::SuspectReport& report) const {
  int lookups = 0;
  for (Suspect& suspect : report.suspects) {
    if (lookups < kPullLookupsMax) {
      ++lookups;
      const auto pulls =
          rest_.send(&repository_,
                     {.verb = fmt::format("list pull requests of commit {}", suspect.sha),
                      .path = fmt::format("{}/commits/{}/pulls", path_, http::percent_encode(suspect.sha))});
      // The subject often says it too: a failed look-up ends them all and costs no incident its suspects.
      if (!pulls) lookups = kPullLookupsMax;
      if (pulls) suspect.pull_request = merged_pull(pulls->body, suspect.pull_request_url);
    }
    if (suspect.pull_request != 0) continue;
    suspect.pull_request = pull_in_subject(suspect.subject);
    if (suspect.pull_request != 0 && !repository_.html_url.empty())
      suspect.pull_request_url = fmt::format("{}/pull/{}", repository_.html_url, suspect.pull_request);
  }
}

}  // namespace

Result<ports::SuspectReport> RestGitHub::find_suspects(const Repository& repository, const RunFact& run,
                                                       const std::string& last_green_sha) {
  KEDGE_TRY(path, repository_path(repository));
  const Search search(*rest_, repository, run, path);
  ports::SuspectReport report;
  KEDGE_CHECK(search.jobs(report));
  std::string green = last_green_sha;
  if (green.empty()) {
    KEDGE_CHECK(search.last_green(report));
    if (report.last_green) green = report.last_green->head_sha;
  }
  if (green.empty()) {
    add_note(report.note, "No earlier green run of this workflow is known on this branch.");
    KEDGE_CHECK(search.head_only(report));
  } else {
    KEDGE_CHECK(search.between(report, green));
  }
  search.pull_requests(report);
  return report;
}

}  // namespace kedge::adapters::github
