// SPDX-License-Identifier: Apache-2.0
// Runs a program (git, in practice) to its end, with text in and text out.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kedge::sandbox::forge {

struct Finished {
  int status = 0;  ///< Exit status; 127 where it could not be started, 128 + signal where it was killed.
  std::string out;
  std::string err;
};

struct Program {
  std::vector<std::string> arguments;                            ///< The first is the program, found in PATH.
  std::vector<std::pair<std::string, std::string>> environment;  ///< Added to ours.
  std::string directory;                                         ///< Empty: ours.
  std::string input;
};

/// Blocks until the program has ended and its output is read. Thread-safe.
Finished run(const Program& program);

}  // namespace kedge::sandbox::forge
