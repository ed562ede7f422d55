// SPDX-License-Identifier: Apache-2.0
// The answers of POST /webhooks/github, in the contract's order, over real sockets.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

const Error kDiskFull{.code = Errc::unavailable, .message = "cannot store deliveries: disk full"};

class GitHubRouteTest : public ::testing::Test, public Door {};

TEST_F(GitHubRouteTest, AFreshDeliveryIsStoredAsItWasSigned) {
  open();
  const Reply reply = ask(posted());
  EXPECT_EQ(reply.status, 202);
  EXPECT_EQ(reply.body, "{\"status\":\"stored\"}\n");
  const auto stored = store.find(Delivery{}.guid);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->body, Delivery{}.body);
  EXPECT_EQ(stored->event, "push");
  EXPECT_EQ(stored->received_at, clock.now());
}

TEST_F(GitHubRouteTest, ADuplicateIs200AndAParkedOneIsQueuedAgain) {
  open();
  EXPECT_EQ(ask(posted()).status, 202);
  EXPECT_EQ(ask(posted()).status, 200);
  store.park(Delivery{}.guid);
  const Reply again = ask(posted());
  EXPECT_EQ(again.status, 202);
  EXPECT_EQ(again.body, "{\"status\":\"requeued\"}\n");
}

TEST_F(GitHubRouteTest, AFormIsStoredAsItsPayload) {
  open();
  EXPECT_EQ(
      ask(posted({.body = "payload=%7B%22a%22%3A1%7D", .content_type = "application/x-www-form-urlencoded"}))
          .status,
      202);
  EXPECT_EQ(store.find(Delivery{}.guid)->body, "{\"a\":1}");
}

TEST_F(GitHubRouteTest, AnySecretOfARotationIsGood) {
  options.webhook_secrets.push_back(Secret{"the next secret"});
  open();
  EXPECT_EQ(ask(posted({.guid = "a"})).status, 202);
  EXPECT_EQ(ask(posted({.guid = "b", .secret = "the next secret"})).status, 202);
  EXPECT_EQ(ask(posted({.guid = "c", .secret = "another"})).status, 401);
}

TEST_F(GitHubRouteTest, WrongContentTypeIs415BeforeTheHeadersAndTheSignature) {
  open();
  EXPECT_EQ(ask(posted({.guid = "", .content_type = "text/xml", .secret = "wrong"})).status, 415);
}

TEST_F(GitHubRouteTest, AMissingHeaderIs400BeforeTheSignature) {
  open();
  EXPECT_EQ(ask(posted({.guid = "", .secret = "wrong"})).status, 400);
  EXPECT_EQ(ask(posted({.event = "", .secret = "wrong"})).status, 400);
}

TEST_F(GitHubRouteTest, AWrongOrMissingSignatureIs401BeforeTheBodyIsRead) {
  open();
  EXPECT_EQ(ask(posted({.body = "no json", .secret = "wrong"})).status, 401);
  EXPECT_EQ(
      ask("POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-GitHub-Event: "
          "push\r\nX-GitHub-Delivery: g\r\nContent-Length: 2\r\n\r\n{}")
          .status,
      401);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(GitHubRouteTest, ASignedBodyThatIsNotJsonIs400) {
  open();
  EXPECT_EQ(ask(posted({.body = "{\"a\":"})).status, 400);
  EXPECT_EQ(ask(posted({.body = ""})).status, 400);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(GitHubRouteTest, AFailingStoreIs503AndTheSenderMayComeAgain) {
  open();
  store.fail_with(kDiskFull);
  const Reply reply = ask(posted());
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.count("retry-after"), 1U);
  EXPECT_EQ(reply.body.find("disk"), std::string::npos) << "a stranger learns nothing of the inside";
  // Signed but no JSON: the store's refusal comes first in the contract's order.
  EXPECT_EQ(ask(posted({.guid = "b", .body = "no json"})).status, 503);
  EXPECT_EQ(ask(posted({.guid = "b", .body = "no json", .secret = "wrong"})).status, 401);
  EXPECT_EQ(ask(posted({.guid = "", .body = "no json"})).status, 400);
  store.fail_with(std::nullopt);
  EXPECT_EQ(ask(posted()).status, 202);
  EXPECT_EQ(
      log.lines(),
      (std::vector<std::string>{
          "deliveries are refused: the store does not take them cause=cannot store deliveries: disk full",
          "deliveries are stored again"}));
}

TEST_F(GitHubRouteTest, ABigDeliveryIsCheckedOffTheLoopAndStored) {
  open();
  const std::string body = "{\"a\":\"" + std::string(3 * 1024 * 1024, 'x') + "\"}";
  EXPECT_EQ(ask(posted({.body = body})).status, 202);
  EXPECT_EQ(store.find(Delivery{}.guid)->body, body);
  EXPECT_EQ(ask(posted({.guid = "b", .body = body, .secret = "wrong"})).status, 401);
}

TEST_F(GitHubRouteTest, ABigBodyWithoutASignatureIsRefusedUnread) {
  open();
  Client one = client();
  one.send(
      "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-GitHub-Event: "
      "push\r\n"
      "X-GitHub-Delivery: g\r\nContent-Length: 20000000\r\n\r\n");
  EXPECT_EQ(one.read().status, 401);
}

TEST_F(GitHubRouteTest, OtherMethodsAre405AndOtherPaths404) {
  open();
  const Reply reply = ask(get("/webhooks/github"));
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.at("allow"), "POST");
  EXPECT_EQ(ask(get("/webhooks/gitlab")).status, 404);
  EXPECT_EQ(ask(get("/webhooks/github/")).status, 404);
}

TEST_F(GitHubRouteTest, TheEngineIsWokenOncePerCommitWithNews) {
  std::atomic<int> woken{0};
  options.on_accepted = [&woken] { ++woken; };
  open();
  ask(posted());
  ask(posted());
  server->stop();
  EXPECT_EQ(woken, 1);
}

TEST_F(GitHubRouteTest, NoSecretOrAnEmptyOneRefusesToStart) {
  for (const std::vector<Secret>& secrets :
       {std::vector<Secret>{}, {Secret{""}}, {Secret{"a"}, Secret{""}}}) {
    options.webhook_secrets = secrets;
    const auto started = Server::start(options, store, views, log, clock);
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().code, Errc::invalid);
  }
}

TEST_F(GitHubRouteTest, ATakenPortRefusesToStart) {
  open();
  Options second = options;
  second.listen = fmt::format("127.0.0.1:{}", server->port());
  const auto started = Server::start(second, store, views, log, clock);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Errc::conflict);
}

TEST_F(GitHubRouteTest, AnAddressThatIsNoneRefusesToStart) {
  for (const char* wrong :
       {"8080", "127.0.0.1:http", "127.0.0.1:65536", "::1:80", "127.0.0.1:-1", "127.0.0.1:"}) {
    options.listen = wrong;
    const auto started = Server::start(options, store, views, log, clock);
    ASSERT_FALSE(started) << wrong;
    EXPECT_EQ(started.error().code, Errc::invalid) << wrong;
  }
}

}  // namespace
}  // namespace kedge::server::testing
