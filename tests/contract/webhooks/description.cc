// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/webhooks/description.h"

#include <algorithm>

#include "bot/base/text.h"
#include "tests/contract/webhooks/npm_data.h"

namespace kedge::testing {

using nlohmann::json;

Description::Description() : document_(npm_json("@octokit/openapi-webhooks/generated/api.github.com.json")) {}

bool Description::knows(std::string_view event, std::string_view action) const {
  return payload_of(event, action) != nullptr;
}

const json* Description::payload_of(std::string_view event, std::string_view action) const {
  std::string key(event);
  if (!action.empty()) key += "-" + std::string(action);
  const auto webhook = document_.at("webhooks").find(replace_all(key, "_", "-"));
  if (webhook == document_.at("webhooks").end()) return nullptr;
  return &webhook->at("post").at("requestBody").at("content").at("application/json").at("schema");
}

/// Follows references and unions until only schemas with members of their own are left.
Description::Alternatives Description::resolved(Alternatives schemas) const {
  Alternatives found;
  while (!schemas.empty()) {
    const json* schema = schemas.back();
    schemas.pop_back();
    if (schema->contains("$ref")) {
      schemas.push_back(&document_.at(json::json_pointer(schema->at("$ref").get<std::string>().substr(1))));
      continue;
    }
    for (const char* kind : {"oneOf", "anyOf", "allOf"}) {
      if (!schema->contains(kind)) continue;
      for (const json& each : schema->at(kind)) schemas.push_back(&each);
    }
    found.push_back(schema);
  }
  return found;
}

Description::Alternatives Description::member(const Alternatives& schemas, const std::string& name) const {
  Alternatives members;
  for (const json* schema : schemas) {
    if (schema->contains("properties") && schema->at("properties").contains(name)) {
      members.push_back(&schema->at("properties").at(name));
    }
  }
  return resolved(std::move(members));
}

bool Description::has_path(std::string_view event, std::string_view action, std::string_view path) const {
  const json* payload = payload_of(event, action);
  if (payload == nullptr) return false;
  Alternatives here = resolved({payload});
  for (const std::string& name : split(path, '.')) {
    if (name == "[]") {
      Alternatives items;
      for (const json* schema : here) {
        if (schema->contains("items")) items.push_back(&schema->at("items"));
      }
      here = resolved(std::move(items));
    } else {
      here = member(here, name);
    }
  }
  return !here.empty();
}

void Description::collect_unknown(const Alternatives& schemas, const json& value, const std::string& path,
                                  std::vector<std::string>& unknown) const {
  if (value.is_array()) {
    Alternatives items;
    for (const json* schema : schemas) {
      if (schema->contains("items")) items.push_back(&schema->at("items"));
    }
    items = resolved(std::move(items));
    for (const json& item : value) collect_unknown(items, item, path + "[]", unknown);
    return;
  }
  if (!value.is_object()) return;
  const bool says_nothing =
      std::ranges::none_of(schemas, [](const json* schema) { return schema->contains("properties"); });
  if (says_nothing) return;
  for (const auto& [name, inner] : value.items()) {
    const Alternatives members = member(schemas, name);
    if (members.empty()) {
      unknown.push_back(path + "." + name);
    } else {
      collect_unknown(members, inner, path + "." + name, unknown);
    }
  }
}

std::vector<std::string> Description::unknown_paths(std::string_view event, std::string_view action,
                                                    const json& payload) const {
  std::vector<std::string> unknown;
  if (const json* schema = payload_of(event, action)) {
    collect_unknown(resolved({schema}), payload, "", unknown);
  }
  return unknown;
}

}  // namespace kedge::testing
