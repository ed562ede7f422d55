// SPDX-License-Identifier: Apache-2.0
// For std::visit over a closed set: a forgotten case does not compile.
#pragma once

namespace kedge {

template <typename... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <typename... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

}  // namespace kedge
