// SPDX-License-Identifier: Apache-2.0
// Check runs, or commit statuses where there is no App.
#include "bot/adapters/github/markers.h"
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr std::size_t kSummaryCharactersMax = 65535;
constexpr std::size_t kDescriptionCharactersMax = 140;

JsonObject output_of(const ports::Check& check) {
  JsonObject output;
  output.text("title", to_title(check.title));
  output.text("summary", cut_characters(to_valid_utf8(check.summary), kSummaryCharactersMax));
  return output;
}

bool says_the_same(const Json& run, const ports::Check& check) {
  return run["status"].text() == check.status && run["conclusion"].text() == check.conclusion &&
         run["output"]["title"].text() == to_title(check.title) &&
         run["output"]["summary"].text() == check.summary;
}

std::string state_of(const ports::Check& check) {
  if (check.status != "completed") return "pending";
  const std::string& conclusion = check.conclusion;
  if (conclusion == "success" || conclusion == "neutral" || conclusion == "skipped") return "success";
  return conclusion == "failure" || conclusion == "timed_out" ? "failure" : "error";
}

}  // namespace

Result<void> RestGitHub::report_check(const Repository& repository, const ports::Check& check) {
  if (check.status == "completed" && check.conclusion.empty())
    return fail(Errc::invalid, "cannot report {}: it is completed without a conclusion", check.name);
  return rest_->is_app() ? report_check_run(repository, check) : report_status(repository, check);
}

Result<void> RestGitHub::report_check_run(const Repository& repository, const ports::Check& check) {
  KEDGE_TRY(own, self());
  KEDGE_TRY(path, repository_path(repository));
  const std::string name = fmt::format("{} on {} of {}", check.name, check.head_sha, repository.full_name);
  std::optional<Json> found;
  KEDGE_CHECK(rest_->pages(
      &repository,
      {.verb = "list check runs for " + name,
       .path = fmt::format("{}/commits/{}/check-runs", path, http::percent_encode(check.head_sha)),
       .query = {{"check_name", check.name}, {"filter", "all"}, {"app_id", std::to_string(own.app_id)}}},
      [&](const Json& page) {
        for (const Json& run : page["check_runs"].items()) {
          if (run["name"].text() != check.name) continue;
          if (run["external_id"].text() != check.external_id) continue;
          found = run;
          return false;
        }
        return true;
      }));
  if (found && says_the_same(*found, check)) return {};
  JsonObject body;
  body.text("name", check.name);
  if (!found) body.text("head_sha", check.head_sha);
  body.text("external_id", check.external_id).text("status", check.status);
  if (check.status == "completed") body.text("conclusion", check.conclusion);
  body.object("output", output_of(check));
  Call call{.verb = "report " + name, .method = "POST", .path = path + "/check-runs", .body = body.str()};
  if (found) {
    call.method = "PATCH";
    call.path += fmt::format("/{}", (*found)["id"].number());
  }
  KEDGE_TRY(written, rest_->send(&repository, call));
  return {};
}

Result<void> RestGitHub::report_status(const Repository& repository, const ports::Check& check) {
  KEDGE_TRY(path, repository_path(repository));
  const std::string name = fmt::format("{} on {} of {}", check.name, check.head_sha, repository.full_name);
  const std::string state = state_of(check);
  const std::string description = cut_characters(to_title(check.title), kDescriptionCharactersMax);
  const std::string sha = http::percent_encode(check.head_sha);
  bool same = false;
  KEDGE_CHECK(rest_->pages(
      &repository,
      {.verb = "list statuses for " + name, .path = fmt::format("{}/commits/{}/status", path, sha)},
      [&](const Json& page) {
        for (const Json& status : page["statuses"].items()) {
          if (!equals_ignore_case(status["context"].text(), check.name)) continue;
          same = status["state"].text() == state && status["description"].text() == description;
          return false;
        }
        return true;
      }));
  if (same) return {};
  JsonObject body;
  body.text("state", state).text("context", check.name).text("description", description);
  KEDGE_TRY(written, rest_->send(&repository, {.verb = "report " + name,
                                               .method = "POST",
                                               .path = fmt::format("{}/statuses/{}", path, sha),
                                               .body = body.str()}));
  return {};
}

}  // namespace kedge::adapters::github
