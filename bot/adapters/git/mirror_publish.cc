// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_publish.h"

#include "bot/adapters/git/mirror_store.h"
#include "bot/adapters/git/refusal.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/writer.h"

namespace kedge::adapters::git {
namespace {

using Publish = ports::GitRepo::Publish;
using Published = ports::GitRepo::Published;
using Refs = std::map<std::string, std::string>;

constexpr std::string_view kPushed = "pushed";

/// The rollback branch under our own name: libgit2 pushes refs only, and refs/heads is the remote's.
std::string outgoing(const std::string& branch) {
  return "refs/kedge/out/" + branch;
}

/// The mirror may have been made anew since the plan: the base's history has to be here to build on.
Result<void> ensure_objects(const Repo& repo, const Connect& connect, const Publish& request) {
  if (repo.has_commit(request.branch.tip)) return {};
  const std::string ref = "refs/heads/" + request.branch.base;
  KEDGE_TRY(remote, connect(Direction::fetch));
  if (!remote.refs().contains(ref)) {
    return fail(Errc::conflict, "base_moved: branch {} is gone; plan again", request.branch.base);
  }
  KEDGE_CHECK(remote.fetch({fmt::format("+{}:{}", ref, ref)}));
  if (repo.has_commit(request.branch.tip)) return {};
  return fail(Errc::conflict, "base_moved: {} no longer holds {}; plan again", request.branch.base,
              request.branch.tip.substr(0, kShownSha));
}

/// What stands on the remote's rollback branch; its objects are fetched where they are not here.
Result<Standing> look_at_branch(const Repo& repo, const Connect& connect, const CommitRequest& request,
                                const std::string& head, const WrittenCommit& written) {
  const std::string& branch = request.branch.branch;
  if (!repo.has_commit(head)) {
    KEDGE_TRY(remote, connect(Direction::fetch));
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

std::string refusal_of(const PushAnswer& answer, const std::string& ref) {
  for (const PushedRef& pushed : answer.refs) {
    if (pushed.name == ref) return pushed.refusal;
  }
  return "the server did not say what became of it";
}

struct Push {
  std::string branch_ref;
  std::string branch_spec;
  std::string safety_ref;  ///< Empty: there is none, or the remote has it.
};

/// Pushes both; a safety ref that is refused together with the branch may be what the server minds, so the
/// branch gets a second chance alone.
Result<std::string> push_both(Remote& remote, const Connect& connect, const Push& push) {
  std::vector<std::string> specs = {push.branch_spec};
  if (!push.safety_ref.empty()) specs.push_back(fmt::format("{}:{}", push.safety_ref, push.safety_ref));
  KEDGE_TRY(answer, remote.push(specs));
  std::string refused = refusal_of(answer, push.branch_ref);
  std::string safety = push.safety_ref.empty() ? "" : refusal_of(answer, push.safety_ref);
  std::string words = answer.words;
  if (!refused.empty() && !safety.empty()) {
    KEDGE_TRY(again, connect(Direction::push));
    KEDGE_TRY(alone, again.push({push.branch_spec}));
    refused = refusal_of(alone, push.branch_ref);
    words = alone.words;
  }
  if (!refused.empty()) return pass(push_refusal(push.branch_ref, refused, words));
  if (safety.empty()) return std::string(kPushed);
  return fmt::format("kept in the mirror only: {}", clean_words(safety));
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

Result<Published> publish_branch(const Repo& repo, const Connect& connect, const Publish& request) {
  KEDGE_CHECK(ensure_objects(repo, connect, request));
  const CommitRequest commit{.branch = request.branch,
                             .plan = request.plan,
                             .reason = request.reason,
                             .incident_url = request.incident_url,
                             .identity = {.name = request.author_name, .email = request.author_email},
                             .date = request.date};
  KEDGE_TRY(written, write_commit(repo, commit));
  KEDGE_TRY(safety_ref, keep_safety(repo, request));
  Published published{.branch = request.branch.branch, .commit = written.sha, .safety_ref = safety_ref};

  KEDGE_TRY(remote, connect(Direction::push));
  const Refs& refs = remote.refs();
  const std::string branch_ref = "refs/heads/" + request.branch.branch;
  const auto there = refs.find(branch_ref);
  const bool safety_there = safety_ref.empty() || refs.contains(safety_ref);
  if (there != refs.end()) {
    KEDGE_TRY(standing, look_at_branch(repo, connect, commit, there->second, written));
    if (standing == Standing::same_plan) {
      published.commit = there->second;
      published.unchanged = true;
      published.safety_where = safety_ref.empty() ? "" : safety_there ? kPushed : "kept in the mirror only";
      return published;
    }
  }
  KEDGE_CHECK(check_base(refs, request));
  KEDGE_CHECK(set_ref(repo, outgoing(request.branch.branch), written.sha));
  const Push push{.branch_ref = branch_ref,
                  .branch_spec = fmt::format("+{}:{}", outgoing(request.branch.branch), branch_ref),
                  .safety_ref = safety_there ? "" : safety_ref};
  KEDGE_TRY(where, push_both(remote, connect, push));
  KEDGE_CHECK(set_ref(repo, written_ref(request.branch.branch), written.sha));
  if (!safety_ref.empty()) published.safety_where = where;
  return published;
}

}  // namespace kedge::adapters::git
