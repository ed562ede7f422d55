// SPDX-License-Identifier: Apache-2.0
// The App's own token: RS256 over the App's private key. GitHub takes one that is valid for ten minutes at
// most.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/base/time.h"

namespace kedge::adapters::github {

/// Signs `{iat: now - 60 s, exp: now + 8 min, iss: issuer}`: room for clocks that differ by a minute either
/// way. `pem`: an RSA key of 2048 bits or more, PKCS#1 or PKCS#8, also with `\n` written out. Errors:
/// invalid.
Result<Secret> sign_jwt(const Secret& pem, std::string_view issuer, TimePoint now);

}  // namespace kedge::adapters::github
