// SPDX-License-Identifier: Apache-2.0
#include "tests/contract/store/contract.h"

#include "bot/adapters/store/store.h"

namespace kedge::store::test {
namespace {

std::unique_ptr<ports::Store> opened(const std::string& url) {
  auto store = open_store(url);
  EXPECT_TRUE(store) << store.error().message;
  return store ? std::move(*store) : nullptr;
}

}  // namespace

std::vector<Factory> factories() {
  return {
      {"SqliteFile", [](const std::string& folder) { return opened("sqlite://" + folder + "/kedge.db"); }},
      {"SqliteMemory", [](const std::string&) { return opened("sqlite::memory:"); }, false}};
}

void StoreContract::SetUp() {
  store_ = GetParam().open(folder_.path());
  ASSERT_NE(store_, nullptr);
}

std::int64_t StoreContract::commit(ports::Turn turn) {
  for (const ports::Head& head : must(store_->heads())) {
    if (head.repository == turn.repository) turn.expected_seq = head.seq;
  }
  const auto seq = store_->commit(turn);
  EXPECT_TRUE(seq) << seq.error().message;
  return seq.value_or(-1);
}

std::int64_t StoreContract::queue(std::vector<ports::NewEffect> effects, std::int64_t repository) {
  return commit({.repository = RepositoryId(repository), .at = at(0), .effects = std::move(effects)});
}

void StoreContract::finish(const std::string& effect_id, std::int64_t repository) {
  commit({.repository = RepositoryId(repository),
          .at = at(0),
          .effect_done = ports::EffectClaim{EffectId(effect_id), row(effect_id).item.attempts}});
}

std::vector<std::string> StoreContract::claim(TimePoint now, std::size_t limit) {
  std::vector<std::string> ids;
  for (const ports::OutboxItem& item : must(store_->claim_effects(limit, now, kLease)))
    ids.push_back(item.id.value);
  return ids;
}

std::vector<std::string> StoreContract::claim_guids(TimePoint now, std::size_t limit) {
  std::vector<std::string> guids;
  for (const ports::InboxItem& item : must(store_->claim_inbox(limit, now, kLease)))
    guids.push_back(item.guid.value);
  return guids;
}

ports::EffectRow StoreContract::row(const std::string& effect_id) {
  auto found = store_->find_effect(EffectId(effect_id));
  EXPECT_TRUE(found && *found) << effect_id;
  return found && *found ? **found : ports::EffectRow{};
}

INSTANTIATE_TEST_SUITE_P(Engines, StoreContract, testing::ValuesIn(factories()),
                         [](const auto& row_of_table) { return row_of_table.param.name; });

}  // namespace kedge::store::test
