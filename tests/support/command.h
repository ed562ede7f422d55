// SPDX-License-Identifier: Apache-2.0
// The output of a command, for tests that ask another program.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace kedge {

/// What it printed, with `[exit …]` at the end where it failed.
inline std::string run_and_read(const std::string& command) {
  std::string out;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> bytes{};
  for (std::size_t got = 0; (got = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;)
    out.append(bytes.data(), got);
  const int status = ::pclose(pipe);
  return status == 0 ? out : out + "[exit " + std::to_string(status) + "]";
}

}  // namespace kedge
