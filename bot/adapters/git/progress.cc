// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/progress.h"

#include <chrono>
#include <utility>

namespace kedge::adapters::git {

using Clock = std::chrono::steady_clock;

struct Progress::State {
  Sink sink;
  Duration every;
  Clock::time_point told;
};

Progress::Progress(Sink sink, Duration every) {
  if (sink) state_ = std::make_shared<State>(State{std::move(sink), every, Clock::now()});
}

void Progress::tell(std::string_view how_far) const {
  if (!state_ || Clock::now() - state_->told < state_->every) return;
  state_->told = Clock::now();
  state_->sink(how_far);
}

}  // namespace kedge::adapters::git
