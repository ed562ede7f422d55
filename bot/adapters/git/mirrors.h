// SPDX-License-Identifier: Apache-2.0
// ports::GitRepo on bare mirrors of GitHub's repositories, over libgit2.
//
// Each call holds its mirror's lock, which other threads and processes respect; calls for different
// repositories do not wait for each other. Credentials come from a callback alone and are never written down.
// Neither network work nor waiting for the lock can hang: see http_exchange.h and file_lock.h. A damaged
// mirror is replaced by a new one within the call that finds it so.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>

#include "bot/adapters/git/file_lock.h"
#include "bot/adapters/git/http_exchange.h"
#include "bot/adapters/git/link.h"
#include "bot/adapters/git/mirror_upkeep.h"
#include "bot/adapters/git/signer.h"
#include "bot/base/secret.h"
#include "bot/ports/git_repo.h"
#include "bot/ports/github.h"
#include "bot/rollback/limits.h"

namespace kedge::adapters::git {

/// Asked at most twice for one conversation: again where the server refused the first token.
using TokenSource = std::function<Result<Secret>(const ports::Repository&)>;

struct MirrorOptions {
  std::filesystem::path state_dir;
  std::string git_url;  ///< KEDGE_GITHUB_URL; the remote is `<git_url>/<owner>/<repo>.git`.
  TokenSource token;    ///< Empty: anonymous.
  NetworkLimits limits;
  rollback::Limits plan_limits;
  Duration lock_wait = kLockWaitMax;
  std::stop_token stop;  ///< Ends waiting and network work within kStopLatency.
  /// Hears how far a long transfer is, `receiving objects: 450 of 1000`, but not more often than this.
  std::function<void(const ports::Repository&, std::string_view)> progress;
  Duration progress_every = std::chrono::seconds{10};
  Blobs blobs = Blobs::all;  ///< Of mirrors that are made from here on.
  UpkeepLimits upkeep;
  SigningKeys keys;
  ports::Commits* commits = nullptr;  ///< For commits that GitHub makes, and what a push may change.
};

class GitMirrors : public ports::GitRepo {
 public:
  explicit GitMirrors(MirrorOptions options);

  Result<rollback::Plan> plan(const ports::Repository& repository,
                              const ports::PlanRequest& request) override;
  Result<Published> publish(const ports::Repository& repository, const Publish& request) override;

  /// One round of upkeep, for a thread that has nothing else to do; see mirror_upkeep.h.
  Upkeep keep_up(TimePoint now) const;

 private:
  MirrorOptions options_;
};

}  // namespace kedge::adapters::git
