// SPDX-License-Identifier: Apache-2.0
// Commits that GitHub makes and signs. Author, committer and dates are left to it: with any of them given it
// does not sign.
#include "bot/adapters/github/rest.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr std::string_view kRefs = "refs/";

bool says(const Error& error, std::string_view words) {
  return error.message.find(words) != std::string::npos;
}

}  // namespace

Result<ports::MadeCommit> RestGitHub::make_commit(const Repository& repository,
                                                  const ports::NewCommit& commit) {
  KEDGE_TRY(path, repository_path(repository));
  JsonObject body;
  body.text("message", commit.message).text("tree", commit.tree).texts("parents", {commit.parent});
  KEDGE_TRY(answer, rest_->send(&repository, {.verb = "make a commit in " + repository.full_name,
                                              .method = "POST",
                                              .path = path + "/git/commits",
                                              .body = body.str()}));
  ports::MadeCommit made{.sha = answer.body["sha"].text(),
                         .verified = answer.body["verification"]["verified"].truth()};
  const bool ours = answer.body["tree"]["sha"].text() == commit.tree;
  if (made.sha.size() != commit.tree.size() || !is_hex(made.sha) || !ours) {
    return fail(Errc::unavailable, "cannot make a commit in {}: the answer is not the commit we asked for",
                repository.full_name);
  }
  return made;
}

Result<void> RestGitHub::create_branch(const Repository& repository, const std::string& branch,
                                       const std::string& sha) {
  KEDGE_TRY(path, repository_path(repository));
  JsonObject body;
  body.text("ref", "refs/heads/" + branch).text("sha", sha);
  const auto made = rest_->send(&repository, {.verb = "make the branch " + branch,
                                              .method = "POST",
                                              .path = path + "/git/refs",
                                              .body = body.str()});
  if (made) return {};
  Error error = made.error();
  if (error.code == Errc::invalid && says(error, "Reference already exists")) error.code = Errc::conflict;
  return pass(std::move(error));
}

Result<void> RestGitHub::remove_ref(const Repository& repository, const std::string& ref) {
  KEDGE_TRY(path, repository_path(repository));
  if (!ref.starts_with(kRefs)) return fail(Errc::invalid, "cannot remove {}: not a full name", ref);
  const auto removed =
      rest_->send(&repository, {.verb = "remove " + ref, .method = "DELETE", .path = path + "/git/" + ref});
  if (removed) return {};
  const Error& error = removed.error();
  const bool gone = error.code == Errc::not_found ||
                    (error.code == Errc::invalid && says(error, "Reference does not exist"));
  if (gone) return {};
  return pass(error);
}

Result<bool> RestGitHub::may_change_workflows(const Repository& repository) {
  if (!rest_->is_app()) return true;  // A plain token does not tell.
  return rest_->tokens().may_change_workflows(repository);
}

}  // namespace kedge::adapters::github
