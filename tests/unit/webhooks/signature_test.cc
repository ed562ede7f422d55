// SPDX-License-Identifier: Apache-2.0
#include "webhooks/signature.h"

#include <gtest/gtest.h>

#include <vector>

namespace kedge::webhooks {
namespace {

// Source: GitHub docs, "Validating webhook deliveries", the published test values.
const Secret kPublishedSecret{"It's a Secret to Everybody"};
constexpr std::string_view kPublishedBody = "Hello, World!";
constexpr std::string_view kPublished =
    "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

TEST(Signature, AgreesWithThePublishedVector) {
  EXPECT_EQ(sign(kPublishedBody, kPublishedSecret), kPublished);
  EXPECT_TRUE(verify(kPublishedBody, kPublished, std::vector{kPublishedSecret}));
}

TEST(Signature, MatchesAnyOfTheSecretsDuringRotation) {
  const Secret old{"old"};
  const Secret current{"new"};
  const std::string by_old = sign("{}", old);
  const std::string by_current = sign("{}", current);
  EXPECT_TRUE(verify("{}", by_old, std::vector{old, current}));
  EXPECT_TRUE(verify("{}", by_current, std::vector{old, current}));
  EXPECT_TRUE(verify("{}", by_current, std::vector{Secret{}, current}));
  EXPECT_FALSE(verify("{}", by_old, std::vector{current}));
}

TEST(Signature, AnEmptySecretSignsNothing) {
  const std::string by_nobody = sign("{}", Secret{});
  EXPECT_FALSE(verify("{}", by_nobody, {}));
  EXPECT_FALSE(verify("{}", by_nobody, std::vector{Secret{}}));
  EXPECT_FALSE(verify("{}", by_nobody, std::vector{Secret{}, Secret{"other"}}));
}

TEST(Signature, CoversEveryByteOfTheBody) {
  const std::vector secrets{kPublishedSecret};
  std::string body(kPublishedBody);
  for (std::size_t i = 0; i < body.size(); ++i) {
    std::string changed = body;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(verify(changed, kPublished, secrets)) << i;
  }
  EXPECT_FALSE(verify(body + '\n', kPublished, secrets));
  EXPECT_FALSE(verify(body + '\0', kPublished, secrets));
  EXPECT_FALSE(verify("", kPublished, secrets));
}

TEST(Signature, TakesHexOfEitherCase) {
  std::string upper(kPublished);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  }
  upper.replace(0, 7, "sha256=");
  EXPECT_TRUE(verify(kPublishedBody, upper, std::vector{kPublishedSecret}));
}

struct BadHeader {
  std::string_view name;
  std::string header;
};

TEST(Signature, RefusesEveryOtherForm) {
  const std::string good(kPublished);
  const std::string hex = good.substr(7);
  const std::vector<BadHeader> rows{
      {"Empty", ""},
      {"PrefixAlone", "sha256="},
      {"NoPrefix", hex},
      {"LegacySha1", "sha1=" + hex.substr(0, 40)},
      {"Sha1WithLongDigest", "sha1=" + hex},
      {"PrefixInCapitals", "SHA256=" + hex},
      {"BlankBefore", " " + good},
      {"BlankAfter", good + " "},
      {"OneDigitShort", good.substr(0, good.size() - 1)},
      {"OneByteShort", good.substr(0, good.size() - 2)},
      {"OneByteMore", good + "00"},
      {"NotHex", "sha256=" + std::string(64, 'g')},
      {"NulInside", "sha256=" + hex.substr(0, 10) + std::string(1, '\0') + hex.substr(11)},
      {"AllZero", "sha256=" + std::string(64, '0')},
      {"TwoJoined", good + "," + good},
      {"LastDigitOff", good.substr(0, good.size() - 1) + "8"},
      {"FirstDigitOff", "sha256=8" + hex.substr(1)},
  };
  for (const BadHeader& row : rows) {
    EXPECT_FALSE(verify(kPublishedBody, row.header, std::vector{kPublishedSecret})) << row.name;
  }
}

TEST(Signature, SignsSecretsLongerThanABlockAndBinaryBodies) {
  // Source: RFC 4231, test case 6.
  const Secret key{std::string(131, '\xaa')};
  EXPECT_EQ(sign("Test Using Larger Than Block-Size Key - Hash Key First", key),
            "sha256=60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  const std::string binary("\0\xff\x80", 3);
  EXPECT_TRUE(verify(binary, sign(binary, key), std::vector{key}));
}

}  // namespace
}  // namespace kedge::webhooks
