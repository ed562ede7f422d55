// SPDX-License-Identifier: Apache-2.0
#include "bot/base/sha256.h"

#include <openssl/evp.h>

#include "bot/base/assert.h"

namespace kedge {

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned length = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()),
                              &length, EVP_sha256(), nullptr);
  KEDGE_ASSERT(done == 1 && length == 32, "SHA-256 is in every OpenSSL provider we run with");
  return digest;
}

}  // namespace kedge
