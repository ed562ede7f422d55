// SPDX-License-Identifier: Apache-2.0
// Telling how far a transfer is, at sane intervals.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "bot/base/time.h"

namespace kedge::adapters::git {

/// Passes on what is told, but not more often than `every`, and nothing before `every` is over: what is done
/// quickly is not worth a word. Copies share one clock. Not for two threads at once.
class Progress {
 public:
  using Sink = std::function<void(std::string_view)>;

  Progress() = default;
  Progress(Sink sink, Duration every);
  void tell(std::string_view how_far) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kedge::adapters::git
