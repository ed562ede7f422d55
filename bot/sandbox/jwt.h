// SPDX-License-Identifier: Apache-2.0
// The App's JSON Web Token as GitHub reads it: RS256 over the App's public key, `iss`, `iat` and `exp`
// checked. Also makes the App's key pair.
#pragma once

#include <string>
#include <string_view>

#include "bot/base/time.h"

namespace kedge::sandbox {

struct KeyPair {
  std::string private_pem;  ///< PKCS#1, as GitHub hands it out.
  std::string public_pem;
};

KeyPair make_key_pair();
/// The public half of a private key in PEM; empty for text that is none.
std::string public_pem_of(const std::string& private_pem);

struct JwtIssuer {
  std::string app_id, client_id, public_pem;
};

/// Empty if the token is good at `now`, else GitHub's message for it.
std::string judge_jwt(std::string_view token, const JwtIssuer& issuer, TimePoint now);

}  // namespace kedge::sandbox
