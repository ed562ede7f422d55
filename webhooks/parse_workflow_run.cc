// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "webhooks/shapes.h"

namespace kedge::webhooks {
namespace {

/// `.github/workflows/ci.yml` of `.github/workflows/ci.yml@refs/heads/main`. A file name may hold an `@` of
/// its own, so one after the extension counts first.
std::string without_ref(std::string path) {
  constexpr std::array<std::string_view, 2> kExtensions{".yml@", ".yaml@"};
  std::size_t end = path.size();
  for (const std::string_view extension : kExtensions) {
    const std::size_t found = path.find(extension);
    if (found != std::string::npos) end = std::min(end, found + extension.size() - 1);
  }
  const bool has_extension = path.ends_with(".yml") || path.ends_with(".yaml");
  if (end == path.size() && !has_extension) end = std::min(end, path.find('@'));
  path.resize(end);
  return path;
}

std::string first_of(std::string one, std::string other) {
  return one.empty() ? other : one;
}

}  // namespace

Body parse_workflow_run(const JsonView& json) {
  if (auto why = unmet(
          json, {need_text("action"), need_integer("workflow_run.id"), need_text("workflow_run.head_sha")})) {
    return *why;
  }
  const JsonView run = json.at("workflow_run");
  const std::string path = without_ref(first_of(run.text("path"), json.text("workflow.path")));
  if (path.empty()) return Ignored{"workflow_run.path is missing"};
  return WorkflowRun{
      .id = run.integer("id"),
      .name = first_of(run.text("name"), json.text("workflow.name")),
      .path = path,
      .event = run.text("event"),
      .head_branch = run.text("head_branch"),
      .head_sha = run.text("head_sha"),
      .status = run.text("status"),
      .conclusion = run.text("conclusion"),
      .run_number = run.small("run_number", 0),
      .run_attempt = run.small("run_attempt", 1),
      .html_url = run.text("html_url"),
      .created_at = run.time("created_at"),
      .run_started_at = run.time("run_started_at"),
      .updated_at = run.time("updated_at"),
      .actor = first_of(run.text("actor.login"), run.text("triggering_actor.login")),
      .commit_message = run.text("head_commit.message"),
      .commit_author = run.text("head_commit.author.name"),
      .head_repository_id = run.integer("head_repository.id"),
      .workflow_name = first_of(json.text("workflow.name"), run.text("name")),
      .pull_requests = pull_numbers_of(run, "pull_requests"),
  };
}

}  // namespace kedge::webhooks
