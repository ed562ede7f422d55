// SPDX-License-Identifier: Apache-2.0
// What no honest client sends. Each is refused with its status, the connection ends, nothing is stored, and
// the next client is served as if nothing had been.
#include <gtest/gtest.h>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

struct Hostile {
  std::string name;
  std::string bytes;
  int status;
};

const std::string kPost = "POST /webhooks/github HTTP/1.1\r\nHost: a\r\n";

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

const std::vector<Hostile>& hostile_requests() {
  static const std::vector<Hostile> kRequests{
      {"LengthThenChunked", kPost + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"ChunkedThenLength", kPost + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n", 400},
      {"ChunkedAlone", kPost + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 411},
      {"TwoLengths", kPost + "Content-Length: 0\r\nContent-Length: 44\r\n\r\n" + get("/healthz"), 400},
      {"TwoEqualLengths", kPost + "Content-Length: 4\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"LengthList", kPost + "Content-Length: 4, 4\r\n\r\nabcd", 400},
      {"NegativeLength", kPost + "Content-Length: -1\r\n\r\n", 400},
      {"WordLength", kPost + "Content-Length: abc\r\n\r\n", 400},
      {"HugeLength", kPost + "Content-Length: 18446744073709551617\r\n\r\n", 413},
      {"LengthJustOver", kPost + "Content-Length: 26214401\r\n\r\n", 413},
      {"BlankBeforeColon", kPost + "Transfer-Encoding : chunked\r\n\r\n", 400},
      {"FoldedHeader", kPost + "Transfer-Encoding:\r\n chunked\r\n\r\n", 400},
      {"LineFeeds", "POST /webhooks/github HTTP/1.1\nHost: a\nContent-Length: 0\n\n", 400},
      {"NulInHeader", kPost + std::string("X-A: a\0b\r\n\r\n", 12), 400},
      {"HeaderFlood", kPost + repeated("X-A: 1\r\n", 101) + "\r\n", 431},
      {"EndlessHeader", kPost + "X-A: " + std::string(200'000, 'a'), 431},
      {"EndlessRequestLine", "GET /" + std::string(200'000, 'a'), 414},
      {"EndlessMethod", std::string(200'000, 'A'), 414},
      {"TlsHello", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), 400},
      {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"ProxyConnect", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n", 400},
      {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
      {"TwoSignatures", kPost + "X-Hub-Signature-256: sha256=00\r\nX-Hub-Signature-256: sha256=01\r\n\r\n",
       400},
      {"TwoDeliveryIds", kPost + "X-GitHub-Delivery: a\r\nX-GitHub-Delivery: b\r\n\r\n", 400},
      {"Garbage", "\x01\x02\x03\x04\r\n\r\n", 400},
  };
  return kRequests;
}

class HostileTest : public ::testing::TestWithParam<Hostile>, public Door {};

TEST_P(HostileTest, IsRefusedAndNobodyElseIsHurt) {
  open();
  Client attacker = client();
  attacker.send(GetParam().bytes);
  const Reply reply = attacker.read();
  EXPECT_EQ(reply.status, GetParam().status) << reply.body;
  EXPECT_TRUE(reply.closes());
  EXPECT_TRUE(attacker.closed()) << "the rest was read as another request";
  EXPECT_EQ(store.size(), 0U);
  EXPECT_EQ(ask(posted()).status, 202);
}

INSTANTIATE_TEST_SUITE_P(Hostile, HostileTest, ::testing::ValuesIn(hostile_requests()),
                         [](const auto& row) { return row.param.name; });

class HostileCrowdTest : public ::testing::Test, public Door {};

TEST_F(HostileCrowdTest, AllOfThemTogetherCostLittleMemory) {
  options.limits.linger_time = std::chrono::milliseconds{50};
  open();
  EXPECT_EQ(ask(posted({.guid = "first"})).status, 202);
  const std::size_t before = memory_now();
  for (int round = 0; round < 10; ++round) {
    std::vector<Client> attackers;
    for (const auto& request : hostile_requests()) {
      attackers.push_back(client());
      attackers.back().send(request.bytes);
    }
    for (auto& attacker : attackers) EXPECT_GE(attacker.read().status, 400);
  }
  EXPECT_EQ(ask(posted({.guid = "last"})).status, 202);
  const std::size_t after = memory_now();
  if (kMemoryIsOurs) {
    EXPECT_LT(after, before + 8 * 1024 * 1024);
  }
}

}  // namespace
}  // namespace kedge::server::testing
