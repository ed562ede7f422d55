// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

using Tree = nlohmann::json;

const Tree& tree(const void* node) {
  return *static_cast<const Tree*>(node);
}

/// Counts brackets outside strings, before a parser spends memory on them.
bool is_shallow(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > Json::kDepthMax) return false;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return true;
}

std::string literal(std::string_view text) {
  return Tree(text).dump(-1, ' ', false, Tree::error_handler_t::replace);
}

}  // namespace

std::optional<Json> Json::parse(std::string_view text) {
  if (!is_shallow(text)) return std::nullopt;
  auto parsed = std::make_shared<Tree>(Tree::parse(text, nullptr, false));
  if (parsed->is_discarded()) return std::nullopt;
  Json json;
  json.node_ = parsed.get();
  json.root_ = std::move(parsed);
  return json;
}

Json Json::operator[](std::string_view key) const {
  Json child;
  if (!is_object()) return child;
  const auto at = tree(node_).find(std::string(key));
  if (at == tree(node_).end()) return child;
  child.root_ = root_;
  child.node_ = &*at;
  return child;
}

std::string Json::text() const {
  return node_ != nullptr && tree(node_).is_string() ? tree(node_).get<std::string>() : std::string();
}

std::int64_t Json::number() const {
  return node_ != nullptr && tree(node_).is_number_integer() ? tree(node_).get<std::int64_t>() : 0;
}

std::vector<Json> Json::items() const {
  std::vector<Json> out;
  if (node_ == nullptr || !tree(node_).is_array()) return out;
  for (const Tree& item : tree(node_)) {
    Json child;
    child.root_ = root_;
    child.node_ = &item;
    out.push_back(std::move(child));
  }
  return out;
}

bool Json::is_null() const {
  return node_ == nullptr || tree(node_).is_null();
}

bool Json::is_object() const {
  return node_ != nullptr && tree(node_).is_object();
}

JsonObject& JsonObject::put(std::string_view key, std::string_view raw) {
  if (!inner_.empty()) inner_ += ',';
  inner_ += literal(key);
  inner_ += ':';
  inner_ += raw;
  return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  return put(key, literal(value));
}

JsonObject& JsonObject::number(std::string_view key, std::int64_t value) {
  return put(key, std::to_string(value));
}

JsonObject& JsonObject::flag(std::string_view key, bool value) {
  return put(key, value ? "true" : "false");
}

JsonObject& JsonObject::texts(std::string_view key, const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (const std::string& value : values) parts.push_back(literal(value));
  return put(key, "[" + join(parts, ",") + "]");
}

JsonObject& JsonObject::numbers(std::string_view key, const std::vector<std::int64_t>& values) {
  std::vector<std::string> parts;
  for (const std::int64_t value : values) parts.push_back(std::to_string(value));
  return put(key, "[" + join(parts, ",") + "]");
}

JsonObject& JsonObject::object(std::string_view key, const JsonObject& value) {
  return put(key, value.str());
}

}  // namespace kedge::adapters::github
