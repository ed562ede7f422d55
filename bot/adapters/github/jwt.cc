// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/jwt.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>

#include "bot/adapters/github/json.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr int kBitsMin = 2048;
constexpr auto kSkew = std::chrono::seconds{60};
constexpr auto kLifetime = std::chrono::minutes{8};

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;

/// An encrypted key must fail instead of asking at the terminal.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

Result<Key> read_key(const Secret& pem) {
  const std::string text = replace_all(pem.reveal(), "\\n", "\n");
  const std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
  ERR_clear_error();
  if (!key) return fail(Errc::invalid, "cannot read the App's private key: it is no unencrypted PEM key");
  if (EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA || EVP_PKEY_bits(key.get()) < kBitsMin)
    return fail(Errc::invalid, "cannot read the App's private key: it is no RSA key of {} bits or more",
                kBitsMin);
  return key;
}

std::string base64url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  text = replace_all(std::move(text), "+", "-");
  text = replace_all(std::move(text), "/", "_");
  return replace_all(std::move(text), "=", "");
}

}  // namespace

Result<Secret> sign_jwt(const Secret& pem, std::string_view issuer, TimePoint now) {
  KEDGE_TRY(key, read_key(pem));
  const auto seconds = [](TimePoint at) { return to_unix_ms(at) / 1000; };
  JsonObject claims;
  claims.number("iat", seconds(now - kSkew)).number("exp", seconds(now + kLifetime)).text("iss", issuer);
  const std::string text = base64url(R"({"alg":"RS256","typ":"JWT"})") + "." + base64url(claims.str());

  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = static_cast<std::size_t>(EVP_PKEY_size(key.get()));
  std::string signature(size, '\0');
  if (!context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                     text.size()) != 1) {
    ERR_clear_error();
    return fail(Errc::invalid, "cannot sign the App's token: OpenSSL refuses the key");
  }
  signature.resize(size);
  return Secret(text + "." + base64url(signature));
}

}  // namespace kedge::adapters::github
