// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bot/base/text.h"
#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox::forge {
namespace {

constexpr auto kTokenLife = std::chrono::hours{1};

int level(const std::string& access) {
  return access == "admin" ? 3 : access == "write" ? 2 : 1;
}

}  // namespace

Installation& Forge::install(const std::string& account) {
  if (auto* known = installation_of(account)) return *known;
  const auto id = next_id();
  return installations_[id] = Installation{.id = id,
                                           .account = account,
                                           .suspended = false,
                                           .permissions = app_.permissions,
                                           .created_at = now()};
}

Installation* Forge::installation(std::int64_t id) {
  const auto found = installations_.find(id);
  return found == installations_.end() ? nullptr : &found->second;
}

Installation* Forge::installation_of(const std::string& account) {
  for (auto& [id, installation] : installations_) {
    if (equals_ignore_case(installation.account, account)) return &installation;
  }
  return nullptr;
}

Answer<Forge::NewToken> Forge::create_installation_token(std::int64_t id, const Permissions& permissions,
                                                         const std::vector<std::string>& names,
                                                         const std::vector<std::int64_t>& ids) {
  auto* found = installation(id);
  if (found == nullptr) return refuse(404, "Not Found");
  if (found->suspended) return refuse(403, "This installation has been suspended");
  Identity who{.kind = Identity::Kind::installation, .login = bot_login(), .installation = id};
  who.permissions = found->permissions;
  if (!permissions.empty()) {
    for (const auto& [name, access] : permissions) {
      const auto granted = found->permissions.find(name);
      if (granted == found->permissions.end() || level(granted->second) < level(access)) {
        return refuse(422, "The permissions requested are not granted to this installation.");
      }
    }
    who.permissions = permissions;
    who.permissions.emplace("metadata", "read");
  }
  if (names.size() + ids.size() > 500) return refuse(422, "Too many repositories requested.");
  const auto missing =
      refuse(422,
             "There is at least one repository that does not exist or is not accessible to the parent "
             "installation.");
  for (const auto& name : names) {
    const auto* target = repository(found->account, name);
    if (target == nullptr) return missing;
    who.narrowed.insert(target->id);
  }
  for (const auto wanted : ids) {
    const auto* target = repository(wanted);
    if (target == nullptr || !equals_ignore_case(target->owner, found->account)) return missing;
    who.narrowed.insert(wanted);
  }
  // The stateless form: long, of no fixed length, with dots. Nobody may look inside.
  const auto text = "ghs_" + std::to_string(app_.id) + "_" + random_text(96) + "." +
                    random_text(280 + static_cast<std::size_t>(next_id() % 40)) + "." + random_text(86);
  who.token_key = text;
  std::erase_if(tokens_, [this](const auto& entry) {
    return entry.second.expires_at && *entry.second.expires_at + kTokenLife < now();
  });
  auto& stored = tokens_[text] = Token{.identity = std::move(who), .expires_at = now() + kTokenLife};
  return NewToken{.token = text, .facts = stored};
}

RateWindow& Forge::rate_window(const std::string& token_key) {
  auto& window = rate_windows_[token_key];
  const auto now_s = to_unix_ms(now()) / 1000;
  if (window.reset_s <= now_s) window = {.reset_s = now_s + 3600, .used = 0};
  return window;
}

void Forge::expire_installation_tokens() {
  std::erase_if(tokens_, [](const auto& entry) { return entry.second.expires_at.has_value(); });
}

}  // namespace kedge::sandbox::forge
