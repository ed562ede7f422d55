// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/http_exchange.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr int kRedirectsMax = 5;

std::size_t receive(char* bytes, std::size_t, std::size_t count, void* target) {
  static_cast<std::string*>(target)->append(bytes, count);
  return count;
}

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

bool never_reached(CURLcode code) {
  return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
         code == CURLE_COULDNT_CONNECT || code == CURLE_SSL_CONNECT_ERROR ||
         code == CURLE_PEER_FAILED_VERIFICATION;
}

/// `scheme://host:port` in lower case; empty where `url` is no address.
std::string origin_of(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return {};
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    if (curl_url_get(parts.get(), which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return std::string();
    std::string copy = to_lower(text);
    curl_free(text);
    return copy;
  };
  return fmt::format("{}://{}:{}", part(CURLUPART_SCHEME), part(CURLUPART_HOST), part(CURLUPART_PORT));
}

bool is_redirect(long status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

long whole_seconds(Duration duration) {
  return std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::seconds>(duration).count()));
}

Error leaves_origin(const std::string& url, const std::string& location) {
  return {.code = Errc::denied,
          .message = fmt::format("cannot reach {}: it redirects to {}, and neither the token nor a request "
                                 "goes to another scheme, host or port; if that is the right server, set "
                                 "KEDGE_GITHUB_URL to it",
                                 url, origin_of(location)),
          .certainly_not_done = true};
}

}  // namespace

bool same_origin(const std::string& a, const std::string& b) {
  const std::string origin = origin_of(a);
  return !origin.empty() && origin == origin_of(b);
}

struct HttpExchange::State {
  NetworkLimits limits;
  std::stop_token stop;
  CURLM* multi = nullptr;
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  std::string password;
  std::string received;
  std::size_t taken = 0;
  bool attached = false;
  bool done = false;
  CURLcode result = CURLE_OK;

  void detach() {
    if (attached) curl_multi_remove_handle(multi, easy);
    attached = false;
    curl_slist_free_all(headers);
    headers = nullptr;
  }

  void prepare(const HttpRequest& request, const std::string& url) {
    detach();
    curl_easy_reset(easy);
    received.clear();
    taken = 0;
    done = false;
    result = CURLE_OK;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "git/2 (kedge)");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &received);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, whole_seconds(limits.stall));
    if (const char* file = std::getenv("SSL_CERT_FILE"); file != nullptr && *file != '\0') {
      curl_easy_setopt(easy, CURLOPT_CAINFO, file);
    }
    if (!request.token.empty()) {
      password = request.token.reveal();
      curl_easy_setopt(easy, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
      curl_easy_setopt(easy, CURLOPT_USERNAME, "x-access-token");
      curl_easy_setopt(easy, CURLOPT_PASSWORD, password.c_str());
    }
    headers = curl_slist_append(headers, ("Accept: " + request.accept).c_str());
    if (!request.git_protocol.empty()) {
      headers = curl_slist_append(headers, ("Git-Protocol: " + request.git_protocol).c_str());
    }
    if (request.body) {
      headers = curl_slist_append(headers, ("Content-Type: " + request.content_type).c_str());
      headers = curl_slist_append(headers, "Expect:");
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body->data());
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    }
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_multi_add_handle(multi, easy);
    attached = true;
  }

  [[nodiscard]] bool has_bytes() const { return taken < received.size(); }

  Error failure() const {
    const char* url = nullptr;
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
    return {.code = Errc::unavailable,
            .message = fmt::format("cannot talk to {}: {}", url == nullptr ? "the server" : url,
                                   curl_easy_strerror(result)),
            .certainly_not_done = never_reached(result)};
  }

  /// Moves bytes until some can be read or the answer is complete.
  Result<void> pump() {
    while (!has_bytes() && !done) {
      if (stop.stop_requested()) return fail(Errc::unavailable, "cannot finish the transfer: stopping");
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        done = true;
        result = message->data.result;
      }
      if (!has_bytes() && !done) {
        curl_multi_poll(multi, nullptr, 0, static_cast<int>(kStopLatency.count()), nullptr);
      }
    }
    if (done && result != CURLE_OK && !has_bytes()) return pass(failure());
    return {};
  }
};

HttpExchange::HttpExchange(const NetworkLimits& limits, std::stop_token stop)
    : state_(std::make_unique<State>()) {
  start_curl();
  state_->limits = limits;
  state_->stop = std::move(stop);
  state_->multi = curl_multi_init();
  state_->easy = curl_easy_init();
}

HttpExchange::~HttpExchange() {
  state_->detach();
  curl_easy_cleanup(state_->easy);
  curl_multi_cleanup(state_->multi);
}

Result<int> HttpExchange::send(const HttpRequest& request) {
  std::string url = request.url;
  // curl does not follow by itself: it would ask any host, and its answer would lead us there for good.
  for (int redirects = 0;; ++redirects) {
    state_->prepare(request, url);
    KEDGE_CHECK(state_->pump());
    long status = 0;
    curl_easy_getinfo(state_->easy, CURLINFO_RESPONSE_CODE, &status);
    const char* location = nullptr;
    curl_easy_getinfo(state_->easy, CURLINFO_REDIRECT_URL, &location);
    const bool follow = !request.body && is_redirect(status) && location != nullptr;
    if (!follow || redirects == kRedirectsMax) return static_cast<int>(status);
    if (!same_origin(url, location)) return pass(leaves_origin(request.url, location));
    url = location;
  }
}

Result<std::size_t> HttpExchange::read(char* buffer, std::size_t size) {
  KEDGE_CHECK(state_->pump());
  const std::size_t count = std::min(size, state_->received.size() - state_->taken);
  std::memcpy(buffer, state_->received.data() + state_->taken, count);
  state_->taken += count;
  if (!state_->has_bytes()) {
    state_->received.clear();
    state_->taken = 0;
  }
  return count;
}

std::string HttpExchange::read_words(std::size_t bytes_max) {
  std::string words(bytes_max, '\0');
  std::size_t length = 0;
  while (length < bytes_max) {
    const Result<std::size_t> count = read(words.data() + length, bytes_max - length);
    if (!count || *count == 0) break;
    length += *count;
  }
  words.resize(length);
  return std::string(trim(to_valid_utf8(words)));
}

std::optional<Duration> HttpExchange::retry_after() const {
  curl_off_t seconds = 0;
  if (curl_easy_getinfo(state_->easy, CURLINFO_RETRY_AFTER, &seconds) != CURLE_OK || seconds <= 0) {
    return std::nullopt;
  }
  return std::chrono::seconds{seconds};
}

std::string HttpExchange::effective_url() const {
  const char* url = nullptr;
  curl_easy_getinfo(state_->easy, CURLINFO_EFFECTIVE_URL, &url);
  return url == nullptr ? std::string() : url;
}

}  // namespace kedge::adapters::git
