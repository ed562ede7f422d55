// SPDX-License-Identifier: Apache-2.0
// What GitHub's refusals mean to a caller.
#pragma once

#include <string>

#include "bot/adapters/github/json.h"
#include "bot/adapters/http/client.h"

namespace kedge::adapters::github {

/// GitHub's `message` and what `errors[]` adds, in one clean line of limited length.
std::string words_of(const Json& body);

/// The error for a status that is no 2xx and no limit. `verb` as in Call. 4xx certainly did nothing. 401 (a
/// clock that is off, a token just revoked) and a suspended installation are unavailable: time heals them,
/// and what was to be done must not be given up for them.
Error error_of(const std::string& verb, const http::Response& response);

}  // namespace kedge::adapters::github
