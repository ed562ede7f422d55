// SPDX-License-Identifier: Apache-2.0
// Counts the members of an aggregate at compile time, so that a member nobody stores is an error. Internal
// to journal/.
#pragma once

#include <concepts>
#include <cstddef>
#include <utility>

namespace kedge::journal {

/// Stands for any member while counting. It never initialises the aggregate itself.
template <typename Aggregate>
struct AnyMember {
  template <typename Member>
  requires(!std::same_as<Aggregate, Member>) operator Member&&() const;  // NOLINT: declared only
};

template <typename T, std::size_t... I>
consteval bool takes(std::index_sequence<I...>) {
  return requires {
    T{((void)I, AnyMember<T>{})...};
  };
}

/// The number of members of the aggregate T, at most 63.
template <typename T>
consteval std::size_t arity() {
  std::size_t count = 0;
  [&]<std::size_t... N>(std::index_sequence<N...>) {
    ((takes<T>(std::make_index_sequence<N>{}) ? void(count = N) : void()), ...);
  }
  (std::make_index_sequence<64>{});
  return count;
}

}  // namespace kedge::journal
