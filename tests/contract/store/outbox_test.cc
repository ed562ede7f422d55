// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using ports::EffectStatus;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContract, ClaimsEffectsByPriorityThenAge) {
  queue({effect("1/1/0", "", 3), effect("1/1/1", "", 0), effect("1/1/2", "", 3), effect("1/1/3", "", 1)});
  EXPECT_THAT(claim(at(0), 3), ElementsAre("1/1/1", "1/1/3", "1/1/0"));
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/2"));
  EXPECT_THAT(claim(at(0)), IsEmpty());
}

TEST_P(StoreContract, GivesAnEffectBackAsItWasQueued) {
  auto queued = effect("1/1/0", "chat:ops", 2);
  queued.payload = std::string("\0\xff", 2);
  queue({queued});
  const auto items = store_->claim_effects(1, at(0), kLease).value();
  ASSERT_THAT(items, SizeIs(1));
  EXPECT_EQ(items[0].id.value, "1/1/0");
  EXPECT_EQ(items[0].repository, RepositoryId(1));
  EXPECT_EQ(items[0].incident, "k1");
  EXPECT_EQ(items[0].priority, 2);
  EXPECT_EQ(items[0].lane, "chat:ops");
  EXPECT_EQ(items[0].kind, "post_comment");
  EXPECT_EQ(items[0].payload, queued.payload);
  EXPECT_EQ(items[0].attempts, 1);
  EXPECT_EQ(items[0].doubts, 0);
}

TEST_P(StoreContract, LeavesAnEffectThatExistsAsItIs) {
  queue({effect("1/1/0")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  finish("1/1/0");
  auto other = effect("1/1/0", "lane", 0, "key");
  other.payload = "other";
  queue({effect("1/1/1", "", 3, "key")});
  queue({other});
  EXPECT_THAT(claim(at(100)), ElementsAre("1/1/1")) << "what is not queued supersedes nothing";
  EXPECT_EQ(row("1/1/0").status, EffectStatus::done);
  EXPECT_EQ(row("1/1/0").item.payload, "payload of 1/1/0");
}

TEST_P(StoreContract, ClaimsOfALaneOneAtATimeInOrder) {
  queue({effect("1/1/0", "git", 3), effect("1/1/1", "git", 0), effect("1/1/2", "other", 4)});
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/0", "1/1/2"));
  EXPECT_THAT(claim(at(0)), IsEmpty()) << "the older one is in flight";
  finish("1/1/0");
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/1"));
}

TEST_P(StoreContract, OrdersALaneByAgeNotByTheTextOfIds) {
  queue({effect("1/9/0", "git")});
  queue({effect("1/10/0", "git")});
  EXPECT_THAT(claim(at(0)), ElementsAre("1/9/0"));
}

TEST_P(StoreContract, BindsALaneWithinItsRepositoryOnly) {
  queue({effect("1/1/0", "git")}, 1);
  queue({effect("2/1/0", "git")}, 2);
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/0", "2/1/0"));
}

TEST_P(StoreContract, HoldsAnEffectUntilItsMoment) {
  auto waiting = effect("1/1/0", "state", 3);
  waiting.not_before = at(5);
  queue({waiting});
  EXPECT_THAT(claim(at(4)), IsEmpty());
  EXPECT_EQ(must(store_->next_due()), at(5));
  EXPECT_THAT(claim(at(5)), ElementsAre("1/1/0"));
}

TEST_P(StoreContract, LetsAnEffectTakeTheMomentOfTheOneItReplaces) {
  const auto waiting = [](const char* id, int moment) {
    auto made = effect(id, "state", 3, "key");
    made.not_before = at(moment);
    return made;
  };
  queue({waiting("1/1/0", 5)});
  queue({waiting("1/1/1", 9)});
  queue({waiting("1/1/2", 12)});
  EXPECT_THAT(claim(at(4)), IsEmpty());
  EXPECT_THAT(claim(at(5)), ElementsAre("1/1/2")) << "news on news puts nothing off";
  finish("1/1/2");
  queue({waiting("1/1/3", 20)});
  queue({effect("1/1/4", "state", 3, "key")});
  EXPECT_THAT(claim(at(6)), ElementsAre("1/1/4")) << "what is wanted at once does not wait";
}

TEST_P(StoreContract, BlocksALaneWhileItsOldestWaits) {
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(30), false, "503"));
  EXPECT_THAT(claim(at(29)), IsEmpty());
  EXPECT_THAT(claim(at(30)), ElementsAre("1/1/0"));
  finish("1/1/0");
  EXPECT_THAT(claim(at(30)), ElementsAre("1/1/1"));
}

TEST_P(StoreContract, FreesTheLaneOfAParkedEffect) {
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  commit({.repository = RepositoryId(1),
          .at = at(1),
          .effect_done = ports::EffectClaim{EffectId("1/1/0")},
          .effect_parked_reason = "403: no permission"});
  EXPECT_THAT(claim(at(1)), ElementsAre("1/1/1"));
  const auto parked = store_->parked_effects().value();
  ASSERT_THAT(parked, SizeIs(1));
  EXPECT_EQ(parked[0].status, EffectStatus::parked);
  EXPECT_EQ(parked[0].last_error, "403: no permission");
}

TEST_P(StoreContract, KeepsOneParkedEffectOfAKeyWhereToldTo) {
  const auto park = [&](const char* id, bool replaces) {
    ASSERT_THAT(claim(at(1)), ElementsAre(id));
    commit({.repository = RepositoryId(1),
            .at = at(1),
            .effect_done = ports::EffectClaim{EffectId(id)},
            .effect_parked_reason = "404: the webhook is gone",
            .effect_replaces_parked = replaces});
  };
  queue({effect("1/1/0", "chat", 3, "update")});
  park("1/1/0", true);
  queue({effect("1/1/1", "chat", 3, "other")});
  park("1/1/1", true);
  queue({effect("1/1/2", "chat", 3, "")});
  park("1/1/2", true);
  queue({effect("1/1/3", "chat", 3, "update")});
  park("1/1/3", false);
  EXPECT_THAT(store_->parked_effects().value(), SizeIs(4));
  queue({effect("1/1/4", "chat", 3, "update")});
  park("1/1/4", true);
  EXPECT_EQ(row("1/1/0").status, EffectStatus::superseded);
  EXPECT_EQ(row("1/1/3").status, EffectStatus::superseded);
  EXPECT_THAT(store_->parked_effects().value(), SizeIs(3)) << "of other keys, and of none";
  queue({effect("1/1/5", "chat", 3, "update")});
  ASSERT_THAT(claim(at(1)), ElementsAre("1/1/5"));
  commit({.repository = RepositoryId(1),
          .at = at(1),
          .effect_done = ports::EffectClaim{EffectId("1/1/5")},
          .effect_replaces_parked = true});
  EXPECT_EQ(row("1/1/4").status, EffectStatus::superseded) << "a newer one is done";
}

TEST_P(StoreContract, RunsAParkedEffectAgainOnRequest) {
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  commit({.repository = RepositoryId(1),
          .at = at(1),
          .effect_done = ports::EffectClaim{EffectId("1/1/0")},
          .effect_parked_reason = "why"});
  ASSERT_THAT(claim(at(1)), ElementsAre("1/1/1"));
  ASSERT_TRUE(store_->unpark_effect(EffectId("1/1/0"), at(2)));
  EXPECT_EQ(row("1/1/0").status, EffectStatus::pending);
  EXPECT_EQ(row("1/1/0").item.attempts, 0);
  EXPECT_THAT(store_->parked_effects().value(), IsEmpty());
  EXPECT_THAT(claim(at(2)), IsEmpty()) << "a younger one of its lane is in flight";
  finish("1/1/1");
  const auto again = store_->claim_effects(5, at(2), kLease).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 1);
  EXPECT_EQ(store_->unpark_effect(EffectId("1/1/0"), at(2)).error().code, Errc::not_found);
  EXPECT_EQ(store_->unpark_effect(EffectId("9/9/9"), at(2)).error().code, Errc::not_found);
}

TEST_P(StoreContract, TakesTheOldestOfALaneFirstWhenTwoLeasesHaveEnded) {
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  commit({.repository = RepositoryId(1),
          .at = at(0),
          .effect_done = ports::EffectClaim{EffectId("1/1/0")},
          .effect_parked_reason = "why"});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/1"));
  ASSERT_TRUE(store_->unpark_effect(EffectId("1/1/0"), at(1)));
  EXPECT_THAT(claim(at(60)), ElementsAre("1/1/0")) << "the lease of 1/1/1 has ended";
  finish("1/1/0");
  EXPECT_THAT(claim(at(61)), ElementsAre("1/1/1"));
}

TEST_P(StoreContract, CountsAnEndedLeaseAsADoubt) {
  queue({effect("1/1/0", "git"), effect("1/1/1", "git")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  EXPECT_THAT(claim(at(59)), IsEmpty());
  const auto again = store_->claim_effects(5, at(60), kLease).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_EQ(again[0].doubts, 1);
  EXPECT_EQ(again[0].crashes, 1);
  EXPECT_EQ(row("1/1/0").item.doubts, 1);
  EXPECT_EQ(row("1/1/0").item.crashes, 1);
}

TEST_P(StoreContract, CountsNoCrashWhereTheAttemptEndedInOrder) {
  queue({effect("1/1/0")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(1), true, "timed out"));
  ASSERT_THAT(claim(at(1)), ElementsAre("1/1/0"));
  EXPECT_EQ(row("1/1/0").item.doubts, 1);
  EXPECT_EQ(row("1/1/0").item.crashes, 0);
}

TEST_P(StoreContract, GivesOnlyUrgentEffectsToWhoAsksForThose) {
  queue({effect("1/1/0", "", 3), effect("1/1/1", "", 1), effect("1/1/2", "", 0), effect("1/1/3", "", 2)});
  std::vector<std::string> urgent;
  for (const auto& item : must(store_->claim_effects(9, at(0), kLease, 1))) urgent.push_back(item.id.value);
  EXPECT_THAT(urgent, ElementsAre("1/1/2", "1/1/1"));
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/3", "1/1/0"));
}

TEST_P(StoreContract, CountsADoubtOfARetryOnlyWhereTold) {
  queue({effect("1/1/0")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(1), false, "refused"));
  EXPECT_EQ(row("1/1/0").item.doubts, 0);
  EXPECT_EQ(row("1/1/0").last_error, "refused");
  EXPECT_EQ(row("1/1/0").not_before, at(1));
  ASSERT_THAT(claim(at(1)), ElementsAre("1/1/0"));
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 2}, at(2), true, "timed out"));
  EXPECT_EQ(row("1/1/0").item.doubts, 1);
  EXPECT_EQ(row("1/1/0").item.attempts, 2);
}

TEST_P(StoreContract, TakesNoAnswerOfAClaimThatIsLost) {
  queue({effect("1/1/0")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  ASSERT_THAT(claim(at(60)), ElementsAre("1/1/0")) << "the lease has ended, another worker has it";
  const auto late = store_->commit({.repository = RepositoryId(1),
                                    .expected_seq = 0,
                                    .at = at(61),
                                    .records = {{"late", ""}},
                                    .effect_done = ports::EffectClaim{EffectId("1/1/0"), 1}});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::not_found);
  EXPECT_THAT(store_->read(RepositoryId(1), 0, 10).value(), IsEmpty());
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(500), true, "late"));
  EXPECT_EQ(row("1/1/0").status, EffectStatus::in_flight);
  finish("1/1/0");
  EXPECT_EQ(row("1/1/0").status, EffectStatus::done);
}

TEST_P(StoreContract, DoesNotRetryWhatIsDone) {
  queue({effect("1/1/0")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  finish("1/1/0");
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(0), true, "late"));
  EXPECT_EQ(row("1/1/0").status, EffectStatus::done);
  EXPECT_THAT(claim(at(1000)), IsEmpty());
}

TEST_P(StoreContract, ReleasesLeasesAsDoubts) {
  queue({effect("1/1/0", "git"), effect("1/1/1")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0", "1/1/1"));
  finish("1/1/1");
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  ASSERT_THAT(claim_guids(at(0)), ElementsAre("a"));
  ASSERT_TRUE(store_->take_over());
  EXPECT_THAT(claim_guids(at(0)), ElementsAre("a"));
  const auto again = store_->claim_effects(5, at(0), kLease).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].doubts, 1);
  EXPECT_EQ(again[0].crashes, 1);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_P(StoreContract, ReplacesOlderEffectsOfOneKeyThatHaveNotStarted) {
  queue({effect("1/1/0", "chat", 3, "living"), effect("1/1/1", "chat", 3, "living"),
         effect("1/1/2", "chat", 3, "other"), effect("1/1/3", "chat", 3, "living")});
  queue({effect("2/1/0", "chat", 3, "living")}, 2);
  EXPECT_EQ(row("1/1/0").status, EffectStatus::superseded);
  EXPECT_EQ(row("1/1/1").status, EffectStatus::superseded);
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/2", "2/1/0")) << "superseded ones free the lane";
  finish("1/1/2");
  EXPECT_THAT(claim(at(0)), ElementsAre("1/1/3"));
}

TEST_P(StoreContract, ReplacesOnlyWhatWasNeverTried) {
  queue({effect("1/1/0", "chat", 3, "living")});
  ASSERT_THAT(claim(at(0)), ElementsAre("1/1/0"));
  queue({effect("1/2/0", "chat", 3, "living")});
  EXPECT_EQ(row("1/1/0").status, EffectStatus::in_flight);
  ASSERT_TRUE(store_->retry_effect({EffectId("1/1/0"), 1}, at(5), false, "503"));
  queue({effect("1/3/0", "chat", 3, "living")});
  EXPECT_EQ(row("1/1/0").status, EffectStatus::pending) << "it may have been done, so it goes on";
  EXPECT_EQ(row("1/2/0").status, EffectStatus::superseded);
  EXPECT_THAT(claim(at(5)), ElementsAre("1/1/0"));
  finish("1/1/0");
  EXPECT_THAT(claim(at(5)), ElementsAre("1/3/0"));
}

TEST_P(StoreContract, RunsAParkedEffectAgainWhereATurnSaysSo) {
  queue({effect("1/1/0"), effect("1/1/1")});
  ASSERT_THAT(claim(at(0)), SizeIs(2));
  const auto park = [&](const std::string& id) {
    commit({.repository = RepositoryId(1),
            .at = at(0),
            .effect_done = ports::EffectClaim{EffectId(id)},
            .effect_parked_reason = "why"});
  };
  park("1/1/0");
  finish("1/1/1");
  commit({.repository = RepositoryId(1),
          .at = at(7),
          .effects_retried = {EffectId("1/1/0"), EffectId("1/1/1"), EffectId("1/9/9")}});
  EXPECT_EQ(row("1/1/0").status, EffectStatus::pending);
  EXPECT_EQ(row("1/1/0").item.attempts, 0);
  EXPECT_EQ(row("1/1/1").status, EffectStatus::done) << "only what is parked runs again";
}

TEST_P(StoreContract, NeverReplacesEffectsWithoutAKey) {
  queue({effect("1/1/0"), effect("1/1/1")});
  EXPECT_THAT(claim(at(0)), SizeIs(2));
}

TEST_P(StoreContract, ForgetsOldFinishedEffectsOnly) {
  queue({effect("1/1/0"), effect("1/1/1"), effect("1/1/2"), effect("1/1/3", "", 3, "key"),
         effect("1/1/4", "", 3, "key")});
  ASSERT_THAT(claim(at(0), 3), SizeIs(3));
  finish("1/1/0");
  commit({.repository = RepositoryId(1), .at = at(50), .effect_done = ports::EffectClaim{EffectId("1/1/1")}});
  commit({.repository = RepositoryId(1),
          .at = at(0),
          .effect_done = ports::EffectClaim{EffectId("1/1/2")},
          .effect_parked_reason = "why"});
  ASSERT_TRUE(store_->forget(at(50)));
  EXPECT_EQ(store_->find_effect(EffectId("1/1/0")).value(), std::nullopt);
  EXPECT_EQ(row("1/1/1").status, EffectStatus::done);
  EXPECT_EQ(row("1/1/2").status, EffectStatus::parked);
  EXPECT_EQ(store_->find_effect(EffectId("1/1/3")).value(), std::nullopt);
  EXPECT_EQ(row("1/1/4").status, EffectStatus::pending);
}

TEST_P(StoreContract, ForgetsHoweverMuchThereIs) {
  std::vector<ports::NewEffect> effects;
  for (int i = 0; i < 1234; ++i) effects.push_back(effect("1/1/" + std::to_string(i), "", 3, "key"));
  queue(effects);
  ASSERT_EQ(row("1/1/1232").status, EffectStatus::superseded);
  ASSERT_TRUE(store_->forget(at(1)));
  for (const int i : {0, 499, 500, 1232})
    EXPECT_EQ(must(store_->find_effect(EffectId("1/1/" + std::to_string(i)))), std::nullopt) << i;
  EXPECT_EQ(row("1/1/1233").status, EffectStatus::pending);
}

}  // namespace
}  // namespace kedge::store::test
