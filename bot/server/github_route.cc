// SPDX-License-Identifier: Apache-2.0
#include "bot/server/github_route.h"

#include <memory>
#include <utility>

#include "bot/base/text.h"
#include "webhooks/delivery.h"
#include "webhooks/signature.h"

namespace kedge::server {
namespace {

/// Up to here a body's check takes less than half a millisecond, and the loop does it itself.
constexpr std::size_t kCheckedByLoopMax = std::size_t{256} * 1024;
/// Up to here a body that will be refused is read all the same: the connection can then be used again.
constexpr std::size_t kReadToRefuseMax = std::size_t{64} * 1024;

webhooks::Headers headers_of(const Request& request) {
  return {.content_type = request.header("content-type").value_or(""),
          .event = request.header("x-github-event").value_or(""),
          .delivery = request.header("x-github-delivery").value_or(""),
          .signature = request.header("x-hub-signature-256").value_or("")};
}

/// What can be the signature of some body.
bool has_signature_form(std::string_view text) {
  static constexpr std::string_view kPrefix = "sha256=";
  return text.starts_with(kPrefix) && text.size() == kPrefix.size() + 64 &&
         is_hex(text.substr(kPrefix.size()));
}

std::string_view result_of(int status) {
  switch (status) {
    case 401:
      return "bad_signature";
    case 413:
      return "too_large";
    case 415:
      return "wrong_type";
    case 503:
      return "unavailable";
    default:
      return "bad_request";
  }
}

}  // namespace

GitHubRoute::GitHubRoute(std::vector<Secret> secrets, const Limits& limits, Metrics& metrics, ports::Log& log,
                         ports::Clock& clock, Monotonic monotonic)
    : secrets_(std::move(secrets)),
      body_bytes_max_(limits.body_bytes_max),
      metrics_(metrics),
      log_(log),
      clock_(clock),
      monotonic_(std::move(monotonic)) {}

/// True where only "not JSON" can be wrong still: in the contract's order a refusing store comes before that.
bool GitHubRoute::is_signed(const webhooks::Headers& headers, std::string_view body) const {
  // Another body than the signed one gets as far as the signature where the headers are good.
  const auto probe = webhooks::read_delivery(headers, body.empty() ? "x" : "", secrets_);
  return !probe && probe.error().status == 401 && webhooks::verify(body, headers.signature, secrets_);
}

Response GitHubRoute::refused(const Request& request, int status, const std::string& reason) {
  metrics_.delivery(result_of(status));
  log_.write(ports::LogLevel::debug, "delivery refused",
             {{"delivery", request.header("x-github-delivery").value_or("")},
              {"peer", request.peer},
              {"status", std::to_string(status)},
              {"cause", reason}});
  return status == 503 ? unavailable_response() : json_error(status, reason);
}

Admission GitHubRoute::admit(const Request& request, std::size_t content_length) {
  Admission admission{.body_bytes_max = body_bytes_max_};
  if (request.method != "POST") {
    admission.refusal = json_error(405, "deliveries are posted");
    admission.refusal->headers.emplace_back("Allow", "POST");
  } else if (content_length > body_bytes_max_) {
    admission.refusal = refused(request, 413, "the body is too large");
  } else if (content_length > kReadToRefuseMax) {
    // A stranger's big body costs nothing: without the headers that count nobody reads it.
    const auto headers = headers_of(request);
    const auto verdict = webhooks::read_delivery(headers, "", secrets_);
    if (!verdict && (verdict.error().status != 401 || !has_signature_form(headers.signature)))
      admission.refusal = refused(request, verdict.error().status, verdict.error().reason);
  }
  return admission;
}

std::optional<Response> GitHubRoute::handle(Ticket ticket, Request request, Ingest& ingest, Workers& workers,
                                            const std::function<void(std::vector<Answer>)>& answer) {
  const auto read_at = monotonic_();
  if (request.body.size() <= kCheckedByLoopMax) return take(ticket, request, read_at, ingest);
  const auto big = std::make_shared<Request>(std::move(request));
  const bool offered = workers.offer([this, ticket, big, read_at, &ingest, answer] {
    if (auto response = take(ticket, *big, read_at, ingest)) {
      std::vector<Answer> answers;
      answers.push_back({ticket, std::move(*response)});
      answer(std::move(answers));
    }
  });
  if (offered) return std::nullopt;
  return refused(*big, 503, "too many requests wait");
}

std::optional<Response> GitHubRoute::take(Ticket ticket, const Request& request,
                                          std::chrono::nanoseconds read_at, Ingest& ingest) {
  const auto headers = headers_of(request);
  auto delivery = webhooks::read_delivery(headers, request.body, secrets_);
  if (!delivery) {
    auto [status, reason] = delivery.error();
    if (status == 400 && ingest.refuses() && is_signed(headers, request.body)) status = 503;
    return refused(request, status, reason);
  }
  Waiting waiting{.ticket = ticket,
                  .delivery = {.guid = DeliveryGuid{std::move(delivery->guid)},
                               .event = std::move(delivery->event),
                               .body = std::move(delivery->body),
                               .received_at = clock_.now()},
                  .read_at = read_at};
  if (ingest.offer(waiting)) return std::nullopt;
  return refused(request, 503, "too many deliveries wait");
}

}  // namespace kedge::server
