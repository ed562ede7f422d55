// SPDX-License-Identifier: Apache-2.0
#include "webhooks/delivery.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "bot/base/text.h"
#include "webhooks/form.h"
#include "webhooks/json_check.h"
#include "webhooks/signature.h"

namespace kedge::webhooks {
namespace {

enum class BodyKind { json, form };

/// By the media type alone; parameters such as `charset` do not matter.
std::optional<BodyKind> kind_of(std::string_view content_type) {
  const std::string_view type = trim(content_type.substr(0, content_type.find(';')));
  if (equals_ignore_case(type, "application/json")) return BodyKind::json;
  if (equals_ignore_case(type, "application/x-www-form-urlencoded")) return BodyKind::form;
  return std::nullopt;
}

/// The signature does not cover headers, and these two become keys, labels and log fields.
bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kHeaderBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
}

tl::unexpected<Refusal> refuse(int status, std::string reason) {
  return tl::unexpected<Refusal>(Refusal{.status = status, .reason = std::move(reason)});
}

std::optional<Refusal> problem_with_header(std::string_view name, std::string_view value) {
  if (value.empty()) return Refusal{.status = 400, .reason = fmt::format("header {} is missing", name)};
  if (is_token(value)) return std::nullopt;
  return Refusal{.status = 400,
                 .reason = fmt::format("header {} is not a word of at most {} bytes", name, kHeaderBytesMax)};
}

}  // namespace

tl::expected<Delivery, Refusal> read_delivery(const Headers& headers, std::string_view body,
                                              std::span<const Secret> secrets) {
  if (body.size() > kBodyBytesMax) return refuse(413, fmt::format("body is over {} bytes", kBodyBytesMax));
  const std::optional<BodyKind> kind = kind_of(headers.content_type);
  if (!kind) return refuse(415, "content type is neither JSON nor a URL-encoded form");
  if (auto problem = problem_with_header("X-GitHub-Event", headers.event)) return tl::unexpected(*problem);
  if (auto problem = problem_with_header("X-GitHub-Delivery", headers.delivery)) {
    return tl::unexpected(*problem);
  }
  if (headers.signature.empty()) return refuse(401, "header X-Hub-Signature-256 is missing");
  if (!verify(body, headers.signature, secrets)) return refuse(401, "signature does not match");

  std::string json;
  if (*kind == BodyKind::form) {
    std::optional<std::string> payload = form_field(body, "payload");
    if (!payload) return refuse(400, "form has no field payload");
    json = std::move(*payload);
  } else {
    json = body;
  }
  if (const std::string problem = json_problem(json); !problem.empty()) {
    return refuse(400, fmt::format("body is not JSON: {}", problem));
  }
  return Delivery{std::string(headers.delivery), std::string(headers.event), std::move(json)};
}

}  // namespace kedge::webhooks
