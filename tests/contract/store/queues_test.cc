// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> names(const std::vector<ports::TimerRow>& timers) {
  std::vector<std::string> found;
  for (const auto& timer : timers)
    found.push_back(std::to_string(timer.repository.value) + timer.incident + " " + timer.kind);
  return found;
}

TEST_P(StoreContract, RefusesATurnOfATimerThatWasSetAnew) {
  const auto read = timer(1, "ka", "update_due", at(10));
  commit({.repository = RepositoryId(1), .at = at(0), .timers = {read}});
  commit({.repository = RepositoryId(1), .at = at(9), .timers = {timer(1, "ka", "update_due", at(40))}});
  const ports::Turn stale{.repository = RepositoryId(1),
                          .at = at(10),
                          .effects = {effect("1/1/0")},
                          .timers_cleared = {read},
                          .timer_fired = read};
  const auto refused = store_->commit(stale);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_found);
  EXPECT_EQ(must(store_->find_effect(EffectId("1/1/0"))), std::nullopt) << "nothing was changed";
  EXPECT_THAT(store_->due_timers(at(99), 10).value(), SizeIs(1));

  ports::Turn due = stale;
  due.timers_cleared.front().due_at = at(40);
  due.timer_fired = due.timers_cleared.front();
  EXPECT_TRUE(store_->commit(due));
  EXPECT_THAT(store_->due_timers(at(99), 10).value(), IsEmpty());
  EXPECT_FALSE(store_->commit(due)) << "it fires once";
}

TEST_P(StoreContract, GivesDueTimersOldestFirst) {
  commit({.repository = RepositoryId(1),
          .at = at(0),
          .timers = {timer(1, "ka", "update_due", at(20)), timer(1, "kb", "update_due", at(10)),
                     timer(1, "ka", "confirm_ends", at(30))}});
  EXPECT_THAT(store_->due_timers(at(9), 10).value(), IsEmpty());
  EXPECT_THAT(names(store_->due_timers(at(20), 10).value()), ElementsAre("1kb update_due", "1ka update_due"));
  EXPECT_THAT(names(store_->due_timers(at(99), 1).value()), ElementsAre("1kb update_due"));
  EXPECT_THAT(store_->due_timers(at(99), 10).value(), SizeIs(3)) << "they stay until a turn answers them";
}

TEST_P(StoreContract, GivesTheDueTimersOfEachRepository) {
  ports::Turn crowd{.repository = RepositoryId(1), .at = at(0)};
  for (int i = 10; i < 30; ++i)
    crowd.timers.push_back(timer(1, "k" + std::to_string(i), "update_due", at(i)));
  commit(crowd);
  commit({.repository = RepositoryId(2), .at = at(0), .timers = {timer(2, "ka", "update_due", at(50))}});
  EXPECT_THAT(names(store_->due_timers(at(99), 2).value()),
              ElementsAre("1k10 update_due", "1k11 update_due", "2ka update_due"));
}

TEST_P(StoreContract, ReplacesAndClearsTimersByTheirKey) {
  commit({.repository = RepositoryId(1), .at = at(0), .timers = {timer(1, "ka", "update_due", at(10))}});
  commit({.repository = RepositoryId(2), .at = at(0), .timers = {timer(2, "ka", "update_due", at(10))}});
  commit({.repository = RepositoryId(1), .at = at(0), .timers = {timer(1, "ka", "update_due", at(50))}});
  EXPECT_THAT(names(store_->due_timers(at(49), 10).value()), ElementsAre("2ka update_due"));
  commit({.repository = RepositoryId(2), .at = at(0), .timers_cleared = {timer(2, "ka", "update_due")}});
  EXPECT_THAT(names(store_->due_timers(at(50), 10).value()), ElementsAre("1ka update_due"));
}

TEST_P(StoreContract, SetsATimerThatTheSameTurnClears) {
  commit({.repository = RepositoryId(1), .at = at(0), .timers = {timer(1, "ka", "update_due", at(10))}});
  commit({.repository = RepositoryId(1),
          .at = at(0),
          .timers = {timer(1, "ka", "update_due", at(50))},
          .timers_cleared = {timer(1, "ka", "update_due")}});
  EXPECT_THAT(store_->due_timers(at(49), 10).value(), IsEmpty());
  EXPECT_THAT(names(store_->due_timers(at(50), 10).value()), ElementsAre("1ka update_due"));
}

TEST_P(StoreContract, KnowsTheNextMomentOfWork) {
  EXPECT_EQ(store_->next_due().value(), std::nullopt);
  commit({.repository = RepositoryId(1), .at = at(0), .timers = {timer(1, "ka", "update_due", at(100))}});
  EXPECT_EQ(store_->next_due().value(), at(100));
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  EXPECT_LE(store_->next_due().value(), at(0)) << "an effect may run now";
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  EXPECT_EQ(store_->next_due().value(), at(60)) << "the lease ends; the next of its lane waits for it";
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(30), false, "503"));
  EXPECT_EQ(store_->next_due().value(), at(30)) << "the retry";
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  EXPECT_LE(store_->next_due().value(), at(0)) << "a delivery may be taken now";
  const auto row = store_->claim_inbox(1, at(-50), kLease).value().at(0).row;
  EXPECT_EQ(store_->next_due().value(), at(10)) << "its lease ends";
  commit({.repository = RepositoryId(1), .at = at(0), .inbox_done = row});
  EXPECT_EQ(store_->next_due().value(), at(30));
}

TEST_P(StoreContract, MeasuresItsQueues) {
  EXPECT_EQ(store_->depth(at(0))->oldest_pending, std::nullopt);
  commit({.repository = RepositoryId(1),
          .at = at(5),
          .effects = {effect("1/1/0", "git", 0), effect("1/1/1", "git", 4), effect("1/1/2", "", 4)}});
  ASSERT_TRUE(store_->accept(std::vector{delivery("a"), delivery("b")}));
  auto depth = store_->depth(at(10)).value();
  EXPECT_EQ(depth.inbox_queued, 2);
  EXPECT_EQ(depth.outbox_pending[0], 1);
  EXPECT_EQ(depth.outbox_pending[4], 2);
  EXPECT_EQ(depth.oldest_pending, at(0));
  ASSERT_THAT(claim_guids(at(10)), SizeIs(2));
  ASSERT_THAT(claim(at(10), 1), ElementsAre("1/1/0"));
  depth = store_->depth(at(10)).value();
  EXPECT_EQ(depth.inbox_queued, 2) << "taken, not done";
  EXPECT_EQ(depth.outbox_in_flight, 1);
  EXPECT_EQ(depth.outbox_pending[0], 0);
  EXPECT_EQ(depth.oldest_pending, at(5));
  ASSERT_THAT(claim(at(10)), ElementsAre("1/1/2"));
  EXPECT_EQ(store_->depth(at(10))->oldest_pending, std::nullopt) << "1/1/1 waits for its lane";
}

}  // namespace
}  // namespace kedge::store::test
