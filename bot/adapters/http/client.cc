// SPDX-License-Identifier: Apache-2.0
// cpp-httplib's client behind our interface. One httplib::Client is one connection; idle ones wait in a pool
// by scheme, host and port, and one is taken again only if nothing has arrived on it meanwhile: on an idle
// connection that can only be its end.
#include "bot/adapters/http/client.h"

#include <httplib.h>
#include <poll.h>

#include <algorithm>
#include <list>
#include <mutex>

#include "bot/adapters/http/watch.h"
#include "bot/base/text.h"

namespace kedge::adapters::http {
namespace {

constexpr std::size_t kIdleMax = 32;
constexpr std::string_view kNoToken = " \t\r\n:";

bool may_be_closed(const httplib::Client& client) {
  const auto socket = client.socket();
  if (socket < 0) return true;
  pollfd watched{.fd = socket, .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, 0) != 0;
}

/// No byte of the request can have left: the connection or its TLS never came to be.
bool is_before_sending(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection:
    case httplib::Error::ConnectionTimeout:
    case httplib::Error::BindIPAddress:
    case httplib::Error::SSLConnection:
    case httplib::Error::SSLLoadingCerts:
    case httplib::Error::SSLServerVerification:
    case httplib::Error::Compression:
      return true;
    default:
      break;
  }
  // Added after 0.11.4: told by its text, so that both versions compile.
  return httplib::to_string(error).find("hostname verification") != std::string::npos;
}

std::string cause_of(httplib::Error error, bool too_large, Watch::Cut cut) {
  if (cut == Watch::Cut::stopping) return "stopping";
  if (cut == Watch::Cut::too_long) return "it took too long";
  if (too_large) return fmt::format("the answer is larger than {} bytes", kResponseBytesMax);
  switch (error) {
    case httplib::Error::Connection:
      return "no connection";
    case httplib::Error::ConnectionTimeout:
      return "no connection in time";
    case httplib::Error::Read:
      return "the connection broke, or no answer came in time";
    case httplib::Error::Write:
      return "the connection broke while sending";
    default:
      return to_lower(httplib::to_string(error));
  }
}

Result<void> check(const Request& request, const Url& url) {
  if (url.scheme != "http" && url.scheme != "https")
    return fail(Errc::invalid, "cannot send request: the URL is neither http nor https");
  if (request.method.empty() || request.method.find_first_of(kNoToken) != std::string::npos)
    return fail(Errc::invalid, "cannot send request to {}: bad method", url.host);
  constexpr std::string_view breaks("\r\n\0", 3);
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || name.find_first_of(kNoToken) != std::string::npos ||
        value.find_first_of(breaks) != std::string::npos)
      return fail(Errc::invalid, "cannot send request to {}: a header has a line break or a bad name",
                  url.host);
  }
  return {};
}

httplib::Request to_httplib(const Request& request, const Url& url) {
  httplib::Request out;
  out.method = request.method;
  out.path = url.target;
  for (const auto& [name, value] : request.headers) out.headers.emplace(name, value);
  if (!url.user.empty() && out.headers.find("Authorization") == out.headers.end())
    out.headers.emplace("Authorization", "Basic " + to_base64(url.user + ":" + url.password));
  out.body = request.body;
  if (!request.body.empty()) {
    const auto type = request.content_type.empty() ? "application/octet-stream" : request.content_type;
    out.headers.emplace("Content-Type", type);
  }
  return out;
}

}  // namespace

struct HttplibClient::Pool {
  struct Idle {
    std::string key;
    std::unique_ptr<httplib::Client> client;
  };
  std::mutex mutex;
  std::list<Idle> idle;  ///< Oldest first.

  std::unique_ptr<httplib::Client> take(const std::string& key) {
    const std::lock_guard lock(mutex);
    for (auto at = idle.begin(); at != idle.end();) {
      if (at->key == key) {
        auto client = std::move(at->client);
        at = idle.erase(at);
        if (!may_be_closed(*client)) return client;
      } else {
        ++at;
      }
    }
    return nullptr;
  }

  void put(const std::string& key, std::unique_ptr<httplib::Client> client) {
    if (may_be_closed(*client)) return;
    const std::lock_guard lock(mutex);
    idle.push_back({key, std::move(client)});
    if (idle.size() > kIdleMax) idle.pop_front();
  }
};

HttplibClient::HttplibClient(std::stop_token stop)
    : pool_(std::make_unique<Pool>()), watch_(std::make_unique<Watch>(stop)) {}
HttplibClient::~HttplibClient() = default;

Result<Response> HttplibClient::send(const Request& request) {
  auto parsed = parse_url(request.url);
  if (!parsed) return pass(parsed.error());
  const Url& url = *parsed;
  KEDGE_CHECK(check(request, url));
  const bool v6 = url.host.find(':') != std::string::npos;
  const std::string key =
      fmt::format("{}://{}{}{}:{}", url.scheme, v6 ? "[" : "", url.host, v6 ? "]" : "", url.port);

  Watch::Request watched(*watch_, request.total_timeout);
  if (watched.cut() != Watch::Cut::none) {
    return tl::unexpected(Error{.code = Errc::unavailable,
                                .message = fmt::format("cannot reach {}: stopping", url.host),
                                .certainly_not_done = true});
  }
  bool reused = true;
  auto client = pool_->take(key);
  if (client) watched.use(client->socket());
  for (;;) {
    if (!client) {
      reused = false;
      client = std::make_unique<httplib::Client>(key);
      client->set_keep_alive(true);
      client->set_url_encode(false);
      client->set_follow_location(false);
      client->set_tcp_nodelay(true);
    }
    // It may connect again, to another address of the host, or where the peer has hung up.
    client->set_socket_options([&watched](auto socket) { watched.use(static_cast<int>(socket)); });
    client->set_connection_timeout(request.timeout);
    client->set_read_timeout(request.timeout);
    client->set_write_timeout(request.timeout);

    httplib::Request out = to_httplib(request, url);
    std::string body;
    bool too_large = false;
    out.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      too_large = body.size() + size > kResponseBytesMax;
      if (!too_large) body.append(data, size);
      return !too_large;
    };
    httplib::Response in;
    auto error = httplib::Error::Success;
    if (client->send(out, in, error)) {
      Response response{.status = in.status, .headers = {}, .body = std::move(body)};
      for (const auto& [name, value] : in.headers) {
        auto [at, fresh] = response.headers.emplace(to_lower(name), value);
        if (!fresh) at->second += ", " + value;
      }
      client->set_socket_options(nullptr);
      pool_->put(key, std::move(client));
      return response;
    }
    client.reset();
    // The peer may have closed an idle connection in this very moment; a read costs nothing to repeat.
    const bool repeatable = request.method == "GET" || request.method == "HEAD";
    const Watch::Cut cut = watched.cut();
    if (reused && repeatable && !too_large && body.empty() && cut == Watch::Cut::none) continue;
    return tl::unexpected(Error{
        .code = Errc::unavailable,
        .message = fmt::format("cannot reach {}: {}", url.host, cause_of(error, too_large, cut)),
        .certainly_not_done = is_before_sending(error),
    });
  }
}

}  // namespace kedge::adapters::http
