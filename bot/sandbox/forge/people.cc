// SPDX-License-Identifier: Apache-2.0
#include "bot/base/text.h"
#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox::forge {

Forge::Forge(ForgeOptions options) : options_(std::move(options)) {
  app_.id = 104'729;
  app_.client_id = "Iv23sandbox" + random_text(9);
  app_.owner = "acme";
  for (const auto* name : {"actions", "administration", "checks", "contents", "deployments", "issues",
                           "pull_requests", "statuses", "workflows"}) {
    app_.permissions[name] = "write";
  }
  for (const auto* name : {"metadata", "members", "merge_queues"}) app_.permissions[name] = "read";
  app_.events = {"check_run",           "check_suite", "issue_comment", "issues", "pull_request",
                 "pull_request_review", "push",        "repository",    "status", "workflow_run"};
  hook_.id = next_id();
  auto& bot = add_account(bot_login(), "Bot");
  bot.name = app_.name;
}

Forge::~Forge() = default;

std::string Forge::random_text(std::size_t length) {
  static constexpr std::string_view kLetters =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string text;
  while (text.size() < length) {
    for (const char byte : options_.random_bytes(length)) {
      const auto value = static_cast<unsigned char>(byte) % 64U;  // Drops two of 64: no bias.
      if (value < kLetters.size() && text.size() < length) text += kLetters[value];
    }
  }
  return text;
}

Account& Forge::add_account(const std::string& login, const std::string& type) {
  auto& entry = accounts_[to_lower(login)];
  if (entry.id == 0) {
    entry.id = next_id();
    entry.login = login;
    entry.type = type;
    entry.name = login;
    entry.email = type == "Bot" ? std::to_string(entry.id) + "+" + login + "@users.noreply.forge.invalid"
                                : login + "@example.com";
  }
  return entry;
}

const Account* Forge::account(const std::string& login) const {
  const auto found = accounts_.find(to_lower(login));
  return found == accounts_.end() ? nullptr : &found->second;
}

const Account* Forge::account_by_email(const std::string& email) const {
  for (const auto& [key, account] : accounts_) {
    if (equals_ignore_case(account.email, email)) return &account;
    // GitHub's no-reply form, `<id>+<login>@users.noreply.<host>`, names the account by its id.
    if (email.starts_with(std::to_string(account.id) + "+")) return &account;
  }
  return nullptr;
}

std::string Forge::person_token(const std::string& login) {
  auto& text = person_tokens_[to_lower(login)];
  if (text.empty()) {
    text = "ghp_" + random_text(36);
    tokens_[text] = Token{.identity = {.kind = Identity::Kind::person,
                                       .login = add_account(login, "User").login,
                                       .token_key = text},
                          .expires_at = std::nullopt};
  }
  return text;
}

const Token* Forge::token(const std::string& text) const {
  const auto found = tokens_.find(text);
  if (found == tokens_.end()) return nullptr;
  if (found->second.expires_at && *found->second.expires_at <= now()) return nullptr;
  return &found->second;
}

std::string Forge::role(const Repository& repository, const std::string& login) const {
  if (equals_ignore_case(repository.owner, login)) return "admin";
  for (const auto& [person, role] : repository.collaborators) {
    if (equals_ignore_case(person, login)) return role;
  }
  return repository.is_private ? "none" : "read";
}

}  // namespace kedge::sandbox::forge
