// SPDX-License-Identifier: Apache-2.0
// GitHub's `X-Hub-Signature-256`: HMAC-SHA256 over the raw bytes of the body, compared in constant time.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bot/base/secret.h"

namespace kedge::webhooks {

/// `sha256=<64 hex>` for a body.
std::string sign(std::string_view body, const Secret& secret);

/// True if the header is the signature of `body` with any of `secrets` (all are tried, for rotation). False
/// for an empty list, an empty secret and a malformed header.
bool verify(std::string_view body, std::string_view signature_header, std::span<const Secret> secrets);

}  // namespace kedge::webhooks
