// SPDX-License-Identifier: Apache-2.0
// `kedge runbook check FILE | show [FILE] | schema`.
#include "bot/config/runbook.h"

#include <fmt/format.h>

#include "bot/adapters/system/files.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/say.h"
#include "bot/cli/subcommand_app.h"

namespace kedge::cli {
namespace {

Result<std::string> read(const std::string& file) {
  if (file.empty()) return std::string();
  return adapters::system::read_file(file);
}

int check(const std::string& file, const config::Runbook& runbook) {
  if (!runbook.problems.empty()) say_to(stderr, fmt::format("{}\n", config::problem_lines(runbook, file)));
  for (const config::Problem& problem : runbook.channel_problems)
    say_to(stderr, fmt::format("{}: {}\n", file, problem.text()));
  if (!runbook.problems.empty() || !runbook.channel_problems.empty()) return kUsage;
  for (const config::Problem& later : runbook.not_in_force) {
    say("{}: {} is not in force in this version\n", file, later.text());
  }
  say("{}: valid\n", file);
  return kDone;
}

std::string optional_text(const std::optional<Duration>& duration) {
  return duration ? format_duration(*duration) : "-";
}

void print_policy(const config::Runbook& runbook) {
  const incident::Policy& policy = runbook.policy;
  say("watched branches  {}\n", join(policy.protected_branches, ", "));
  say("rollbacks on      {}\n", join(policy.rollback_branches, ", "));
  say("\nseverity  respond  first update  then every  approvals\n");
  for (const incident::Severity& one : policy.severities) {
    say("{:<9} {:<8} {:<13} {:<11} {}\n", one.name, optional_text(one.respond_within),
        optional_text(one.first_update), optional_text(one.update_every), one.approvals);
  }
  say("\ntriggers\n");
  for (const incident::WorkflowTrigger& one : policy.workflow_triggers) {
    say("  {} on {} turns red: {}\n", one.workflows.empty() ? "any workflow" : join(one.workflows, ", "),
        one.branches.empty() ? "a watched branch" : join(one.branches, ", "), one.severity);
  }
  for (const incident::LabelTrigger& one : policy.label_triggers) {
    say("  label {}: {}\n", join(one.labels, " or "), one.severity);
  }
  const char* none = runbook.channels_given ? "none" : "those that the server's settings name";
  say("\nchannels          {}\n", policy.channels.empty() ? none : "");
  for (const incident::Channel& one : policy.channels) say("  {}\n", one.name);
  say("\nrecovery checklist\n");
  for (const std::string& item : policy.recovery_checklist) say("  - {}\n", item);
}

}  // namespace

int runbook(const std::vector<std::string>& arguments) {
  CLI::App app{"The runbook of a repository, .github/kedge.yml.", "kedge runbook"};
  app.require_subcommand(1);
  std::string file;
  bool json = false;
  CLI::App* checks = app.add_subcommand("check", "Says what is wrong, with line and column");
  checks->add_option("file", file, "The runbook")->required();
  CLI::App* show = app.add_subcommand("show", "Prints what is in force, presets merged in");
  show->add_option("file", file, "The runbook; without it the default preset");
  show->add_flag("--json", json, "One JSON document");
  CLI::App* schema = app.add_subcommand("schema", "Prints the JSON Schema of the format");
  if (const auto status = parse_arguments(app, arguments)) return *status;
  if (schema->parsed()) {
    say_json(config::runbook_schema());
    return kDone;
  }
  const auto text = read(file);
  if (!text) return complain("runbook", {.code = Errc::invalid, .message = text.error().message}, json);
  const config::Runbook merged = config::read_runbook(*text);
  if (json && !merged.problems.empty()) {
    return complain("runbook", {.code = Errc::invalid, .message = config::problem_lines(merged, file)}, true);
  }
  if (checks->parsed() || !merged.problems.empty()) return check(file, merged);
  if (json) {
    say_json(config::policy_json(merged));
  } else {
    print_policy(merged);
  }
  return kDone;
}

}  // namespace kedge::cli
