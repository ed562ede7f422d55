// SPDX-License-Identifier: Apache-2.0
// Lines: content type, event, GUID; the rest is a signed body. Whatever it is, the answer is one of the
// contract, and what is accepted can be parsed.
#include <cstdint>
#include <string_view>
#include <vector>

#include "bot/base/assert.h"
#include "webhooks/delivery.h"
#include "webhooks/event.h"
#include "webhooks/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
  return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kedge;
  using namespace kedge::webhooks;
  static const std::vector<Secret> kSecrets{Secret{"fuzz"}};
  std::string_view body(reinterpret_cast<const char*>(data), size);
  Headers headers;
  headers.content_type = take_line(body);
  headers.event = take_line(body);
  headers.delivery = take_line(body);
  const std::string signature = sign(body, kSecrets.front());
  headers.signature = signature;
  const auto delivery = read_delivery(headers, body, kSecrets);
  if (delivery) {
    KEDGE_ASSERT(delivery->guid == headers.delivery && delivery->event == headers.event, "headers are kept");
    KEDGE_ASSERT(parse(delivery->event, delivery->body).name == headers.event, "what is accepted is parsed");
  } else {
    const int status = delivery.error().status;
    KEDGE_ASSERT(status == 400 || status == 415, "the body is signed and small");
  }
  headers.signature = "sha256=00";
  const auto unsigned_delivery = read_delivery(headers, body, kSecrets);
  KEDGE_ASSERT(!unsigned_delivery.has_value(), "nothing passes without a signature");
  return 0;
}
