// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/server_settings.h"

#include <unistd.h>

#include <CLI/CLI.hpp>

#include "bot/adapters/system/environment.h"
#include "bot/adapters/system/files.h"

namespace kedge::cli {

SettingFlags::SettingFlags(CLI::App& app) {
  app.add_option("--config", config_file_, "A YAML file with settings");
  for (const config::SettingRow& row : config::settings_table()) {
    if (row.flag.empty()) continue;
    const std::string flag(row.flag);
    app.add_option(flag, values_[flag.substr(2)],
                   std::string(row.does) + " (" + std::string(row.environment) +
                       ", default: " + std::string(row.fallback) + ")");
  }
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
