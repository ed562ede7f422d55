// SPDX-License-Identifier: Apache-2.0
// Who calls and what they may do, with GitHub's refusals: 401 for bad credentials, 404 for what one may not
// see, 403 with the missing permission's name for what one may not do.
#pragma once

#include <optional>

#include "bot/sandbox/rest.h"

namespace kedge::sandbox::auth {

/// Fills `call.who` from the Authorization header; a refusal for credentials that are no good.
std::optional<Response> identify(rest::Call& call);
std::optional<Response> refuse_call(const rest::Call& call, const rest::Needs& needs);
/// True if the identity may read (`read`) or write (`write`) the repository's contents: for git.
bool may_access(const forge::Forge& forge, const forge::Identity& who, const forge::Repository& repository,
                bool write);
bool has_permission(const forge::Identity& who, const std::string& name, const std::string& access);
/// Adds the `x-ratelimit-*` headers and counts the call, conditional hits excepted.
void count_request(forge::Forge& forge, const forge::Identity& who, Response& response);
bool is_over_limit(forge::Forge& forge, const forge::Identity& who);
/// For `GET /rate_limit`.
nlohmann::json rate_json(forge::Forge& forge, const forge::Identity& who);

}  // namespace kedge::sandbox::auth
