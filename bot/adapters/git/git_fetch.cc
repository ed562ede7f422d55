// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git_fetch.h"

#include <cstdlib>

#include "bot/adapters/git/git_command.h"
#include "bot/adapters/git/refusal.h"
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

std::vector<Setting> settings_for(const Link& link, const Remote& remote) {
  const auto stall = std::max<Duration::rep>(1, link.limits.stall / std::chrono::seconds{1});
  const Secret token = remote.token();
  std::vector<Setting> settings{
      {"remote.origin.url", remote.url()}, {"http.followRedirects", "false"},
      {"http.lowSpeedLimit", "1"},         {"http.lowSpeedTime", std::to_string(stall)},
      {"http.userAgent", "git/2 (kedge)"}, {"protocol.version", "2"},
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

/// git's promisor packs belong to a remote that has a name; it is known by its address alone elsewhere.
constexpr const char* kRemote = "origin";

enum class Wanted { refspecs, objects };

Child fetching(const std::filesystem::path& mirror, const Link& link, const Remote& remote, Wanted what,
               const std::vector<std::string>& lines, Blobs blobs) {
  std::vector<std::string> arguments = {"fetch",
                                        "--no-tags",
                                        "--no-write-fetch-head",
                                        "--no-auto-maintenance",
                                        "--no-recurse-submodules",
                                        "--refmap=",
                                        "--progress",
                                        "--stdin"};
  if (blobs == Blobs::on_demand) arguments.emplace_back("--filter=blob:none");
  arguments.emplace_back(kRemote);
  Child child = git_on_mirror(mirror, arguments);
  child.input = join(lines, "\n") + "\n";
  child.time_max = link.limits.total;
  child.give_up = [&link] { return link.stop.stop_requested(); };
  child.hear_err = [&link](std::string_view text) { link.progress.tell(last_line(text)); };
  std::vector<Setting> settings = settings_for(link, remote);
  // What we have says nothing about single objects.
  if (what == Wanted::objects) settings.emplace_back("fetch.negotiationAlgorithm", "noop");
  configure(child, settings);
  return child;
}

}  // namespace

Result<bool> fetch_by_git(const std::filesystem::path& mirror, const Link& link, const Remote& remote,
                          const std::vector<std::string>& refspecs, Blobs blobs) {
  const Child fetch = fetching(mirror, link, remote, Wanted::refspecs, refspecs, blobs);
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

Result<void> fetch_objects_by_git(const std::filesystem::path& mirror, const Link& link, const Remote& remote,
                                  const std::vector<std::string>& ids) {
  const Child fetch = fetching(mirror, link, remote, Wanted::objects, ids, Blobs::on_demand);
  KEDGE_TRY(fetched, run_child(fetch));
  if (fetched.status == 0) return {};
  if (fetched.err.find("not our ref") != std::string::npos) {
    return fail(Errc::not_found, "cannot fetch what the mirror was made without: {}",
                clean_words(last_line(fetched.err)));
  }
  return fail(Errc::unavailable, "cannot fetch {} file content{} that the mirror was made without: {}",
              ids.size(), ids.size() == 1 ? "" : "s", clean_words(last_line(fetched.err)));
}

}  // namespace kedge::adapters::git
