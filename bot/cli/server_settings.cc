// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/server_settings.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "bot/adapters/system/environment.h"
#include "bot/adapters/system/files.h"

namespace kedge::cli {
namespace {

bool is_of(SettingsFor whom, std::string_view flag) {
  if (whom == SettingsFor::server) return true;
  if (whom == SettingsFor::webhook && flag == "--listen") return true;
  return flag == "--state-dir" || flag == "--database-url";
}

std::string help_of(const config::SettingRow& row) {
  std::string text(row.does);
  text += " (" + std::string(row.environment);
  if (!row.fallback.empty()) text += ", default: " + std::string(row.fallback);
  return text + ")";
}

}  // namespace

SettingFlags::SettingFlags(CLI::App& app, SettingsFor whom) {
  app.fallthrough();
  app.add_option("--config", config_file_, "A YAML file with settings")->type_name("FILE");
  for (const config::SettingRow& row : config::settings_table()) {
    if (row.flag.empty()) continue;
    const std::string flag(row.flag);
    CLI::Option* option = app.add_option(flag, values_[flag.substr(2)], help_of(row))->type_name("");
    if (!is_of(whom, row.flag)) option->group("");
  }
  if (whom != SettingsFor::server)
    app.footer("The server's other settings are understood too: `kedge serve --help` lists them.");
}

Result<config::Settings> SettingFlags::read() const {
  config::Sources sources;
  for (const auto& [flag, value] : values_) {
    if (!value.empty()) sources.flags[flag] = value;
  }
  sources.environment = adapters::system::read_environment();
  sources.root = ::geteuid() == 0;
  sources.read_file = [](const std::string& path) { return adapters::system::read_file(path); };
  if (!config_file_.empty()) {
    KEDGE_TRY(text, adapters::system::read_file(config_file_));
    sources.file_text = std::move(text);
    sources.file_name = config_file_;
  }
  return config::read_settings(sources);
}

}  // namespace kedge::cli
