// SPDX-License-Identifier: Apache-2.0
// One POST to the webhook endpoint, and GitHub's answer codes for it (docs/operations lists them for people).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bot/base/error.h"
#include "bot/base/secret.h"

namespace kedge::webhooks {

inline constexpr std::size_t kBodyBytesMax = 25 * 1024 * 1024;  ///< GitHub sends nothing larger.
inline constexpr std::size_t kHeaderBytesMax = 128;             ///< Of event name and GUID.

/// The headers that count; names were compared without case by the HTTP front.
struct Headers {
  std::string_view content_type;
  std::string_view event;      ///< X-GitHub-Event: printable ASCII without blanks
  std::string_view delivery;   ///< X-GitHub-Delivery: the same
  std::string_view signature;  ///< X-Hub-Signature-256
};

struct Delivery {
  std::string guid;
  std::string event;
  std::string body;  ///< The JSON: the raw body, or the decoded `payload` field of a form.
};

/// Why a delivery is refused, with the HTTP status of the contract.
struct Refusal {
  int status = 400;  ///< 413, 415, 400 or 401
  std::string reason;
};

/// Checks in the order of the contract: 413, 415, 400 (headers), 401 (any of `secrets`, constant time), 400
/// (the signed body is not JSON). No byte of the body is interpreted before its signature matched. Blocks on
/// nothing.
tl::expected<Delivery, Refusal> read_delivery(const Headers& headers, std::string_view body,
                                              std::span<const Secret> secrets);

}  // namespace kedge::webhooks
