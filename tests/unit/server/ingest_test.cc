// SPDX-License-Identifier: Apache-2.0
// Group commit as senders see it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

class IngestTest : public ::testing::Test, public Door {
 protected:
  /// Sends one delivery that the store holds, then the rest, and returns when all of the rest wait at the
  /// server.
  std::vector<Client> crowd(std::size_t count) {
    store.hold();
    std::vector<Client> clients;
    clients.push_back(client());
    clients[0].send(posted({.guid = "g0"}));
    store.wait_until_accepting();
    for (std::size_t i = 1; i < count; ++i) {
      clients.push_back(client());
      clients[i].send(posted({.guid = "g" + std::to_string(i)}));
    }
    // The loop is one thread: when it answers this later request, it has read the earlier ones.
    EXPECT_EQ(ask(get("/healthz")).status, 200);
    return clients;
  }
};

TEST_F(IngestTest, WhatWaitsIsCommittedTogether) {
  open();
  auto clients = crowd(50);
  store.release();
  for (auto& one : clients) EXPECT_EQ(one.read().status, 202);
  const auto batches = store.batches();
  EXPECT_EQ(store.size(), 50U);
  EXPECT_LE(batches.size(), 4U) << "one commit each would be fifty";
  EXPECT_EQ(batches[0], 1U);
}

TEST_F(IngestTest, NoAnswerLeavesBeforeTheCommit) {
  open();
  auto clients = crowd(10);
  for (auto& one : clients) EXPECT_FALSE(one.readable());
  store.release();
  for (auto& one : clients) EXPECT_EQ(one.read().status, 202);
}

TEST_F(IngestTest, AFailedCommitAnswersAllOfIts503) {
  open();
  auto clients = crowd(10);
  store.fail_with(Error{.code = Errc::unavailable, .message = "cannot store deliveries: busy"});
  store.release();
  for (auto& one : clients) EXPECT_EQ(one.read().status, 503);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(IngestTest, ADeliveryTheStoreCannotTakeDoesNotRefuseItsNeighbours) {
  open();
  store.poison("g5");
  auto clients = crowd(10);
  store.release();
  for (std::size_t i = 0; i < clients.size(); ++i)
    EXPECT_EQ(clients[i].read().status, i == 5 ? 503 : 202) << i;
  EXPECT_EQ(store.size(), 9U);
}

TEST_F(IngestTest, BeyondTheQueueTheAnswerIs503AndNothingIsStored) {
  options.limits.deliveries_waiting_max = 3;
  open();
  auto clients = crowd(10);
  store.release();
  std::vector<int> answers;
  for (auto& one : clients) answers.push_back(one.read().status);
  // One in the store's hands, three waiting.
  EXPECT_EQ(std::count(answers.begin(), answers.end(), 202), 4);
  EXPECT_EQ(std::count(answers.begin(), answers.end(), 503), 6);
  EXPECT_EQ(store.size(), 4U);
}

TEST_F(IngestTest, OneGuidTwiceInACommitIsStoredOnce) {
  open();
  store.hold();
  std::vector<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(client());
    clients.back().send(posted());
  }
  store.wait_until_accepting();
  store.release();
  std::vector<int> answers;
  for (auto& one : clients) answers.push_back(one.read().status);
  std::sort(answers.begin(), answers.end());
  EXPECT_EQ(answers, (std::vector<int>{200, 200, 202}));
}

TEST_F(IngestTest, ASenderThatHangsUpLosesOnlyItsAnswer) {
  open();
  { auto clients = crowd(5); }
  store.release();
  EXPECT_EQ(ask(posted({.guid = "last"})).status, 202);
  EXPECT_EQ(store.size(), 6U);
}

}  // namespace
}  // namespace kedge::server::testing
