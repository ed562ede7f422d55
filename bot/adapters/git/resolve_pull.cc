// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/resolve_pull.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>

#include "bot/adapters/git/carrier.h"
#include "bot/adapters/git/first_parents.h"
#include "bot/adapters/git/near_misses.h"
#include "bot/adapters/git/resolve_name.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using rollback::Target;
using rollback::TargetKind;

struct Landing {
  std::vector<std::string> commits;  ///< Newest first; empty: not landed here.
  std::string how;                   ///< For people, where it is not plain from the commit.
};

/// How surely a commit is the one that landed pull request `number`; 0: it is not.
int landing_score(const BranchHistory::Entry& entry, std::int64_t number,
                  const std::optional<std::string>& head) {
  if (head && entry.facts.parents.size() > 1 && entry.facts.parents[1] == *head) return 3;
  if (entry.mentions.pull_request != number) return 0;
  return entry.facts.parents.size() > 1 ? 2 : 1;
}

Landing landed_by_name(const BranchHistory& history, std::int64_t number,
                       const std::optional<std::string>& head) {
  const BranchHistory::Entry* best = nullptr;
  int best_score = 0;
  for (const BranchHistory::Entry& entry : history.entries()) {
    int score = 2 * landing_score(entry, number, head);
    // Landed, reverted and landed again: the one in force is meant.
    if (score > 0 && !history.revert_in_force(entry.facts.sha, {})) ++score;
    if (score > best_score) best = &entry;
    best_score = std::max(score, best_score);
  }
  if (best == nullptr) return {};
  return {.commits = {best->facts.sha}, .how = {}};
}

/// The head itself is on the branch, without a merge that says so.
Result<Landing> landed_whole(const PlanSession& session, const BranchHistory& history,
                             const std::string& head) {
  KEDGE_TRY(line, FirstParents::read(session.repo, history.tip(), session.limits.line_max));
  KEDGE_TRY(at, line.landing_of(head));
  if (at && line.commits()[*at].parents.size() > 1 && line.commits()[*at].sha != head) {
    return Landing{.commits = {line.commits()[*at].sha}, .how = "brought by a merge"};
  }
  return fail(
      Errc::invalid,
      "cannot tell where this pull request begins: its commits were put on the branch as they are, up to "
      "{}; name the range a..b{}",
      head.substr(0, kShownSha), did_you_mean({head.substr(0, kShownSha)}));
}

/// GitHub's rebase keeps author, author's date and message, and changes nothing else that we could go by.
Result<Landing> landed_by_rebase(const PlanSession& session, const BranchHistory& history,
                                 const std::vector<std::string>& own) {
  using Key = std::tuple<std::string, std::int64_t, std::string>;
  const auto key_of = [](const CommitFacts& facts) {
    return Key{facts.author_email, facts.author_time, facts.subject};
  };
  std::map<Key, std::string> copies;
  for (const BranchHistory::Entry& entry : history.entries()) {
    if (entry.facts.parents.size() == 1) copies.try_emplace(key_of(entry.facts), entry.facts.sha);
  }
  Landing landing;
  std::size_t wanted = 0;
  for (const std::string& sha : own) {
    KEDGE_TRY(facts, session.repo.commit(sha));
    if (facts.parents.size() != 1) continue;
    ++wanted;
    const auto copy = copies.find(key_of(facts));
    if (copy != copies.end()) landing.commits.push_back(copy->second);
  }
  if (landing.commits.empty()) return landing;
  landing.how =
      fmt::format("rebased as {} commit{}", landing.commits.size(), landing.commits.size() == 1 ? "" : "s");
  if (landing.commits.size() < wanted) landing.how += fmt::format(" of its {}", wanted);
  return landing;
}

Result<Landing> landed_by_content(PlanSession& session, const BranchHistory& history,
                                  const std::string& head) {
  KEDGE_TRY(fork, session.repo.merge_base(history.tip(), head));
  if (!fork) return Landing{};
  KEDGE_TRY(before, session.repo.commit(*fork));
  KEDGE_TRY(after, session.repo.commit(head));
  KEDGE_TRY(copies, find_same_change(session, history, {.before = before.tree, .after = after.tree}));
  if (copies.empty()) return Landing{};
  return Landing{.commits = {copies.front()}, .how = "squashed"};
}

Result<Landing> landed_by_head(PlanSession& session, const BranchHistory& history, const std::string& head) {
  KEDGE_TRY(contained, session.repo.contains(history.tip(), head));
  if (contained) return landed_whole(session, history, head);
  KEDGE_TRY(own, commits_between(session.repo, history.tip(), head, session.limits.commits_max));
  if (own.size() <= session.limits.commits_max) {
    KEDGE_TRY(rebased, landed_by_rebase(session, history, own));
    if (!rebased.commits.empty()) return rebased;
  }
  return landed_by_content(session, history, head);
}

tl::unexpected<Error> not_landed(const ResolveContext& context, std::int64_t number, bool has_head) {
  std::set<std::string> landed;
  for (const BranchHistory& history : context.histories) {
    for (const BranchHistory::Entry& entry : history.entries()) {
      if (entry.mentions.pull_request > 0) landed.insert(fmt::format("#{}", entry.mentions.pull_request));
    }
  }
  const std::string needs =
      has_head ? ""
               : fmt::format(
                     "; its head is not here: `git fetch origin pull/{}/head:refs/pull/{}/head` lets a "
                     "rebased one be found",
                     number, number);
  return fail(Errc::not_found,
              "cannot find pull request #{}: no commit on {} says it landed it (`Merge pull request #{}` or "
              "`(#{})` at the end of its subject, newest {} commits){}; name the commit instead{}",
              number, join(context.base_names, ", "), number, number, context.session.limits.history_max,
              needs,
              did_you_mean(near_misses(fmt::format("#{}", number), {landed.begin(), landed.end()}, {})));
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

std::vector<std::pair<std::int64_t, std::string>> pull_request_heads(const Repo& repo) {
  std::map<std::int64_t, std::string> heads;
  for (const std::string_view prefix : {"refs/remotes/origin/pr/", "refs/pull/", "refs/kedge/pull/"}) {
    for (const std::string& ref : repo.refs(prefix)) {
      const std::string rest = ref.substr(prefix.size());
      const bool is_head = rest.find('/') == std::string::npos || rest.ends_with("/head");
      const std::int64_t number = pull_request_number("#" + rest.substr(0, rest.find('/')));
      if (is_head && number > 0) heads[number] = ref;
    }
  }
  return {heads.rbegin(), heads.rend()};
}

Result<Target> resolve_pull_request(const ResolveContext& context, const std::string& text,
                                    std::int64_t number) {
  std::optional<std::string> head;
  for (const std::string_view form :
       {"refs/kedge/pull/{}/head", "refs/pull/{}/head", "refs/remotes/origin/pr/{}"}) {
    if (!head) head = context.repo().commit_at(replace_all(std::string(form), "{}", std::to_string(number)));
  }
  std::vector<Landing> landings;
  for (BranchHistory& history : context.histories) {
    KEDGE_CHECK(history.read_all());
    landings.push_back(landed_by_name(history, number, head));
  }
  const bool by_name = std::ranges::any_of(landings, [](const Landing& one) { return !one.commits.empty(); });
  std::optional<Error> untold;
  for (std::size_t i = 0; i < landings.size(); ++i) {
    if (!by_name && head) {
      Result<Landing> found = landed_by_head(context.session, context.histories[i], *head);
      if (found)
        landings[i] = std::move(*found);
      else if (found.error().code == Errc::invalid)
        untold = found.error();
      else
        return pass(found.error());
    }
    if (landings[i].commits.empty()) continue;
    if (!landings[i].how.empty()) {
      context.notes.push_back(
          fmt::format("Pull request #{} is on {}, {}.", number, context.base_names[i], landings[i].how));
    }
    return to_target(context.repo(), text, std::move(landings[i].commits), TargetKind::pull_request);
  }
  if (untold) return pass(std::move(*untold));
  return not_landed(context, number, head.has_value());
}

}  // namespace kedge::adapters::git
