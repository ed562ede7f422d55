// SPDX-License-Identifier: Apache-2.0
// Reads a story of `given`, `when` and `then` lines and plays it on the real engine and store over the fake
// world. docs/testing.md lists the words. A line that is none of them throws std::runtime_error.
#pragma once

#include <string>

namespace kedge::testing {

/// Plays a story; the same story with the `then` lines that came out: after each `when` all that the bot did
/// outside, in order.
std::string play(const std::string& story);

}  // namespace kedge::testing
