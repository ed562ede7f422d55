// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <filesystem>

#include "bot/adapters/system/files.h"
#include "bot/base/text.h"
#include "bot/cli/application.h"
#include "bot/cli/doctor_checks.h"
#include "bot/config/runbook.h"

namespace kedge::cli {
namespace {

bool is_loopback(const std::string& listen) {
  const std::string host = listen.substr(0, listen.rfind(':'));
  return host == "localhost" || host == "[::1]" || host.starts_with("127.");
}

void check_runbook(const config::Settings& settings, Findings& findings) {
  if (settings.runbook.empty()) return;
  const auto text = adapters::system::read_file(settings.runbook);
  if (!text) {
    findings.push_back({.check = "settings",
                        .health = Health::problem,
                        .message = text.error().message,
                        .remedy = "set KEDGE_RUNBOOK to a file that Kedge's user can read"});
    return;
  }
  const config::Runbook runbook = config::read_runbook(*text);
  if (runbook.problems.empty()) {
    findings.push_back({.check = "settings", .message = settings.runbook + " is a valid runbook"});
    return;
  }
  findings.push_back({.check = "settings",
                      .health = Health::problem,
                      .message = config::problem_lines(runbook, settings.runbook),
                      .remedy = "mend the file until `kedge runbook check` accepts it"});
}

}  // namespace

Findings check_settings(const config::Settings& settings) {
  Findings findings;
  if (const Result<void> enough = check_server_settings(settings); !enough) {
    findings.push_back({.check = "settings",
                        .health = Health::problem,
                        .message = enough.error().message,
                        .remedy = "docs/operations.md says where to get it and where to put it"});
  } else {
    findings.push_back({.check = "settings", .message = "`kedge serve` has what it needs to start"});
  }
  check_runbook(settings, findings);
  if (settings.admin_token.empty()) {
    findings.push_back(
        {.check = "settings",
         .health = Health::note,
         .message =
             is_loopback(settings.listen)
                 ? "without KEDGE_ADMIN_TOKEN the dashboard answers on this machine only, not through a proxy"
                 : "without KEDGE_ADMIN_TOKEN nobody can open the dashboard"});
  }
  std::error_code ignored;
  if (std::filesystem::exists(settings.state_dir, ignored) &&
      ::access(settings.state_dir.c_str(), R_OK | W_OK | X_OK) != 0) {
    findings.push_back(
        {.check = "settings",
         .health = Health::problem,
         .message = "the state directory " + settings.state_dir + " is not writable for this user",
         .remedy = "run this as Kedge's user, or give that user the directory"});
  }
  return findings;
}

}  // namespace kedge::cli
