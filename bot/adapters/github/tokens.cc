// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/tokens.h"

#include "bot/adapters/github/json.h"
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr auto kRenewEarly = std::chrono::minutes{5};
constexpr auto kLongEnough = std::chrono::minutes{1};  ///< For any request that is made with it.
constexpr auto kLifetime = std::chrono::minutes{60};   ///< Where the answer does not say.
constexpr std::size_t kEntriesMax = 10000;

/// GitHub says so of an installation that is gone, and of a repository that is no part of it: what a caller
/// looks for may well exist.
Error not_installed(Error error, const std::string& repository) {
  if (error.code != Errc::not_found && error.code != Errc::invalid) return error;
  error.code = Errc::denied;
  error.message += fmt::format(" (the App is not installed on {})", repository);
  return error;
}

}  // namespace

Result<std::int64_t> Tokens::installation(const incident::Repository& repository) {
  if (repository.installation_id != 0) return repository.installation_id;
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = found_.find(repository.full_name); at != found_.end()) return at->second;
  }
  KEDGE_TRY(path, repository_path(repository));
  const auto answer = rest_.send(nullptr, {.verb = "find the App's installation on " + repository.full_name,
                                           .path = path + "/installation"});
  if (!answer) return pass(not_installed(answer.error(), repository.full_name));
  const std::int64_t id = answer->body["id"].number();
  if (id == 0)
    return fail(Errc::unavailable, "cannot find the App's installation on {}: no id in the answer",
                repository.full_name);
  const std::lock_guard lock(mutex_);
  if (found_.size() >= kEntriesMax) found_.clear();
  found_[repository.full_name] = id;
  return id;
}

Result<Secret> Tokens::get(const incident::Repository& repository) {
  KEDGE_TRY(id, installation(repository));
  const auto held = entry({id, repository.id.value});
  const std::lock_guard lock(held->mutex);
  const TimePoint now = clock_.now();
  if (!held->token.empty() && now < held->ends_at - kRenewEarly) return held->token;
  const auto renewed = renew(*held, id, repository);
  if (renewed) return held->token;
  const bool still_good = !held->token.empty() && now < held->ends_at - kLongEnough;
  if (still_good && is_retryable(renewed.error().code)) return held->token;
  if (renewed.error().code == Errc::denied) {
    const std::lock_guard maps(mutex_);
    found_.erase(repository.full_name);
  }
  return pass(renewed.error());
}

Result<bool> Tokens::may_change_workflows(const incident::Repository& repository) {
  KEDGE_TRY(token, get(repository));
  static_cast<void>(token);
  KEDGE_TRY(id, installation(repository));
  const auto held = entry({id, repository.id.value});
  const std::lock_guard lock(held->mutex);
  return held->workflows;
}

void Tokens::drop(const incident::Repository& repository, const Secret& refused) {
  const auto id = installation(repository);
  if (!id) return;
  const auto held = entry({*id, repository.id.value});
  const std::lock_guard lock(held->mutex);
  if (held->token == refused) held->token = Secret();
}

std::shared_ptr<Tokens::Entry> Tokens::entry(const Key& key) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kEntriesMax && !entries_.contains(key)) entries_.clear();
  auto& held = entries_[key];
  if (!held) held = std::make_shared<Entry>();
  return held;
}

Result<void> Tokens::renew(Entry& entry, std::int64_t installation, const incident::Repository& repository) {
  JsonObject body;
  if (repository.id.value != 0)
    body.numbers("repository_ids", {repository.id.value});
  else
    body.texts("repositories", {repository.full_name.substr(repository.full_name.find('/') + 1)});
  const TimePoint asked_at = clock_.now();
  const auto answer =
      rest_.send(nullptr, {.verb = fmt::format("get a token for {}", repository.full_name),
                           .method = "POST",
                           .path = fmt::format("/app/installations/{}/access_tokens", installation),
                           .body = body.str()});
  if (!answer) return pass(not_installed(answer.error(), repository.full_name));
  const std::string token = answer->body["token"].text();
  if (token.empty() || token.find_first_of("\r\n \t") != std::string::npos)
    return fail(Errc::unavailable, "cannot get a token for {}: none in the answer", repository.full_name);
  entry.token = Secret(token);
  const Json permissions = answer->body["permissions"];
  entry.workflows = !permissions.is_object() || permissions["workflows"].text() == "write";
  entry.ends_at = parse_utc(answer->body["expires_at"].text()).value_or(asked_at + kLifetime);
  return {};
}

}  // namespace kedge::adapters::github
