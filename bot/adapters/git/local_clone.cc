// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/local_clone.h"

#include "bot/adapters/git/git_command.h"
#include "bot/adapters/git/local_bases.h"
#include "bot/adapters/git/refusal.h"
#include "bot/adapters/git/restore.h"
#include "bot/adapters/git/writer.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

CommitRequest request_for(const LocalClone::Writing& writing) {
  return {.branch = writing.branch,
          .plan = writing.plan,
          .reason = writing.reason,
          .incident_url = {},
          .identity = writing.identity,
          .date = writing.date};
}

/// In a partial clone a missing object is no damage, and git would fetch it where libgit2 cannot.
Error explain_missing(const Repo& repo, Error error) {
  const bool missing = error.code == Errc::corrupt || error.code == Errc::unavailable;
  if (!missing || !repo.is_partial()) return error;
  return {
      .code = Errc::invalid,
      .message = fmt::format("cannot plan in this partial clone: an object that is needed is not here ({}); "
                             "run `git fetch --refetch --no-filter`, or clone again without --filter",
                             error.message)};
}

bool is_checked_out(const Repo& repo, const std::string& ref) {
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, repo.raw(), ref.c_str()) != 0) return false;
  const ReferenceHandle reference(raw);
  return git_branch_is_checked_out(raw) == 1;
}

/// The remote's value of a branch; empty where it has none.
Result<std::string> remote_head(const std::filesystem::path& directory, const std::string& ref) {
  KEDGE_TRY(ran, run_git(directory, {"ls-remote", "origin", ref}));
  if (ran.status != 0) {
    const bool none = ran.err.find("does not appear to be a git repository") != std::string::npos;
    if (none) {
      return fail(Errc::invalid,
                  "cannot push: there is no repository at the remote `origin`; `git remote -v` shows it, "
                  "`git remote add origin URL` makes one");
    }
    return fail(Errc::unavailable, "cannot push to origin: {}", clean_words(ran.err));
  }
  const std::string sha = ran.out.substr(0, ran.out.find('\t'));
  return is_full_sha(sha) ? sha : std::string();
}

/// Reads `git push --porcelain`: one line for each ref, `!` in front of a refused one.
Result<void> read_push(const GitRan& ran, const std::string& ref) {
  for (const std::string& line : split_lines(ran.out)) {
    if (!line.starts_with('!')) continue;
    const std::string status = split(line, '\t').back();
    return pass(push_refusal(ref, status, ran.err));
  }
  if (ran.status == 0) return {};
  return fail(Errc::unavailable, "cannot push to origin: {}", clean_words(ran.err));
}

}  // namespace

Result<LocalClone> LocalClone::open(const std::filesystem::path& directory) {
  KEDGE_TRY(repo, Repo::open(directory));
  // The work tree where there is one: relative addresses of remotes are relative to it.
  const char* work_tree = git_repository_workdir(repo.raw());
  return LocalClone(work_tree != nullptr ? work_tree : git_repository_path(repo.raw()));
}

Result<rollback::Plan> LocalClone::plan(ports::PlanRequest request) const {
  KEDGE_TRY(repo, Repo::open(directory_));
  KEDGE_CHECK(repo.keep_writes_in_memory());
  KEDGE_TRY(ground, local_ground(repo, request.branches));
  Result<rollback::Plan> plan = make_plan(repo, ground, request);
  if (!plan) return pass(explain_missing(repo, std::move(plan).error()));
  return plan;
}

Result<rollback::Plan> LocalClone::plan_restore(const std::string& good,
                                                const std::vector<std::string>& branches) const {
  KEDGE_TRY(repo, Repo::open(directory_));
  KEDGE_CHECK(repo.keep_writes_in_memory());
  KEDGE_TRY(ground, local_ground(repo, branches));
  return git::plan_restore(repo, ground, good);
}

Result<Identity> LocalClone::identity() const {
  KEDGE_TRY(repo, Repo::open(directory_));
  return read_identity(repo);
}

Result<LocalClone::Written> LocalClone::write(const Writing& writing) const {
  KEDGE_TRY(repo, Repo::open(directory_));
  const CommitRequest request = request_for(writing);
  KEDGE_TRY(written, write_commit(repo, request));
  const std::string ref = "refs/heads/" + writing.branch.branch;
  const std::string last = written_ref(writing.branch.branch);
  const std::optional<std::string> there = repo.commit_at(ref);
  const git_oid commit = to_oid(written.sha);
  git_reference* raw = nullptr;
  int code = 0;
  if (there) {
    KEDGE_TRY(standing, judge_branch(repo, *there, written, request, repo.commit_at(last)));
    if (standing == Standing::same_plan) return Written{.commit = *there, .unchanged = true};
    if (standing == Standing::foreign) return pass(branch_taken(repo, writing.branch.branch, *there));
    if (is_checked_out(repo, ref)) {
      return fail(Errc::conflict, "branch_checked_out: {} is checked out; switch to another branch first",
                  writing.branch.branch);
    }
    const git_oid expected = to_oid(*there);
    code = git_reference_create_matching(&raw, repo.raw(), ref.c_str(), &commit, 1, &expected,
                                         "kedge rollback: planned again");
  } else {
    code = git_reference_create(&raw, repo.raw(), ref.c_str(), &commit, 0, "kedge rollback");
  }
  const ReferenceHandle owned(raw);
  if (code == GIT_EMODIFIED || code == GIT_EEXISTS) {
    return fail(Errc::conflict, "branch_taken: {} changed meanwhile ({}); run it again",
                writing.branch.branch, last_error());
  }
  if (code != 0)
    return fail(Errc::unavailable, "cannot write branch {}: {}", writing.branch.branch, last_error());
  KEDGE_CHECK(set_ref(repo, last, written.sha));
  return Written{.commit = written.sha};
}

Result<LocalClone::Written> LocalClone::push(const Writing& writing, const std::string& commit) const {
  const std::string ref = "refs/heads/" + writing.branch.branch;
  KEDGE_TRY(there, remote_head(directory_, ref));
  if (there == commit) return Written{.commit = commit, .unchanged = true};
  if (!there.empty()) {
    KEDGE_TRY(before, Repo::open(directory_));
    if (!before.has_commit(there)) {
      KEDGE_TRY(fetched, run_git(directory_, {"fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
                                              "--refmap=", "origin", ref}));
      if (fetched.status != 0) {
        return fail(Errc::unavailable, "cannot look at {} on origin: {}", ref, clean_words(fetched.err));
      }
    }
    KEDGE_TRY(repo, Repo::open(directory_));
    if (!repo.has_commit(there)) {
      return fail(Errc::conflict, "branch_taken: {} is being changed by somebody else",
                  writing.branch.branch);
    }
    const CommitRequest request = request_for(writing);
    KEDGE_TRY(written, write_commit(repo, request));
    KEDGE_TRY(standing,
              judge_branch(repo, there, written, request, repo.commit_at(pushed_ref(writing.branch.branch))));
    if (standing == Standing::same_plan) return Written{.commit = there, .unchanged = true};
    if (standing == Standing::foreign) return pass(branch_taken(repo, writing.branch.branch, there));
  }
  // The lease is on what we looked at: whatever came in between is refused by the server.
  KEDGE_TRY(ran,
            run_git(directory_, {"push", "--porcelain", fmt::format("--force-with-lease={}:{}", ref, there),
                                 "origin", fmt::format("{}:{}", commit, ref)}));
  KEDGE_CHECK(read_push(ran, ref));
  KEDGE_TRY(repo, Repo::open(directory_));
  KEDGE_CHECK(set_ref(repo, pushed_ref(writing.branch.branch), commit));
  return Written{.commit = commit};
}

}  // namespace kedge::adapters::git
