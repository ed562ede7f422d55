// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "bot/journal/chain.h"
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using testing::SizeIs;

/// Runs `work(index)` in that many threads and waits for all.
template <typename Work>
void in_threads(int count, Work work) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
}

TEST_P(StoreContract, StoresADeliveryOnceHoweverManyBringIt) {
  std::atomic<int> stored = 0;
  in_threads(4, [&](int) {
    for (int i = 0; i < 20; ++i) {
      const auto answer = store_->accept(std::vector{delivery(std::to_string(i))});
      if (answer && answer->at(0) == ports::Accepted::stored) ++stored;
    }
  });
  EXPECT_EQ(stored, 20);
  EXPECT_THAT(claim_guids(at(1)), SizeIs(20));
}

TEST_P(StoreContract, ClaimsNothingTwiceHoweverManyClaim) {
  std::vector<ports::NewEffect> effects;
  for (int i = 0; i < 200; ++i) effects.push_back(effect("1/1/" + std::to_string(i)));
  queue(effects);
  std::vector<ports::NewDelivery> batch;
  for (int i = 0; i < 200; ++i) batch.push_back(delivery(std::to_string(i)));
  ASSERT_TRUE(store_->accept(batch));

  std::vector<std::vector<std::string>> claimed(4);
  in_threads(4, [&](int worker) {
    auto& mine = claimed[static_cast<std::size_t>(worker)];
    for (int i = 0; i < 20; ++i) {
      for (const auto& id : claim(at(1), 7)) mine.push_back("effect " + id);
      for (const auto& guid : claim_guids(at(1), 7)) mine.push_back("delivery " + guid);
    }
  });
  std::multiset<std::string> all;
  for (const auto& mine : claimed) all.insert(mine.begin(), mine.end());
  EXPECT_THAT(all, SizeIs(400));
  EXPECT_THAT(std::set<std::string>(all.begin(), all.end()), SizeIs(400));
}

TEST_P(StoreContract, KeepsALaneInOrderHoweverManyClaim) {
  std::vector<ports::NewEffect> effects;
  for (int i = 0; i < 60; ++i)
    effects.push_back(effect("1/1/" + std::to_string(i), i % 2 == 0 ? "git" : "chat"));
  queue(effects);
  std::mutex mutex;
  std::vector<int> order;
  std::atomic<int> in_flight = 0;
  std::atomic<int> most = 0;
  in_threads(4, [&](int) {
    for (int idle = 0; idle < 2000; ++idle) {
      for (const auto& item : must(store_->claim_effects(1, at(1), kLease))) {
        idle = 0;
        most = std::max(most.load(), ++in_flight);
        {
          const std::lock_guard lock(mutex);
          order.push_back(std::stoi(item.id.value.substr(4)));
        }
        --in_flight;
        ASSERT_TRUE(store_->commit({.repository = RepositoryId(1),
                                    .at = at(1),
                                    .effect_done = ports::EffectClaim{item.id, item.attempts}}));
      }
      const std::lock_guard lock(mutex);
      if (order.size() == 60) return;
    }
  });
  ASSERT_THAT(order, SizeIs(60));
  std::stable_partition(order.begin(), order.end(), [](int i) { return i % 2 == 0; });
  EXPECT_TRUE(std::is_sorted(order.begin(), order.begin() + 30));
  EXPECT_TRUE(std::is_sorted(order.begin() + 30, order.end()));
  EXPECT_LE(most, 2) << "one of each lane";
}

TEST_P(StoreContract, LetsOneOfManyWritersOfAStreamWin) {
  std::atomic<int> written = 0;
  in_threads(4, [&](int worker) {
    for (int i = 0; i < 10;) {
      std::int64_t head = 0;
      for (const auto& each : must(store_->heads())) head = each.seq;
      const auto seq = store_->commit({.repository = RepositoryId(1),
                                       .expected_seq = head,
                                       .at = at(1),
                                       .records = {{fmt::format("{} {}", worker, i), ""}}});
      if (seq) {
        EXPECT_EQ(*seq, head + 1);
        ++written;
        ++i;
      } else {
        EXPECT_EQ(seq.error().code, Errc::conflict) << seq.error().message;
      }
    }
  });
  EXPECT_EQ(written, 40);
  const auto report = journal::verify_chain(*store_, RepositoryId(1)).value();
  EXPECT_TRUE(report.whole()) << report.problem;
  EXPECT_EQ(report.records, 40);
}

TEST_P(StoreContract, ServesReadersWhileItIsWritten) {
  std::atomic<bool> done = false;
  std::jthread reader([&] {
    std::int64_t seen = 0;
    while (!done) {
      const auto records = must(store_->read(RepositoryId(1), 0, 1000));
      EXPECT_GE(static_cast<std::int64_t>(records.size()), seen);
      seen = static_cast<std::int64_t>(records.size());
      EXPECT_TRUE(store_->depth(at(1)));
      EXPECT_TRUE(store_->next_due());
    }
  });
  for (std::int64_t i = 0; i < 100; ++i)
    ASSERT_TRUE(store_->commit(
        {.repository = RepositoryId(1), .expected_seq = i, .at = at(1), .records = {{"x", "k"}}}));
  done = true;
}

TEST_P(StoreContract, SharesItsWorkWithASecondReplica) {
  if (!GetParam().shared) {
    const auto other = GetParam().open(folder_.path());
    ASSERT_NE(other, nullptr);
    ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
    EXPECT_THAT(must(other->claim_inbox(9, at(1), kLease)), testing::IsEmpty()) << "memory is not shared";
    return;
  }
  std::vector<ports::NewDelivery> batch;
  for (int i = 0; i < 100; ++i) batch.push_back(delivery(std::to_string(i)));
  ASSERT_TRUE(store_->accept(batch));
  std::vector<std::vector<std::int64_t>> rows(3);
  in_threads(3, [&](int replica) {
    const auto mine = GetParam().open(folder_.path());
    ASSERT_NE(mine, nullptr);
    for (int i = 0; i < 20; ++i) {
      for (const auto& item : must(mine->claim_inbox(3, at(1), kLease)))
        rows[static_cast<std::size_t>(replica)].push_back(item.row);
    }
  });
  std::multiset<std::int64_t> all;
  for (const auto& mine : rows) all.insert(mine.begin(), mine.end());
  EXPECT_THAT(all, SizeIs(100));
  EXPECT_THAT(std::set<std::int64_t>(all.begin(), all.end()), SizeIs(100));
}

}  // namespace
}  // namespace kedge::store::test
