// SPDX-License-Identifier: Apache-2.0
// Text that must not be printed. It has no formatter and no stream operator; reveal() is easy to search for.
#pragma once

#include <string>
#include <utility>

namespace kedge {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  [[nodiscard]] const std::string& reveal() const { return value_; }
  [[nodiscard]] bool empty() const { return value_.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string value_;
};

}  // namespace kedge
