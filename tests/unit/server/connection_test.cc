// SPDX-License-Identifier: Apache-2.0
// One connection: keep-alive, pipelining, HEAD, Expect, and how it ends.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

class ConnectionTest : public ::testing::Test, public Door {};

TEST_F(ConnectionTest, StaysOpenForTheNextRequest) {
  open();
  Client one = client();
  for (int i = 0; i < 20; ++i) {
    one.send(posted({.guid = std::to_string(i)}));
    const Reply reply = one.read();
    ASSERT_EQ(reply.status, 202);
    ASSERT_FALSE(reply.closes());
  }
  EXPECT_EQ(store.size(), 20U);
}

TEST_F(ConnectionTest, PipelinedRequestsAreAnsweredInOrder) {
  open();
  Client one = client();
  one.send(posted({.guid = "a"}) + get("/healthz") + posted({.guid = "a"}) + get("/nowhere") +
           get("/readyz") + posted({.guid = "b", .secret = "wrong"}) + posted({.guid = "c"}));
  for (const int status : {202, 200, 200, 404, 200, 401, 202}) EXPECT_EQ(one.read().status, status);
  EXPECT_FALSE(one.readable());
}

TEST_F(ConnectionTest, ManyPipelinedRequestsAreOneByOneAnswered) {
  open();
  Client one = client();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += get("/healthz");
  one.send(requests);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(one.read().status, 200) << i;
}

TEST_F(ConnectionTest, CloseIsObeyedInAnyCase) {
  open();
  Client one = client();
  one.send(get("/healthz", "Connection: Close\r\n") + get("/healthz"));
  EXPECT_TRUE(one.read().closes());
  EXPECT_TRUE(one.closed()) << "what is pipelined behind the last request is not answered";
}

TEST_F(ConnectionTest, OldHttpClosesAfterTheAnswer) {
  open();
  Client one = client();
  one.send("GET /healthz HTTP/1.0\r\n\r\n");
  EXPECT_EQ(one.read().status, 200);
  EXPECT_TRUE(one.closed());
}

TEST_F(ConnectionTest, AHalfClosedSenderStillGetsItsAnswer) {
  open();
  store.hold();
  Client one = client();
  one.send(posted());
  one.finish_sending();
  store.wait_until_accepting();
  store.release();
  EXPECT_EQ(one.read().status, 202);
  EXPECT_TRUE(one.closed());
}

TEST_F(ConnectionTest, HeadIsAnsweredWithoutABody) {
  open();
  Client one = client();
  one.send(
      "HEAD /healthz HTTP/1.1\r\nHost: a\r\n\r\nHEAD /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
      "HEAD /webhooks/github HTTP/1.1\r\nHost: a\r\n\r\nHEAD /style.css HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(one.read(true).headers.at("content-length"), "3");
  EXPECT_EQ(one.read(true).status, 200);
  EXPECT_EQ(one.read(true).status, 405);
  EXPECT_EQ(one.read(true).status, 200);
  EXPECT_FALSE(one.readable());
}

TEST_F(ConnectionTest, ExpectIsAnsweredBeforeTheBody) {
  open();
  const std::string whole = posted({.extra_headers = "Expect: 100-continue\r\n"});
  const std::size_t body = whole.find("\r\n\r\n") + 4;
  Client one = client();
  one.send(whole.substr(0, body));
  EXPECT_EQ(one.read().status, 100);
  one.send(whole.substr(body));
  EXPECT_EQ(one.read().status, 202);
}

TEST_F(ConnectionTest, ExpectWithTheBodyAlreadyThereNeedsNoContinue) {
  open();
  EXPECT_EQ(ask(posted({.extra_headers = "Expect: 100-continue\r\n"})).status, 202);
}

TEST_F(ConnectionTest, ExpectOfTooMuchIsRefusedInstead) {
  open();
  Client one = client();
  one.send(
      "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
      "26214401\r\n\r\n");
  const Reply reply = one.read();
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(reply.closes());
}

TEST_F(ConnectionTest, AByteAtATimeIsARequestToo) {
  open();
  Client one = client();
  for (const char c : posted()) one.send(std::string_view(&c, 1));
  EXPECT_EQ(one.read().status, 202);
}

TEST_F(ConnectionTest, BodiesOfOtherRoutesAreSmall) {
  open();
  EXPECT_EQ(ask("POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n").status, 413);
}

}  // namespace
}  // namespace kedge::server::testing
