// SPDX-License-Identifier: Apache-2.0
// A server that says nothing must not hold anybody.
#include "bot/adapters/git/http_exchange.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

namespace kedge::adapters::git {
namespace {

/// Listens on a free port of loopback and never answers.
class SilentServer {
 public:
  SilentServer() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(descriptor_, generic, size), 0);
    EXPECT_EQ(::listen(descriptor_, 8), 0);
    EXPECT_EQ(::getsockname(descriptor_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() {
    if (accepted_ >= 0) ::close(accepted_);
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  void wait_for_client() { accepted_ = ::accept(descriptor_, nullptr, nullptr); }
  void close() {
    ::close(descriptor_);
    descriptor_ = -1;
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x"; }

 private:
  int descriptor_ = -1;
  int accepted_ = -1;
  int port_ = 0;
};

TEST(HttpExchange, GivesUpOnASilentServer) {
  SilentServer server;
  HttpExchange exchange({.stall = std::chrono::seconds{1}}, {});
  const Result<int> status = exchange.send({.url = server.url()});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::unavailable);
  EXPECT_FALSE(status.error().certainly_not_done) << "the request may have been read";
}

TEST(HttpExchange, StopsWhenAsked) {
  SilentServer server;
  std::stop_source stop;
  std::jthread stopper([&] {
    server.wait_for_client();
    stop.request_stop();
  });
  HttpExchange exchange({.stall = std::chrono::hours{1}, .total = std::chrono::hours{1}}, stop.get_token());
  const Result<int> status = exchange.send({.url = server.url()});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::unavailable);
  EXPECT_THAT(status.error().message, ::testing::HasSubstr("stopping"));
}

TEST(HttpExchange, AnOriginIsSchemeHostAndPort) {
  struct Row {
    std::string other;
    bool same;
  };
  for (const Row& row :
       {Row{"https://github.com/b", true}, Row{"https://GitHub.com:443/b", true},
        Row{"http://github.com/b", false}, Row{"https://github.com:8443/b", false},
        Row{"https://github.com.example.org/b", false}, Row{"https://github.com@example.org/b", false},
        Row{"https://api.github.com/b", false}, Row{"//github.com/b", false}, Row{"", false}}) {
    EXPECT_EQ(same_origin("https://github.com/a", row.other), row.same) << row.other;
  }
  EXPECT_FALSE(same_origin("", ""));
}

TEST(HttpExchange, ARefusedConnectionWasCertainlyNotDone) {
  SilentServer server;
  server.close();
  HttpExchange exchange({}, {});
  const Result<int> status = exchange.send({.url = server.url()});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Errc::unavailable);
  EXPECT_TRUE(status.error().certainly_not_done);
}

}  // namespace
}  // namespace kedge::adapters::git
