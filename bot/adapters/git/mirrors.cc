// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirrors.h"

#include "bot/adapters/git/mirror_fetch.h"
#include "bot/adapters/git/mirror_publish.h"
#include "bot/adapters/git/mirror_store.h"
#include "bot/adapters/git/missing_blobs.h"
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

Link link_to(const MirrorOptions& options, const ports::Repository& repository, std::string url) {
  Link link{.url = std::move(url),
            .token = {},
            .limits = options.limits,
            .stop = options.stop,
            .progress = {},
            .blobs = options.blobs};
  if (options.token) link.token = [&] { return options.token(repository); };
  if (options.progress) {
    link.progress = Progress([&](std::string_view how_far) { options.progress(repository, how_far); },
                             options.progress_every);
  }
  return link;
}

/// Beside the objects it speaks of, so that it goes when the mirror goes.
std::filesystem::path changes_file(const Repo& repo) {
  return std::filesystem::path(git_repository_path(repo.raw())) / "kedge-changes";
}

template <typename Value>
using Work = std::function<Result<Value>(Repo&, const Link&, MissingBlobs&)>;

/// Does the work on the repository's mirror, and once more on a new one where the mirror is damaged.
template <typename Value>
Result<Value> on_mirror(const MirrorOptions& options, const ports::Repository& repository,
                        const Work<Value>& work) {
  KEDGE_TRY(url, remote_url(options.git_url, repository.full_name));
  KEDGE_TRY(mirror, hold_mirror(options.state_dir, repository.id, options.lock_wait, options.stop));
  const auto attempt = [&]() -> Result<Value> {
    KEDGE_TRY(repo, open_mirror(mirror));
    const Link link = link_to(options, repository, url);
    MissingBlobs blobs(repo, link);
    if (link.blobs == Blobs::on_demand || repo.is_partial()) KEDGE_CHECK(blobs.attach());
    Result<Value> done = work(repo, link, blobs);
    if (done) carry_refs_over(mirror);
    // What could not be fetched is no damage, and an answer without it may be wrong.
    if (blobs.failure()) return pass(*blobs.failure());
    return done;
  };
  Result<Value> done = attempt();
  if (done || done.error().code != Errc::corrupt) return done;
  KEDGE_CHECK(put_aside(mirror));
  return attempt();
}

}  // namespace

GitMirrors::GitMirrors(MirrorOptions options) : options_(std::move(options)) {}

Result<rollback::Plan> GitMirrors::plan(const ports::Repository& repository,
                                        const ports::PlanRequest& request) {
  return on_mirror<rollback::Plan>(
      options_, repository, [&](Repo& repo, const Link& link, MissingBlobs& blobs) -> Result<rollback::Plan> {
        KEDGE_TRY(ground, update_mirror(repo, link, repository.id, request, options_.plan_limits));
        KEDGE_CHECK(repo.keep_writes_in_memory());
        ground.limits = options_.plan_limits;
        ground.changes_file = changes_file(repo);
        if (repo.is_partial())
          ground.bring = [&](const std::vector<std::string>& ids) { return blobs.bring(ids); };
        return make_plan(repo, ground, request);
      });
}

Result<ports::GitRepo::Published> GitMirrors::publish(const ports::Repository& repository,
                                                      const Publish& request) {
  return on_mirror<Published>(options_, repository, [&](Repo& repo, const Link& link, MissingBlobs&) {
    return publish_branch(repo, link, request,
                          {.repository = repository, .keys = options_.keys, .commits = options_.commits});
  });
}

Upkeep GitMirrors::keep_up(TimePoint now) const {
  return keep_mirrors_up(options_.state_dir, options_.upkeep, now, options_.stop);
}

}  // namespace kedge::adapters::git
