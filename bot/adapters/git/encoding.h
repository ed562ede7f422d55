// SPDX-License-Identifier: Apache-2.0
// Commit texts in other encodings than UTF-8, which git names in the commit's `encoding` header.
#pragma once

#include <string>
#include <string_view>

namespace kedge::adapters::git {

/// `bytes` as valid UTF-8. `encoding` is the header's value, empty where there is none. Bytes that mean
/// nothing in it, or all that are not ASCII where nobody knows it, become U+FFFD.
std::string decode_text(std::string_view bytes, const std::string& encoding);

}  // namespace kedge::adapters::git
