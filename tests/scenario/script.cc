// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/script.h"

#include <stdexcept>

#include "bot/base/text.h"
#include "tests/scenario/player.h"

namespace kedge::testing {

std::string play(const std::string& story) {
  Player player;
  std::string played;
  bool acted = false;
  const auto tell = [&] {
    if (!acted) return;
    const std::vector<std::string> did = player.did();
    for (const std::string& line : did) played += "then " + line + "\n";
    if (did.empty()) played += "then silence\n";
    acted = false;
  };
  for (const std::string& line : split_lines(story)) {
    if (line.starts_with("then ")) continue;
    tell();
    played += line + "\n";
    if (line.starts_with("given ")) {
      player.given(line.substr(6));
    } else if (line.starts_with("when ")) {
      player.when(line.substr(5));
      acted = true;
    } else if (!line.empty() && !line.starts_with("#")) {
      throw std::runtime_error("neither given nor when nor then: " + line);
    }
  }
  tell();
  return played;
}

}  // namespace kedge::testing
