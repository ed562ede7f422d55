// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/writer.h"

#include "bot/adapters/git/changes.h"
#include "bot/adapters/git/restore.h"
#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/short_sha.h"
#include "bot/adapters/git/trailers.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

Result<std::string> message_for(const Repo& repo, const CommitRequest& request) {
  if (is_restore(request.plan))
    return restore_message(request.branch.base, request.branch.carriers.front(), request.plan.paths,
                           request.reason);
  std::vector<rollback::CommitText> texts;
  for (const std::string& sha : request.branch.carriers) {
    KEDGE_TRY(commit, repo.commit(sha));
    texts.push_back({.target_sha = sha, .target_subject = commit.subject});
  }
  texts.front().reason = request.reason;
  texts.front().incident_url = request.incident_url;
  if (request.forward_fix) return rollback::forward_fix_message(texts, request.branch.base);
  return rollback::commit_message(texts, request.plan.paths);
}

/// git's own trailer; below the one that names the incident, where there is that.
std::string signed_off(const CommitRequest& request) {
  const std::string_view gap = request.incident_url.empty() || is_restore(request.plan) ? "\n" : "";
  return fmt::format("{}Signed-off-by: {} <{}>\n", gap, request.identity.name, request.identity.email);
}

/// GitHub commits what it makes and signs in its own name.
bool is_committer(const CommitFacts& commit, const Identity& identity) {
  return commit.committer_email == identity.email || commit.committer_email.starts_with("noreply@");
}

Result<Reverted> revert_on(const Repo& repo, const CommitRequest& request, const CommitFacts& onto) {
  return revert_onto(repo, {.onto_tree = onto.tree,
                            .commits = request.branch.carriers,
                            .mainline = request.plan.mainline,
                            .paths = request.plan.paths,
                            .attributes_commit = onto.sha,
                            .draft_on = request.forward_fix ? request.branch.base : ""});
}

/// True if nothing but parent, tree and dates tells `commit` from `written`, and its tree is the revert's
/// own, or the restored version's.
Result<bool> is_what_we_write(const Repo& repo, const CommitFacts& commit, const WrittenCommit& written,
                              const CommitRequest& request) {
  const bool ours = commit.parents.size() == 1 && commit.message == written.message &&
                    commit.author == request.identity.name && commit.author_email == request.identity.email &&
                    is_committer(commit, request.identity);
  if (!ours) return false;
  KEDGE_TRY(on_base, repo.contains(request.branch.tip, commit.parents.front()));
  if (!on_base) return false;
  KEDGE_TRY(parent, repo.commit(commit.parents.front()));
  if (is_restore(request.plan)) {
    KEDGE_TRY(good, repo.commit(request.branch.carriers.front()));
    KEDGE_TRY(tree, restored_tree(repo, parent.tree, good.tree, request.plan.paths));
    return commit.tree == tree;
  }
  KEDGE_TRY(reverted, revert_on(repo, request, parent));
  return reverted.merged.conflicts.empty() != request.forward_fix && reverted.merged.tree == commit.tree;
}

Result<SignatureHandle> signature_of(const CommitRequest& request) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(request.date).time_since_epoch().count();
  git_signature* signature = nullptr;
  if (git_signature_new(&signature, request.identity.name.c_str(), request.identity.email.c_str(), seconds,
                        0) != 0) {
    return fail(Errc::invalid, "cannot commit as {} <{}>: {}", request.identity.name, request.identity.email,
                last_error());
  }
  return SignatureHandle(signature);
}

/// The tree that the branch gets: of the revert made anew, or of the version that is restored.
Result<std::string> tree_for(const Repo& repo, const CommitRequest& request) {
  const rollback::BranchPlan& branch = request.branch;
  KEDGE_TRY(tip, repo.commit(branch.tip));
  if (is_restore(request.plan)) {
    KEDGE_TRY(good, repo.commit(branch.carriers.front()));
    return restored_tree(repo, tip.tree, good.tree, request.plan.paths);
  }
  KEDGE_TRY(reverted, revert_on(repo, request, tip));
  const Merged& merged = reverted.merged;
  if (request.forward_fix && merged.conflicts.empty()) {
    return fail(Errc::conflict, "applies: it reverts cleanly on {} now; `/rollback {}` prepares it",
                branch.base, branch.carriers.front().substr(0, kShownSha));
  }
  if (request.forward_fix) return merged.tree;
  if (!merged.conflicts.empty() || (branch.tree && *branch.tree != merged.tree)) {
    return fail(Errc::conflict, "base_moved: the revert on {} gives another result now; plan again",
                branch.base);
  }
  return merged.tree;
}

}  // namespace

Result<WrittenCommit> write_commit(const Repo& repo, const CommitRequest& request) {
  const rollback::BranchPlan& branch = request.branch;
  const auto wanted = request.forward_fix ? rollback::Outcome::conflict : rollback::Outcome::clean;
  if (branch.outcome != wanted || branch.carriers.empty()) {
    return fail(Errc::invalid, "cannot write the rollback of {}: its plan is {}", branch.base,
                to_string(branch.outcome));
  }
  KEDGE_TRY(result, tree_for(repo, request));
  WrittenCommit written{.tree = result};
  KEDGE_TRY(message, message_for(repo, request));
  written.message = request.signoff ? message + signed_off(request) : message;
  KEDGE_TRY(signature, signature_of(request));
  const git_oid tree_oid = to_oid(written.tree);
  const git_oid tip_oid = to_oid(branch.tip);
  git_tree* tree = nullptr;
  git_commit* parent = nullptr;
  const int tree_code = git_tree_lookup(&tree, repo.raw(), &tree_oid);
  const TreeHandle tree_owned(tree);
  const int parent_code = git_commit_lookup(&parent, repo.raw(), &tip_oid);
  const CommitHandle parent_owned(parent);
  const git_commit* parents[] = {parent};
  git_oid commit{};
  if (tree_code != 0 || parent_code != 0 ||
      git_commit_create(&commit, repo.raw(), nullptr, signature.get(), signature.get(), nullptr,
                        written.message.c_str(), tree, 1, parents) != 0) {
    return fail(Errc::unavailable, "cannot write the rollback commit of {}: {}", branch.base, last_error());
  }
  written.sha = to_sha(commit);
  return written;
}

Result<bool> changes_workflows(const Repo& repo, const std::string& tip, const WrittenCommit& written) {
  constexpr const char* kWorkflows = ".github/workflows";
  KEDGE_TRY(facts, repo.commit(tip));
  KEDGE_TRY(before, entry_at(repo, facts.tree, kWorkflows));
  KEDGE_TRY(after, entry_at(repo, written.tree, kWorkflows));
  return before != after;
}

std::string written_ref(const std::string& branch) {
  return "refs/kedge/written/" + branch;
}

std::string pushed_ref(const std::string& branch) {
  return "refs/kedge/written/origin/" + branch;
}

Result<Standing> judge_branch(const Repo& repo, const std::string& head, const WrittenCommit& written,
                              const CommitRequest& request, const std::optional<std::string>& last) {
  KEDGE_TRY(commit, repo.commit(head));
  const bool same_parent = commit.parents == std::vector<std::string>{request.branch.tip};
  if (same_parent && commit.tree == written.tree &&
      read_mentions(commit.message).reverts == read_mentions(written.message).reverts &&
      restored_commit(commit.message) == restored_commit(written.message)) {
    return Standing::same_plan;
  }
  if (last == head) return Standing::own;
  KEDGE_TRY(ours, is_what_we_write(repo, commit, written, request));
  return ours ? Standing::own : Standing::foreign;
}

Error branch_taken(const Repo& repo, const std::string& branch, const std::string& head) {
  const Result<CommitFacts> commit = repo.commit(head);
  const std::string at = head.substr(0, kShownSha);
  return {.code = Errc::conflict,
          .message =
              fmt::format("branch_taken: {} holds commits that are not Kedge's: {}", branch,
                          commit ? fmt::format("{} \"{}\" by {}", at, commit->subject, commit->author) : at)};
}

}  // namespace kedge::adapters::git
