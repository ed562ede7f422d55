// SPDX-License-Identifier: Apache-2.0
// GitHub's answers as a tree that cannot be misread: what is missing or of another type reads as empty, since
// GitHub's own examples lack fields its description demands. And request bodies, written field by field.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::adapters::github {

class Json {
 public:
  Json() = default;
  /// Nothing where the text is no JSON or is nested deeper than kDepthMax.
  static std::optional<Json> parse(std::string_view text);

  [[nodiscard]] Json operator[](std::string_view key) const;
  [[nodiscard]] std::string text() const;     ///< Empty where it is no string.
  [[nodiscard]] std::int64_t number() const;  ///< 0 where it is no integer.
  [[nodiscard]] std::vector<Json> items() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_object() const;

  static constexpr int kDepthMax = 64;

 private:
  std::shared_ptr<const void> root_;  ///< Owns the tree.
  const void* node_ = nullptr;        ///< Null: nothing there.
};

/// Writes one JSON object; a text that is not UTF-8 gets U+FFFD.
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value);
  JsonObject& number(std::string_view key, std::int64_t value);
  JsonObject& flag(std::string_view key, bool value);
  JsonObject& texts(std::string_view key, const std::vector<std::string>& values);
  JsonObject& numbers(std::string_view key, const std::vector<std::int64_t>& values);
  JsonObject& object(std::string_view key, const JsonObject& value);
  [[nodiscard]] std::string str() const { return "{" + inner_ + "}"; }

 private:
  JsonObject& put(std::string_view key, std::string_view raw);
  std::string inner_;
};

}  // namespace kedge::adapters::github
