// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/webhooks/npm_data.h"

#include <fstream>
#include <stdexcept>
#include <string>

namespace kedge::testing {

nlohmann::json npm_json(std::string_view path) {
  const std::string file_name = std::string(KEDGE_SOURCE_DIR) + "/tests/node_modules/" + std::string(path);
  std::ifstream file(file_name, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + file_name + ": run scripts/setup, which installs it");
  return nlohmann::json::parse(file);
}

}  // namespace kedge::testing
