// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_publish.h"

#include <optional>

#include "bot/adapters/git/mirror_fetch.h"
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
  KEDGE_CHECK(fetch_specs(repo, link, remote, {fmt::format("+{}:{}", ref, ref)}));
  if (repo.has_commit(request.branch.tip)) return {};
  return fail(Errc::conflict, "base_moved: {} no longer holds {}; plan again", request.branch.base,
              request.branch.tip.substr(0, kShownSha));
}

/// On the base as it is now, for people go on from there.
Result<Publish> on_newest_tip(const Repo& repo, const Link& link, Publish request) {
  rollback::BranchPlan& branch = request.branch;
  const std::string ref = "refs/heads/" + branch.base;
  KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
  const auto at = remote.refs().find(ref);
  if (at == remote.refs().end()) return fail(Errc::conflict, "branch {} is gone", branch.base);
  branch.tip = at->second;
  if (!repo.has_commit(branch.tip))
    KEDGE_CHECK(fetch_specs(repo, link, remote, {fmt::format("+{}:{}", ref, ref)}));
  if (!repo.has_commit(branch.tip)) return fail(Errc::unavailable, "cannot read {}: it is moving", ref);
  for (const std::string& carrier : branch.carriers) {
    // A forced push leaves the commit in the mirror, but not on the branch.
    bool held = repo.has_commit(carrier);
    if (held) {
      KEDGE_TRY(contained, repo.contains(branch.tip, carrier));
      held = contained;
    }
    if (!held)
      return fail(Errc::conflict, "{} no longer holds {}", branch.base, carrier.substr(0, kShownSha));
  }
  return request;
}

/// What stands on the remote's rollback branch; its objects are fetched where they are not here.
Result<Standing> look_at_branch(const Repo& repo, const Link& link, const CommitRequest& request,
                                const std::string& head, const WrittenCommit& written) {
  const std::string& branch = request.branch.branch;
  if (!repo.has_commit(head)) {
    KEDGE_TRY(remote, link.connect(repo, Direction::fetch));
    KEDGE_CHECK(
        fetch_specs(repo, link, remote, {fmt::format("+refs/heads/{}:refs/kedge/seen/{}", branch, branch)}));
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

/// Said before anything is sent: a push that the server refuses half-way helps nobody.
Result<void> check_workflows(const Repo& repo, const Publish& request, const WrittenCommit& written,
                             const Helpers& helpers) {
  if (helpers.commits == nullptr) return {};
  KEDGE_TRY(changed, changes_workflows(repo, request.branch.tip, written));
  if (!changed) return {};
  KEDGE_TRY(may, helpers.commits->may_change_workflows(helpers.repository));
  if (may) return {};
  return fail(
      Errc::denied,
      "workflow_permission: the rollback of {} changes files below .github/workflows, which the App may "
      "not; give it the permission `Workflows: write`. Nothing was pushed",
      request.branch.base);
}

/// One branch on its way to the server.
class Publication {
 public:
  Publication(Repo& repo, const Link& link, const Publish& request, const Helpers& helpers)
      : repo_(repo),
        link_(link),
        request_(request),
        helpers_(helpers),
        server_(link),
        branch_ref_("refs/heads/" + request.branch.branch) {}

  Result<Published> publish();

 private:
  [[nodiscard]] CommitRequest commit_request() const {
    return {.branch = request_.branch,
            .plan = request_.plan,
            .reason = request_.reason,
            .incident_url = request_.incident_url,
            .identity = {.name = request_.author_name, .email = request_.author_email},
            .date = request_.date,
            .signoff = request_.signoff,
            .forward_fix = request_.forward_fix};
  }
  [[nodiscard]] std::string there(const std::string& ref) const {
    const auto at = refs_.find(ref);
    return at == refs_.end() ? std::string() : at->second;
  }
  /// For the objects, until the commit that GitHub makes of them has a branch.
  [[nodiscard]] std::string objects_ref() const { return "refs/kedge/objects/" + written_.sha; }
  [[nodiscard]] bool by_api() const { return request_.commit_mode == incident::CommitMode::api; }

  Result<void> look();
  Result<std::string> push();
  Result<std::string> push_by_api();
  Result<void> place_made(const std::string& sha);

  Repo& repo_;
  const Link& link_;
  const Publish& request_;
  const Helpers& helpers_;
  GitServer server_;
  std::string branch_ref_;
  WrittenCommit written_;
  std::string safety_ref_;
  Refs refs_;         ///< What stands on the server.
  std::string head_;  ///< What the branch became.
};

Result<void> Publication::look() {
  std::vector<std::string> names{branch_ref_, "refs/heads/" + request_.branch.base};
  if (!safety_ref_.empty()) names.push_back(safety_ref_);
  if (by_api()) names.push_back(objects_ref());
  KEDGE_TRY(refs, look_around(repo_, link_, server_, names));
  refs_ = std::move(refs);
  return {};
}

/// Objects and branch in one request. Answers with where the safety ref is.
Result<std::string> Publication::push() {
  const bool is_signed = request_.commit_mode != incident::CommitMode::git && !by_api();
  head_ = written_.sha;
  if (is_signed) {
    KEDGE_TRY(sha, sign_commit(repo_, written_.sha, request_.commit_mode, helpers_.keys, link_.stop));
    head_ = sha;
  }
  const std::string pushed = by_api() ? written_.sha : head_;
  KEDGE_TRY(known, known_there(repo_, request_.branch));
  KEDGE_TRY(objects, new_objects(repo_, pushed, known));
  KEDGE_TRY(pack, make_pack(repo_, objects));
  Pusher pusher(repo_, link_, server_, pack);
  std::optional<RefMove> safety;
  if (!safety_ref_.empty() && there(safety_ref_).empty()) {
    safety = RefMove{.ref = safety_ref_, .from = {}, .to = *repo_.commit_at(safety_ref_)};
  }
  const std::string ref = by_api() ? objects_ref() : branch_ref_;
  KEDGE_TRY(where, push_both(pusher, {.ref = ref, .from = there(ref), .to = pushed}, safety));
  if (!by_api()) KEDGE_CHECK(keep_pack(repo_, pack));
  return where;
}

/// The objects go by git, the commit and its branch through the API.
Result<std::string> Publication::push_by_api() {
  if (helpers_.commits == nullptr) {
    return fail(Errc::denied, "signing: `rollback.commit: api` needs GitHub's API");
  }
  KEDGE_TRY(where, push());
  ports::Commits& api = *helpers_.commits;
  KEDGE_TRY(made, api.make_commit(
                      helpers_.repository,
                      {.message = written_.message, .tree = written_.tree, .parent = request_.branch.tip}));
  const Result<void> placed = made.verified
                                  ? place_made(made.sha)
                                  : fail(Errc::denied,
                                         "signing: GitHub did not sign the commit that it made; it signs "
                                         "what an App asks for, not what a plain token does");
  // Left behind it would be found and used by the next attempt, so its removal may fail.
  static_cast<void>(api.remove_ref(helpers_.repository, objects_ref()));
  KEDGE_CHECK(placed);
  head_ = made.sha;
  KEDGE_TRY(remote, link_.connect(repo_, Direction::fetch));
  KEDGE_CHECK(fetch_specs(repo_, link_, remote,
                          {fmt::format("+{}:{}", branch_ref_, written_ref(request_.branch.branch))}));
  return where;
}

/// A new branch is made through the API; our own older one is moved by git, which knows a lease.
Result<void> Publication::place_made(const std::string& sha) {
  const std::string& branch = request_.branch.branch;
  if (there(branch_ref_).empty()) {
    const Result<void> created = helpers_.commits->create_branch(helpers_.repository, branch, sha);
    if (created || is_retryable(created.error().code)) return created;
    return pass(push_refusal(branch_ref_, created.error().message, ""));
  }
  KEDGE_TRY(nothing, make_pack(repo_, {}));
  KEDGE_TRY(answer, server_.push({{.ref = branch_ref_, .from = there(branch_ref_), .to = sha}}, nothing));
  if (!answer) return fail(Errc::unavailable, "cannot move {}: the server does not understand", branch);
  const std::string refused = refusal_of(*answer, branch_ref_);
  if (refused.empty()) return {};
  return pass(push_refusal(branch_ref_, refused, answer->words));
}

Result<Published> Publication::publish() {
  KEDGE_CHECK(ensure_objects(repo_, link_, request_));
  // Nothing is written down before the server has it.
  KEDGE_CHECK(repo_.keep_writes_in_memory());
  const CommitRequest commit = commit_request();
  KEDGE_TRY(written, write_commit(repo_, commit));
  written_ = std::move(written);
  KEDGE_TRY(safety_ref, keep_safety(repo_, request_));
  safety_ref_ = safety_ref;
  Published published{.branch = request_.branch.branch, .safety_ref = safety_ref_};
  KEDGE_CHECK(look());
  if (const std::string head = there(branch_ref_); !head.empty()) {
    KEDGE_TRY(standing, look_at_branch(repo_, link_, commit, head, written_));
    if (standing == Standing::same_plan) {
      published.commit = head;
      published.unchanged = true;
      const bool safe = !safety_ref_.empty() && !there(safety_ref_).empty();
      if (safe) KEDGE_CHECK(note_safety(repo_, safety_ref_));
      published.safety_where = safety_ref_.empty() ? "" : safe ? kPushed : "kept in the mirror only";
      return published;
    }
  }
  KEDGE_CHECK(check_base(refs_, request_));
  KEDGE_CHECK(check_workflows(repo_, request_, written_, helpers_));
  KEDGE_TRY(where, by_api() ? push_by_api() : push());
  published.commit = head_;
  if (!by_api()) KEDGE_CHECK(set_ref(repo_, written_ref(request_.branch.branch), head_));
  if (where == kPushed) KEDGE_CHECK(note_safety(repo_, safety_ref_));
  if (!safety_ref_.empty()) published.safety_where = where;
  return published;
}

}  // namespace

Result<Published> publish_branch(Repo& repo, const Link& link, const Publish& request,
                                 const Helpers& helpers) {
  if (request.forward_fix) {
    KEDGE_TRY(moved, on_newest_tip(repo, link, request));
    return Publication(repo, link, moved, helpers).publish();
  }
  return Publication(repo, link, request, helpers).publish();
}

}  // namespace kedge::adapters::git
