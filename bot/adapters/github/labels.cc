// SPDX-License-Identifier: Apache-2.0
// Labels, made before they are used, so that none is silently left out.
#include <array>

#include "bot/adapters/github/markers.h"
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr std::size_t kNameCharactersMax = 50;
constexpr std::size_t kKnownMax = 10000;

struct Look {
  std::string_view name, color, description;
};
constexpr std::array kLooks = {
    Look{"incident", "b60205", "An incident that Kedge follows"},
    Look{"rollback", "1d76db", "Takes a change back"},
    Look{"postmortem", "5319e7", "What happened and what to learn"},
    Look{"p0", "b60205", "Severity P0"},
    Look{"p1", "d93f0b", "Severity P1"},
    Look{"p2", "fbca04", "Severity P2"},
    Look{"p3", "c2e0c6", "Severity P3"},
    Look{"p4", "bfdadc", "Severity P4"},
    Look{"sev-1", "b60205", "Severity SEV-1"},
    Look{"sev-2", "d93f0b", "Severity SEV-2"},
    Look{"sev-3", "fbca04", "Severity SEV-3"},
    Look{"sev-4", "c2e0c6", "Severity SEV-4"},
};

Look look_of(std::string_view name) {
  for (const Look& look : kLooks)
    if (equals_ignore_case(look.name, name)) return look;
  return {name, "ededed", ""};
}

}  // namespace

Result<void> RestGitHub::ensure_label(const Repository& repository, const std::string& name) {
  if (name.empty() || count_characters(name) > kNameCharactersMax)
    return fail(Errc::invalid, "cannot make a label of {}: its name is empty or above {} characters",
                repository.full_name, kNameCharactersMax);
  const std::string key = fmt::format("{}/{}", repository.id.value, to_lower(name));
  {
    const std::lock_guard lock(mutex_);
    if (known_labels_.contains(key)) return {};
  }
  KEDGE_TRY(path, repository_path(repository));
  const auto found = rest_->send(&repository, {.verb = "read a label of " + repository.full_name,
                                               .path = path + "/labels/" + http::percent_encode(name)});
  if (!found && found.error().code != Errc::not_found) return pass(found.error());
  if (!found) {
    const Look look = look_of(name);
    JsonObject body;
    body.text("name", name).text("color", look.color);
    if (!look.description.empty()) body.text("description", look.description);
    const auto made = rest_->send(&repository, {.verb = "make a label of " + repository.full_name,
                                                .method = "POST",
                                                .path = path + "/labels",
                                                .body = body.str()});
    const bool there = !made && made.error().message.find("already_exists") != std::string::npos;
    if (!made && !there) return pass(made.error());
  }
  const std::lock_guard lock(mutex_);
  if (known_labels_.size() >= kKnownMax) known_labels_.clear();
  known_labels_.insert(key);
  return {};
}

Result<void> RestGitHub::add_labels(const Repository& repository, std::int64_t issue,
                                    const std::vector<std::string>& labels) {
  if (labels.empty()) return {};
  for (const std::string& label : labels) KEDGE_CHECK(ensure_label(repository, label));
  KEDGE_TRY(path, repository_path(repository));
  const auto added =
      rest_->send(&repository, {.verb = fmt::format("label {}#{}", repository.full_name, issue),
                                .method = "POST",
                                .path = fmt::format("{}/issues/{}/labels", path, issue),
                                .body = JsonObject().texts("labels", labels).str()});
  if (added) return {};
  // One of them was deleted meanwhile: look again the next time.
  const std::lock_guard lock(mutex_);
  for (const std::string& label : labels)
    known_labels_.erase(fmt::format("{}/{}", repository.id.value, to_lower(label)));
  return pass(added.error());
}

}  // namespace kedge::adapters::github
