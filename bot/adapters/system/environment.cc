// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/environment.h"

#include <unistd.h>

namespace kedge::adapters::system {

bool is_environment_of_kedge(std::string_view name) {
  for (const std::string_view prefix : {"KEDGE_", "GIT_AUTHOR_", "GIT_COMMITTER_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return name == "HOME" || name == "XDG_STATE_HOME" || name == "SSL_CERT_FILE" || name == "NOTIFY_SOCKET";
}

std::map<std::string, std::string> read_environment(const char* const* environment) {
  std::map<std::string, std::string> found;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry(*environment);
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = entry.substr(0, equals);
    if (is_environment_of_kedge(name)) found.emplace(name, entry.substr(equals + 1));
  }
  return found;
}

std::map<std::string, std::string> read_environment() {
  return read_environment(environ);
}

}  // namespace kedge::adapters::system
