// SPDX-License-Identifier: Apache-2.0
// The HTTP client against a server of its own kind on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "bot/adapters/http/client.h"
#include "tests/support/command.h"
#include "tests/support/silent_server.h"
#include "tests/unit/github/loopback.h"

namespace kedge::adapters::http {
namespace {

// A client that ends before its server closes its connections, which a stopping server would wait for.
struct Http : testing::Test {
  httplib::Server server;
};

TEST_F(Http, SendsMethodPathHeadersAndBodyAsTheyStand) {
  std::string seen;
  server.Put("/a%20b/c", [&](const httplib::Request&, httplib::Response&) { seen = "decoded"; });
  server.set_pre_routing_handler([&](const httplib::Request& in, httplib::Response& out) {
    seen = in.method + " " + in.target + " " + in.get_header_value("X-One") + " " +
           in.get_header_value("Content-Type") + " " + in.body;
    out.status = 204;
    return httplib::Server::HandlerResponse::Handled;
  });
  const LoopbackServer running(server);
  HttplibClient client;
  const auto answer = client.send(
      {.method = "DELETE", .url = running.url("/a%20b/c%2Fd?x=%26&y=+#gone"), .headers = {{"X-One", "1"}}});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 204);
  EXPECT_EQ(seen, "DELETE /a%20b/c%2Fd?x=%26&y=+ 1  ");
}

TEST_F(Http, SendsABodyWithItsType) {
  server.Post("/in", [](const httplib::Request& in, httplib::Response& out) {
    out.set_content(in.get_header_value("Content-Type") + "|" + in.body, "text/plain");
  });
  const LoopbackServer running(server);
  HttplibClient client;
  const auto answer = client.send(
      {.method = "POST", .url = running.url("/in"), .body = "{}", .content_type = "application/json"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "application/json|{}");
}

TEST_F(Http, GivesAnyStatusAsAnAnswerAndFollowsNoRedirect) {
  server.Get("/moved", [](const httplib::Request&, httplib::Response& out) { out.set_redirect("/there"); });
  server.Get("/broken", [](const httplib::Request&, httplib::Response& out) { out.status = 503; });
  const LoopbackServer running(server);
  HttplibClient client;
  const auto moved = client.send({.url = running.url("/moved")});
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->status, 302);
  EXPECT_EQ(moved->headers.at("location"), "/there");
  const auto broken = client.send({.url = running.url("/broken")});
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->status, 503);
}

TEST_F(Http, KeepsAConnectionForTheNextRequest) {
  std::set<int> ports;
  server.Get("/", [&](const httplib::Request& in, httplib::Response&) { ports.insert(in.remote_port); });
  const LoopbackServer running(server);
  HttplibClient client;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(client.send({.url = running.url("/")}));
  EXPECT_EQ(ports.size(), 1U);
}

TEST_F(Http, ReplacesAConnectionThatTheServerClosedMeanwhile) {
  server.set_keep_alive_max_count(1);
  std::atomic<int> seen = 0;
  server.Post("/", [&](const httplib::Request&, httplib::Response&) { ++seen; });
  const LoopbackServer running(server);
  HttplibClient client;
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(client.send({.method = "POST", .url = running.url("/"), .body = "x"}));
  EXPECT_EQ(seen, 5);
}

TEST_F(Http, ServesManyThreadsAtOnce) {
  server.Get("/", [](const httplib::Request& in, httplib::Response& out) {
    out.set_content(in.get_param_value("n"), "text/plain");
  });
  const LoopbackServer running(server);
  HttplibClient client;
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 20; ++i) {
          const std::string n = std::to_string(t * 100 + i);
          const auto answer = client.send({.url = running.url("/?n=" + n)});
          if (answer && answer->body == n) ++right;
        }
      });
  }
  EXPECT_EQ(right, 80);
}

TEST_F(Http, SaysThatARefusedConnectionDidNothing) {
  HttplibClient client;
  int port = 0;
  {
    const LoopbackServer running(server);
    port = running.port();
  }
  const auto answer = client.send({.method = "POST", .url = fmt::format("http://127.0.0.1:{}/secret", port)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().certainly_not_done);
  EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
}

TEST_F(Http, SaysThatAnUnresolvableNameDidNothing) {
  HttplibClient client;
  const auto answer = client.send({.url = "http://no-such-host.invalid/"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().certainly_not_done);
}

TEST_F(Http, DoesNotKnowWhatBecameOfARequestWithoutAnAnswer) {
  RawServer raw("");  // Takes the request and closes.
  HttplibClient client;
  const auto answer = client.send({.method = "POST", .url = raw.url("/secret?x=1"), .body = "x"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_FALSE(answer.error().certainly_not_done);
  EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
}

TEST_F(Http, EndsAnAnswerThatIsCutShort) {
  RawServer raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  HttplibClient client;
  const auto answer = client.send({.url = raw.url("/")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST_F(Http, JoinsRepeatedHeaders) {
  RawServer raw("HTTP/1.1 200 OK\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 2\r\n\r\nok");
  HttplibClient client;
  const auto answer = client.send({.url = raw.url("/")});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_THAT(answer->headers.at("x-a"), testing::AnyOf("1, 2", "2, 1"));  // The library keeps no order.
}

TEST_F(Http, RefusesAHeaderWithALineBreak) {
  HttplibClient client;
  const auto answer =
      client.send({.url = "http://127.0.0.1:1/", .headers = {{"X-A", "1\r\nAuthorization: Bearer x"}}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid);
}

TEST_F(Http, RefusesAnAnswerAboveTheLimit) {
  server.Get("/", [](const httplib::Request&, httplib::Response& out) {
    out.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
      static const std::string block(1024 * 1024, 'x');
      return sink.write(block.data(), block.size());
    });
  });
  const LoopbackServer running(server);
  HttplibClient client;
  const auto answer = client.send({.url = running.url("/")});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("larger than"), std::string::npos);
}

// -- peers that hang --
TEST_F(Http, EndsAnAnswerThatComesByteByByte) {
  // Each byte comes well within the time for a read.
  server.Get("/", [](const httplib::Request&, httplib::Response& out) {
    out.set_chunked_content_provider("text/plain",
                                     [](std::size_t, httplib::DataSink& sink) { return sink.write("x", 1); });
  });
  const LoopbackServer running(server);
  HttplibClient client;
  const auto answer = client.send({.url = running.url("/"), .total_timeout = std::chrono::milliseconds{200}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_NE(answer.error().message.find("took too long"), std::string::npos) << answer.error().message;
}

TEST_F(Http, HoldsBackNoStop) {
  const SilentServer silent;
  std::stop_source stop;
  HttplibClient client(stop.get_token());
  Result<Response> answer;
  std::thread asking([&] { answer = client.send({.method = "POST", .url = silent.url("/"), .body = "x"}); });
  silent.wait_for_a_request();
  stop.request_stop();
  asking.join();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_FALSE(answer.error().certainly_not_done);
  EXPECT_NE(answer.error().message.find("stopping"), std::string::npos) << answer.error().message;
}

TEST_F(Http, BeginsNothingAfterAStop) {
  std::atomic<int> seen = 0;
  server.Get("/", [&](const httplib::Request&, httplib::Response&) { ++seen; });
  const LoopbackServer running(server);
  std::stop_source stop;
  HttplibClient client(stop.get_token());
  ASSERT_TRUE(client.send({.url = running.url("/")}));
  stop.request_stop();
  const auto answer = client.send({.url = running.url("/")});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().certainly_not_done);
  EXPECT_EQ(seen, 1);
}

// -- TLS --
struct Tls : testing::Test {
  void SetUp() override {
    directory = testing::TempDir() + fmt::format("kedge-tls-{}", ::getpid());
    std::filesystem::create_directories(directory);
    const auto made = run_and_read(
        fmt::format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "
                    "/CN=localhost -days 2 "
                    "-addext subjectAltName=DNS:localhost -keyout {0}/key.pem -out {0}/cert.pem 2>&1",
                    directory));
    ASSERT_TRUE(std::filesystem::exists(directory + "/cert.pem")) << made;
    server = std::make_unique<httplib::SSLServer>((directory + "/cert.pem").c_str(),
                                                  (directory + "/key.pem").c_str());
    server->Get("/",
                [](const httplib::Request&, httplib::Response& out) { out.set_content("ok", "text/plain"); });
  }
  void TearDown() override {
    ::unsetenv("SSL_CERT_FILE");
    std::filesystem::remove_all(directory);
  }
  std::string directory;
  std::unique_ptr<httplib::SSLServer> server;
};

TEST_F(Tls, RefusesACertificateThatNobodyVouchesFor) {
  const LoopbackServer running(*server);
  HttplibClient client;
  const auto answer = client.send({.url = fmt::format("https://localhost:{}/", running.port())});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
  EXPECT_TRUE(answer.error().certainly_not_done);
}

TEST_F(Tls, TrustsTheAuthoritiesOfSslCertFile) {
  ::setenv("SSL_CERT_FILE", (directory + "/cert.pem").c_str(), 1);
  const LoopbackServer running(*server);
  HttplibClient client;
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send({.url = fmt::format("https://localhost:{}/", running.port())});
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->body, "ok");
  }
}

TEST_F(Tls, RefusesATrustedCertificateOfAnotherHost) {
  ::setenv("SSL_CERT_FILE", (directory + "/cert.pem").c_str(), 1);
  const LoopbackServer running(*server);
  HttplibClient client;
  const auto answer = client.send({.url = running.https_url("/")});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().certainly_not_done) << answer.error().message;
}

// -- URLs --
TEST(Url, IsTakenApart) {
  const auto url = parse_url("HTTPS://us%40er:p%3Aw@Example.TEST:8443/a/b?c=d#e");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.test");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/a/b?c=d");
  EXPECT_EQ(url->user, "us@er");
  EXPECT_EQ(url->password, "p:w");
}

TEST(Url, GetsDefaults) {
  const auto url = parse_url("http://localhost?q");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->port, 80);
  EXPECT_EQ(url->target, "/?q");
  EXPECT_EQ(parse_url("smtps://mail.test")->port, 465);
  EXPECT_EQ(parse_url("sqlite://x")->port, 0);
}

TEST(Url, KnowsIpv6) {
  const auto url = parse_url("http://[::1]:8080/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8080);
}

TEST(Url, IsRefusedWhereItIsNone) {
  for (const auto* text : {"", "localhost", "/path", "http://", "http://host:0/", "http://host:99999/",
                           "http://host:8x/", "http://ho st/", "http://host/a b", "http://host/\r\nX: y",
                           "http://[::1", "http://[zz]/", "://x/", "http://a@b@/", "http://[::1]x/"}) {
    const auto url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::invalid);
  }
}

TEST(Url, PercentEncodesAllButUnreserved) {
  EXPECT_EQ(percent_encode("aZ9-._~ /:@+\xC3\xBC"), "aZ9-._~%20%2F%3A%40%2B%C3%BC");
}

}  // namespace
}  // namespace kedge::adapters::http
