// SPDX-License-Identifier: Apache-2.0
// The first line is the signature header, the rest the body. Only the body's own signature is ever accepted.
#include <cstdint>
#include <string_view>
#include <vector>

#include "bot/base/assert.h"
#include "bot/base/text.h"
#include "webhooks/signature.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kedge;
  static const std::vector<Secret> kSecrets{Secret{"fuzz"}, Secret{"It's a Secret to Everybody"}};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view header = input.substr(0, input.find('\n'));
  const std::string_view body = input.substr(header.size() < size ? header.size() + 1 : size);
  bool is_own = false;
  for (const Secret& secret : kSecrets) {
    const std::string own = webhooks::sign(body, secret);
    KEDGE_ASSERT(webhooks::verify(body, own, kSecrets), "what is signed verifies");
    is_own = is_own || (header.starts_with("sha256=") && equals_ignore_case(header, own));
  }
  KEDGE_ASSERT(webhooks::verify(body, header, kSecrets) == is_own, "nothing but the signature verifies");
  return 0;
}
