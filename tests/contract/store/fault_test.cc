// SPDX-License-Identifier: Apache-2.0
// A failing disk: what was acknowledged stays, what was refused is not there, and work goes on afterwards.
#include <fmt/format.h>

#include <set>

#include "bot/adapters/store/store.h"
#include "bot/base/random.h"
#include "bot/journal/chain.h"
#include "tests/contract/store/contract.h"
#include "tests/contract/store/faulty_disk.h"

namespace kedge::store::test {
namespace {

struct Row {
  std::string name;
  Fault fault;
};

class FailingDisk : public testing::TestWithParam<Row> {
 protected:
  [[nodiscard]] std::string url() const { return "sqlite://" + folder_.path() + "/kedge.db"; }
  FaultyDisk disk_;
  Folder folder_;
};

/// Bytes that do not compress, so that the log grows and checkpoints come.
std::string noise(std::size_t size) {
  SplitMix64 random(0x5eed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.below(256));
  return bytes;
}

std::set<std::string> stored_guids(ports::Store& store, int count) {
  std::set<std::string> found;
  for (int i = 0; i < count; ++i) {
    if (must(store.find_delivery(DeliveryGuid(std::to_string(i)), false))) found.insert(std::to_string(i));
  }
  return found;
}

TEST_P(FailingDisk, LosesNothingThatWasAcknowledged) {
  constexpr int kDeliveries = 160;
  const std::string body = noise(120'000);
  std::set<std::string> acknowledged;
  int failures = 0;
  {
    const auto store = must(open_store(url()));
    for (int i = 0; i < kDeliveries; ++i) {
      // The fault strikes anywhere within a commit, often enough to meet a checkpoint too.
      if (i % 8 == 4) disk_.fail(GetParam().fault, i / 8 % 5);
      const auto answer = store->accept(std::vector{delivery(std::to_string(i), body)});
      if (answer) {
        acknowledged.insert(std::to_string(i));
      } else {
        ++failures;
        EXPECT_EQ(answer.error().code, Errc::unavailable) << answer.error().message;
        EXPECT_THAT(answer.error().message, testing::StartsWith("cannot store deliveries: "));
      }
      if (i % 8 == 6) disk_.heal();
    }
    disk_.heal();
    EXPECT_GE(failures, 10) << "the fault has to be met";
    EXPECT_EQ(stored_guids(*store, kDeliveries), acknowledged);
  }
  const auto store = must(open_store(url()));
  EXPECT_EQ(stored_guids(*store, kDeliveries), acknowledged) << "after a restart";
}

TEST_P(FailingDisk, AppliesATurnWholeOrNotAtAll) {
  const auto store = must(open_store(url()));
  const std::string bulk = noise(200'000);
  std::int64_t seq = 0;
  int failures = 0;
  for (int i = 0; i < 80; ++i) {
    if (i % 4 == 2) disk_.fail(GetParam().fault, i / 4 % 2);
    const auto id = fmt::format("1/{}/0", i);
    const auto done = store->commit({.repository = RepositoryId(1),
                                     .expected_seq = seq,
                                     .at = at(i),
                                     .records = {{fmt::format("{}", i), "k1"}, {bulk, ""}},
                                     .effects = {effect(id)},
                                     .timers = {timer(1, id, "update_due", at(i))}});
    disk_.heal();
    if (done) seq = *done;
    failures += done ? 0 : 1;
    EXPECT_EQ(must(store->find_effect(EffectId(id))).has_value(), done.has_value());
    EXPECT_EQ(must(store->heads()).empty() ? 0 : must(store->heads()).at(0).seq, seq);
  }
  EXPECT_GE(failures, 10) << "the fault has to be met";
  EXPECT_EQ(must(store->due_timers(at(1000), 1000)).size(), static_cast<std::size_t>(seq / 2));
  const auto report = must(journal::verify_chain(*store, RepositoryId(1)));
  EXPECT_TRUE(report.whole()) << report.problem;
  EXPECT_EQ(report.records, seq);
}

INSTANTIATE_TEST_SUITE_P(Rows, FailingDisk,
                         testing::Values(Row{"WhenFull", Fault::full},
                                         Row{"WhenWritesFail", Fault::write_error},
                                         Row{"WhenSyncsFail", Fault::sync_error}),
                         [](const auto& row) { return row.param.name; });

TEST(FailingDiskReads, AreUnavailableNotEmpty) {
  FaultyDisk disk;
  const Folder folder;
  const std::string url = "sqlite://" + folder.path() + "/kedge.db";
  {
    const auto store = must(open_store(url));
    ports::Turn turn{.repository = RepositoryId(1), .at = at(0)};
    for (int i = 0; i < 200; ++i) turn.records.push_back({std::string(10'000, 'x'), ""});
    ASSERT_TRUE(store->commit(turn));
  }
  const auto store = must(open_store(url));
  disk.fail(Fault::read_error);
  const auto records = store->read(RepositoryId(1), 0, 1000);
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().code, Errc::unavailable) << records.error().message;
  EXPECT_GT(disk.failed(), 0);
  disk.heal();
  EXPECT_EQ(must(store->read(RepositoryId(1), 0, 1000)).size(), 200U);
}

TEST(FailingDiskOpen, IsUnavailable) {
  FaultyDisk disk;
  const Folder folder;
  disk.fail(Fault::full);
  const auto store = open_store("sqlite://" + folder.path() + "/kedge.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::unavailable) << store.error().message;
  disk.heal();
  EXPECT_TRUE(open_store("sqlite://" + folder.path() + "/kedge.db"));
}

}  // namespace
}  // namespace kedge::store::test
