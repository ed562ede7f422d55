// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/journal.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace kedge::sandbox {
namespace {

using Json = nlohmann::json;

/// Which kind of credential, never the credential.
std::string credential_kind(const std::string& value) {
  const std::string secret = value.substr(value.find(' ') + 1);
  if (secret.starts_with("ey")) return "jwt";
  return secret.starts_with("ghs_") ? "installation" : "token";
}

}  // namespace

void Journal::write(Write write) {
  const std::lock_guard lock(mutex_);
  write.seq = static_cast<std::int64_t>(writes_.size()) + 1;
  writes_.push_back(std::move(write));
}

std::vector<Write> Journal::writes(std::int64_t since) const {
  const std::lock_guard lock(mutex_);
  if (since < 0 || static_cast<std::size_t>(since) >= writes_.size()) return {};
  return {writes_.begin() + static_cast<std::ptrdiff_t>(since), writes_.end()};
}

void Journal::record(const Request& request, const std::string& path, const Response& response) {
  if (record_file_.empty()) return;
  Json headers = Json::object();
  for (const auto& [name, value] : request.headers) {
    headers[name] = name == "authorization" ? credential_kind(value) : value;
  }
  const std::size_t question = request.target.find('?');
  const Json line = {{"method", request.method},
                     {"path", path},
                     {"query", question == std::string::npos ? "" : request.target.substr(question + 1)},
                     {"headers", headers},
                     {"body", request.body},
                     {"status", response.status},
                     {"response", response.body}};
  const std::lock_guard lock(mutex_);
  std::ofstream(record_file_, std::ios::app)
      << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace kedge::sandbox
