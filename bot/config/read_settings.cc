// SPDX-License-Identifier: Apache-2.0
// Flags, environment and file → settings, in that order of precedence, with all problems at once.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "bot/base/text.h"
#include "bot/config/settings.h"
#include "bot/config/validate.h"

namespace kedge::config {
namespace {

struct Given {
  std::string text;
  std::string where;  ///< For messages.
};

using Problems = std::vector<std::string>;

/// The file's settings by key; unknown keys are problems.
std::map<std::string, std::string> read_file_settings(const Sources& sources, Problems& problems) {
  std::map<std::string, std::string> values;
  if (trim(sources.file_text).empty()) return values;
  std::vector<Problem> found;
  const YAML::Node node = parse_yaml(sources.file_text, found);
  if (found.empty() && node.IsNull()) return values;
  if (found.empty() && !node.IsMap()) found.push_back({.message = "must be a map of settings"});
  if (found.empty()) {
    for (const auto& entry : node) {
      const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
      const bool known = std::ranges::any_of(settings_table(), [&](const SettingRow& row) {
        return row.yaml == key || (row.secret && std::string(row.yaml) + "_file" == key);
      });
      if (!known) {
        found.push_back(
            problem_at(entry.first, fmt::format("`{}` is not a setting", truncate_utf8(key, 60))));
      } else if (!entry.second.IsScalar()) {
        found.push_back(problem_at(entry.second.IsNull() ? entry.first : entry.second,
                                   fmt::format("`{}` must be text", key)));
      } else if (!values.emplace(key, entry.second.Scalar()).second) {
        found.push_back(problem_at(entry.first, fmt::format("`{}` stands here twice", key)));
      }
    }
  }
  for (const Problem& problem : found)
    problems.push_back(fmt::format("{}: {}", sources.file_name, problem.text()));
  return values;
}

/// A secret may stand in a file of its own.
std::optional<Given> from_secret_file(const std::string& name, const std::string& path,
                                      const Sources& sources, Problems& problems) {
  if (!sources.read_file) return std::nullopt;
  const auto text = sources.read_file(path);
  if (!text) {
    problems.push_back(fmt::format("{}: {}", name, text.error().message));
    return std::nullopt;
  }
  if (trim(*text).empty()) {
    problems.push_back(fmt::format("{}: the file `{}` is empty", name, path));
    return std::nullopt;
  }
  return Given{.text = *text, .where = name};
}

std::optional<Given> find(const SettingRow& row, const Sources& sources,
                          const std::map<std::string, std::string>& file, Problems& problems) {
  if (!row.flag.empty()) {
    const auto flag = sources.flags.find(std::string(row.flag.substr(2)));
    if (flag != sources.flags.end()) return Given{flag->second, std::string(row.flag)};
  }
  const auto in_environment = sources.environment.find(std::string(row.environment));
  if (in_environment != sources.environment.end() && !in_environment->second.empty()) {
    return Given{in_environment->second, std::string(row.environment)};
  }
  if (row.secret) {
    const std::string name = std::string(row.environment) + "_FILE";
    const auto path = sources.environment.find(name);
    if (path != sources.environment.end() && !path->second.empty()) {
      return from_secret_file(name, path->second, sources, problems);
    }
    const auto file_path = file.find(std::string(row.yaml) + "_file");
    if (file_path != file.end())
      return from_secret_file(std::string(row.yaml) + "_file", file_path->second, sources, problems);
  }
  const auto in_file = file.find(std::string(row.yaml));
  if (in_file != file.end() && !in_file->second.empty())
    return Given{in_file->second, fmt::format("{} ({})", row.yaml, sources.file_name)};
  return std::nullopt;
}

std::string default_state_dir(const Sources& sources) {
  const auto value = [&](const char* name) {
    const auto found = sources.environment.find(name);
    return found == sources.environment.end() ? std::string() : found->second;
  };
  if (sources.root) return "/var/lib/kedge";
  if (!value("XDG_STATE_HOME").empty()) return value("XDG_STATE_HOME") + "/kedge";
  if (!value("HOME").empty()) return value("HOME") + "/.local/state/kedge";
  return "/var/lib/kedge";
}

void derive(Settings& settings, const Sources& sources) {
  if (settings.state_dir.empty()) settings.state_dir = default_state_dir(sources);
  if (settings.database_url.empty()) {
    settings.database_url = fmt::format("sqlite://{}/kedge.db", settings.state_dir);
  }
  if (settings.github_graphql_url.empty()) {
    // https://HOST/api/v3 → https://HOST/api/graphql; api.github.com → api.github.com/graphql
    std::string base = settings.github_api_url;
    if (base.ends_with("/v3")) base.resize(base.size() - 3);
    settings.github_graphql_url = base + "/graphql";
  }
}

}  // namespace

Result<Settings> read_settings(const Sources& sources) {
  Settings settings;
  Problems problems;
  const auto file = read_file_settings(sources, problems);
  for (const SettingRow& row : settings_table()) {
    const auto given = find(row, sources, file, problems);
    if (!given) continue;
    if (const auto read = row.read(settings, given->text); !read) {
      problems.push_back(fmt::format("{}: {}", given->where, read.error().message));
    }
  }
  if (!settings.slack_token.empty() && settings.slack_channel.empty()) {
    problems.emplace_back("KEDGE_SLACK_TOKEN: needs KEDGE_SLACK_CHANNEL, the channel's id");
  }
  if (!settings.smtp_url.empty() && (settings.mail_from.empty() || settings.mail_to.empty())) {
    problems.emplace_back("KEDGE_SMTP_URL: needs KEDGE_MAIL_FROM and KEDGE_MAIL_TO");
  }
  if (!problems.empty()) return fail(Errc::invalid, "{}", join(problems, "\n"));
  derive(settings, sources);
  return settings;
}

}  // namespace kedge::config
