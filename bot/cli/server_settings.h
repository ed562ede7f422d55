// SPDX-License-Identifier: Apache-2.0
// Settings for every subcommand that works with a server's settings: one flag a row of the table that is no
// secret.
#pragma once

#include <map>
#include <string>

#include "bot/base/error.h"
#include "bot/config/settings.h"

namespace CLI {
class App;
}

namespace kedge::cli {

/// Whose help the flags stand in. All are understood everywhere, so that one set of settings serves a server
/// and the commands beside it; help shows what the command reads.
enum class SettingsFor { server, store, webhook };

class SettingFlags {
 public:
  /// Adds the flags and `--config FILE` to `app`, which must outlive this object's use. Flags may stand
  /// before or behind the subcommands that are added later.
  explicit SettingFlags(CLI::App& app, SettingsFor whom = SettingsFor::server);
  /// After parsing: flags over environment over file over defaults. Errors: invalid, one problem a line.
  Result<config::Settings> read() const;

 private:
  std::map<std::string, std::string> values_;  ///< By flag without dashes.
  std::string config_file_;
};

}  // namespace kedge::cli
