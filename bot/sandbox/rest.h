// SPDX-License-Identifier: Apache-2.0
// The REST face's frame: a table of routes with what each asks of its caller, and the helpers that give
// answers GitHub's form. Handlers run with the forge's mutex held.
#pragma once

#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/sandbox/forge/forge.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox::rest {

using Json = nlohmann::json;

/// Who may call.
enum class Caller { anyone, app_jwt, token, person };

struct Needs {
  Caller caller = Caller::token;
  /// App permissions of which one suffices, `issues=write; pull_requests=write`; empty: none.
  std::string_view permissions = "metadata=read";
  /// The role that a person needs; `read` is any reader.
  std::string_view role = "read";
};

struct Call {
  forge::Forge& forge;
  const Request& request;
  forge::Identity who;
  std::string prefix;                   ///< What came before the route: `/api/v3` or nothing.
  std::vector<std::string> parameters;  ///< Of the route, in order, decoded.
  forge::Repository* repository = nullptr;
  Json body = Json::object();

  const std::string& parameter(std::size_t index) const { return parameters.at(index); }
  /// A number in the path; 0 for other text.
  std::int64_t number(std::size_t index) const;
  std::string text(const char* key, const std::string& otherwise = {}) const;
  std::optional<std::string> optional_text(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
};

struct Route {
  std::string_view method;
  /// `{x}` is one segment, a last `{x...}` the rest. The first two parameters of `/repos/{owner}/{repo}/…`
  /// are resolved to Call::repository and left out of Call::parameters.
  std::string_view pattern;
  Needs needs;
  Response (*handle)(Call& call);
};

const std::vector<Route>& app_routes();
const std::vector<Route>& repository_routes();
const std::vector<Route>& code_routes();
const std::vector<Route>& issue_routes();
const std::vector<Route>& pull_routes();
const std::vector<Route>& run_routes();

/// True if the path belongs to the REST face: under `/api/v3`, or a first segment that is GitHub's.
bool is_rest(const Request& request);
/// Answers any request; takes the forge's mutex. `who` is filled for the log.
Response answer(forge::Forge& forge, const Request& request, forge::Identity& who);
/// The path without `/api/v3`.
std::string bare_path(const Request& request);

Response json(int status, const Json& body);
Response error(int status, const std::string& message);
Response error(const forge::Refusal& refusal);
inline Response error(const tl::unexpected<forge::Refusal>& refusal) {
  return error(refusal.value());
}
Response no_content();
/// One page of `items` by `per_page` and `page`, with the Link header.
Response page(Call& call, std::vector<Json> items);
/// The same inside an object: `{"total_count": n, "<key>": […]}`.
Response page(Call& call, const std::string& key, std::vector<Json> items);

}  // namespace kedge::sandbox::rest
