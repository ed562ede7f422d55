// SPDX-License-Identifier: Apache-2.0
// Who we are on GitHub, asked once.
#include "bot/adapters/github/rest.h"

namespace kedge::adapters::github {
namespace {

constexpr const char* kActionsLogin = "github-actions[bot]";

/// A workflow's `GITHUB_TOKEN` is an App's and has no user to read.
bool is_token_of_actions(const Error& error) {
  return error.code == Errc::denied && error.message.find("Resource not accessible") != std::string::npos;
}

}  // namespace

RestGitHub::RestGitHub(Options options, http::Client& client, ports::Clock& clock)
    : options_(std::move(options)), clock_(clock), rest_(std::make_unique<Rest>(options_, client, clock)) {}

RestGitHub::~RestGitHub() = default;

Result<Secret> RestGitHub::token(const Repository& repository) {
  if (!rest_->is_app()) return options_.token;
  return rest_->tokens().get(repository);
}

Result<RestGitHub::Self> RestGitHub::self() {
  {
    const std::lock_guard lock(mutex_);
    if (self_) return *self_;
  }
  Self self;
  if (rest_->is_app()) {
    KEDGE_TRY(answer, rest_->send(nullptr, {.verb = "read the App", .path = "/app"}));
    self.slug = answer.body["slug"].text();
    self.app_id = answer.body["id"].number();
    self.login = self.slug.empty() ? "" : self.slug + "[bot]";
  } else if (!options_.login.empty()) {
    self.login = options_.login;
  } else {
    const auto answer = rest_->send(nullptr, {.verb = "read the token's user", .path = "/user"});
    if (!answer && !is_token_of_actions(answer.error())) return pass(answer.error());
    self.login = answer ? answer->body["login"].text() : kActionsLogin;
    self.user_id = answer ? answer->body["id"].number() : 0;
  }
  if (self.login.empty()) return fail(Errc::unavailable, "cannot read the own login: none in the answer");
  const std::lock_guard lock(mutex_);
  self_ = self;
  return self;
}

Result<std::string> RestGitHub::self_login() {
  KEDGE_TRY(own, self());
  return own.login;
}

Result<Identity> RestGitHub::commit_identity(const Repository* through) {
  {
    const std::lock_guard lock(mutex_);
    if (identity_) return *identity_;
  }
  KEDGE_TRY(own, self());
  if (own.user_id == 0) {
    Call call{.verb = "read the user " + own.login, .path = "/users/" + http::percent_encode(own.login)};
    // The App's own token is not taken here, an installation's is.
    call.anonymous = rest_->is_app() && through == nullptr;
    KEDGE_TRY(answer, rest_->send(through, call));
    own.user_id = answer.body["id"].number();
    if (own.user_id == 0) return fail(Errc::unavailable, "cannot {}: no id in the answer", call.verb);
  }
  KEDGE_TRY(web, http::parse_url(options_.web_url));
  const Identity identity{.name = own.login,
                          .email = fmt::format("{}+{}@users.noreply.{}", own.user_id, own.login, web.host)};
  const std::lock_guard lock(mutex_);
  identity_ = identity;
  return identity;
}

}  // namespace kedge::adapters::github
