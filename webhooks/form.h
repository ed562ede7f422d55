// SPDX-License-Identifier: Apache-2.0
// `application/x-www-form-urlencoded` bodies, which are what a hook made over GitHub's API sends by default.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kedge::webhooks {

/// The decoded value of the first field called `name`; nothing where there is none. `+` is a blank, `%XX` a
/// byte, and a `%` that no two hex digits follow stands for itself (as in the WHATWG URL standard).
std::optional<std::string> form_field(std::string_view body, std::string_view name);

}  // namespace kedge::webhooks
