// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/probe.h"
#include "bot/cli/doctor_checks.h"

namespace kedge::cli {
namespace {

Finding said(const Result<std::string>& answer, const std::string& name, const std::string& as,
             const std::string& remedy) {
  if (answer)
    return {.check = "channels",
            .message = fmt::format("{} answers{}", name, answer->empty() ? "" : as + *answer)};
  const bool named = answer.error().message.starts_with(name);
  return {.check = "channels",
          .health = Health::problem,
          .message = named ? answer.error().message : name + ": " + answer.error().message,
          .remedy = answer.error().code == Errc::unavailable
                        ? fmt::format("see whether this machine reaches {}", name)
                        : remedy};
}

Finding untried(const std::string& name) {
  return {.check = "channels",
          .health = Health::note,
          .message = name + " is set; it cannot be tried without sending something"};
}

void check_slack(const config::Settings& settings, adapters::http::Client& client, Findings& findings) {
  if (!settings.slack_token.empty()) {
    findings.push_back(
        said(adapters::chat::probe_slack_token(client, settings.slack_api_url, settings.slack_token), "Slack",
             " to ", "put the bot's token into KEDGE_SLACK_TOKEN"));
    if (settings.slack_channel.empty()) {
      findings.push_back(
          {.check = "channels",
           .health = Health::problem,
           .message = "KEDGE_SLACK_TOKEN is set, KEDGE_SLACK_CHANNEL is not",
           .remedy = "set it to the channel's id, which stands at the end of the channel's details"});
    }
  } else if (!settings.slack_webhook_url.empty()) {
    findings.push_back(untried("Slack's incoming webhook"));
  }
}

void check_mail(const config::Settings& settings, Findings& findings) {
  if (settings.smtp_url.empty()) return;
  if (!settings.mail_from.empty() && !settings.mail_to.empty()) {
    findings.push_back(untried("mail"));
    return;
  }
  findings.push_back({.check = "channels",
                      .health = Health::problem,
                      .message = "KEDGE_SMTP_URL is set, KEDGE_MAIL_FROM or KEDGE_MAIL_TO is not",
                      .remedy = "set both, or none of the three"});
}

}  // namespace

Findings check_channels(const config::Settings& settings, adapters::http::Client& client) {
  Findings findings;
  check_slack(settings, client, findings);
  if (!settings.discord_webhook_url.empty()) {
    findings.push_back(said(adapters::chat::probe_discord_webhook(client, settings.discord_webhook_url),
                            "Discord", " as webhook ",
                            "make a new webhook and put its URL into KEDGE_DISCORD_WEBHOOK_URL"));
  }
  check_mail(settings, findings);
  if (!settings.pagerduty_key.empty()) findings.push_back(untried("PagerDuty"));
  if (findings.empty()) {
    findings.push_back({.check = "channels",
                        .health = Health::note,
                        .message = "no channel is set: nobody is told outside GitHub"});
  }
  return findings;
}

}  // namespace kedge::cli
