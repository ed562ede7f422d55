// SPDX-License-Identifier: Apache-2.0
#include "bench/revert_cases.h"

#include <optional>
#include <regex>

#include "bot/base/random.h"
#include "bot/base/text.h"

namespace kedge::bench {
namespace {

using adapters::git::CommitFacts;
using adapters::git::Repo;

/// How far back from its landing a commit is looked for.
constexpr std::size_t kBroughtMax = 200;

/// A commit that the merge brought, or the merge itself.
std::string brought_by(const CommitFacts& merge, test::GitShell& git, SplitMix64& random) {
  const test::Ran ran = git.try_git({"rev-list", "--no-merges", "--max-count=" + std::to_string(kBroughtMax),
                                     merge.parents[0] + ".." + merge.parents[1]});
  const std::vector<std::string> commits = split_lines(ran.out);
  if (ran.status != 0 || commits.empty()) return merge.sha;
  return commits[random.below(commits.size())];
}

/// How many first-parent commits later the tip is; nothing where there are not as many.
std::optional<std::size_t> tip_for(Distance distance, std::size_t landing, SplitMix64& random) {
  const std::size_t steps = distance == Distance::fresh ? 1 + random.below(10)
                            : distance == Distance::far ? 150 + random.below(251)
                                                        : landing;
  if (steps > landing || landing == 0) return {};
  return landing - steps;
}

/// The parent that a merge's revert says it went back to; 1 where it says nothing.
int mainline_of(const CommitFacts& merge, const std::string& message) {
  if (merge.parents.size() < 2) return 0;
  static const std::regex kept(R"(reversing\s+changes\s+made\s+to\s+([0-9a-f]{7,40}))");
  std::smatch match;
  if (std::regex_search(message, match, kept)) {
    for (std::size_t i = 0; i < merge.parents.size(); ++i) {
      if (merge.parents[i].starts_with(match[1].str())) return static_cast<int>(i) + 1;
    }
  }
  return 1;
}

std::vector<std::string> reverted_in(const std::string& message) {
  static const std::regex says(R"(This reverts commit ([0-9a-f]{40}))");
  std::vector<std::string> shas;
  for (std::sregex_iterator it(message.begin(), message.end(), says), end; it != end; ++it)
    shas.push_back((*it)[1].str());
  return shas;
}

}  // namespace

std::vector<std::string> first_parents(const Repo& repo, const std::string& tip) {
  std::vector<std::string> shas;
  for (std::string at = tip; !at.empty();) {
    const Result<CommitFacts> commit = repo.commit(at);
    if (!commit) break;
    shas.push_back(at);
    at = commit->parents.empty() ? std::string() : commit->parents.front();
  }
  return shas;
}

Result<RevertCase> make_case(const Repo& repo, const std::string& commit, const std::string& tip,
                             int mainline) {
  KEDGE_TRY(reverted, repo.commit(commit));
  KEDGE_TRY(onto, repo.commit(tip));
  RevertCase made{
      .commit = commit, .tip = tip, .mainline = reverted.parents.size() > 1 ? mainline : 0, .trees = {}};
  made.trees.base = reverted.tree;
  made.trees.ours = onto.tree;
  if (!reverted.parents.empty()) {
    const auto parent = static_cast<std::size_t>(made.mainline == 0 ? 0 : made.mainline - 1);
    if (parent >= reverted.parents.size())
      return fail(Errc::invalid, "{} has no parent {}", commit, parent + 1);
    KEDGE_TRY(before, repo.commit(reverted.parents[parent]));
    made.trees.theirs = before.tree;
  }
  return made;
}

std::vector<RevertCase> draw_cases(const Repo& repo, test::GitShell& git,
                                   const std::vector<std::string>& landings, std::size_t count,
                                   Distance distance, std::uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<RevertCase> cases;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t landing = i * landings.size() / count;
    const bool wants_brought = random.chance(50);
    const std::optional<std::size_t> tip = tip_for(distance, landing, random);
    if (!tip) continue;
    const Result<CommitFacts> landed = repo.commit(landings[landing]);
    if (!landed) continue;
    const bool is_merge = landed->parents.size() > 1;
    const std::string commit = is_merge && wants_brought ? brought_by(*landed, git, random) : landed->sha;
    Result<RevertCase> made = make_case(repo, commit, landings[*tip], 1);
    if (made) cases.push_back(std::move(*made));
  }
  return cases;
}

std::vector<CommittedRevert> committed_reverts(const Repo& repo, test::GitShell& git,
                                               const std::string& tip) {
  std::vector<CommittedRevert> reverts;
  const std::string found = git.git({"rev-list", "--no-merges", "--grep=This reverts commit [0-9a-f]", tip});
  for (const std::string& sha : split_lines(found)) {
    const Result<CommitFacts> revert = repo.commit(sha);
    if (!revert || revert->parents.size() != 1) continue;
    const std::vector<std::string> named = reverted_in(revert->message);
    if (named.size() != 1 || !repo.has_commit(named.front())) continue;
    const Result<CommitFacts> reverted = repo.commit(named.front());
    if (!reverted) continue;
    Result<RevertCase> attempt =
        make_case(repo, reverted->sha, revert->parents.front(), mainline_of(*reverted, revert->message));
    if (attempt) reverts.push_back({.revert = sha, .tree = revert->tree, .attempt = std::move(*attempt)});
  }
  return reverts;
}

}  // namespace kedge::bench
