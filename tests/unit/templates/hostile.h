// SPDX-License-Identifier: Apache-2.0
// Seeded texts made of what markup is made of.
#pragma once

#include <string>

#include "bot/base/random.h"

namespace kedge::testing {

/// Up to `pieces_max` pieces, some of them on lines of their own where `lines` is set.
std::string hostile_text(SplitMix64& random, std::size_t pieces_max, bool lines);
/// Without U+200B, which escaping puts in.
std::string without_zero_width(const std::string& text);

}  // namespace kedge::testing
