// SPDX-License-Identifier: Apache-2.0
// The graceful end: what has begun is finished and answered, within the limit, and no acknowledged delivery
// is lost.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

class StopTest : public ::testing::Test, public Door {};

TEST_F(StopTest, ClosesIdleConnectionsAndRefusesNewOnes) {
  open();
  const int port = server->port();
  Client idle = client();
  idle.send(get("/healthz"));
  EXPECT_EQ(idle.read().status, 200);
  Client silent = client();
  server->stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(silent.closed());
  Door second;
  second.options.listen = "127.0.0.1:" + std::to_string(port);
  EXPECT_NO_THROW(second.open()) << "the port is free again";
}

TEST_F(StopTest, ADeliveryInTheStoresHandsIsAnsweredFirst) {
  open();
  store.hold();
  Client one = client();
  one.send(posted());
  store.wait_until_accepting();
  std::thread stopper([this] { server->stop(); });
  store.release();
  const Reply reply = one.read();
  stopper.join();
  EXPECT_EQ(reply.status, 202);
  EXPECT_TRUE(store.has(Delivery{}.guid));
}

TEST_F(StopTest, ARequestHalfReadIsFinished) {
  open();
  const std::string whole = posted({.body = "[\"" + std::string(50'000, 'x') + "\"]"});
  Client half = client();
  half.send(whole.substr(0, 20'000));
  // The loop answers this after it has read the half.
  EXPECT_EQ(ask(get("/healthz")).status, 200);
  Client idle = client();
  EXPECT_EQ(ask(get("/healthz")).status, 200);
  std::thread stopper([this] { server->stop(); });
  EXPECT_TRUE(idle.closed()) << "the stop has begun";
  half.send(whole.substr(20'000));
  const Reply reply = half.read();
  EXPECT_EQ(reply.status, 202);
  EXPECT_TRUE(reply.closes());
  EXPECT_TRUE(half.closed());
  // The end of the connection ends the stop, long before its limit.
  { const Client gone = std::move(half); }
  stopper.join();
}

TEST_F(StopTest, EndsWithinItsLimitWhateverClientsDo) {
  options.limits.stop_time = std::chrono::milliseconds{50};
  open();
  Client half = client();
  half.send("POST /webhooks/github HTTP/1.1\r\n");
  EXPECT_EQ(ask(get("/healthz")).status, 200);
  server->stop();
  EXPECT_TRUE(half.closed());
}

TEST_F(StopTest, IsSafeToRepeat) {
  open();
  server->stop();
  server->stop();
}

TEST_F(StopTest, UnderLoadNoAcknowledgedDeliveryIsLost) {
  open();
  constexpr int kSenders = 8;
  std::vector<std::vector<std::string>> acknowledged(kSenders);
  std::atomic<int> sent{0};
  std::vector<std::thread> senders;
  for (std::size_t sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      Client one(server->port());
      for (int i = 0; i < 100'000; ++i) {
        const std::string guid = std::to_string(sender) + "-" + std::to_string(i);
        one.send(posted({.guid = guid}));
        const Reply reply = one.read();
        if (reply.status == 202) acknowledged[sender].push_back(guid);
        ++sent;
        if (reply.status != 202 || reply.closes()) return;
      }
    });
  }
  while (sent < 500) std::this_thread::yield();
  server->stop();
  for (auto& sender : senders) sender.join();
  std::size_t count = 0;
  for (const auto& guids : acknowledged) {
    for (const auto& guid : guids) EXPECT_TRUE(store.has(guid)) << guid;
    count += guids.size();
  }
  EXPECT_GE(count, 400U);
}

}  // namespace
}  // namespace kedge::server::testing
