// SPDX-License-Identifier: Apache-2.0
#include "bot/server/head.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

namespace kedge::server {
namespace {

constexpr std::size_t kBytesMax = 1024;
constexpr std::size_t kHeadersMax = 10;

HeadResult read_all(std::string_view bytes) {
  HeadScan scan;
  return read_head(bytes, scan, kBytesMax, kHeadersMax);
}

std::string lines(std::vector<std::string> parts) {
  std::string out;
  for (const auto& part : parts) out += part + "\r\n";
  return out + "\r\n";
}

TEST(Head, ReadsARequestAndWhereItsBodyBegins) {
  const std::string bytes = lines({"POST /webhooks/github?x=1 HTTP/1.1", "Host: kedge",
                                   "X-GitHub-Event:  push \t", "Content-Length: 5"}) +
                            "hello";
  const auto head = std::get<Head>(read_all(bytes));
  EXPECT_EQ(head.request.method, "POST");
  EXPECT_EQ(head.request.path, "/webhooks/github");
  EXPECT_EQ(head.request.query, "x=1");
  EXPECT_EQ(head.request.header("x-github-event"), "push");
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_EQ(bytes.substr(head.bytes), "hello");
  EXPECT_TRUE(head.keep_alive);
}

TEST(Head, IsTheSameWhenItComesByteByByte) {
  const std::string bytes =
      "\r\n" + lines({"GET /a HTTP/1.1", "Host: kedge", "Connection: Keep-Alive, CLOSE"});
  HeadScan scan;
  std::string buffer;
  for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
    buffer += bytes[i];
    ASSERT_TRUE(std::holds_alternative<NeedMore>(read_head(buffer, scan, kBytesMax, kHeadersMax))) << i;
  }
  buffer += bytes.back();
  const auto head = std::get<Head>(read_head(buffer, scan, kBytesMax, kHeadersMax));
  EXPECT_EQ(head.request.path, "/a");
  EXPECT_EQ(head.bytes, bytes.size());
  EXPECT_FALSE(head.keep_alive);
}

TEST(Head, TakesTheAbsoluteFormAndItsHost) {
  const auto head =
      std::get<Head>(read_all(lines({"GET http://kedge.example:80?q HTTP/1.1", "Host: other"})));
  EXPECT_EQ(head.request.path, "/");
  EXPECT_EQ(head.request.query, "q");
  EXPECT_EQ(head.request.header("host"), "kedge.example:80");
}

TEST(Head, OldHttpClosesUnlessAskedToKeepAlive) {
  EXPECT_FALSE(std::get<Head>(read_all(lines({"GET / HTTP/1.0"}))).keep_alive);
  EXPECT_TRUE(std::get<Head>(read_all(lines({"GET / HTTP/1.0", "Connection: keep-alive"}))).keep_alive);
}

TEST(Head, ALengthBeyondAllNumbersIsStillALength) {
  const auto head = std::get<Head>(
      read_all(lines({"POST / HTTP/1.1", "Host: a", "Content-Length: 99999999999999999999999"})));
  EXPECT_EQ(head.content_length, std::numeric_limits<std::size_t>::max());
}

struct Bad {
  std::string name;
  std::string bytes;
  int status;
};

class BadHead : public ::testing::TestWithParam<Bad> {};

TEST_P(BadHead, IsRefused) {
  const auto result = read_all(GetParam().bytes);
  const auto* malformed = std::get_if<Malformed>(&result);
  ASSERT_NE(malformed, nullptr);
  EXPECT_EQ(malformed->status, GetParam().status) << malformed->reason;
}

std::vector<std::string> many_headers() {
  std::vector<std::string> out{"GET / HTTP/1.1"};
  for (std::size_t i = 0; i <= kHeadersMax; ++i) out.push_back("X-" + std::to_string(i) + ": 1");
  return out;
}

const std::string kHost = "Host: a";

INSTANTIATE_TEST_SUITE_P(
    Head, BadHead,
    ::testing::Values(
        Bad{"LineFeedAlone", "GET / HTTP/1.1\nHost: a\n\n", 400},
        Bad{"TlsHello", std::string("\x16\x03\x01\x02", 4), 400},
        Bad{"TwoEmptyLinesFirst", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        Bad{"NoVersion", lines({"GET /", kHost}), 400},
        Bad{"FourWords", lines({"GET / x HTTP/1.1", kHost}), 400},
        Bad{"LowerCaseVersion", lines({"GET / http/1.1", kHost}), 400},
        Bad{"Http2", lines({"PRI * HTTP/2.0"}), 505}, Bad{"Http12", lines({"GET / HTTP/1.2", kHost}), 505},
        Bad{"ControlInTarget", lines({"GET /a\x01 HTTP/1.1", kHost}), 400},
        Bad{"HighByteInTarget", lines({"GET /\xc3\xa9 HTTP/1.1", kHost}), 400},
        Bad{"FragmentInTarget", lines({"GET /a#b HTTP/1.1", kHost}), 400},
        Bad{"Asterisk", lines({"OPTIONS * HTTP/1.1", kHost}), 400},
        Bad{"Authority", lines({"CONNECT a:443 HTTP/1.1", kHost}), 400},
        Bad{"ForeignScheme", lines({"GET ftp://a/ HTTP/1.1", kHost}), 400},
        Bad{"MethodWithColon", lines({"G:T / HTTP/1.1", kHost}), 400},
        Bad{"LongMethod", lines({"ABCDEFGHIJKLMNOPQ / HTTP/1.1", kHost}), 400},
        Bad{"NoHost", lines({"GET / HTTP/1.1"}), 400},
        Bad{"TwoHosts", lines({"GET / HTTP/1.1", kHost, kHost}), 400},
        Bad{"FoldedHeader", lines({"GET / HTTP/1.1", kHost, "X-A: 1", " folded"}), 400},
        Bad{"BlankBeforeColon", lines({"POST / HTTP/1.1", kHost, "Content-Length : 5"}), 400},
        Bad{"NoColon", lines({"GET / HTTP/1.1", kHost, "nonsense"}), 400},
        Bad{"EmptyName", lines({"GET / HTTP/1.1", kHost, ": 1"}), 400},
        Bad{"NulInValue", lines({"GET / HTTP/1.1", kHost, std::string("X-A: a\0b", 8)}), 400},
        Bad{"CarriageReturnInValue", lines({"GET / HTTP/1.1", kHost, "X-A: a\rb"}), 400},
        Bad{"VerticalTabAroundLength", lines({"POST / HTTP/1.1", kHost, "Content-Length: \v5"}), 400},
        Bad{"NegativeLength", lines({"POST / HTTP/1.1", kHost, "Content-Length: -1"}), 400},
        Bad{"SignedLength", lines({"POST / HTTP/1.1", kHost, "Content-Length: +5"}), 400},
        Bad{"HexLength", lines({"POST / HTTP/1.1", kHost, "Content-Length: 0x5"}), 400},
        Bad{"EmptyLength", lines({"POST / HTTP/1.1", kHost, "Content-Length:"}), 400},
        Bad{"ListOfLengths", lines({"POST / HTTP/1.1", kHost, "Content-Length: 5, 5"}), 400},
        Bad{"TwoEqualLengths", lines({"POST / HTTP/1.1", kHost, "Content-Length: 5", "content-length: 5"}),
            400},
        Bad{"Chunked", lines({"POST / HTTP/1.1", kHost, "Transfer-Encoding: chunked"}), 411},
        Bad{"LengthAndChunked",
            lines({"POST / HTTP/1.1", kHost, "Content-Length: 5", "Transfer-Encoding: chunked"}), 400},
        Bad{"HiddenChunked", lines({"POST / HTTP/1.1", kHost, "Transfer-Encoding: xchunked"}), 411},
        Bad{"ChunkedInOldHttp", lines({"POST / HTTP/1.0", "Transfer-Encoding: chunked"}), 400},
        Bad{"OtherExpectation", lines({"POST / HTTP/1.1", kHost, "Expect: coffee"}), 417},
        Bad{"TwoSignatures",
            lines({"POST / HTTP/1.1", kHost, "X-Hub-Signature-256: a", "X-Hub-Signature-256: b"}), 400},
        Bad{"ManyHeaders", lines(many_headers()), 431},
        Bad{"LongRequestLine", "GET /" + std::string(kBytesMax, 'a'), 414},
        Bad{"LongHeader", "GET / HTTP/1.1\r\nX-A: " + std::string(kBytesMax, 'a'), 431}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace kedge::server
