// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/adapters/github/requirements.h"
#include "bot/adapters/github/rest_github.h"
#include "bot/cli/application.h"
#include "bot/cli/doctor_checks.h"

namespace kedge::cli {
namespace {

using adapters::github::access_level;
using adapters::github::access_words;
using adapters::github::AppFacts;
using adapters::github::Granted;
using adapters::github::InstallationFacts;

std::string granted_of(const Granted& granted, std::string_view name) {
  const auto found = granted.find(std::string(name));
  return found == granted.end() ? "" : found->second;
}

void judge_permissions(const AppFacts& app, Findings& findings) {
  bool complete = true;
  for (const auto& one : adapters::github::required_permissions()) {
    const std::string has = granted_of(app.permissions, one.name);
    if (access_level(has) >= access_level(one.asks)) continue;
    const bool needed = access_level(has) < access_level(one.needs);
    complete = complete && !needed;
    findings.push_back(
        {.check = "github",
         .health = needed ? Health::problem : Health::note,
         .message = fmt::format("the App's permission {} is {}, not {}: {}", one.title, access_words(has),
                                access_words(one.asks), one.reason),
         .remedy = needed ? fmt::format("in the App's settings, Permissions & events: set {} to {}; every "
                                        "installation then has to accept it",
                                        one.title, access_words(one.asks))
                          : ""});
  }
  if (complete)
    findings.push_back({.check = "github", .message = "the App has the permissions that Kedge needs"});
}

void judge_events(const AppFacts& app, Findings& findings) {
  bool complete = true;
  for (const auto& one : adapters::github::required_events()) {
    if (std::ranges::count(app.events, one.name) > 0) continue;
    complete = false;
    findings.push_back(
        {.check = "github",
         .health = Health::problem,
         .message = fmt::format("the App does not hear of {}: {}", one.title, one.reason),
         .remedy = fmt::format("in the App's settings, Permissions & events: subscribe to {}", one.title)});
  }
  if (complete)
    findings.push_back({.check = "github", .message = "the App hears of every event that Kedge needs"});
}

void judge_installation(const AppFacts& app, const InstallationFacts& installation, Findings& findings) {
  if (installation.suspended) {
    findings.push_back({.check = "github",
                        .health = Health::problem,
                        .message = fmt::format("the installation on {} is suspended", installation.account),
                        .remedy = "unsuspend it: " + installation.html_url});
    return;
  }
  for (const auto& one : adapters::github::required_permissions()) {
    const std::string has = granted_of(installation.permissions, one.name);
    // What the App itself lacks is said above.
    const int wanted = std::min(access_level(one.needs), access_level(granted_of(app.permissions, one.name)));
    if (access_level(has) >= wanted) continue;
    findings.push_back(
        {.check = "github",
         .health = Health::problem,
         .message = fmt::format("the installation on {} has not accepted the permission {}: it is {}",
                                installation.account, one.title, access_words(has)),
         .remedy = "its owner accepts the App's new permissions: " + installation.html_url});
  }
}

void judge_hook(const AppFacts& app, Findings& findings) {
  constexpr std::string_view kPath = "/webhooks/github";
  if (!app.hook_url.ends_with(kPath)) {
    findings.push_back(
        {.check = "webhook",
         .health = Health::problem,
         .message = app.hook_url.empty()
                        ? "the App has no webhook URL"
                        : fmt::format("the App's webhook URL {} does not end in {}", app.hook_url, kPath),
         .remedy = fmt::format("in the App's settings, Webhook: set it to https://<your host>{}", kPath)});
  } else {
    findings.push_back({.check = "webhook", .message = "GitHub delivers to " + app.hook_url});
  }
  if (app.hook_insecure && app.hook_url.starts_with("https:")) {
    findings.push_back({.check = "webhook",
                        .health = Health::problem,
                        .message = "GitHub does not verify the certificate of the webhook URL",
                        .remedy = "in the App's settings, Webhook: enable SSL verification"});
  }
  const auto& last = app.last_delivery;
  if (last && last->status != "OK") {
    findings.push_back(
        {.check = "webhook",
         .health = Health::problem,
         .message = fmt::format("GitHub could not hand over the newest delivery, {} at {}: {} ({})",
                                last->event, format_minute(last->at), last->status, last->status_code),
         .remedy = last->status_code == 401
                       ? "KEDGE_WEBHOOK_SECRET is not the App's webhook secret: set the same"
                       : "see whether the server runs and its address is reachable from GitHub; "
                         "a running server asks for lost deliveries again"});
  }
}

Findings check_token(adapters::github::RestGitHub& github, const std::string& api_url) {
  Findings findings;
  const auto login = github.self_login();
  if (!login) {
    findings.push_back({.check = "github",
                        .health = Health::problem,
                        .message = login.error().message,
                        .remedy = login.error().code == Errc::denied
                                      ? "put a valid token into KEDGE_GITHUB_TOKEN"
                                      : "see whether this machine reaches " + api_url});
    return findings;
  }
  findings.push_back({.check = "github", .message = "the token speaks as " + *login});
  findings.push_back({.check = "github",
                      .health = Health::note,
                      .message =
                          "a plain token is for a trial: commit statuses stand in for check runs, and its "
                          "permissions cannot be read in advance"});
  findings.push_back({.check = "webhook",
                      .health = Health::note,
                      .message =
                          "with a plain token, deliveries that GitHub could not hand over are not asked for "
                          "again"});
  return findings;
}

}  // namespace

Findings judge_app(const AppFacts& app) {
  Findings findings{{.check = "github", .message = fmt::format("the App speaks as {}[bot]", app.slug)}};
  judge_permissions(app, findings);
  judge_events(app, findings);
  if (app.installations.empty()) {
    findings.push_back({.check = "github",
                        .health = Health::problem,
                        .message = "the App is installed nowhere",
                        .remedy = "install it on the repositories: " + app.html_url + "/installations/new"});
  }
  for (const InstallationFacts& one : app.installations) {
    const std::size_t before = findings.size();
    judge_installation(app, one, findings);
    if (findings.size() == before)
      findings.push_back({.check = "github", .message = "it is installed on " + one.account});
  }
  judge_hook(app, findings);
  return findings;
}

Findings check_github(const config::Settings& settings, adapters::http::Client& client, ports::Clock& clock) {
  const bool app = !settings.app_id.empty() && !settings.private_key.empty();
  if (!app && settings.github_token.empty()) return {};  // The settings say so already.
  adapters::github::RestGitHub github(github_options(settings, {}), client, clock);
  if (!app) return check_token(github, settings.github_api_url);
  const auto facts = github.app_facts();
  if (facts) return judge_app(*facts);
  return {{.check = "github",
           .health = Health::problem,
           .message = facts.error().message,
           .remedy =
               facts.error().code == Errc::unavailable
                   ? "see whether this machine reaches " + settings.github_api_url
                   : "KEDGE_APP_ID and KEDGE_PRIVATE_KEY_FILE have to be of the same App, and this machine's "
                     "clock has to be right"}};
}

}  // namespace kedge::cli
