// SPDX-License-Identifier: Apache-2.0
#include "webhooks/delivery.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/webhook_fixture.h"
#include "webhooks/signature.h"

namespace kedge::webhooks {
namespace {

const std::vector<Secret> kSecrets{Secret{"first"}, Secret{"second"}};
constexpr std::string_view kGuid = "f2b1c3d4-3b0a-11f1-8e2f-0c5d2a1b7e90";

tl::expected<Delivery, Refusal> read(std::string_view body,
                                     std::string_view content_type = "application/json",
                                     const Secret& secret = kSecrets.front()) {
  const std::string signature = sign(body, secret);
  return read_delivery({content_type, "push", kGuid, signature}, body, kSecrets);
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xfU];
  }
  return out;
}

TEST(ReadDelivery, KeepsTheBytesOfASignedJsonBody) {
  const std::string body = testing::webhook_fixture("push.main");
  const auto delivery = read(body);
  ASSERT_TRUE(delivery) << delivery.error().reason;
  EXPECT_EQ(delivery->guid, kGuid);
  EXPECT_EQ(delivery->event, "push");
  EXPECT_EQ(delivery->body, body);
}

TEST(ReadDelivery, DecodesAFormWhoseSignatureCoversTheEncodedBytes) {
  const std::string json = testing::webhook_fixture("issue_comment.created.incident");
  const std::string form = "payload=" + encoded(json);
  const auto delivery = read(form, "application/x-www-form-urlencoded");
  ASSERT_TRUE(delivery) << delivery.error().reason;
  EXPECT_EQ(delivery->body, json);

  const std::string over_json = sign(json, kSecrets.front());
  const auto refused =
      read_delivery({"application/x-www-form-urlencoded", "push", kGuid, over_json}, form, kSecrets);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 401);
}

TEST(ReadDelivery, TakesEverySecretOfARotation) {
  EXPECT_TRUE(read("{}", "application/json", kSecrets[0]));
  EXPECT_TRUE(read("{}", "application/json", kSecrets[1]));
  EXPECT_FALSE(read("{}", "application/json", Secret{"retired"}));
}

TEST(ReadDelivery, ComparesMediaTypesWithoutCaseAndParameters) {
  for (const std::string_view type : {"application/json", "Application/JSON",
                                      "application/json; charset=utf-8", " application/json ;x=y"}) {
    EXPECT_TRUE(read("{}", type)) << type;
  }
  for (const std::string_view type : {"", "text/plain", "application/jsonp", "application/vnd.github+json",
                                      "text/html; application/json", "multipart/form-data; boundary=x"}) {
    const auto refused = read("{}", type);
    ASSERT_FALSE(refused) << type;
    EXPECT_EQ(refused.error().status, 415) << type;
  }
}

struct Faults {
  std::string_view name;
  bool too_large, wrong_type, no_event, no_guid, wrong_signature, not_json;
  int status;
};

/// Each row has its fault and every later one: the earliest decides.
TEST(ReadDelivery, RefusesInTheOrderOfTheContract) {
  const std::vector<Faults> rows{
      {"TooLarge", true, true, true, true, true, true, 413},
      {"WrongType", false, true, true, true, true, true, 415},
      {"NoEvent", false, false, true, true, true, true, 400},
      {"NoGuid", false, false, false, true, true, true, 400},
      {"WrongSignature", false, false, false, false, true, true, 401},
      {"NotJson", false, false, false, false, false, true, 400},
      {"None", false, false, false, false, false, false, 202},
  };
  for (const Faults& row : rows) {
    std::string body = row.not_json ? "{" : "{}";
    if (row.too_large) body.resize(kBodyBytesMax + 1, ' ');
    const std::string signature = row.wrong_signature ? "sha256=00" : sign(body, kSecrets.front());
    const Headers headers{row.wrong_type ? "text/plain" : "application/json", row.no_event ? "" : "push",
                          row.no_guid ? "" : kGuid, signature};
    const auto delivery = read_delivery(headers, body, kSecrets);
    EXPECT_EQ(delivery ? 202 : delivery.error().status, row.status) << row.name;
    EXPECT_TRUE(delivery || !delivery.error().reason.empty()) << row.name;
  }
}

TEST(ReadDelivery, NamesTheHeaderThatIsMissing) {
  const std::string signature = sign("{}", kSecrets.front());
  EXPECT_EQ(read_delivery({"application/json", "", kGuid, signature}, "{}", kSecrets).error().reason,
            "header X-GitHub-Event is missing");
  EXPECT_EQ(read_delivery({"application/json", "push", "", signature}, "{}", kSecrets).error().reason,
            "header X-GitHub-Delivery is missing");
  EXPECT_EQ(read_delivery({"application/json", "push", kGuid, ""}, "{}", kSecrets).error().reason,
            "header X-Hub-Signature-256 is missing");
}

TEST(ReadDelivery, RefusesHeadersThatTheSignatureDoesNotCoverAndNobodySends) {
  const std::string signature = sign("{}", kSecrets.front());
  for (const std::string& bad : {std::string("a b"), std::string("a\nb"), std::string("a\0b", 3),
                                 std::string("\xc3\xa9"), std::string(kHeaderBytesMax + 1, 'a')}) {
    EXPECT_EQ(read_delivery({"application/json", bad, kGuid, signature}, "{}", kSecrets).error().status, 400);
    EXPECT_EQ(read_delivery({"application/json", "push", bad, signature}, "{}", kSecrets).error().status,
              400);
  }
}

TEST(ReadDelivery, AnswersEverythingWith401WithoutASecret) {
  for (const std::vector<Secret>& none : {std::vector<Secret>{}, std::vector{Secret{}}}) {
    const std::string signature = sign("{}", Secret{});
    const auto refused = read_delivery({"application/json", "push", kGuid, signature}, "{}", none);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 401);
  }
}

TEST(ReadDelivery, RefusesASignedFormWithoutAPayload) {
  for (const std::string_view body : {"", "a=b", "payload=", "payload=%7B"}) {
    const auto refused = read(body, "application/x-www-form-urlencoded");
    ASSERT_FALSE(refused) << body;
    EXPECT_EQ(refused.error().status, 400) << body;
  }
}

TEST(ReadDelivery, TakesTheLargestBodyAndNotOneByteMore) {
  std::string body = R"({"zen":")";
  body.append(kBodyBytesMax - body.size() - 2, 'z');
  body += "\"}";
  ASSERT_EQ(body.size(), kBodyBytesMax);
  EXPECT_TRUE(read(body));
  body.insert(body.size() - 2, 1, 'z');
  const auto refused = read(body);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 413);
}

TEST(ReadDelivery, GivesTheSameAnswerToTheSameDeliveryTwice) {
  const auto once = read("{\"a\":1}");
  const auto twice = read("{\"a\":1}");
  ASSERT_TRUE(once && twice);
  EXPECT_EQ(once->guid, twice->guid);
  EXPECT_EQ(once->body, twice->body);
}

TEST(ReadDelivery, ReasonsHoldNothingOfTheBody) {
  const auto refused = read(R"({"password":"hunter2")");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400);
  EXPECT_EQ(refused.error().reason.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace kedge::webhooks
