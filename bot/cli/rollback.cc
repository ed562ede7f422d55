// SPDX-License-Identifier: Apache-2.0
// `kedge rollback` and `kedge plan`: the arguments. Everything else is in rollback_run.cc.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "bot/base/terminal.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/rollback_run.h"

namespace kedge::cli {
namespace {

/// `2026-04-18T09:05:07Z`, or seconds since the epoch with or without git's `@`.
std::optional<TimePoint> parse_date(const std::string& text) {
  if (const auto at = parse_utc(text)) return at;
  const std::string digits = text.starts_with('@') ? text.substr(1) : text;
  constexpr std::size_t kDigitsMax = 11;
  if (digits.empty() || digits.size() > kDigitsMax ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    return std::nullopt;
  }
  return TimePoint{std::chrono::seconds{std::stoll(digits)}};
}

struct Arguments {
  RollbackOptions options;
  std::string date;
  std::vector<std::string> limits;
};

/// A plan understands what writing needs, but its help does not name it.
void declare(CLI::App& app, Arguments& arguments, bool is_plan) {
  constexpr int kParentsMax = 1000;
  const std::string writing = is_plan ? "" : "Options";
  RollbackOptions& options = arguments.options;
  app.add_option(
      "TARGET", options.targets,
      "What to undo: a commit, a tag, #PR, or a range a..b. Then `-- PATH…` for parts of it: files or "
      "folders, from here on; `:/PATH` from the repository's root.");
  app.add_option("--repo", options.repo, "A clone or bare repository (default: here)")->type_name("DIR");
  app.add_option("--branch", options.branches,
                 "A branch to roll back; may be repeated (default: main, develop)")
      ->allow_extra_args(false)
      ->type_name("B");
  app.add_option("--reason", options.reason, "Why, for the commit message")->type_name("R")->group(writing);
  app.add_option("--to", options.to,
                 "Instead of a TARGET: bring back the files of this good version, or of PATH…")
      ->type_name("GOOD");
  app.add_option("--mainline", options.mainline, "The parent that a merge is reverted against (default: 1)")
      ->check(CLI::Range(1, kParentsMax))
      ->type_name("N");
  app.add_option("--limit", arguments.limits, "A limit of the plan, such as closure_max=4; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  app.add_flag("--json", options.json, "One document on stdout");
  app.add_option("--date", arguments.date, "The decision's time, author and committer date (default: now)")
      ->type_name("TIME")
      ->group(writing);
  app.add_flag("--dry-run", options.dry_run, "Write nothing")->group(writing);
  app.add_flag("--push", options.push, "Push the branches to origin")->group(writing);
}

Answer misuse_of(std::string_view command, bool json, const std::string& message) {
  const Error error{.code = Errc::invalid, .message = message};
  if (json) return {.status = kUsage, .out = error_json(error)};
  return {.status = kUsage, .err = fmt::format("kedge: {}; see `{} --help`\n", plain(message), command)};
}

int print(const Answer& answer) {
  std::fwrite(answer.out.data(), 1, answer.out.size(), stdout);
  std::fflush(stdout);
  std::fwrite(answer.err.data(), 1, answer.err.size(), stderr);
  return answer.status;
}

TimePoint now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace

Answer answer_rollback(const std::vector<std::string>& arguments, RollbackMode mode, TimePoint now) {
  const auto dashes = std::ranges::find(arguments, "--");
  std::vector<std::string> before(arguments.begin(), dashes);
  const bool json = wants_json(before);
  const bool is_plan = mode == RollbackMode::plan;
  const std::string command = is_plan ? "kedge plan" : "kedge rollback";
  const auto misuse = [&](const std::string& message) { return misuse_of(command, json, message); };
  Arguments read;
  CLI::App app(is_plan ? "Shows what a rollback would do; writes nothing." : "Prepares rollback branches.",
               command);
  declare(app, read, is_plan);
  try {
    std::ranges::reverse(before);  // CLI11 takes them from the back.
    app.parse(before);
  } catch (const CLI::CallForHelp&) {
    return {.out = app.help()};
  } catch (const CLI::ParseError& error) {
    return misuse(error.what());
  }
  RollbackOptions& options = read.options;
  if (dashes != arguments.end()) {
    options.paths.assign(dashes + 1, arguments.end());
    // An empty variable of a script must not turn a part into the whole.
    if (options.paths.empty() || std::ranges::count(options.paths, "") > 0)
      return misuse(
          "an empty PATH was named: name files or folders after `--`, or leave `--` out to undo all");
  }
  options.dry_run = options.dry_run || is_plan;
  if (options.targets.empty() && options.to.empty()) return misuse("no target was named");
  if (!options.targets.empty() && !options.to.empty()) return misuse("TARGET is left out with --to");
  if (!options.to.empty() && options.mainline > 0)
    return misuse("--mainline is left out with --to: a version comes back, no merge is undone");
  if (options.push && is_plan) return misuse("a plan pushes nothing: use `kedge rollback --push`");
  if (options.push && options.dry_run) return misuse("--push and --dry-run exclude each other");
  for (const std::string& limit : read.limits) {
    const Result<void> set = rollback::set_limits(options.limits, limit);
    if (!set) return misuse("--limit " + set.error().message);
  }
  if (!read.date.empty()) {
    options.date = parse_date(read.date);
    if (!options.date) return misuse("--date must look like 2026-04-18T09:05:07Z or @1776503107");
  }
  return run_rollback(options, now);
}

int rollback(const std::vector<std::string>& arguments) {
  return print(answer_rollback(arguments, RollbackMode::write, now()));
}

int plan(const std::vector<std::string>& arguments) {
  return print(answer_rollback(arguments, RollbackMode::plan, now()));
}

}  // namespace kedge::cli
