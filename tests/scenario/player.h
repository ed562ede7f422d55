// SPDX-License-Identifier: Apache-2.0
// One story's house and the words that move it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/support/house.h"

namespace kedge::testing {

class Player {
 public:
  Player();
  /// What is so from the beginning; the line without its first word. Throws for unknown words.
  void given(const std::string& line);
  /// What people, CI or the clock do, until Kedge has come to rest. Throws for unknown words.
  void when(const std::string& line);
  /// What the bot did outside since the last call, with names in place of hashes and numbers of runs.
  std::vector<std::string> did();

 private:
  bool person_acts(const std::string& who, const std::string& verb, const std::string& rest);
  void push(const std::string& what);
  void end_runs();
  void pass(Duration duration);
  void die();
  Mishap mishap(std::string_view call);
  std::string with_names(std::string text);

  House house_;
  std::set<std::string> conflicts_;                    ///< Bases on which bad commits do not revert.
  std::set<std::string, std::less<>> deaths_;          ///< Calls in which the server is still to die.
  std::set<std::string, std::less<>> losses_;          ///< Calls whose answer is still to be lost.
  std::map<std::string, Mishap, std::less<>> always_;  ///< Calls that never come right.
  std::string suspended_before_;                       ///< The call from which on the App is suspended.
  bool base_moves_ = false;
  bool reversed_ = false;
  std::string bad_;
};

}  // namespace kedge::testing
