// SPDX-License-Identifier: Apache-2.0
// Other programs (git, ssh-keygen, gpg), run so that none of them can hang us: a child has a session of its
// own, no terminal, a limit, and is ended with all that it started when we are asked to give up.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::git {

struct Child {
  std::vector<std::string> line;  ///< The program first, found on PATH.
  /// On top of our own environment, of which variables that begin with one of `without` are left out.
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> without;
  std::string input;
  bool with_terminal = false;     ///< Stays in our session and may ask the user; it cannot be ended then.
  Duration time_max{0};           ///< 0: none.
  std::function<bool()> give_up;  ///< Asked every kGiveUpLatency.
  std::function<void(std::string_view)> hear_err;  ///< What it writes to stderr, as it comes.
};

inline constexpr Duration kGiveUpLatency{100};
/// What ends politely within this time may clean up behind itself; then it is killed.
inline constexpr Duration kEndingMax{2000};

struct Ran {
  int status = 0;   ///< 128 + signal where one ended it.
  std::string out;  ///< At most kOutputMax bytes of each.
  std::string err;
};

inline constexpr std::size_t kOutputMax = 1024UL * 1024;

/// Waits for its end. Errors: invalid (it is not installed), unavailable (it cannot be started, took too
/// long, or we gave up).
Result<Ran> run_child(const Child& child);

}  // namespace kedge::adapters::git
