// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/resolve_name.h"

#include <algorithm>

#include "bot/adapters/git/near_misses.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Target;
using rollback::TargetKind;

/// From so many digits on a word is meant as an object name, also where a tag or branch is called so.
constexpr std::size_t kSurelySha = 7;

std::vector<std::string> known_names(const ResolveContext& context) {
  std::vector<std::string> names = context.other_names;
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/", "refs/remotes/origin/"}) {
    for (const std::string& ref : context.repo().refs(prefix)) names.push_back(ref.substr(prefix.size()));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

tl::unexpected<Error> no_such_name(const ResolveContext& context, const std::string& text) {
  std::vector<std::string> shas;
  for (BranchHistory& history : context.histories) {
    // Near misses are a courtesy: a history that cannot be read has been reported elsewhere.
    if (!history.read_all()) continue;
    for (const BranchHistory::Entry& entry : history.entries()) shas.push_back(entry.facts.sha);
  }
  return fail(Errc::not_found, "cannot find {}: no commit, tag, branch or pull request is called so{}",
              to_valid_utf8(text), did_you_mean(near_misses(text, known_names(context), shas)));
}

/// What stands behind `/commit/` in a link, or the text itself.
std::string without_link(const std::string& text) {
  constexpr std::string_view kCommit = "/commit/";
  const std::size_t at = text.find(kCommit);
  if (!text.starts_with("http") || at == std::string::npos) return text;
  const std::string rest = text.substr(at + kCommit.size());
  return rest.substr(0, rest.find_first_of("/?#"));
}

/// One thing that a word may mean.
struct Reading {
  std::string name;  ///< How to say just this: `tags/v1`, `heads/v1`, twelve digits.
  NamedCommit commit;
};

void add_ref(const Repo& repo, const std::string& ref, std::vector<Reading>& readings) {
  const auto commit = repo.commit_at(ref);
  if (!commit) return;
  constexpr std::string_view kRefs = "refs/";
  const bool by_tag = ref.starts_with("refs/tags/");
  readings.push_back({.name = ref.substr(kRefs.size()), .commit = {.sha = *commit, .by_tag = by_tag}});
}

std::vector<Reading> readings_as_ref(const Repo& repo, const std::string& text) {
  std::vector<Reading> readings;
  if (text == "HEAD") {
    if (const auto head = repo.commit_at(text)) readings.push_back({.name = text, .commit = {.sha = *head}});
    return readings;
  }
  if (text.starts_with("refs/")) {
    add_ref(repo, text, readings);
    return readings;
  }
  for (const std::string_view folder : {"tags/", "heads/", "remotes/"}) {
    if (text.starts_with(folder)) add_ref(repo, "refs/" + text, readings);
  }
  add_ref(repo, "refs/tags/" + text, readings);
  const std::size_t before = readings.size();
  add_ref(repo, "refs/heads/" + text, readings);
  // Of a branch, the local one counts; origin's goes by `origin/main` where there are both.
  if (readings.size() == before) add_ref(repo, "refs/remotes/origin/" + text, readings);
  if (text.starts_with("origin/")) add_ref(repo, "refs/remotes/" + text, readings);
  return readings;
}

std::vector<Reading> readings_as_sha(const Repo& repo, const std::string& text) {
  // `v1.2-14-ga1b2c3d`, as `git describe` prints it, names the commit at its end.
  const std::size_t described = text.rfind("-g");
  const std::string hex = described == std::string::npos ? text : text.substr(described + 2);
  std::vector<Reading> readings;
  if (!is_hex(hex) || hex.size() < kShortestSha) return readings;
  for (const std::string& sha : commits_beginning_with(repo, to_lower(hex))) {
    readings.push_back({.name = sha.substr(0, std::max(kShownSha, hex.size() + 1)), .commit = {.sha = sha}});
  }
  return readings;
}

tl::unexpected<Error> ambiguous(const std::string& text, const std::vector<Reading>& readings) {
  std::vector<std::string> shown;
  for (const Reading& reading : readings) shown.push_back(reading.name);
  return fail(Errc::invalid, "cannot tell which commit {} is: {} are called or begin so{}",
              to_valid_utf8(text), readings.size(), did_you_mean(shown));
}

Result<NamedCommit> find_name(const ResolveContext& context, const std::string& text) {
  const Repo& repo = context.repo();
  if (is_full_sha(text)) {
    if (repo.has_commit(to_lower(text))) return NamedCommit{.sha = to_lower(text)};
    return no_such_name(context, text);
  }
  std::vector<Reading> readings = readings_as_ref(repo, text);
  if (readings.empty() || text.size() >= kSurelySha) {
    for (Reading& reading : readings_as_sha(repo, text)) readings.push_back(std::move(reading));
  }
  if (readings.empty()) return no_such_name(context, text);
  const NamedCommit& first = readings.front().commit;
  const auto is_first = [&](const Reading& reading) { return reading.commit.sha == first.sha; };
  if (!std::ranges::all_of(readings, is_first)) return ambiguous(text, readings);
  return first;
}

}  // namespace

Result<NamedCommit> find_commit(const ResolveContext& context, const std::string& typed) {
  const std::string text = without_link(std::string(trim(typed)));
  if (text.empty() || text.find('\0') != std::string::npos || text.starts_with('-')) {
    return no_such_name(context, text);
  }
  const std::size_t end = text.find_first_of("~^");
  KEDGE_TRY(named, find_name(context, text.substr(0, end)));
  if (end == std::string::npos) return named;
  // Only steps through parents. libgit2 reads other forms with regular expressions, and 1.5 loses 20 KB for
  // each that does not match.
  const std::string steps = text.substr(end);
  git_object* raw = nullptr;
  if (steps.find_first_not_of("~^0123456789") != std::string::npos ||
      git_revparse_single(&raw, context.repo().raw(), (named.sha + steps).c_str()) != 0) {
    return no_such_name(context, text);
  }
  const ObjectHandle object(raw);
  return NamedCommit{.sha = to_sha(*git_object_id(raw))};
}

Result<Target> to_target(const Repo& repo, const std::string& ref, std::vector<std::string> commits,
                         TargetKind kind) {
  KEDGE_TRY(facts, repo.commit(commits.front()));
  if (kind == TargetKind::commit && facts.parents.size() > 1) kind = TargetKind::merge;
  return Target{.ref = to_valid_utf8(ref),
                .sha = facts.sha,
                .kind = kind,
                .subject = facts.subject,
                .author = facts.author,
                .commits = std::move(commits)};
}

}  // namespace kedge::adapters::git
