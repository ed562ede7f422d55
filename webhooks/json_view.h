// SPDX-License-Identifier: Apache-2.0
// A parsed payload, read leniently by dotted paths such as `workflow_run.head_repository.id`. What is absent,
// null or of another type reads as empty, 0, false or nothing; no call throws. The library that parses is
// known to json_view.cc alone, so the parsers of the events compile fast and cannot be strict by accident.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/base/time.h"

namespace kedge::webhooks {

/// A place in a JsonDocument, which must outlive it; copied like a pointer.
class JsonView {
 public:
  JsonView() = default;
  explicit JsonView(const void* node) : node_(node) {}

  [[nodiscard]] JsonView at(std::string_view path) const;  ///< An empty path is this place itself.
  [[nodiscard]] bool has(std::string_view path) const;     ///< There, and not null.
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_text(std::string_view path) const;
  [[nodiscard]] bool is_integer(std::string_view path) const;  ///< One that fits into 64 bits.
  [[nodiscard]] bool is_array(std::string_view path) const;

  [[nodiscard]] std::string text(std::string_view path) const;
  [[nodiscard]] std::int64_t integer(std::string_view path) const;
  [[nodiscard]] int small(std::string_view path, int otherwise) const;  ///< Only 0 … 2^31-1.
  [[nodiscard]] bool flag(std::string_view path) const;
  [[nodiscard]] std::optional<TimePoint> time(std::string_view path) const;
  [[nodiscard]] std::vector<JsonView> items(std::string_view path) const;  ///< Of an array.

 private:
  const void* node_ = nullptr;
};

class JsonDocument {
 public:
  /// Nothing for text that is not JSON or nested deeper than kJsonDepthMax.
  static std::optional<JsonDocument> parse(std::string_view json);

  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;
  ~JsonDocument();

  [[nodiscard]] JsonView root() const;

 private:
  struct Tree;
  explicit JsonDocument(std::unique_ptr<Tree> tree);
  std::unique_ptr<Tree> tree_;
};

}  // namespace kedge::webhooks
