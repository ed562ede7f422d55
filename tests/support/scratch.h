// SPDX-License-Identifier: Apache-2.0
// A directory of its own for one test, removed at its end, and processes to run in it.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace kedge::test {

/// Where the machine keeps files in memory, else where it keeps temporary ones. For tests that write very
/// many.
std::filesystem::path memory_directory();

class ScratchDir {
 public:
  explicit ScratchDir(const std::filesystem::path& under = std::filesystem::temp_directory_path());
  ~ScratchDir();
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& path, const std::string& bytes);
std::string read_file(const std::filesystem::path& path);

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
};

struct Process {
  std::vector<std::string> arguments;  ///< The program first; found on PATH.
  std::filesystem::path directory = ".";
  std::map<std::string, std::string> environment;  ///< Nothing else but PATH.
  std::string input;
};

/// Runs to the end. Throws std::runtime_error where the program cannot be started.
Ran run(const Process& process);

}  // namespace kedge::test
