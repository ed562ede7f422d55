// SPDX-License-Identifier: Apache-2.0
// SHA-256 as a pure function, for ids and the journal's chain. OpenSSL computes it; its headers stay in the
// .cc.
#pragma once

#include <string>
#include <string_view>

namespace kedge {

/// The 32 bytes of the digest.
std::string sha256(std::string_view bytes);

}  // namespace kedge
