// SPDX-License-Identifier: Apache-2.0
#include "webhooks/json_view.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "webhooks/json_check.h"

namespace kedge::webhooks {
namespace {

using Json = nlohmann::json;

const Json* find(const void* node, std::string_view path) {
  const auto* json = static_cast<const Json*>(node);
  while (json != nullptr && !path.empty()) {
    const std::string_view key = path.substr(0, path.find('.'));
    path.remove_prefix(key.size() < path.size() ? key.size() + 1 : path.size());
    if (!json->is_object()) return nullptr;
    const auto member = json->find(std::string(key));
    json = member == json->end() ? nullptr : &*member;
  }
  return json;
}

/// Ids come as integers; a number written as `42.0` or `4.2e1` is one too. Beyond 2^53 such a number is no
/// id.
std::optional<std::int64_t> integer_of(const Json* json) {
  constexpr double kExactMax = 9007199254740992.0;
  if (json == nullptr) return std::nullopt;
  if (json->is_number_unsigned()) {
    const auto value = json->get<std::uint64_t>();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
    return static_cast<std::int64_t>(value);
  }
  if (json->is_number_integer()) return json->get<std::int64_t>();
  if (!json->is_number_float()) return std::nullopt;
  const auto value = json->get<double>();
  if (std::abs(value) > kExactMax || std::trunc(value) != value) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

}  // namespace

JsonView JsonView::at(std::string_view path) const {
  return JsonView{find(node_, path)};
}

bool JsonView::has(std::string_view path) const {
  const Json* json = find(node_, path);
  return json != nullptr && !json->is_null();
}

bool JsonView::is_object() const {
  const Json* json = find(node_, {});
  return json != nullptr && json->is_object();
}

bool JsonView::is_text(std::string_view path) const {
  const Json* json = find(node_, path);
  return json != nullptr && json->is_string();
}

bool JsonView::is_integer(std::string_view path) const {
  return integer_of(find(node_, path)).has_value();
}

bool JsonView::is_array(std::string_view path) const {
  const Json* json = find(node_, path);
  return json != nullptr && json->is_array();
}

std::string JsonView::text(std::string_view path) const {
  const Json* json = find(node_, path);
  return json != nullptr && json->is_string() ? json->get<std::string>() : std::string{};
}

std::int64_t JsonView::integer(std::string_view path) const {
  return integer_of(find(node_, path)).value_or(0);
}

int JsonView::small(std::string_view path, int otherwise) const {
  const std::int64_t value = integer_of(find(node_, path)).value_or(-1);
  return value < 0 || value > std::numeric_limits<int>::max() ? otherwise : static_cast<int>(value);
}

bool JsonView::flag(std::string_view path) const {
  const Json* json = find(node_, path);
  return json != nullptr && json->is_boolean() && json->get<bool>();
}

std::optional<TimePoint> JsonView::time(std::string_view path) const {
  const Json* json = find(node_, path);
  if (json == nullptr || !json->is_string()) return std::nullopt;
  return parse_utc(json->get_ref<const std::string&>());
}

std::vector<JsonView> JsonView::items(std::string_view path) const {
  std::vector<JsonView> views;
  const Json* json = find(node_, path);
  if (json == nullptr || !json->is_array()) return views;
  views.reserve(json->size());
  for (const Json& item : *json) views.emplace_back(&item);
  return views;
}

struct JsonDocument::Tree {
  Json json;
};

JsonDocument::JsonDocument(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

std::optional<JsonDocument> JsonDocument::parse(std::string_view json) {
  if (is_too_deep(json)) return std::nullopt;
  auto tree = std::make_unique<Tree>(Tree{Json::parse(json, nullptr, false)});
  if (tree->json.is_discarded()) return std::nullopt;
  return JsonDocument{std::move(tree)};
}

JsonView JsonDocument::root() const {
  return JsonView{&tree_->json};
}

}  // namespace kedge::webhooks
