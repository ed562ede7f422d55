// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/writer.h"

#include "bot/adapters/git/revert.h"
#include "bot/adapters/git/trailers.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

/// Kedge writes one commit on a rollback branch; more than a few of its own never come about.
constexpr int kOwnCommitsMax = 16;

bool is_own(const CommitFacts& commit, const Identity& identity) {
  return commit.parents.size() == 1 && commit.committer_email == identity.email &&
         !read_mentions(commit.message).reverts.empty();
}

Result<std::string> message_for(const Repo& repo, const CommitRequest& request) {
  std::vector<rollback::CommitText> texts;
  for (const std::string& sha : request.branch.carriers) {
    KEDGE_TRY(commit, repo.commit(sha));
    texts.push_back({.target_sha = sha, .target_subject = commit.subject});
  }
  texts.front().reason = request.reason;
  texts.front().incident_url = request.incident_url;
  return rollback::commit_message(texts, request.plan.paths);
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

}  // namespace

Result<WrittenCommit> write_commit(const Repo& repo, const CommitRequest& request) {
  const rollback::BranchPlan& branch = request.branch;
  if (branch.outcome != rollback::Outcome::clean || branch.carriers.empty()) {
    return fail(Errc::invalid, "cannot write the rollback of {}: its plan is not clean", branch.base);
  }
  KEDGE_TRY(tip, repo.commit(branch.tip));
  KEDGE_TRY(reverted, revert_onto(repo, {.onto_tree = tip.tree,
                                         .commits = branch.carriers,
                                         .mainline = request.plan.mainline,
                                         .paths = request.plan.paths}));
  const Merged& merged = reverted.merged;
  if (!merged.conflicts.empty() || (branch.tree && *branch.tree != merged.tree)) {
    return fail(Errc::conflict, "base_moved: the revert on {} gives another result now; plan again",
                branch.base);
  }
  WrittenCommit written{.tree = merged.tree};
  KEDGE_TRY(message, message_for(repo, request));
  written.message = message;
  KEDGE_TRY(signature, signature_of(request));
  const git_oid tree_oid = to_oid(merged.tree);
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

Result<Standing> judge_branch(const Repo& repo, const std::string& head, const WrittenCommit& written,
                              const std::string& tip, const Identity& identity) {
  KEDGE_TRY(commit, repo.commit(head));
  const bool same_parent = commit.parents == std::vector<std::string>{tip};
  if (same_parent && commit.tree == written.tree &&
      read_mentions(commit.message).reverts == read_mentions(written.message).reverts) {
    return Standing::same_plan;
  }
  for (int count = 0; count < kOwnCommitsMax; ++count) {
    if (!is_own(commit, identity)) {
      // Below our own commits the branch must be the base's own history.
      KEDGE_TRY(of_base, repo.contains(tip, commit.sha));
      return of_base ? Standing::own : Standing::foreign;
    }
    KEDGE_TRY(parent, repo.commit(commit.parents.front()));
    commit = std::move(parent);
  }
  return Standing::foreign;
}

std::string describe_foreign(const Repo& repo, const std::string& head, const Identity& identity) {
  std::string at = head;
  for (int count = 0; count < kOwnCommitsMax; ++count) {
    const Result<CommitFacts> commit = repo.commit(at);
    if (!commit) break;
    if (!is_own(*commit, identity)) {
      return fmt::format("{} \"{}\" by {}", at.substr(0, 12), commit->subject, commit->author);
    }
    at = commit->parents.front();
  }
  return at.substr(0, 12);
}

}  // namespace kedge::adapters::git
