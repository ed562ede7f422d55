// SPDX-License-Identifier: Apache-2.0
#include "webhooks/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstddef>
#include <limits>
#include <optional>

#include "bot/base/assert.h"
#include "bot/base/text.h"

namespace kedge::webhooks {
namespace {

constexpr std::string_view kPrefix = "sha256=";
constexpr std::size_t kDigestBytes = 32;
using Digest = std::array<unsigned char, kDigestBytes>;

Digest digest_of(std::string_view body, const Secret& secret) {
  const std::string& key = secret.reveal();
  KEDGE_ASSERT(key.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()),
               "a secret is a setting, and settings are short");
  Digest digest{};
  unsigned length = 0;
  const unsigned char* done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(), &length);
  KEDGE_ASSERT(done != nullptr && length == kDigestBytes, "HMAC-SHA256 is part of every OpenSSL");
  return digest;
}

std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

/// The 32 bytes that a header names; nothing for another form.
std::optional<std::string> claimed(std::string_view header) {
  if (header.size() != kPrefix.size() + 2 * kDigestBytes || !header.starts_with(kPrefix)) return std::nullopt;
  std::string bytes = from_hex(header.substr(kPrefix.size()));
  if (bytes.size() != kDigestBytes) return std::nullopt;
  return bytes;
}

}  // namespace

std::string sign(std::string_view body, const Secret& secret) {
  return std::string(kPrefix) + to_hex(bytes_of(digest_of(body, secret)));
}

bool verify(std::string_view body, std::string_view signature_header, std::span<const Secret> secrets) {
  const std::optional<std::string> wanted = claimed(signature_header);
  if (!wanted) return false;
  bool matched = false;
  // Every secret is tried, also after a match: the time tells nothing about which one was right.
  for (const Secret& secret : secrets) {
    if (secret.empty()) continue;
    const Digest digest = digest_of(body, secret);
    if (CRYPTO_memcmp(digest.data(), wanted->data(), kDigestBytes) == 0) matched = true;
  }
  return matched;
}

}  // namespace kedge::webhooks
