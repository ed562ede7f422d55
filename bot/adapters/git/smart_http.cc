// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/smart_http.h"

#include <git2/sys/transport.h>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kErrorTextMax = 1000;
/// What is sent is a revert's few objects; this stops a runaway long before memory does.
constexpr std::size_t kSentBytesMax = 256UL * 1024 * 1024;
constexpr std::string_view kInfoRefs = "/info/refs?service=";

std::string_view service_of(git_smart_service_t action) {
  const bool push = action == GIT_SERVICE_RECEIVEPACK || action == GIT_SERVICE_RECEIVEPACK_LS;
  return push ? "git-receive-pack" : "git-upload-pack";
}

bool is_listing(git_smart_service_t action) {
  return action == GIT_SERVICE_RECEIVEPACK_LS || action == GIT_SERVICE_UPLOADPACK_LS;
}

struct Transport {
  git_smart_subtransport parent{};  ///< First: libgit2 knows only this part.
  NetworkSession* session = nullptr;
  std::unique_ptr<AuthorizedHttp> http;
  std::string base_url;  ///< Where redirects led to; empty before the first listing.
};

struct Stream {
  git_smart_subtransport_stream parent{};  ///< First, for the same reason.
  git_smart_service_t action = GIT_SERVICE_UPLOADPACK_LS;
  std::string url;
  HttpRequest request;
  bool sent = false;
  bool begun = false;  ///< Some of the answer was read.
};

/// What the server says instead of an answer, in git's error packet: `<length>ERR <words>`. libgit2 1.5 reads
/// over it and would only tell of an early end.
std::string words_of_refusal(std::string_view answer) {
  constexpr std::size_t kLength = 4;
  constexpr std::string_view kError = "ERR ";
  if (answer.size() < kLength || !answer.substr(kLength).starts_with(kError)) return {};
  return to_valid_utf8(trim(answer.substr(kLength + kError.size(), kErrorTextMax)));
}

Transport* transport_of(Stream* stream) {
  return reinterpret_cast<Transport*>(stream->parent.subtransport);
}

/// libgit2 gets a number; the words are for those who look at the session.
int give_up(Transport& transport, Error error) {
  if (!transport.session->error) transport.session->error = std::move(error);
  return -1;
}

Result<void> send(Stream& stream) {
  Transport& transport = *transport_of(&stream);
  KEDGE_CHECK(transport.http->send(stream.request, stream.url));
  stream.sent = true;
  if (is_listing(stream.action)) {
    const std::string at = transport.http->exchange().effective_url();
    const std::size_t end = at.find(kInfoRefs);
    if (end != std::string::npos) transport.base_url = transport.session->at = at.substr(0, end);
  }
  return {};
}

int stream_read(git_smart_subtransport_stream* raw, char* buffer, std::size_t size, std::size_t* read) {
  auto* stream = reinterpret_cast<Stream*>(raw);
  Transport& transport = *transport_of(stream);
  if (!stream->sent) {
    if (auto sent = send(*stream); !sent) return give_up(transport, std::move(sent).error());
  }
  Result<std::size_t> count = transport.http->exchange().read(buffer, size);
  if (!count) return give_up(transport, std::move(count).error());
  if (!stream->begun && !is_listing(stream->action)) {
    const std::string words = words_of_refusal({buffer, *count});
    if (!words.empty()) {
      return give_up(transport,
                     {.code = Errc::unavailable,
                      .message = fmt::format("cannot talk to {}: it says: {}", stream->url, words)});
    }
  }
  stream->begun = true;
  *read = *count;
  return 0;
}

int stream_write(git_smart_subtransport_stream* raw, const char* buffer, std::size_t size) {
  auto* stream = reinterpret_cast<Stream*>(raw);
  if (!stream->request.body) stream->request.body.emplace();
  if (stream->request.body->size() + size > kSentBytesMax) {
    return give_up(*transport_of(stream),
                   {.code = Errc::invalid, .message = "cannot send more than 256 MiB at once"});
  }
  stream->request.body->append(buffer, size);
  return 0;
}

void stream_free(git_smart_subtransport_stream* raw) {
  delete reinterpret_cast<Stream*>(raw);
}

int transport_action(git_smart_subtransport_stream** out, git_smart_subtransport* raw, const char* url,
                     git_smart_service_t action) {
  auto* transport = reinterpret_cast<Transport*>(raw);
  auto* stream = new Stream;
  stream->parent.subtransport = raw;
  stream->parent.read = stream_read;
  stream->parent.write = stream_write;
  stream->parent.free = stream_free;
  stream->action = action;
  stream->url = url;
  const std::string base = transport->base_url.empty() ? std::string(url) : transport->base_url;
  const std::string_view service = service_of(action);
  if (is_listing(action)) {
    stream->request.url = fmt::format("{}{}{}", url, kInfoRefs, service);
    stream->request.accept = "*/*";
  } else {
    stream->request.url = fmt::format("{}/{}", base, service);
    stream->request.accept = fmt::format("application/x-{}-result", service);
    stream->request.content_type = fmt::format("application/x-{}-request", service);
    stream->request.body.emplace();
  }
  *out = &stream->parent;
  return 0;
}

int transport_close(git_smart_subtransport*) {
  return 0;
}

void transport_free(git_smart_subtransport* raw) {
  delete reinterpret_cast<Transport*>(raw);
}

int make_subtransport(git_smart_subtransport** out, git_transport*, void* param) {
  auto* transport = new Transport;
  transport->parent.action = transport_action;
  transport->parent.close = transport_close;
  transport->parent.free = transport_free;
  transport->session = static_cast<NetworkSession*>(param);
  transport->http = std::make_unique<AuthorizedHttp>(*transport->session);
  *out = &transport->parent;
  return 0;
}

}  // namespace

int make_transport(git_transport** out, git_remote* owner, void* session) {
  git_smart_subtransport_definition definition{};
  definition.callback = make_subtransport;
  definition.rpc = 1;
  definition.param = session;
  return git_transport_smart(out, owner, &definition);
}

}  // namespace kedge::adapters::git
