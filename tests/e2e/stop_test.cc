// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "bot/adapters/store/store.h"
#include "tests/e2e/world.h"

namespace kedge::test {
namespace {

constexpr int kSenders = 4;
constexpr int kBeforeStop = 50;

std::string guid_of(int sender, int number) {
  return "00000000-0000-4000-8000-" + std::to_string(100'000'000'000 + sender * 1'000'000 + number);
}

TEST(Stop, EveryAcknowledgedDeliveryIsInTheStore) {
  World world;
  world.start_server();
  std::mutex mutex;
  std::vector<std::string> acknowledged;
  std::atomic<int> count{0};
  const auto send_until_refused = [&](int sender) {
    for (int number = 0;; ++number) {
      try {
        const std::string guid = guid_of(sender, number);
        if (world.deliver({.event = "star", .guid = guid, .body = R"({"action":"created"})"}).status != 202)
          return;
        const std::lock_guard lock(mutex);
        acknowledged.push_back(guid);
        ++count;
        count.notify_one();
      } catch (const std::runtime_error&) {
        return;  // The door is closed.
      }
    }
  };
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) senders.emplace_back(send_until_refused, sender);
  for (int seen = count.load(); seen < kBeforeStop; seen = count.load()) count.wait(seen);
  EXPECT_EQ(world.terminate_server(), 0) << world.server_log();
  for (std::thread& sender : senders) sender.join();

  auto store = store::open_store("sqlite://" + world.state() + "/kedge.db");
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(kBeforeStop));
  for (const std::string& guid : acknowledged) {
    const auto found = (*store)->find_delivery(DeliveryGuid{guid}, false);
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_TRUE(found->has_value()) << guid << " was acknowledged and is lost";
  }
  const auto unknown = (*store)->find_delivery(DeliveryGuid{guid_of(kSenders, 0)}, false);
  ASSERT_TRUE(unknown);
  EXPECT_FALSE(unknown->has_value());
}

TEST(Stop, IsNotHeldUpByAChannelThatHangs) {
  World world;
  world.start_server();
  const nlohmann::json rule =
      world.control("POST", "/faults", {{"method", "POST"}, {"path", "^/slack/"}, {"action", "hold_before"}});
  world.as("alice", "POST", "/issues", {{"title", "Checkout is down"}, {"labels", {"P0"}}});
  const std::string id = std::to_string(rule["id"].get<std::int64_t>());
  const nlohmann::json hits = world.control("GET", "/faults/hits?timeout_ms=30000&rule=" + id);
  ASSERT_FALSE(hits.empty()) << world.server_log();
  EXPECT_EQ(world.terminate_server(), 0);
  const std::string log = world.server_log();
  EXPECT_NE(log.find("stopped"), std::string::npos) << log;
  EXPECT_EQ(log.find("stopped without waiting any longer"), std::string::npos) << log;
  world.control("DELETE", "/faults/" + id);
}

}  // namespace
}  // namespace kedge::test
