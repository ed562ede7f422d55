// SPDX-License-Identifier: Apache-2.0
#include "bot/journal/chain.h"
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

using ports::Head;
using ports::Record;
using ports::Turn;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(StoreContract, ChainsTheRecordsOfAStream) {
  const std::string odd("\0\xff{}", 4);
  EXPECT_EQ(commit({.repository = RepositoryId(7), .at = at(1), .records = {{"one", "k1"}, {odd, ""}}}), 2);
  EXPECT_EQ(commit({.repository = RepositoryId(7), .at = at(2), .records = {{"three", "k1"}}}), 3);
  const auto records = store_->read(RepositoryId(7), 0, 10).value();
  ASSERT_THAT(records, SizeIs(3));
  std::string prev(32, '\0');
  std::int64_t seq = 0;
  for (const Record& record : records) {
    EXPECT_EQ(record.repository, RepositoryId(7));
    EXPECT_EQ(record.seq, ++seq);
    EXPECT_EQ(record.prev, prev);
    EXPECT_EQ(record.hash, ports::record_hash(prev, RepositoryId(7), seq, record.at, record.payload));
    prev = record.hash;
  }
  EXPECT_EQ(records[1].payload, odd);
  EXPECT_EQ(records[1].at, at(1));
  EXPECT_EQ(records[2].at, at(2));
}

TEST_P(StoreContract, ReadsAStreamInPages) {
  Turn turn{.repository = RepositoryId(7), .at = at(1)};
  for (int i = 1; i <= 5; ++i) turn.records.push_back({std::to_string(i), ""});
  commit(turn);
  commit({.repository = RepositoryId(8), .at = at(1), .records = {{"other", ""}}});
  const auto page = store_->read(RepositoryId(7), 2, 2).value();
  ASSERT_THAT(page, SizeIs(2));
  EXPECT_EQ(page[0].payload, "3");
  EXPECT_EQ(page[1].payload, "4");
  EXPECT_THAT(store_->read(RepositoryId(7), 5, 2).value(), IsEmpty());
  EXPECT_THAT(store_->read(RepositoryId(9), 0, 2).value(), IsEmpty());
}

TEST_P(StoreContract, RefusesATurnDecidedOnAnOlderHead) {
  commit({.repository = RepositoryId(7), .at = at(1), .records = {{"one", ""}}});
  ASSERT_TRUE(store_->accept(std::vector{delivery("a")}));
  const auto row = store_->claim_inbox(1, at(0), kLease).value().at(0).row;
  const auto refused = store_->commit({.repository = RepositoryId(7),
                                       .expected_seq = 0,
                                       .at = at(2),
                                       .records = {{"two", ""}},
                                       .effects = {effect("7/1/0")},
                                       .timers = {timer(7, "k1", "update_due", at(1))},
                                       .inbox_done = row});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  EXPECT_THAT(store_->read(RepositoryId(7), 1, 10).value(), IsEmpty());
  EXPECT_THAT(claim(at(100)), IsEmpty());
  EXPECT_THAT(store_->due_timers(at(100), 10).value(), IsEmpty());
  EXPECT_THAT(claim_guids(at(100)), ElementsAre("a"));
}

TEST_P(StoreContract, ChecksTheHeadOfATurnWithoutRecordsToo) {
  commit({.repository = RepositoryId(7), .at = at(1), .records = {{"one", ""}}});
  EXPECT_EQ(store_->commit({.repository = RepositoryId(7), .expected_seq = 0, .at = at(2)}).error().code,
            Errc::conflict);
  EXPECT_EQ(store_->commit({.repository = RepositoryId(7), .expected_seq = 1, .at = at(2)}).value(), 1);
}

TEST_P(StoreContract, ChangesNothingWhenATurnAnswersWhatIsNotThere) {
  const auto refused = store_->commit(
      {.repository = RepositoryId(7), .at = at(1), .records = {{"one", ""}}, .inbox_done = 4711});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_found);
  EXPECT_FALSE(store_->commit({.repository = RepositoryId(7),
                               .at = at(1),
                               .records = {{"one", ""}},
                               .effect_done = ports::EffectClaim{EffectId("x")}}));
  EXPECT_THAT(store_->read(RepositoryId(7), 0, 10).value(), IsEmpty());
  EXPECT_THAT(store_->heads().value(), IsEmpty());
}

TEST_P(StoreContract, NamesTheHeadOfEveryStream) {
  commit({.repository = RepositoryId(14'123'456'789), .at = at(1), .records = {{"one", ""}, {"two", ""}}});
  commit({.repository = kNowhere, .at = at(2), .records = {{"one", ""}}});
  commit({.repository = RepositoryId(5), .at = at(2)});
  const auto heads = store_->heads().value();
  ASSERT_THAT(heads, SizeIs(2)) << "a stream without records has no head";
  EXPECT_EQ(heads[0].repository, kNowhere);
  EXPECT_EQ(heads[1].repository, RepositoryId(14'123'456'789));
  EXPECT_EQ(heads[1].seq, 2);
  EXPECT_EQ(heads[1].at, at(1));
  EXPECT_EQ(heads[1].hash, store_->read(RepositoryId(14'123'456'789), 1, 1).value().at(0).hash);
}

TEST_P(StoreContract, ListsIncidentsInOrderOfTheirFirstRecord) {
  commit({.repository = RepositoryId(9), .at = at(1), .records = {{"x", ""}, {"x", "kz"}}});
  commit({.repository = RepositoryId(2), .at = at(1), .records = {{"x", "ka"}, {"x", "kb"}}});
  commit({.repository = RepositoryId(9), .at = at(1), .records = {{"x", "kc"}, {"x", "kz"}}});
  commit({.repository = RepositoryId(3), .at = at(1), .records = {{"x", ""}}});
  std::vector<std::string> found;
  for (const auto& incident : must(store_->incidents()))
    found.push_back(std::to_string(incident.repository.value) + incident.incident);
  EXPECT_THAT(found, ElementsAre("9kz", "2ka", "2kb", "9kc"));
}

TEST_P(StoreContract, KeepsAChainThatVerifies) {
  Turn turn{.repository = RepositoryId(7), .at = at(1)};
  for (int i = 0; i < 600; ++i) turn.records.push_back({"record " + std::to_string(i), ""});
  commit(turn);
  const auto report = journal::verify_chain(*store_, RepositoryId(7)).value();
  EXPECT_TRUE(report.whole()) << report.problem;
  EXPECT_EQ(report.records, 600);
  EXPECT_EQ(report.head.seq, 600);
  EXPECT_EQ(report.head.hash, store_->heads().value().at(0).hash);
  EXPECT_TRUE(journal::verify_chain(*store_, RepositoryId(8)).value().whole());
}

}  // namespace
}  // namespace kedge::store::test
