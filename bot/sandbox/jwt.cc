// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/jwt.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "bot/base/assert.h"
#include "bot/base/text.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
constexpr int kKeyBits = 2048;
constexpr std::int64_t kLifeMaxSeconds = 600;
constexpr std::int64_t kSkewSeconds = 60;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string public_pem(EVP_PKEY* key) {
  Bio out(BIO_new(BIO_s_mem()), BIO_free);
  if (PEM_write_bio_PUBKEY(out.get(), key) != 1) return "";
  return text_of(out.get());
}

bool signature_holds(std::string_view signed_part, const std::string& signature, const std::string& pem) {
  Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  Key key(PEM_read_bio_PUBKEY(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  if (!key) return false;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1) return false;
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(signed_part.data()),
                          signed_part.size()) == 1;
}

}  // namespace

KeyPair make_key_pair() {
  Key key(EVP_RSA_gen(kKeyBits), EVP_PKEY_free);
  KEDGE_ASSERT(key != nullptr, "OpenSSL makes an RSA key unless it is out of entropy");
  Bio out(BIO_new(BIO_s_mem()), BIO_free);
  const auto written =
      PEM_write_bio_PrivateKey_traditional(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  KEDGE_ASSERT(written == 1, "a fresh key can be written to memory");
  return {.private_pem = text_of(out.get()), .public_pem = public_pem(key.get())};
}

std::string public_pem_of(const std::string& private_pem) {
  Bio in(BIO_new_mem_buf(private_pem.data(), static_cast<int>(private_pem.size())), BIO_free);
  Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  return key ? public_pem(key.get()) : "";
}

std::string judge_jwt(std::string_view token, const JwtIssuer& issuer, TimePoint now) {
  const std::string undecodable = "A JSON web token could not be decoded";
  const auto parts = split(token, '.');
  if (parts.size() != 3) return undecodable;
  const auto header = nlohmann::json::parse(from_base64(parts[0]), nullptr, false);
  const auto claims = nlohmann::json::parse(from_base64(parts[1]), nullptr, false);
  if (!header.is_object() || !claims.is_object()) return undecodable;
  if (header.value("alg", nlohmann::json()) != "RS256") return undecodable;
  const auto signed_part = token.substr(0, token.rfind('.'));
  if (!signature_holds(signed_part, from_base64(parts[2]), issuer.public_pem)) return undecodable;
  const auto iss = claims.value("iss", nlohmann::json());
  const auto named = iss.is_number_integer() ? std::to_string(iss.get<std::int64_t>())
                     : iss.is_string()       ? iss.get<std::string>()
                                             : "";
  if (named != issuer.app_id && named != issuer.client_id) return "Integration not found";
  const auto iat = claims.value("iat", nlohmann::json());
  const auto exp = claims.value("exp", nlohmann::json());
  const auto now_s = to_unix_ms(now) / 1000;
  if (!iat.is_number() || iat.get<double>() > static_cast<double>(now_s + kSkewSeconds)) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (!exp.is_number() || exp.get<double>() <= static_cast<double>(now_s)) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which "
           "the assertion expires";
  }
  if (exp.get<double>() > static_cast<double>(now_s + kLifeMaxSeconds)) {
    return "'Expiration time' claim ('exp') is too far in the future";
  }
  return "";
}

}  // namespace kedge::sandbox
