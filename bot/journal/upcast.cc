// SPDX-License-Identifier: Apache-2.0
#include "bot/journal/upcast.h"

#include <algorithm>

namespace kedge::journal {

std::span<const Upcaster> upcasters() {
  // Every record is of version 1 so far. A step stays here for ever once rows of its version were written,
  // with a fixture of such a row under tests/fixtures/journal/.
  return {};
}

Result<std::string> upcast(std::span<const Upcaster> steps, std::string_view type, int from, int to,
                           std::string json) {
  for (int version = from; version < to; ++version) {
    const auto step = std::ranges::find_if(
        steps, [&](const Upcaster& each) { return each.type == type && each.from == version; });
    if (step == steps.end())
      return fail(Errc::corrupt, "cannot decode {}: version {} has no way to version {}", type, version,
                  version + 1);
    json = step->lift(std::move(json));
  }
  return json;
}

}  // namespace kedge::journal
