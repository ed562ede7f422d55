// SPDX-License-Identifier: Apache-2.0
// The server's settings. One table drives the environment, `…_FILE`, the YAML of `--config`, the flags,
// `--help` and docs/configuration.md. Flag over environment over file over default; a secret never has a
// flag.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/base/time.h"
#include "bot/incident/policy.h"
#include "bot/rollback/limits.h"

namespace kedge::config {

struct Settings {
  std::string listen = "127.0.0.1:8080";
  std::string database_url;  ///< Default: sqlite:///<state_dir>/kedge.db
  std::string
      state_dir;  ///< Default: $XDG_STATE_HOME/kedge, else ~/.local/state/kedge; /var/lib/kedge for root.
  std::string github_url = "https://github.com";
  std::string github_api_url = "https://api.github.com";
  std::string github_graphql_url;  ///< Derived from the API's.
  std::string app_id;
  Secret private_key;  ///< PEM
  Secret github_token;
  std::vector<Secret> webhook_secrets;
  Duration github_write_pace = std::chrono::seconds{1};
  Secret slack_webhook_url, slack_token;
  std::string slack_channel, slack_api_url = "https://slack.com/api";
  Secret discord_webhook_url;
  Secret smtp_url;
  std::string mail_from;
  std::vector<std::string> mail_to;
  Secret pagerduty_key;
  std::string pagerduty_url = "https://events.pagerduty.com";
  std::string prometheus_url;
  Secret admin_token, alertmanager_token;
  std::string audit_key_file;
  std::string log_level = "info";
  bool log_json = false;
  rollback::Limits plan_limits;
  std::uint64_t mirror_bytes_max = 20ULL * 1024 * 1024 * 1024;  ///< 0: any.
  bool mirror_blobs_on_demand = false;
  Duration mirror_check_every = std::chrono::hours{24 * 7};
  Duration mirror_lock_wait = std::chrono::minutes{2};
  Duration git_connect_timeout = std::chrono::seconds{15};
  Duration git_stall_timeout = std::chrono::seconds{60};
  Duration git_timeout = std::chrono::minutes{30};
  Duration git_progress_every = std::chrono::seconds{10};
  std::string ssh_key_file;
  std::string gpg_key;
  std::string runbook;  ///< Path of the server-wide default runbook; empty: preset aegis.
};

struct SettingRow {
  std::string_view environment;  ///< `KEDGE_LISTEN`
  std::string_view flag;         ///< `--listen`; empty for secrets
  std::string_view yaml;         ///< `listen`
  std::string_view fallback;     ///< As text, for help and docs.
  bool secret = false;
  std::string_view does;  ///< One sentence.
  /// Reads the text into the settings; an error says what is expected.
  std::function<Result<void>(Settings&, std::string_view)> read;
};

const std::vector<SettingRow>& settings_table();

struct Sources {
  std::map<std::string, std::string> flags;        ///< By flag without dashes.
  std::map<std::string, std::string> environment;  ///< All that begin with KEDGE_, and HOME, XDG_STATE_HOME.
  std::string file_text;                           ///< YAML of --config; may be empty.
  std::string file_name;                           ///< For messages.
  bool root = false;
  /// Reads a secret's file; not_found and the like become a message that names the setting.
  std::function<Result<std::string>(const std::string& path)> read_file;
};
/// Errors: invalid, with all problems, one a line, each naming the setting, where it came from and what is
/// expected.
Result<Settings> read_settings(const Sources& sources);

/// The settings that `${NAME}` in a runbook's channel may name, with their values; those not set are left
/// out.
std::map<std::string, Secret> channel_settings(const Settings& settings);
/// The names alone, set or not.
std::vector<std::string> channel_setting_names();
/// One channel for each channel setting that is set, named slack, discord, mail and pagerduty, for runbooks
/// that name none; their settings refer to the server's by name.
std::vector<incident::Channel> default_channels(const Settings& settings);

}  // namespace kedge::config
