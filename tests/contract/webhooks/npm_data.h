// SPDX-License-Identifier: Apache-2.0
// Data out of the npm packages that tests/package.json pins. A package that is missing fails the test and
// says what to do; nothing is skipped.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace kedge::testing {

/// The JSON file `path` under tests/node_modules. Throws with a remedy where it cannot be read.
nlohmann::json npm_json(std::string_view path);

}  // namespace kedge::testing
