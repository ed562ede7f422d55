// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirrors.h"

#include "bot/adapters/git/mirror_fetch.h"
#include "bot/adapters/git/mirror_publish.h"
#include "bot/adapters/git/mirror_store.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

/// `owner/repo` goes into an address: nothing but GitHub's own characters may.
Result<std::string> remote_url(const std::string& git_url, const std::string& full_name) {
  const std::size_t slash = full_name.find('/');
  const auto is_name = [](std::string_view part) {
    return !part.empty() && part != "." && part != ".." &&
           part.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
               std::string_view::npos;
  };
  const std::string_view name = full_name;
  if (slash == std::string::npos || !is_name(name.substr(0, slash)) || !is_name(name.substr(slash + 1))) {
    return fail(Errc::invalid, "cannot reach repository {}: not an owner/name", to_valid_utf8(full_name));
  }
  std::string base = git_url;
  while (base.ends_with('/')) base.pop_back();
  return fmt::format("{}/{}.git", base, full_name);
}

Connect connector(const MirrorOptions& options, const Repo& repo, const ports::Repository& repository,
                  std::string url) {
  return [&options, &repo, &repository, url = std::move(url)](Direction direction) {
    NetworkSession session{.limits = options.limits, .stop = options.stop};
    if (options.token) session.token = [&] { return options.token(repository); };
    return Remote::connect(repo, url, direction, std::move(session));
  };
}

}  // namespace

GitMirrors::GitMirrors(MirrorOptions options) : options_(std::move(options)) {}

Result<rollback::Plan> GitMirrors::plan(const ports::Repository& repository,
                                        const ports::PlanRequest& request) {
  KEDGE_TRY(url, remote_url(options_.git_url, repository.full_name));
  KEDGE_TRY(mirror, open_mirror(options_.state_dir, repository.id, options_.stop));
  const Connect connect = connector(options_, mirror.repo, repository, url);
  KEDGE_TRY(ground, update_mirror(mirror.repo, connect, repository.id, request));
  KEDGE_CHECK(mirror.repo.keep_writes_in_memory());
  return make_plan(mirror.repo, ground, request);
}

Result<ports::GitRepo::Published> GitMirrors::publish(const ports::Repository& repository,
                                                      const Publish& request) {
  KEDGE_TRY(url, remote_url(options_.git_url, repository.full_name));
  KEDGE_TRY(mirror, open_mirror(options_.state_dir, repository.id, options_.stop));
  return publish_branch(mirror.repo, connector(options_, mirror.repo, repository, url), request);
}

}  // namespace kedge::adapters::git
