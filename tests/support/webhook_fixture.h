// SPDX-License-Identifier: Apache-2.0
// The hand-made payloads of tests/fixtures/webhooks, by GitHub's names: `pull_request.closed.merged`.
#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "webhooks/event.h"

namespace kedge::testing {

/// The text of a payload. A name that does not exist is a bug of the test, and throws.
inline std::string webhook_fixture(std::string_view name) {
  const std::string path =
      std::string(KEDGE_SOURCE_DIR) + "/tests/fixtures/webhooks/" + std::string(name) + ".json";
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The payload parsed as the event that its name begins with.
inline webhooks::Event parsed_fixture(std::string_view name) {
  return webhooks::parse(name.substr(0, name.find('.')), webhook_fixture(name));
}

}  // namespace kedge::testing
