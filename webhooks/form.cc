// SPDX-License-Identifier: Apache-2.0
#include "webhooks/form.h"

#include "bot/base/text.h"

namespace kedge::webhooks {
namespace {

std::string decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view hex = text[i] == '%' ? text.substr(i + 1, 2) : std::string_view{};
    if (hex.size() == 2 && is_hex(hex)) {
      out += from_hex(hex);
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> form_field(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    const std::string_view pair = body.substr(0, body.find('&'));
    const std::size_t equals = pair.find('=');
    if (decode(pair.substr(0, equals)) == name) {
      return decode(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1));
    }
    body.remove_prefix(pair.size() < body.size() ? pair.size() + 1 : body.size());
  }
  return std::nullopt;
}

}  // namespace kedge::webhooks
