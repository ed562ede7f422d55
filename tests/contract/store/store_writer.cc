// SPDX-License-Identifier: Apache-2.0
// The process that crash_test.cc kills: accepts deliveries and commits turns as fast as it can, and prints
// `a <guid>` or `c <seq>` for each after the store has answered. Usage: store_writer URL SEED
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "bot/adapters/store/store.h"

using namespace kedge;

namespace {

void say(const std::string& lines) {
  if (::write(STDOUT_FILENO, lines.data(), lines.size()) != static_cast<ssize_t>(lines.size())) std::exit(3);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const auto store = store::open_store(argv[1]);
  if (!store) return 4;
  std::int64_t seq = 0;
  const auto heads = (*store)->heads();
  if (heads && !heads->empty()) seq = heads->front().seq;
  for (int round = 0;; ++round) {
    std::vector<ports::NewDelivery> batch;
    std::string said;
    for (int i = 0; i < 1 + round % 16; ++i) {
      const std::string guid = fmt::format("{}-{}-{}", argv[2], round, i);
      batch.push_back({.guid = DeliveryGuid(guid), .event = "push", .body = std::string(5000, 'b')});
      said += "a " + guid + "\n";
    }
    if (!(*store)->accept(batch)) return 5;
    const auto committed = (*store)->commit({.repository = RepositoryId(1),
                                             .expected_seq = seq,
                                             .records = {{"record", "k1"}},
                                             .effects = {{.id = EffectId(fmt::format("1/{}/0", seq + 1))}}});
    if (!committed) return 6;
    seq = *committed;
    say(said + fmt::format("c {}\n", seq));
  }
}
