// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/resolve.h"

#include "bot/adapters/git/resolve_name.h"
#include "bot/adapters/git/resolve_pull.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Target;
using rollback::TargetKind;

tl::unexpected<Error> too_many(const std::string& text, std::size_t commits_max) {
  return fail(Errc::invalid, "cannot revert range {}: it holds more than {} commits (limit commits_max)",
              text, commits_max);
}

/// With merges in it, a range is reverted along its first parents: a merge takes its side branch with it.
Result<std::vector<std::string>> commits_of_range(const ResolveContext& context, const std::string& text,
                                                  const std::string& from, const std::string& to) {
  const Repo& repo = context.repo();
  const std::size_t most = context.session.limits.commits_max;
  KEDGE_TRY(all, commits_between(repo, from, to, most));
  bool merges = all.size() > most;
  for (const std::string& sha : all) {
    KEDGE_TRY(facts, repo.commit(sha));
    merges = merges || facts.parents.size() > 1;
  }
  if (!merges) return all;
  std::vector<std::string> line;
  std::string at = to;
  while (at != from && line.size() <= most) {
    line.push_back(at);
    KEDGE_TRY(facts, repo.commit(at));
    if (facts.parents.empty()) break;
    at = facts.parents.front();
  }
  if (line.size() > most || (at != from && all.size() > most)) return too_many(text, most);
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
  KEDGE_TRY(commits, commits_of_range(context, text, from.sha, to.sha));
  if (commits.empty()) {
    return fail(Errc::invalid, "cannot revert range {}: it holds no commit; is it the wrong way round?",
                text);
  }
  return to_target(context.repo(), text, std::move(commits), TargetKind::range);
}

}  // namespace

Result<Target> resolve_target(const ResolveContext& context, const std::string& text) {
  if (const std::int64_t number = pull_request_number(text); number > 0) {
    return resolve_pull_request(context, text, number);
  }
  if (const std::size_t dots = text.find(".."); dots != std::string::npos) {
    return resolve_range(context, text, dots);
  }
  KEDGE_TRY(found, find_commit(context, text));
  return to_target(context.repo(), text, {found.sha}, found.by_tag ? TargetKind::tag : TargetKind::commit);
}

}  // namespace kedge::adapters::git
