// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git_fetch.h"

#include <cstdlib>

#include "bot/adapters/git/git_command.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using Setting = std::pair<std::string, std::string>;

/// git reads settings from its environment as it does from a file (git 2.31).
void configure(Child& child, const std::vector<Setting>& settings) {
  std::size_t count = 0;
  for (const auto& [key, value] : settings) {
    child.environment.emplace_back(fmt::format("GIT_CONFIG_KEY_{}", count), key);
    child.environment.emplace_back(fmt::format("GIT_CONFIG_VALUE_{}", count), value);
    ++count;
  }
  child.environment.emplace_back("GIT_CONFIG_COUNT", std::to_string(count));
}

std::vector<Setting> settings_for(const Link& link, const Secret& token) {
  const auto stall = std::max<Duration::rep>(1, link.limits.stall / std::chrono::seconds{1});
  std::vector<Setting> settings{{"http.followRedirects", "false"},
                                {"http.lowSpeedLimit", "1"},
                                {"http.lowSpeedTime", std::to_string(stall)},
                                {"http.userAgent", "git/2 (kedge)"},
                                {"protocol.version", "2"},
                                {"fetch.unpackLimit", "1"}};
  if (!token.empty()) {
    const std::string pair = "x-access-token:" + token.reveal();
    settings.emplace_back("http.extraHeader", "Authorization: Basic " + to_base64(pair));
  }
  if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') {
    settings.emplace_back("http.sslCAInfo", file);
  }
  return settings;
}

/// git's last progress line, which ends with CR: `Receiving objects:  45% (450/1000), 1.20 MiB`.
std::string_view last_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  const std::size_t end = text.find_last_of("\r\n");
  return trim(end == std::string_view::npos ? text : text.substr(end + 1));
}

}  // namespace

Result<bool> fetch_by_git(const std::filesystem::path& mirror, const Link& link, const Remote& remote,
                          const std::vector<std::string>& refspecs) {
  Child fetch =
      git_on_mirror(mirror, {"fetch", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
                             "--no-recurse-submodules", "--refmap=", "--progress", "--stdin", remote.url()});
  configure(fetch, settings_for(link, remote.token()));
  fetch.input = join(refspecs, "\n") + "\n";
  fetch.time_max = link.limits.total;
  fetch.give_up = [&] { return link.stop.stop_requested(); };
  fetch.hear_err = [&](std::string_view text) { link.progress.tell(last_line(text)); };
  const Result<Ran> fetched = run_child(fetch);
  if (!fetched && fetched.error().code == Errc::invalid) return false;
  if (!fetched) return pass(fetched.error());
  if (fetched->status != 0) return false;
  // Thousands of tags in a file each would be read for every plan.
  Child pack = git_on_mirror(mirror, {"pack-refs", "--all"});
  pack.give_up = fetch.give_up;
  pack.time_max = link.limits.total;
  KEDGE_TRY(packed, run_child(pack));
  return packed.status == 0;
}

}  // namespace kedge::adapters::git
