// SPDX-License-Identifier: Apache-2.0
// The runbook's format as data: one tree of keys that validates, prints the JSON Schema and prints the
// documentation.
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::config {

enum class Shape { text, integer, number, boolean, duration, choice, list, map, object };

struct Key;

/// What may stand at a place of the file.
struct Form {
  Shape shape = Shape::text;
  int most = std::numeric_limits<int>::max();  ///< For integer, from 0.
  std::vector<std::string_view> choices;       ///< For choice.
  std::vector<Key> keys;                       ///< For object.
  std::vector<Form> of;                        ///< One: what a list or map holds.
  bool or_single = false;                      ///< A list that may be written as its only element.
};

struct Key {
  std::string_view name;
  Form form;
  std::string_view does;  ///< For the documentation.
  bool in_force = true;   ///< False: accepted, and named as not acted on yet.
  bool required = false;
};

/// The top level of `.github/kedge.yml`.
const Form& runbook_form();
/// `text`, `list of text`, `duration` … for messages and documentation.
std::string name_of(const Form& form);

}  // namespace kedge::config
