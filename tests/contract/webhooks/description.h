// SPDX-License-Identifier: Apache-2.0
// GitHub's published description of its webhooks (OpenAPI 3.1, npm `@octokit/openapi-webhooks`), asked one
// question: may a payload of this event have this path? Types and required fields are not asked about,
// because GitHub's own examples break them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::testing {

class Description {
 public:
  Description();

  /// Is there such an event with such an action (empty for events without one)?
  [[nodiscard]] bool knows(std::string_view event, std::string_view action) const;
  [[nodiscard]] bool has_path(std::string_view event, std::string_view action, std::string_view path) const;
  /// The paths of `payload` that the description does not have.
  [[nodiscard]] std::vector<std::string> unknown_paths(std::string_view event, std::string_view action,
                                                       const nlohmann::json& payload) const;

 private:
  using Alternatives = std::vector<const nlohmann::json*>;
  [[nodiscard]] const nlohmann::json* payload_of(std::string_view event, std::string_view action) const;
  [[nodiscard]] Alternatives resolved(Alternatives schemas) const;
  [[nodiscard]] Alternatives member(const Alternatives& schemas, const std::string& name) const;
  void collect_unknown(const Alternatives& schemas, const nlohmann::json& value, const std::string& path,
                       std::vector<std::string>& unknown) const;

  nlohmann::json document_;
};

}  // namespace kedge::testing
