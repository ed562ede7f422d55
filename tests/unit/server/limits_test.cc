// SPDX-License-Identifier: Apache-2.0
// Time and room: silent and slow clients, crowds, and bodies that are too much.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

constexpr Duration kShort{40};

/// Sends `byte` again and again until the server hangs up; false where it never does. Each turn waits on the
/// socket, so the sender is slow by itself.
bool is_cut_off_while_sending(Client& client, std::string_view byte) {
  for (int turn = 0; turn < 20'000; ++turn) {
    client.send(byte);
    pollfd one{.fd = client.fd(), .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, 5) > 0) return true;
  }
  return false;
}

class LimitsTest : public ::testing::Test, public Door {};

TEST_F(LimitsTest, ASilentClientIsSentAway) {
  options.limits.header_time = kShort;
  open();
  Client one = client();
  EXPECT_TRUE(one.closed());
}

TEST_F(LimitsTest, AByteNowAndThenDoesNotBuyTimeForAHead) {
  options.limits.header_time = kShort;
  open();
  Client one = client();
  one.send("GET / HTTP/1.1\r\nX-Slow: ");
  ASSERT_TRUE(is_cut_off_while_sending(one, "a"));
  EXPECT_EQ(one.read().status, 408);
}

TEST_F(LimitsTest, AByteNowAndThenDoesNotBuyTimeForABody) {
  options.limits.body_time = kShort;
  open();
  Client one = client();
  const std::string whole = posted({.body = "{\"a\":\"" + std::string(60'000, 'x') + "\"}"});
  one.send(whole.substr(0, 1000));
  ASSERT_TRUE(is_cut_off_while_sending(one, "x"));
  EXPECT_EQ(one.read().status, 408);
  EXPECT_EQ(store.size(), 0U);
}

TEST_F(LimitsTest, AnIdleConnectionIsClosedWithoutAWord) {
  options.limits.idle_time = kShort;
  open();
  Client one = client();
  one.send(get("/healthz"));
  EXPECT_EQ(one.read().status, 200);
  EXPECT_TRUE(one.closed());
}

TEST_F(LimitsTest, AStoreThatHangsIsAnswered503InTime) {
  options.limits.answer_time = kShort;
  open();
  store.hold();
  Client one = client();
  one.send(posted());
  EXPECT_EQ(one.read().status, 503);
  EXPECT_TRUE(one.closed());
  store.release();
  EXPECT_EQ(ask(posted({.guid = "b"})).status, 202);
}

TEST_F(LimitsTest, AClientThatDoesNotReadItsAnswersIsSentAway) {
  options.limits.answer_time = kShort;
  open();
  Client one = client();
  std::string requests;
  for (int i = 0; i < 20'000; ++i) requests += get("/style.css");
  // Far more than the socket buffers hold: only the time ends this.
  one.send(requests);
  EXPECT_TRUE(reaches("kedge_http_connections", 1));
}

TEST_F(LimitsTest, NoRequestTakesLongerThanTheSumOfItsParts) {
  const Limits limits;
  EXPECT_EQ(limits.request_time(), std::chrono::seconds{60});
}

TEST_F(LimitsTest, AFullHouseMakesRoomByClosingWhoWaitsIdleLongest) {
  options.limits.connections_max = 10;
  open();
  std::vector<Client> idle;
  for (int i = 0; i < 10; ++i) {
    idle.push_back(client());
    idle.back().send(get("/healthz"));
    EXPECT_EQ(idle.back().read().status, 200);
  }
  EXPECT_EQ(ask(posted()).status, 202);
  EXPECT_TRUE(idle[0].closed());
  idle[9].send(get("/healthz"));
  EXPECT_EQ(idle[9].read().status, 200);
}

TEST_F(LimitsTest, AFullHouseOfHalfSentHeadsStillLetsDeliveriesIn) {
  options.limits.connections_max = 10;
  open();
  std::vector<Client> slow;
  for (int i = 0; i < 30; ++i) {
    slow.push_back(client());
    slow.back().send("GET / HTTP/1.1\r\nX-Slow: ");
  }
  EXPECT_EQ(ask(posted()).status, 202);
}

TEST_F(LimitsTest, AHouseFullOfWorkMakesNewcomersWaitNotFail) {
  options.limits.connections_max = 4;
  open();
  store.hold();
  std::vector<Client> busy;
  for (int i = 0; i < 4; ++i) {
    busy.push_back(client());
    busy.back().send(posted({.guid = std::to_string(i)}));
  }
  store.wait_until_accepting();
  Client late = client();
  late.send(posted({.guid = "late"}));
  store.release();
  for (auto& one : busy) EXPECT_EQ(one.read().status, 202);
  EXPECT_EQ(late.read().status, 202);
}

void allow_descriptors(rlim_t count) {
  rlimit limit{};
  ASSERT_EQ(0, ::getrlimit(RLIMIT_NOFILE, &limit));
  if (limit.rlim_cur >= count) return;
  limit.rlim_cur = count;
  limit.rlim_max = std::max(limit.rlim_max, count);
  ASSERT_EQ(0, ::setrlimit(RLIMIT_NOFILE, &limit)) << "this test needs " << count << " descriptors";
}

TEST_F(LimitsTest, AThousandIdleConnectionsCostNeitherMemoryNorService) {
  allow_descriptors(4096);
  open();
  EXPECT_EQ(ask(posted({.guid = "first"})).status, 202);
  const std::size_t before = memory_now();
  std::vector<Client> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(client());
  for (int i = 0; i < 200; ++i) ASSERT_EQ(ask(posted({.guid = std::to_string(i)})).status, 202);
  if (kMemoryIsOurs) {
    EXPECT_LT(memory_now(), before + 6 * 1024 * 1024);
  }
  EXPECT_FALSE(idle[999].readable());
  idle[0].send(get("/healthz"));
  EXPECT_EQ(idle[0].read().status, 200);
}

TEST_F(LimitsTest, ABodyOneByteTooLongIsRefusedWhereTheClientCanReadIt) {
  open();
  const std::string body(options.limits.body_bytes_max + 1, ' ');
  Client one = client();
  one.send(posted({.body = body}));
  const Reply reply = one.read();
  EXPECT_EQ(reply.status, 413);
  EXPECT_TRUE(reply.closes());
  EXPECT_TRUE(one.closed());
}

TEST_F(LimitsTest, ABodyOfExactlyTheLimitIsTaken) {
  open();
  std::string body(options.limits.body_bytes_max, ' ');
  body.front() = '{';
  body.back() = '}';
  EXPECT_EQ(ask(posted({.body = body})).status, 202);
}

TEST_F(LimitsTest, BodiesInFlightAreBoundedAndTheSmallOnesStillGetIn) {
  options.limits.body_bytes_total_max = 8 * 1024 * 1024;
  open();
  // Well signed in form, so that they are read; they stop before the end and hold what was read.
  const std::string whole = posted({.body = std::string(5 * 1024 * 1024, ' ')});
  const std::string most = whole.substr(0, whole.size() - 100);
  Client first = client();
  first.send(most);
  ASSERT_TRUE(reaches("kedge_http_body_bytes", 5 * 1024 * 1024));
  Client second = client();
  second.send(most);
  const Reply refused = second.read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "5");
  EXPECT_EQ(ask(posted({.body = "{\"a\":\"" + std::string(500'000, 'x') + "\"}"})).status, 202);
  first.send(whole.substr(most.size()));
  EXPECT_EQ(first.read().status, 400) << "it was whole, signed and no JSON";
  EXPECT_EQ(ask(posted({.guid = "b", .body = "[\"" + std::string(5 * 1024 * 1024, 'x') + "\"]"})).status,
            202);
}

TEST_F(LimitsTest, AnAnnouncedBodyCostsNothingUntilItComes) {
  options.limits.body_bytes_total_max = 8 * 1024 * 1024;
  open();
  std::vector<Client> boasters;
  const std::string whole = posted({.body = std::string(5 * 1024 * 1024, ' ')});
  for (int i = 0; i < 50; ++i) {
    boasters.push_back(client());
    boasters.back().send(whole.substr(0, whole.find("\r\n\r\n") + 4));
  }
  EXPECT_EQ(ask(posted({.body = "[\"" + std::string(3 * 1024 * 1024, 'x') + "\"]"})).status, 202);
}

TEST_F(LimitsTest, BytesHeldForADepartedClientAreStillCounted) {
  options.limits.body_bytes_total_max = 8 * 1024 * 1024;
  options.limits.answer_time = kShort;
  open();
  store.hold();
  const std::string body = "[\"" + std::string(5 * 1024 * 1024, 'x') + "\"]";
  Client departed = client();
  departed.send(posted({.guid = "a", .body = body}));
  store.wait_until_accepting();
  EXPECT_EQ(departed.read().status, 503) << "the store hangs";
  EXPECT_TRUE(departed.closed());
  const Reply refused = ask(posted({.guid = "b", .body = body}));
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("too many bodies"), std::string::npos) << refused.body;
  store.release();
  EXPECT_TRUE(reaches("kedge_http_body_bytes", 0))
      << "the writer's answer frees the bytes, though nobody waits for it";
}

}  // namespace
}  // namespace kedge::server::testing
