// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using ports::Accepted;
using ports::InboxItem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContract, StoresADeliveryOnce) {
  const std::vector batch{delivery("a"), delivery("b"), delivery("a")};
  EXPECT_THAT(store_->accept(batch).value(),
              ElementsAre(Accepted::stored, Accepted::stored, Accepted::duplicate));
  EXPECT_THAT(store_->accept(std::vector{delivery("b"), delivery("c")}).value(),
              ElementsAre(Accepted::duplicate, Accepted::stored));
  EXPECT_THAT(claim_guids(at(1)), ElementsAre("a", "b", "c"));
}

TEST_P(StoreContract, AcceptsAnEmptyBatch) {
  EXPECT_THAT(store_->accept({}).value(), IsEmpty());
}

TEST_P(StoreContract, GivesBodiesBackByteForByte) {
  std::string odd("\0\xff\n{\"a\":1}", 11);
  const std::vector<std::string> bodies{"", odd, std::string(3'000'000, 'x') + odd};
  for (std::size_t i = 0; i < bodies.size(); ++i)
    ASSERT_TRUE(store_->accept(std::vector{delivery("g" + std::to_string(i), bodies[i])}));
  const auto items = store_->claim_inbox(10, at(5), kLease).value();
  ASSERT_THAT(items, SizeIs(3));
  for (std::size_t i = 0; i < bodies.size(); ++i) EXPECT_TRUE(items[i].body == bodies[i]) << i;
  EXPECT_EQ(items[1].event, "push");
  EXPECT_EQ(items[1].received_at, at(0));
  EXPECT_EQ(items[1].attempts, 1);
}

TEST_P(StoreContract, ClaimsInOrderOfArrivalAndNoneTwice) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a"), delivery("b"), delivery("c")}));
  EXPECT_THAT(claim_guids(at(0), 2), ElementsAre("a", "b"));
  EXPECT_THAT(claim_guids(at(0), 2), ElementsAre("c"));
  EXPECT_THAT(claim_guids(at(59), 2), IsEmpty());
}

TEST_P(StoreContract, ClaimsADeliveryAgainWhenItsLeaseHasEnded) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  ASSERT_THAT(claim_guids(at(0)), ElementsAre("a"));
  const auto again = store_->claim_inbox(1, at(60), kLease).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_P(StoreContract, LimitsTheBytesOfOneClaim) {
  const std::string big(20'000'000, 'x');
  ASSERT_TRUE(store_->accept(std::vector{delivery("a", big), delivery("b", big), delivery("c")}));
  EXPECT_THAT(claim_guids(at(0)), ElementsAre("a"));
  EXPECT_THAT(claim_guids(at(0)), ElementsAre("b", "c"));
}

TEST_P(StoreContract, KeepsARetryBackUntilItsTime) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a"), delivery("b")}));
  const auto row = store_->claim_inbox(1, at(0), kLease).value().at(0).row;
  ASSERT_TRUE(store_->retry_inbox(row, at(10), "busy"));
  EXPECT_THAT(claim_guids(at(9)), ElementsAre("b"));
  EXPECT_THAT(claim_guids(at(10)), ElementsAre("a"));
}

TEST_P(StoreContract, ParksADeliveryUntilItComesAgain) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  const auto row = store_->claim_inbox(1, at(0), kLease).value().at(0).row;
  ASSERT_TRUE(store_->park_inbox(row, "crashed three times"));
  EXPECT_THAT(claim_guids(at(1000)), IsEmpty());
  EXPECT_EQ(store_->depth(at(1000))->inbox_parked, 1);
  EXPECT_THAT(store_->accept(std::vector{delivery("a"), delivery("a")}).value(),
              ElementsAre(Accepted::requeued, Accepted::duplicate));
  const auto again = store_->claim_inbox(1, at(1001), kLease).value();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 1);
}

TEST_P(StoreContract, DoesNotRetryOrParkWhatIsDone) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  const auto row = store_->claim_inbox(1, at(0), kLease).value().at(0).row;
  commit({.repository = RepositoryId(1), .at = at(0), .inbox_done = row});
  ASSERT_TRUE(store_->retry_inbox(row, at(0), "late"));
  ASSERT_TRUE(store_->park_inbox(row, "late"));
  EXPECT_THAT(claim_guids(at(1000)), IsEmpty());
  EXPECT_EQ(store_->depth(at(0))->inbox_parked, 0);
}

TEST_P(StoreContract, FindsADeliveryInEveryState) {
  EXPECT_EQ(store_->find_delivery(DeliveryGuid("a"), false).value(), std::nullopt);
  EXPECT_EQ(store_->find_delivery(DeliveryGuid("a"), true).value(), std::nullopt);
  ASSERT_TRUE(store_->accept(std::vector{delivery("a", "hello")}));
  const auto claimed = store_->claim_inbox(1, at(0), kLease).value().at(0);
  commit({.repository = RepositoryId(1), .at = at(0), .inbox_done = claimed.row});
  const auto found = store_->find_delivery(DeliveryGuid("a"), false).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->row, claimed.row);
  EXPECT_EQ(found->body, "hello");
  EXPECT_THAT(claim_guids(at(1)), IsEmpty());
}

TEST_P(StoreContract, RunsADeliveryAgainOnRequest) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a", "hello")}));
  const auto row = store_->claim_inbox(1, at(0), kLease).value().at(0).row;
  ASSERT_TRUE(store_->find_delivery(DeliveryGuid("a"), true));
  EXPECT_THAT(claim_guids(at(1)), IsEmpty()) << "it is being worked on already";
  commit({.repository = RepositoryId(1), .at = at(0), .inbox_done = row});
  ASSERT_TRUE(store_->find_delivery(DeliveryGuid("a"), true));
  EXPECT_THAT(claim_guids(at(1)), ElementsAre("a"));
}

TEST_P(StoreContract, ReleasesHeldDeliveriesOfOneRepositoryInOrder) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("a"), delivery("b"), delivery("other"), delivery("c")}));
  for (const InboxItem& item : must(store_->claim_inbox(3, at(0), kLease)))
    commit({.repository = RepositoryId(item.guid.value == "other" ? 2 : 1),
            .at = at(0),
            .inbox_held = item.row});
  EXPECT_EQ(store_->depth(at(0))->inbox_held, 3);
  EXPECT_THAT(claim_guids(at(1000)), ElementsAre("c")) << "held rows are claimed no more";
  commit({.repository = RepositoryId(1), .at = at(1), .release_held = true});
  const auto items = store_->claim_inbox(10, at(1000), kLease).value();
  ASSERT_THAT(items, SizeIs(2));
  EXPECT_EQ(items[0].guid.value, "a");
  EXPECT_EQ(items[0].attempts, 1) << "to wait is no failed attempt";
  EXPECT_EQ(items[1].guid.value, "b");
  EXPECT_EQ(store_->depth(at(0))->inbox_held, 1);
}

TEST_P(StoreContract, ForgetsOldDoneBodiesButNotTheirGuids) {
  ASSERT_TRUE(store_->accept(std::vector{delivery("old", "x"), delivery("new", "y"), delivery("open", "z")}));
  for (const InboxItem& item : must(store_->claim_inbox(2, at(0), kLease))) {
    const bool old = item.guid.value == "old";
    commit({.repository = RepositoryId(1), .at = at(old ? 0 : 100), .inbox_done = item.row});
  }
  ASSERT_TRUE(store_->forget(at(100)));
  EXPECT_EQ(store_->find_delivery(DeliveryGuid("old"), false).value()->body, "");
  EXPECT_EQ(store_->find_delivery(DeliveryGuid("new"), false).value()->body, "y");
  EXPECT_EQ(store_->find_delivery(DeliveryGuid("open"), false).value()->body, "z");
  EXPECT_THAT(store_->accept(std::vector{delivery("old", "x")}).value(), ElementsAre(Accepted::duplicate));
  const auto again = store_->find_delivery(DeliveryGuid("old"), true);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

}  // namespace
}  // namespace kedge::store::test
