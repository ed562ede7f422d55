// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_publish.h"

#include <optional>

#include "bot/adapters/git/mirror_store.h"
#include "bot/adapters/git/pack.h"
#include "bot/adapters/git/pusher.h"
#include "bot/adapters/git/refusal.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/writer.h"

namespace kedge::adapters::git {
namespace {

using Publish = ports::GitRepo::Publish;
using Published = ports::GitRepo::Published;
using Refs = std::map<std::string, std::string>;

constexpr std::string_view kPushed = "pushed";

/// The mirror may have been made anew since the plan: the base's history has to be here to build on.
Result<void> ensure_objects(const Repo& repo, const Link& link, const Publish& request) {
  if (repo.has_commit(request.branch.tip)) return {};
  const std::string ref = "refs/heads/" + request.branch.base;
  KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
  if (!remote.refs().contains(ref)) {
    return fail(Errc::conflict, "base_moved: branch {} is gone; plan again", request.branch.base);
  }
  KEDGE_CHECK(remote.fetch({fmt::format("+{}:{}", ref, ref)}));
  if (repo.has_commit(request.branch.tip)) return {};
  return fail(Errc::conflict, "base_moved: {} no longer holds {}; plan again", request.branch.base,
              request.branch.tip.substr(0, kShownSha));
}

/// What stands on the remote's rollback branch; its objects are fetched where they are not here.
Result<Standing> look_at_branch(const Repo& repo, const Link& link, const CommitRequest& request,
                                const std::string& head, const WrittenCommit& written) {
  const std::string& branch = request.branch.branch;
  if (!repo.has_commit(head)) {
    KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
    KEDGE_CHECK(remote.fetch({fmt::format("+refs/heads/{}:refs/kedge/seen/{}", branch, branch)}));
  }
  if (!repo.has_commit(head)) {
    return fail(Errc::conflict, "branch_taken: {} is being changed by somebody else", branch);
  }
  KEDGE_TRY(standing, judge_branch(repo, head, written, request, repo.commit_at(written_ref(branch))));
  if (standing == Standing::foreign) return pass(branch_taken(repo, branch, head));
  return standing;
}

/// Keeps the first tip that was seen: later attempts must not overwrite what it was before everything.
Result<std::string> keep_safety(const Repo& repo, const Publish& request) {
  if (request.incident_id.empty()) return std::string();
  const std::string ref = fmt::format("refs/kedge/safety/{}/{}", request.incident_id, request.branch.base);
  if (!repo.commit_at(ref)) KEDGE_CHECK(set_ref(repo, ref, request.branch.tip));
  return ref;
}

/// The server has it, so the mirror may go.
Result<void> note_safety(const Repo& repo, const std::string& ref) {
  if (ref.empty()) return {};
  return set_ref(repo, pushed_safety_ref(ref), *repo.commit_at(ref));
}

/// Pushes both; a safety ref that is refused together with the branch may be what the server minds, so the
/// branch gets a second chance alone. Answers with where the safety ref is.
Result<std::string> push_both(Pusher& pusher, const RefMove& branch,
                              const std::optional<RefMove>& safety_move) {
  std::vector<RefMove> moves{branch};
  if (safety_move) moves.push_back(*safety_move);
  KEDGE_TRY(answer, pusher.push(moves));
  std::string refused = refusal_of(answer, branch.ref);
  const std::string safety = safety_move ? refusal_of(answer, safety_move->ref) : "";
  std::string words = answer.words;
  if (!refused.empty() && !safety.empty()) {
    KEDGE_TRY(alone, pusher.push({branch}));
    refused = refusal_of(alone, branch.ref);
    words = alone.words;
  }
  if (!refused.empty()) return pass(push_refusal(branch.ref, refused, words));
  if (safety.empty()) return std::string(kPushed);
  return fmt::format("kept in the mirror only: {}", clean_words(safety));
}

/// What stands now in the refs that matter here.
Result<Refs> look_around(const Repo& repo, const Link& link, GitServer& server,
                         const std::vector<std::string>& names) {
  KEDGE_TRY(seen, server.look(names));
  if (seen) return std::move(*seen);
  KEDGE_TRY(remote, link.connect(repo, Direction::push));
  return remote.refs();
}

/// Commits that the server has: whatever they hold need not be sent.
Result<std::vector<std::string>> known_there(const Repo& repo, const rollback::BranchPlan& branch) {
  std::vector<std::string> known{branch.tip};
  for (const std::string& carrier : branch.carriers) {
    KEDGE_TRY(facts, repo.commit(carrier));
    known.push_back(carrier);
    for (const std::string& parent : facts.parents) known.push_back(parent);
  }
  return known;
}

Result<void> check_base(const Refs& refs, const Publish& request) {
  const auto at = refs.find("refs/heads/" + request.branch.base);
  if (at == refs.end()) {
    return fail(Errc::conflict, "base_moved: branch {} is gone; plan again", request.branch.base);
  }
  if (at->second != request.branch.tip) {
    return fail(Errc::conflict, "base_moved: {} is at {} now, the plan was made on {}; plan again",
                request.branch.base, at->second.substr(0, kShownSha),
                request.branch.tip.substr(0, kShownSha));
  }
  return {};
}

}  // namespace

Result<Published> publish_branch(Repo& repo, const Link& link, const Publish& request) {
  KEDGE_CHECK(ensure_objects(repo, link, request));
  // Nothing is written down before the server has it.
  KEDGE_CHECK(repo.keep_writes_in_memory());
  const CommitRequest commit{.branch = request.branch,
                             .plan = request.plan,
                             .reason = request.reason,
                             .incident_url = request.incident_url,
                             .identity = {.name = request.author_name, .email = request.author_email},
                             .date = request.date};
  KEDGE_TRY(written, write_commit(repo, commit));
  KEDGE_TRY(safety_ref, keep_safety(repo, request));
  Published published{.branch = request.branch.branch, .commit = written.sha, .safety_ref = safety_ref};

  const std::string branch_ref = "refs/heads/" + request.branch.branch;
  std::vector<std::string> names{branch_ref, "refs/heads/" + request.branch.base};
  if (!safety_ref.empty()) names.push_back(safety_ref);
  GitServer server(link);
  KEDGE_TRY(refs, look_around(repo, link, server, names));
  const auto there = refs.find(branch_ref);
  const bool safety_there = safety_ref.empty() || refs.contains(safety_ref);
  if (there != refs.end()) {
    KEDGE_TRY(standing, look_at_branch(repo, link, commit, there->second, written));
    if (standing == Standing::same_plan) {
      published.commit = there->second;
      published.unchanged = true;
      published.safety_where = safety_ref.empty() ? "" : safety_there ? kPushed : "kept in the mirror only";
      if (safety_there) KEDGE_CHECK(note_safety(repo, safety_ref));
      return published;
    }
  }
  KEDGE_CHECK(check_base(refs, request));
  KEDGE_TRY(known, known_there(repo, request.branch));
  KEDGE_TRY(objects, new_objects(repo, written.sha, known));
  KEDGE_TRY(pack, make_pack(repo, objects));
  Pusher pusher(repo, link, server, pack);
  std::optional<RefMove> safety;
  if (!safety_there) safety = RefMove{.ref = safety_ref, .from = {}, .to = *repo.commit_at(safety_ref)};
  KEDGE_TRY(
      where,
      push_both(pusher,
                {.ref = branch_ref, .from = there == refs.end() ? "" : there->second, .to = written.sha},
                safety));
  KEDGE_CHECK(keep_pack(repo, pack));
  KEDGE_CHECK(set_ref(repo, written_ref(request.branch.branch), written.sha));
  if (where == kPushed) KEDGE_CHECK(note_safety(repo, safety_ref));
  if (!safety_ref.empty()) published.safety_where = where;
  return published;
}

}  // namespace kedge::adapters::git
