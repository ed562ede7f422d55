// SPDX-License-Identifier: Apache-2.0
// What mirrors need outside of any rollback: packs put together, a look for damage at long intervals, and no
// more room on disk than they may have. A round holds one mirror's lock at a time, takes none that is held,
// and lets go within kGiveUpLatency when somebody wants it: what it was at is done in a later round.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::git {

struct UpkeepLimits {
  std::uint64_t bytes_max = 0;  ///< For all mirrors together; 0: any.
  Duration check_every = std::chrono::hours{24 * 7};
  Duration step_max = std::chrono::minutes{30};  ///< For one run of git.
};

/// More packs or loose objects than these are put together: a hundred packs already slow a revert.
inline constexpr std::size_t kPacksMax = 16;
inline constexpr std::size_t kLooseMax = 400;

/// What a round did, each with the mirrors' repository ids.
struct Upkeep {
  std::vector<std::string> repacked;
  std::vector<std::string> checked;
  std::vector<std::string> damaged;  ///< Put aside; the next plan fetches them anew.
  std::vector<std::string> removed;  ///< Least recently used, for room.
  std::vector<std::string> held;     ///< Should go for room, but safety refs live nowhere else.
  std::vector<std::string> failed;   ///< `42: words`
  std::uint64_t bytes = 0;           ///< What all mirrors take up now.
};

/// One round over the mirrors below `state_dir`. Blocks for as long as git works, never for a lock.
Upkeep keep_mirrors_up(const std::filesystem::path& state_dir, const UpkeepLimits& limits, TimePoint now,
                       const std::stop_token& stop);

}  // namespace kedge::adapters::git
