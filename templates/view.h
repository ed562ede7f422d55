// SPDX-License-Identifier: Apache-2.0
// What a template is filled with: names → markup, flags, lists and parts. Values are Markup, so nothing that
// was not escaped can get in. An empty value is false in a section (`{{#name}}`).
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "templates/escape.h"

namespace kedge::templates {

class View {
 public:
  using Value = std::variant<Markup, bool, std::vector<View>>;

  View& put(std::string name, Markup value) { return store(std::move(name), std::move(value)); }
  View& put(std::string name, std::int64_t number) { return store(std::move(name), own(number)); }
  View& flag(std::string name, bool on = true) { return store(std::move(name), on); }
  View& list(std::string name, std::vector<View> items) { return store(std::move(name), std::move(items)); }
  /// All names of the other view; what both have is taken from the other.
  View& add(const View& other) {
    for (const auto& [name, value] : other.values_) values_.insert_or_assign(name, value);
    return *this;
  }
  [[nodiscard]] const std::map<std::string, Value>& values() const { return values_; }

 private:
  View& store(std::string name, Value value) {
    values_.insert_or_assign(std::move(name), std::move(value));
    return *this;
  }
  std::map<std::string, Value> values_;
};

}  // namespace kedge::templates
