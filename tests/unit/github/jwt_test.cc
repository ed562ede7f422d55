// SPDX-License-Identifier: Apache-2.0
// The App's token, judged by the openssl command line.
#include "bot/adapters/github/jwt.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bot/base/text.h"
#include "tests/support/command.h"
#include "tests/unit/github/keys.h"

namespace kedge::adapters::github {
namespace {

const TimePoint kNow = from_unix_ms(1'776'500'000'000);

std::string from_base64url(const std::string& text) {
  std::string padded = replace_all(replace_all(text, "-", "+"), "_", "/");
  while (padded.size() % 4 != 0) padded += '=';
  return run_and_read("printf %s '" + padded + "' | openssl base64 -d -A");
}

/// What `openssl dgst` says about a token's signature.
std::string openssl_verdict(const std::string& token) {
  const auto parts = split(token, '.');
  if (parts.size() != 3) return "not three parts";
  const std::string directory = testing::TempDir() + fmt::format("kedge-jwt-{}", ::getpid());
  std::filesystem::create_directories(directory);
  std::ofstream(directory + "/key") << kPublicKey;
  std::ofstream(directory + "/text") << parts[0] + "." + parts[1];
  std::ofstream(directory + "/signature", std::ios::binary) << from_base64url(parts[2]);
  const std::string verdict = run_and_read(
      fmt::format("openssl dgst -sha256 -verify {0}/key -signature {0}/signature {0}/text 2>&1", directory));
  std::filesystem::remove_all(directory);
  return verdict;
}

TEST(Jwt, IsAcceptedByOpensslForBothFormsOfTheKey) {
  for (const auto key : {kPkcs1Key, kPkcs8Key}) {
    const auto token = sign_jwt(Secret(std::string(key)), "77", kNow);
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(openssl_verdict(token->reveal()), "Verified OK\n");
  }
}

TEST(Jwt, IsRefusedByOpensslWhereAByteWasChanged) {
  auto token = sign_jwt(Secret(std::string(kPkcs1Key)), "77", kNow)->reveal();
  token[token.find('.') + 3] ^= 1;
  EXPECT_NE(openssl_verdict(token), "Verified OK\n");
}

TEST(Jwt, SaysRs256AndStaysWithinTenMinutes) {
  const auto parts = split(sign_jwt(Secret(std::string(kPkcs1Key)), "77", kNow)->reveal(), '.');
  EXPECT_EQ(from_base64url(parts[0]), R"({"alg":"RS256","typ":"JWT"})");
  const auto claims = nlohmann::json::parse(from_base64url(parts[1]));
  EXPECT_EQ(claims["iss"], "77");
  EXPECT_EQ(claims["iat"], 1'776'500'000 - 60);
  EXPECT_LE(claims["exp"], 1'776'500'000 + 9 * 60);
  EXPECT_GT(claims["exp"], 1'776'500'000 + 5 * 60);
}

TEST(Jwt, TakesAKeyWhoseLineEndsAreWrittenOut) {
  const std::string flat = replace_all(std::string(kPkcs1Key), "\n", "\\n");
  const auto token = sign_jwt(Secret(flat), "77", kNow);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(openssl_verdict(token->reveal()), "Verified OK\n");
}

TEST(Jwt, RefusesKeysThatGitHubDoesNotGive) {
  for (const auto key :
       {std::string_view(), std::string_view("no key"), kShortKey, kCurveKey, kEncryptedKey}) {
    const auto token = sign_jwt(Secret(std::string(key)), "77", kNow);
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().code, Errc::invalid);
    EXPECT_TRUE(key.empty() || token.error().message.find(key) == std::string::npos);
  }
}

}  // namespace
}  // namespace kedge::adapters::github
