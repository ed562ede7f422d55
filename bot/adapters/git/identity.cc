// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/identity.h"

#include <cstdlib>

#include "bot/adapters/git/repo.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(trim(value));
}

Result<ConfigHandle> open_config(const Repo& repo) {
  git_config* live = nullptr;
  if (git_repository_config(&live, repo.raw()) != 0) {
    return fail(Errc::invalid, "cannot read git's configuration: {}", last_error());
  }
  const ConfigHandle owned(live);
  // libgit2 does not know this variable, git and its users do.
  if (const std::string global = from_environment("GIT_CONFIG_GLOBAL"); !global.empty()) {
    git_config_add_file_ondisk(live, global.c_str(), GIT_CONFIG_LEVEL_GLOBAL, repo.raw(), 1);
  }
  git_config* snapshot = nullptr;
  if (git_config_snapshot(&snapshot, live) != 0) {
    return fail(Errc::invalid, "cannot read git's configuration: {}", last_error());
  }
  return ConfigHandle(snapshot);
}

std::string from_config(git_config* config, const char* key) {
  const char* value = nullptr;
  return git_config_get_string(&value, config, key) == 0 && value != nullptr ? std::string(trim(value))
                                                                             : std::string();
}

}  // namespace

Result<Identity> read_identity(const Repo& repo) {
  KEDGE_TRY(config, open_config(repo));
  Identity identity{.name = from_environment("GIT_COMMITTER_NAME"),
                    .email = from_environment("GIT_COMMITTER_EMAIL")};
  for (const char* key : {"committer.name", "user.name"}) {
    if (identity.name.empty()) identity.name = from_config(config.get(), key);
  }
  for (const char* key : {"committer.email", "user.email"}) {
    if (identity.email.empty()) identity.email = from_config(config.get(), key);
  }
  if (identity.name.empty() || identity.email.empty()) {
    return fail(Errc::invalid,
                "cannot commit: git does not know who you are; run `git config --global user.name \"Your "
                "Name\"` and `git config --global user.email you@example.com`");
  }
  return identity;
}

}  // namespace kedge::adapters::git
