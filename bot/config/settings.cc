// SPDX-License-Identifier: Apache-2.0
#include "bot/config/settings.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "bot/base/text.h"
#include "bot/config/setting_readers.h"
#include "bot/incident/channel_keys.h"

namespace kedge::config {

const std::vector<SettingRow>& settings_table() {
  static const std::vector<SettingRow> table{
      {"KEDGE_LISTEN", "--listen", "listen", "127.0.0.1:8080", false,
       "Address and port of the HTTP server; port 0 takes a free one.", read_listen},
      {"KEDGE_DATABASE_URL", "--database-url", "database_url", "sqlite:///<state dir>/kedge.db", false,
       "Where incidents are kept: `sqlite:///path`.", into(&Settings::database_url)},
      {"KEDGE_STATE_DIR", "--state-dir", "state_dir",
       "$XDG_STATE_HOME/kedge or ~/.local/state/kedge; for root /var/lib/kedge", false,
       "Folder for the database and the git mirrors; an absolute path.", read_state_dir},
      {"KEDGE_GITHUB_URL", "--github-url", "github_url", "https://github.com", false,
       "GitHub's web address; git is reached there.", url_into(&Settings::github_url)},
      {"KEDGE_GITHUB_API_URL", "--github-api-url", "github_api_url", "https://api.github.com", false,
       "GitHub's REST API; on an Enterprise Server `https://HOST/api/v3`.",
       url_into(&Settings::github_api_url)},
      {"KEDGE_GITHUB_GRAPHQL_URL", "--github-graphql-url", "github_graphql_url", "derived from the API's",
       false, "GitHub's GraphQL API.", url_into(&Settings::github_graphql_url)},
      {"KEDGE_APP_ID", "--app-id", "app_id", "", false, "The GitHub App's id or client id.",
       into(&Settings::app_id)},
      {"KEDGE_PRIVATE_KEY", "", "private_key", "", true, "The App's private key, PEM.",
       secret_into(&Settings::private_key)},
      {"KEDGE_GITHUB_TOKEN", "", "github_token", "", true, "Instead of an App, for a trial: a plain token.",
       secret_into(&Settings::github_token)},
      {"KEDGE_WEBHOOK_SECRET", "", "webhook_secret", "", true,
       "The webhook's secret; several, comma-separated, while it is rotated.", read_webhook_secrets},
      {"KEDGE_GITHUB_WRITE_PACE", "--github-write-pace", "github_write_pace", "1s", false,
       "Pause between writes that create content, for each installation.",
       duration_into(&Settings::github_write_pace)},
      {"KEDGE_SLACK_WEBHOOK_URL", "", "slack_webhook_url", "", true, "Slack incoming webhook.",
       secret_url_into(&Settings::slack_webhook_url)},
      {"KEDGE_SLACK_TOKEN", "", "slack_token", "", true,
       "Slack bot token, with KEDGE_SLACK_CHANNEL: one living message and a thread.",
       secret_into(&Settings::slack_token)},
      {"KEDGE_SLACK_CHANNEL", "--slack-channel", "slack_channel", "", false,
       "Slack channel id for the token.", into(&Settings::slack_channel)},
      {"KEDGE_SLACK_API_URL", "--slack-api-url", "slack_api_url", "https://slack.com/api", false,
       "Slack's Web API.", url_into(&Settings::slack_api_url)},
      {"KEDGE_DISCORD_WEBHOOK_URL", "", "discord_webhook_url", "", true, "Discord webhook.",
       secret_url_into(&Settings::discord_webhook_url)},
      {"KEDGE_SMTP_URL", "", "smtp_url", "", true, "Mail server, `smtp[s]://user:pass@host:port`.",
       read_smtp_url},
      {"KEDGE_MAIL_FROM", "--mail-from", "mail_from", "", false, "Sender of status mails.",
       into(&Settings::mail_from)},
      {"KEDGE_MAIL_TO", "--mail-to", "mail_to", "", false, "Recipients of status mails, comma-separated.",
       read_mail_to},
      {"KEDGE_PAGERDUTY_KEY", "", "pagerduty_key", "", true, "PagerDuty Events API v2 routing key.",
       secret_into(&Settings::pagerduty_key)},
      {"KEDGE_PAGERDUTY_URL", "--pagerduty-url", "pagerduty_url", "https://events.pagerduty.com", false,
       "PagerDuty's Events API.", url_into(&Settings::pagerduty_url)},
      {"KEDGE_PROMETHEUS_URL", "--prometheus-url", "prometheus_url", "", false,
       "Prometheus, for rules and gates. Not in force in this version.", url_into(&Settings::prometheus_url)},
      {"KEDGE_ADMIN_TOKEN", "", "admin_token", "", true,
       "For the dashboard and /api; without it they answer on loopback only.",
       secret_into(&Settings::admin_token)},
      {"KEDGE_ALERTMANAGER_TOKEN", "", "alertmanager_token", "", true,
       "For /webhooks/alertmanager. Not in force in this version.",
       secret_into(&Settings::alertmanager_token)},
      {"KEDGE_AUDIT_KEY_FILE", "--audit-key-file", "audit_key_file", "made in the state dir", false,
       "Key that signs journal heads. Not in force in this version.", into(&Settings::audit_key_file)},
      {"KEDGE_LOG", "--log", "log", "info", false,
       "`debug`, `info`, `warn` or `error`, and `json`, comma-separated.", read_log},
      {"KEDGE_PLAN_LIMITS", "--plan-limits", "plan_limits", "", false,
       "Limits of a rollback's plan, `closure_max=4, plan_time=30s`; docs/rollback.md lists them.",
       read_plan_limits},
      {"KEDGE_MIRROR_BYTES_MAX", "--mirror-bytes-max", "mirror_bytes_max", "20GiB", false,
       "What all git mirrors together may take up on disk; the least recently used ones go. `0`: any.",
       bytes_into(&Settings::mirror_bytes_max)},
      {"KEDGE_MIRROR_BLOBS", "--mirror-blobs", "mirror_blobs", "all", false,
       "`on-demand`: new mirrors are made without file contents, each of which is fetched when a plan reads "
       "it.",
       read_mirror_blobs},
      {"KEDGE_MIRROR_CHECK_EVERY", "--mirror-check-every", "mirror_check_every", "7d", false,
       "How often a mirror is looked through for damage.", duration_into(&Settings::mirror_check_every)},
      {"KEDGE_MIRROR_LOCK_WAIT", "--mirror-lock-wait", "mirror_lock_wait", "2m", false,
       "How long one job waits for a mirror that another one works on, before it is tried again later.",
       duration_into(&Settings::mirror_lock_wait)},
      {"KEDGE_GIT_CONNECT_TIMEOUT", "--git-connect-timeout", "git_connect_timeout", "15s", false,
       "For reaching the git server.", duration_into(&Settings::git_connect_timeout)},
      {"KEDGE_GIT_STALL_TIMEOUT", "--git-stall-timeout", "git_stall_timeout", "1m", false,
       "A transfer without a byte for this long is given up.", duration_into(&Settings::git_stall_timeout)},
      {"KEDGE_GIT_TIMEOUT", "--git-timeout", "git_timeout", "30m", false,
       "For one transfer as a whole; the first fetch of a repository is one.",
       duration_into(&Settings::git_timeout)},
      {"KEDGE_GIT_PROGRESS_EVERY", "--git-progress-every", "git_progress_every", "10s", false,
       "How often the log tells how far a long transfer is.", duration_into(&Settings::git_progress_every)},
      {"KEDGE_SSH_KEY_FILE", "--ssh-key-file", "ssh_key_file", "", false,
       "Private SSH key without a passphrase that signs commits, for `rollback.commit: ssh`.",
       into(&Settings::ssh_key_file)},
      {"KEDGE_GPG_KEY", "--gpg-key", "gpg_key", "", false,
       "The key in gpg's own keyring that signs commits, for `rollback.commit: gpg`: a fingerprint.",
       into(&Settings::gpg_key)},
      {"KEDGE_RUNBOOK", "--runbook", "runbook", "the preset aegis", false,
       "Runbook file for repositories that have none.", into(&Settings::runbook)},
  };
  return table;
}

std::vector<std::string> channel_setting_names() {
  std::vector<std::string> names;
  for (const incident::ChannelKey& row : incident::channel_keys()) names.emplace_back(row.setting);
  return names;
}

std::map<std::string, Secret> channel_settings(const Settings& settings) {
  std::map<std::string, Secret> values{
      {"KEDGE_SLACK_WEBHOOK_URL", settings.slack_webhook_url},
      {"KEDGE_SLACK_TOKEN", settings.slack_token},
      {"KEDGE_SLACK_CHANNEL", Secret(settings.slack_channel)},
      {"KEDGE_SLACK_API_URL", Secret(settings.slack_api_url)},
      {"KEDGE_DISCORD_WEBHOOK_URL", settings.discord_webhook_url},
      {"KEDGE_SMTP_URL", settings.smtp_url},
      {"KEDGE_MAIL_FROM", Secret(settings.mail_from)},
      {"KEDGE_MAIL_TO", Secret(join(settings.mail_to, ","))},
      {"KEDGE_PAGERDUTY_KEY", settings.pagerduty_key},
      {"KEDGE_PAGERDUTY_URL", Secret(settings.pagerduty_url)},
  };
  std::erase_if(values, [](const auto& entry) { return entry.second.empty(); });
  return values;
}

std::vector<incident::Channel> default_channels(const Settings& settings) {
  std::vector<incident::Channel> channels;
  if (!settings.slack_token.empty() && !settings.slack_channel.empty()) {
    channels.push_back({.name = "slack",
                        .kind = incident::ChannelKind::slack,
                        .settings = {{"token", "${KEDGE_SLACK_TOKEN}"},
                                     {"channel", "${KEDGE_SLACK_CHANNEL}"},
                                     {"api_url", "${KEDGE_SLACK_API_URL}"}}});
  } else if (!settings.slack_webhook_url.empty()) {
    channels.push_back({.name = "slack",
                        .kind = incident::ChannelKind::slack,
                        .settings = {{"url", "${KEDGE_SLACK_WEBHOOK_URL}"}}});
  }
  if (!settings.discord_webhook_url.empty()) {
    channels.push_back({.name = "discord",
                        .kind = incident::ChannelKind::discord,
                        .settings = {{"url", "${KEDGE_DISCORD_WEBHOOK_URL}"}}});
  }
  if (!settings.smtp_url.empty()) {
    channels.push_back(
        {.name = "mail",
         .kind = incident::ChannelKind::mail,
         .settings = {
             {"smtp_url", "${KEDGE_SMTP_URL}"}, {"from", "${KEDGE_MAIL_FROM}"}, {"to", "${KEDGE_MAIL_TO}"}}});
  }
  if (!settings.pagerduty_key.empty()) {
    channels.push_back({.name = "pagerduty",
                        .kind = incident::ChannelKind::pagerduty,
                        .settings = {{"key", "${KEDGE_PAGERDUTY_KEY}"}, {"url", "${KEDGE_PAGERDUTY_URL}"}}});
  }
  return channels;
}

}  // namespace kedge::config
