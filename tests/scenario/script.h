// SPDX-License-Identifier: Apache-2.0
// Reads a story of `given`, `when` and `then` lines and plays it on the engine over the fake world.
//
//   given runbook <word> | given conflict <base> | given chat denied | given base moves before publish
//   when bob pushes bad main develop | when ci ends | when <login> says <issue or pull> <text>
//   when <login> merges <pull> | when <duration> passes | when everything is told again | when nothing runs
//   for <duration> then <a line of the transcript> | then silence
//
// `{bad}` in a text is the first 12 digits of the newest bad commit. The `then` lines after a `when` are all
// that the bot did outside, in order.
#pragma once

#include <string>

namespace kedge::testing {

/// Plays a story; the same story with the `then` lines that came out.
std::string play(const std::string& story);

}  // namespace kedge::testing
