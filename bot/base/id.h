// SPDX-License-Identifier: Apache-2.0
// Identifiers are types, so that two of them cannot be swapped. Text ids compare and hash by their text.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace kedge {

template <typename Tag, typename Value = std::string>
struct Id {
  Value value{};
  Id() = default;
  explicit Id(Value v) : value(std::move(v)) {}
  auto operator<=>(const Id&) const = default;
  bool operator==(const Id&) const = default;
};

using RepositoryId =
    Id<struct RepositoryTag, std::int64_t>;   ///< GitHub's numeric id; 0 is the stream `kedge`.
using IncidentId = Id<struct IncidentTag>;    ///< `k` and 12 base32 characters.
using EffectId = Id<struct EffectTag>;        ///< `<repository id>/<seq>/<index>`.
using DeliveryGuid = Id<struct DeliveryTag>;  ///< `X-GitHub-Delivery`, the event and not the attempt.

}  // namespace kedge

template <typename Tag, typename Value>
struct std::hash<kedge::Id<Tag, Value>> {
  std::size_t operator()(const kedge::Id<Tag, Value>& id) const { return std::hash<Value>{}(id.value); }
};
