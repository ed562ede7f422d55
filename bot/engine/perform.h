// SPDX-License-Identifier: Apache-2.0
// One effect against the outside world. What is said is rendered here, from the newest state, so a retry
// never tells old news. Nothing is decided here but whether to try again: what an outcome means is the core's
// business.
//
// What becomes of an error (the engine counts):
//   rate_limited, unavailable: tried again, as the peer says or at doubling waits up to Limits::backoff_max.
//     Writes to GitHub without end, reads and chat a limited number of times. GitHub's 401 and a suspended
//     installation count as unavailable, since time heals them.
//   denied: parked at once with its reason. What waits for GitHub's permission is woken when the installation
//     is allowed more or stands anew, or by `kedge queue retry`.
//   the others: parked at once; only `kedge queue retry` runs it again. Except where the failure is the
//   answer that the core waits for (is_answer): such an effect is done. a crash: tried again; after
//   Limits::effect_crashes_max of them parked.
#pragma once

#include <functional>
#include <optional>
#include <variant>

#include "bot/engine/turns.h"
#include "bot/incident/effect.h"
#include "bot/ports/chat.h"
#include "bot/ports/git_repo.h"
#include "bot/ports/github.h"
#include "bot/ports/store.h"

namespace kedge::engine {

/// The outside worlds an effect may touch.
struct World {
  ports::Conversations& conversations;
  ports::Changes& changes;
  ports::GitRepo& git;
  ports::Chat& chat;
};

struct Identity {
  std::string name;
  std::string email;
};

struct Again {
  std::optional<Duration> after;  ///< None: the usual backoff.
  bool doubt = false;             ///< The attempt may have worked.
  std::string error;
};
using Performed = std::variant<incident::Outcome, Again>;

/// True where running it again would fail in the same way, and the core has told who asked or has gone on
/// another way: a target that nobody can find, a base that moved.
bool is_answer(const incident::Effect& effect, const incident::Failed& failed);

/// A first chat message waits this long after the declaration for the link.
inline constexpr Duration kLinkWaitMax = std::chrono::milliseconds{1500};
inline constexpr Duration kLinkWaitStep = std::chrono::milliseconds{300};

class Performer {
 public:
  /// `identity` is asked when a commit is to be made in a repository: who its author is.
  Performer(World world, PolicySource policies,
            std::function<Result<Identity>(const ports::Repository&)> identity, std::string web_url);

  /// Blocks as long as the adapter does. `state` is the newest state of the effect's repository.
  Performed perform(const incident::State& state, const incident::Effect& effect,
                    const ports::OutboxItem& item, const std::string& self_login, TimePoint now) const;

 private:
  World world_;
  PolicySource policies_;
  std::function<Result<Identity>(const ports::Repository&)> identity_;
  std::string web_url_;
};

}  // namespace kedge::engine
