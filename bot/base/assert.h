// SPDX-License-Identifier: Apache-2.0
// The check for bugs, on in every build: we stop, restart, and go on from the journal.
#pragma once

namespace kedge {
[[noreturn]] void assertion_failed(const char* condition, const char* why, const char* file, int line);
}

/// KEDGE_ASSERT(condition, "why it holds")
#define KEDGE_ASSERT(condition, why) \
  (static_cast<bool>(condition) ? void(0) : ::kedge::assertion_failed(#condition, why, __FILE__, __LINE__))
