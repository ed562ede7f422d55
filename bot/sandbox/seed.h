// SPDX-License-Identifier: Apache-2.0
// Worlds to begin with.
#pragma once

#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox {

/// `acme/api` with branches main and develop, about twenty commits of several people with merges, a green CI,
/// and people alice (maintain), bob (write), carol (triage), mallory (read). Takes the forge's mutex.
forge::Answer<forge::Repository*> seed_demo(forge::Forge& forge);

}  // namespace kedge::sandbox
