// SPDX-License-Identifier: Apache-2.0
// The part of the process's environment that Kedge looks at. Everything else stays unread, so that no other
// program's secret can reach a log or a runbook through us.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace kedge::adapters::system {

/// True for KEDGE_*, HOME, XDG_STATE_HOME, SSL_CERT_FILE, NOTIFY_SOCKET and git's GIT_AUTHOR_* and
/// GIT_COMMITTER_*.
bool is_environment_of_kedge(std::string_view name);

/// Those names of `environment` (null-terminated `NAME=value` texts); the first of equal names counts, as for
/// getenv(3).
std::map<std::string, std::string> read_environment(const char* const* environment);
/// The same of this process. Call it before threads start.
std::map<std::string, std::string> read_environment();

}  // namespace kedge::adapters::system
