// SPDX-License-Identifier: Apache-2.0
// What the sandbox saw: every write in memory, for assertions, and every REST exchange as a JSON line in a
// file, for the judge of GitHub's OpenAPI description. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "bot/base/time.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox {

/// A request that can change something, as it was answered.
struct Write {
  std::int64_t seq = 0;
  std::string method, path, as;
  int status = 0;  ///< 0: it took effect, but its answer was withheld.
  std::string body;
  TimePoint at{};
};

class Journal {
 public:
  /// `record_file` may be empty.
  explicit Journal(const std::string& record_file) : record_file_(record_file) {}
  void write(Write write);
  std::vector<Write> writes(std::int64_t since) const;
  void record(const Request& request, const std::string& path, const Response& response);

 private:
  mutable std::mutex mutex_;
  std::string record_file_;
  std::vector<Write> writes_;
};

}  // namespace kedge::sandbox
