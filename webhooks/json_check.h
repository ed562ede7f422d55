// SPDX-License-Identifier: Apache-2.0
// Is this text JSON? Asked of every delivery before it is stored, so it must be fast: simdjson answers, and
// nothing of what it built is kept.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kedge::webhooks {

/// Arrays and objects inside each other. GitHub's own payloads stay under 15; what people put into a
/// `client_payload` may be deeper.
inline constexpr std::size_t kJsonDepthMax = 256;

/// Empty where `text` is one JSON value of at most kJsonDepthMax levels, else what is wrong with it, in
/// words. Grows the capacity of `text`, never its content: the parser reads ahead of the end.
std::string json_problem(std::string& text);

/// True where the brackets of `json`, outside strings, go deeper than kJsonDepthMax. O(length), no memory;
/// for text that is not JSON the answer means nothing, but it is safe to ask.
bool is_too_deep(std::string_view json);

}  // namespace kedge::webhooks
