// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/resolve.h"

#include <algorithm>
#include <charconv>

#include "bot/adapters/git/near_misses.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Target;
using rollback::TargetKind;

std::vector<std::string> known_names(const ResolveContext& context) {
  std::vector<std::string> names = context.other_names;
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/", "refs/remotes/origin/"}) {
    for (const std::string& ref : context.repo.refs(prefix)) names.push_back(ref.substr(prefix.size()));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

tl::unexpected<Error> not_found(const ResolveContext& context, const std::string& text) {
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

struct Found {
  std::string sha;
  bool by_tag = false;
};

/// git's own order: tags before branches before object names.
Result<Found> find_name(const ResolveContext& context, const std::string& text) {
  const Repo& repo = context.repo;
  if (is_full_sha(text)) {
    if (repo.has_commit(to_lower(text))) return Found{.sha = to_lower(text)};
    return not_found(context, text);
  }
  if (const auto tag = repo.commit_at("refs/tags/" + text)) return Found{.sha = *tag, .by_tag = true};
  for (const std::string_view prefix : {"refs/heads/", "refs/remotes/origin/", ""}) {
    if (prefix.empty() && !text.starts_with("refs/") && text != "HEAD") continue;
    if (const auto commit = repo.commit_at(std::string(prefix) + text)) return Found{.sha = *commit};
  }
  // `v1.2-14-ga1b2c3d`, as `git describe` prints it, names the commit at its end.
  const std::size_t described = text.rfind("-g");
  const std::string hex = described == std::string::npos ? text : text.substr(described + 2);
  if (!is_hex(hex) || hex.size() < kShortestSha) return not_found(context, text);
  const std::vector<std::string> commits = commits_beginning_with(repo, to_lower(hex));
  if (commits.empty()) return not_found(context, text);
  if (commits.size() == 1) return Found{.sha = commits.front()};
  std::vector<std::string> shown;
  for (const std::string& sha : commits) shown.push_back(sha.substr(0, kShownSha));
  return fail(Errc::invalid, "cannot tell which commit {} is: {} begin with it{}", text, commits.size(),
              did_you_mean(shown));
}

Result<Found> find_commit(const ResolveContext& context, const std::string& typed) {
  const std::string text = without_link(std::string(trim(typed)));
  if (text.empty() || text.find('\0') != std::string::npos || text.starts_with('-')) {
    return not_found(context, text);
  }
  const std::size_t end = text.find_first_of("~^");
  KEDGE_TRY(named, find_name(context, text.substr(0, end)));
  if (end == std::string::npos) return named;
  // Only steps through parents. libgit2 reads other forms with regular expressions, and 1.5 loses 20 KB for
  // each that does not match.
  const std::string steps = text.substr(end);
  git_object* raw = nullptr;
  if (steps.find_first_not_of("~^0123456789") != std::string::npos ||
      git_revparse_single(&raw, context.repo.raw(), (named.sha + steps).c_str()) != 0) {
    return not_found(context, text);
  }
  const ObjectHandle object(raw);
  return Found{.sha = to_sha(*git_object_id(raw))};
}

Result<Target> to_target(const Repo& repo, const std::string& ref, const std::string& sha, TargetKind kind) {
  KEDGE_TRY(facts, repo.commit(sha));
  if (kind == TargetKind::commit && facts.parents.size() > 1) kind = TargetKind::merge;
  return Target{.ref = to_valid_utf8(ref),
                .sha = sha,
                .kind = kind,
                .subject = facts.subject,
                .author = facts.author,
                .commits = {sha}};
}

/// How surely a commit is the one that landed pull request `number`; 0: it is not.
int landing_score(const BranchHistory::Entry& entry, std::int64_t number,
                  const std::optional<std::string>& head) {
  if (head && entry.facts.parents.size() > 1 && entry.facts.parents[1] == *head) return 3;
  if (entry.mentions.pull_request != number) return 0;
  return entry.facts.parents.size() > 1 ? 2 : 1;
}

Result<Target> resolve_pull_request(const ResolveContext& context, const std::string& text,
                                    std::int64_t number) {
  std::optional<std::string> head;
  for (const std::string_view form :
       {"refs/kedge/pull/{}/head", "refs/pull/{}/head", "refs/remotes/origin/pr/{}"}) {
    if (!head) head = context.repo.commit_at(replace_all(std::string(form), "{}", std::to_string(number)));
  }
  for (BranchHistory& history : context.histories) {
    KEDGE_CHECK(history.read_all());
    const BranchHistory::Entry* best = nullptr;
    int best_score = 0;
    for (const BranchHistory::Entry& entry : history.entries()) {
      int score = 2 * landing_score(entry, number, head);
      // Landed, reverted and landed again: the one in force is meant.
      if (score > 0 && !history.revert_in_force(entry.facts.sha, {})) ++score;
      if (score > best_score) best = &entry;
      best_score = std::max(score, best_score);
    }
    if (best != nullptr) return to_target(context.repo, text, best->facts.sha, TargetKind::pull_request);
  }
  return fail(Errc::not_found,
              "cannot find pull request #{}: no commit on {} says it landed it (`Merge pull request #{}` or "
              "`(#{})` at the end of its subject, newest {} commits); name the commit instead",
              number, join(context.base_names, ", "), number, number, kHistoryMax);
}

Result<std::vector<std::string>> walk_range(const Repo& repo, const std::string& from, const std::string& to,
                                            bool first_parents) {
  git_revwalk* raw = nullptr;
  if (git_revwalk_new(&raw, repo.raw()) != 0) {
    return fail(Errc::unavailable, "cannot walk history: {}", last_error());
  }
  const RevwalkHandle walk(raw);
  const git_oid from_oid = to_oid(from);
  const git_oid to_oid_ = to_oid(to);
  git_revwalk_sorting(raw, GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (first_parents) git_revwalk_simplify_first_parent(raw);
  if (git_revwalk_push(raw, &to_oid_) != 0 || git_revwalk_hide(raw, &from_oid) != 0) {
    return fail(Errc::corrupt, "cannot walk the range: {}; run `git fsck`", last_error());
  }
  std::vector<std::string> commits;
  git_oid oid{};
  while (commits.size() <= kCommitsMax && git_revwalk_next(&oid, raw) == 0) commits.push_back(to_sha(oid));
  return commits;
}

/// With merges in it, a range is reverted along its first parents: a merge takes its side branch with it.
Result<std::vector<std::string>> commits_of_range(const Repo& repo, const std::string& text,
                                                  const std::string& from, const std::string& to) {
  KEDGE_TRY(all, walk_range(repo, from, to, false));
  bool merges = all.size() > kCommitsMax;
  for (const std::string& sha : all) {
    KEDGE_TRY(facts, repo.commit(sha));
    merges = merges || facts.parents.size() > 1;
  }
  if (!merges) return all;
  std::vector<std::string> line;
  std::string at = to;
  while (at != from && line.size() <= kCommitsMax) {
    line.push_back(at);
    KEDGE_TRY(facts, repo.commit(at));
    if (facts.parents.empty()) break;
    at = facts.parents.front();
  }
  if (line.size() > kCommitsMax || (at != from && all.size() > kCommitsMax)) {
    return fail(Errc::invalid, "cannot revert range {}: it holds more than {} commits", text, kCommitsMax);
  }
  if (at != from) {
    return fail(Errc::invalid,
                "cannot revert range {}: it holds merges, and its start is not on the first-parent line of "
                "its end; name the commits one by one",
                text);
  }
  return line;
}

Result<Target> resolve_range(const ResolveContext& context, const std::string& text, std::size_t dots) {
  if (text.find("...") != std::string::npos || dots == 0 || dots + 2 == text.size()) {
    return fail(Errc::invalid, "cannot read range {}: write it as a..b, which is b and what came after a",
                text);
  }
  KEDGE_TRY(from, find_commit(context, text.substr(0, dots)));
  KEDGE_TRY(to, find_commit(context, text.substr(dots + 2)));
  KEDGE_TRY(commits, commits_of_range(context.repo, text, from.sha, to.sha));
  if (commits.empty()) {
    return fail(Errc::invalid, "cannot revert range {}: it holds no commit; is it the wrong way round?",
                text);
  }
  KEDGE_TRY(target, to_target(context.repo, text, commits.front(), TargetKind::range));
  target.commits = std::move(commits);
  return target;
}

}  // namespace

std::int64_t pull_request_number(std::string_view text) {
  text = trim(text);
  constexpr std::string_view kPull = "/pull/";
  if (text.starts_with("http")) {
    const std::size_t at = text.find(kPull);
    if (at == std::string_view::npos) return 0;
    text = text.substr(at + kPull.size());
    text = text.substr(0, text.find_first_of("/?#"));
  } else if (text.starts_with('#')) {
    text.remove_prefix(1);
  } else {
    return 0;
  }
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0 ? number : 0;
}

Result<Target> resolve_target(const ResolveContext& context, const std::string& text) {
  if (const std::int64_t number = pull_request_number(text); number > 0) {
    return resolve_pull_request(context, text, number);
  }
  if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
    return resolve_range(context, text, dots);
  }
  KEDGE_TRY(found, find_commit(context, text));
  return to_target(context.repo, text, found.sha, found.by_tag ? TargetKind::tag : TargetKind::commit);
}

}  // namespace kedge::adapters::git
