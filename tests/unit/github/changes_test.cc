// SPDX-License-Identifier: Apache-2.0
// Files, reruns and pull requests.
#include "tests/unit/github/scripted_github.h"

namespace kedge::adapters::github {
namespace {

constexpr auto* kHead = "1111111111111111111111111111111111111111";
constexpr auto* kOther = "2222222222222222222222222222222222222222";

// -- files --
struct FileRead : GitHubTest {
  const std::string contents = "GET /repos/acme/api/contents/.github/kedge.yml";
  void branch(const std::string& name, const std::string& sha) {
    script.on("GET /repos/acme/api/git/ref/heads/" + name, 200, {{"object", {{"sha", sha}}}});
  }
};

TEST_F(FileRead, TakesTheTextAtTheHeadOfTheDefaultBranch) {
  branch("main", kHead);
  script.on(contents, 200,
            {{"type", "file"}, {"encoding", "base64"}, {"content", "bW9kZTog\nc3VnZ2VzdAo=\n"}});
  const auto file = github().read_file(repository, ".github/kedge.yml");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(*file);
  EXPECT_EQ((*file)->text, "mode: suggest\n");
  EXPECT_EQ((*file)->commit_sha, kHead);
  EXPECT_EQ(script.asked(contents)[0].query, std::string("ref=") + kHead);
}

TEST_F(FileRead, IsNothingWhereThereIsNone) {
  branch("main", kHead);
  const auto file = github().read_file(repository, ".github/kedge.yml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_FALSE(*file);
}

TEST_F(FileRead, FollowsARenamedDefaultBranch) {
  branch("trunk", kHead);
  script.on("GET /repos/acme/api", 200, {{"id", 1001}, {"default_branch", "trunk"}});
  script.on(contents, 200, {{"type", "file"}, {"encoding", "base64"}, {"content", "eA=="}});
  EXPECT_EQ((*github().read_file(repository, ".github/kedge.yml"))->text, "x");
}

TEST_F(FileRead, AsksForTheDefaultBranchThatNobodyNamed) {
  repository.default_branch.clear();
  branch("trunk", kHead);
  branch("main", std::string(40, 'e'));
  script.on("GET /repos/acme/api", 200, {{"id", 1001}, {"default_branch", "trunk"}});
  script.on(contents, 200, {{"type", "file"}, {"encoding", "base64"}, {"content", "eA=="}});
  const auto file = github().read_file(repository, ".github/kedge.yml");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ((*file)->commit_sha, kHead);
}

TEST_F(FileRead, IsNoAnswerWhereTheAppIsNotInstalled) {
  repository.installation_id = 0;
  EXPECT_EQ(github().read_file(repository, ".github/kedge.yml").error().code, Errc::denied);
}

TEST_F(FileRead, IsNothingInAnEmptyRepository) {
  script.on("GET /repos/acme/api/git/ref/heads/main", 409, {{"message", "Git Repository is empty."}});
  script.on("GET /repos/acme/api", 200, {{"id", 1001}, {"default_branch", "main"}});
  const auto file = github().read_file(repository, ".github/kedge.yml");
  ASSERT_TRUE(file);
  EXPECT_FALSE(*file);
}

TEST_F(FileRead, TellsAMissingRepositoryFromAMissingFile) {
  EXPECT_EQ(github().read_file(repository, ".github/kedge.yml").error().code, Errc::not_found);
}

TEST_F(FileRead, TakesNeitherDirectoryNorHugeNorBrokenContent) {
  branch("main", kHead);
  script.on("GET /repos/acme/api/contents/a", 200, json::array({{{"type", "file"}}}));
  script.on("GET /repos/acme/api/contents/b", 200, {{"type", "file"}, {"encoding", "none"}, {"content", ""}});
  script.on("GET /repos/acme/api/contents/c", 200,
            {{"type", "file"}, {"encoding", "base64"}, {"content", "!!"}});
  EXPECT_FALSE(*github().read_file(repository, "a"));
  EXPECT_EQ(github().read_file(repository, "b").error().code, Errc::invalid);
  EXPECT_EQ(github().read_file(repository, "c").error().code, Errc::unavailable);
}

// -- reruns --
struct Rerun : GitHubTest {
  const std::string run = "/repos/acme/api/actions/runs/8";
};

TEST_F(Rerun, IsAskedForOnce) {
  script.on("GET " + run, 200, {{"id", 8}, {"status", "completed"}});
  script.on("GET " + run, 200, {{"id", 8}, {"status", "queued"}});
  script.on("POST " + run + "/rerun-failed-jobs", 201, json::object());
  ASSERT_TRUE(github().rerun_failed_jobs(repository, 8, 1));
  ASSERT_TRUE(github().rerun_failed_jobs(repository, 8, 1));
  const auto asked = script.asked("POST " + run + "/rerun-failed-jobs");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].text, "");
}

TEST_F(Rerun, IsDoneWhereANewerAttemptHasEndedAlready) {
  script.on("GET " + run, 200, {{"id", 8}, {"status", "completed"}, {"run_attempt", 2}});
  script.on("POST " + run + "/rerun-failed-jobs", 201, json::object());
  ASSERT_TRUE(github().rerun_failed_jobs(repository, 8, 1));
  EXPECT_TRUE(script.writes().empty());
  ASSERT_TRUE(github().rerun_failed_jobs(repository, 8, 2));
  EXPECT_EQ(script.writes().size(), 1U);
}

TEST_F(Rerun, OfAnOldRunIsAConflictAndAMissingPermissionIsNot) {
  script.on("GET " + run, 200, {{"id", 8}, {"status", "completed"}});
  script.on("POST " + run + "/rerun-failed-jobs", 403,
            {{"message", "Unable to retry this workflow run because it was created over a month ago"}});
  script.on("POST " + run + "/rerun-failed-jobs", 403,
            {{"message", "Resource not accessible by integration"}},
            {{"X-Accepted-GitHub-Permissions", "actions=write"}});
  EXPECT_EQ(github().rerun_failed_jobs(repository, 8, 1).error().code, Errc::conflict);
  const auto denied = github().rerun_failed_jobs(repository, 8, 1);
  EXPECT_EQ(denied.error().code, Errc::denied);
  EXPECT_NE(denied.error().message.find("actions=write"), std::string::npos);
}

// -- pull requests --
struct Pull : GitHubTest {
  Pull() {
    script.on("GET /repos/acme/api/labels/rollback", 200, {{"name", "rollback"}});
    script.on("GET /repos/acme/api/git/ref/heads/rollback/main-abc", 200, {{"object", {{"sha", kHead}}}});
    script.on("POST /repos/acme/api/issues/7/labels", 200, json::array());
  }
  static json pull(int number, const std::string& sha, const std::string& state) {
    return {{"number", number},
            {"html_url", fmt::format("https://github.test/acme/api/pull/{}", number)},
            {"state", state},
            {"merged_at", nullptr},
            {"labels", {{{"name", "Rollback"}}}},
            {"base", {{"ref", "main"}}},
            {"head", {{"ref", "rollback/main-abc"}, {"sha", sha}, {"repo", {{"id", 1001}}}}}};
  }
  ports::NewPullRequest wanted{.base = "main",
                               .head = "rollback/main-abc",
                               .head_sha = kHead,
                               .title = "Revert \"x\"",
                               .body = "Why",
                               .labels = {"rollback"},
                               .kind = "pull_request",
                               .marker = "1001/9/0"};
  const std::string list = "GET /repos/acme/api/pulls";
  const std::string create = "POST /repos/acme/api/pulls";
};

TEST_F(Pull, IsOpenedFromItsBranch) {
  script.on(list, 200, json::array());
  script.on(create, 201, pull(7, kHead, "open"));
  const auto opened = github().open_pull_request(repository, wanted);
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ(opened->number, 7);
  EXPECT_EQ(opened->head_sha, kHead);
  EXPECT_FALSE(opened->merged);
  EXPECT_EQ(script.asked(list)[0].query, "head=acme%3Arollback%2Fmain-abc&base=main&state=all&per_page=100");
  EXPECT_EQ(script.asked(create)[0].body(), json({{"title", "Revert \"x\""},
                                                  {"head", "rollback/main-abc"},
                                                  {"base", "main"},
                                                  {"body", "Why\n\n<!-- kedge:pull_request id=1001/9/0 -->"},
                                                  {"draft", false}}));
  EXPECT_EQ(script.asked("POST /repos/acme/api/issues/7/labels")[0].body(), json({{"labels", {"rollback"}}}));
}

TEST_F(Pull, IsFoundInAnyState) {
  for (const auto* state : {"open", "closed"}) {
    json merged = pull(7, kHead, state);
    if (std::string(state) == "closed") merged["merged_at"] = "2026-04-18T09:00:00Z";
    script.on(list, 200, {pull(6, kOther, "closed"), merged});
  }
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
  const auto merged = github().open_pull_request(repository, wanted);
  EXPECT_TRUE(merged->merged);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Pull, ThatPeopleClosedWasAnotherAttempt) {
  script.on(list, 200, json::array({pull(6, kHead, "closed")}));
  script.on(create, 201, pull(7, kHead, "open"));
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
}

TEST_F(Pull, ThatThisEffectOpenedIsFoundWhateverBecameOfIt) {
  json own = pull(7, kOther, "closed");
  own["body"] = "Why\n\n<!-- kedge:pull_request id=1001/9/0 -->";
  script.on(list, 200, json::array({pull(6, kHead, "closed"), own}));
  const auto found = github().open_pull_request(repository, wanted);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->number, 7);
  EXPECT_EQ(found->head_sha, kOther);
  EXPECT_TRUE(found->closed);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Pull, ThatLacksItsLabelsGetsThemOnTheRepeat) {
  json bare = pull(7, kHead, "open");
  bare["labels"] = json::array();
  script.on(list, 200, json::array({bare}));
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
  EXPECT_EQ(script.writes(), std::vector<std::string>{"POST /repos/acme/api/issues/7/labels"});
}

TEST_F(Pull, IsOneAlsoWhereItsLabelsAreRefused) {
  script.on(list, 200, json::array());
  script.on(create, 201, pull(8, kHead, "open"));
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 8);  // Issue 8 answers 404 to labels.
}

TEST_F(Pull, WaitsForItsLabelsWhereWaitingHelps) {
  script.on(list, 200, json::array());
  script.on(create, 201, pull(9, kHead, "open"));
  script.on("POST /repos/acme/api/issues/9/labels", 503, {});
  EXPECT_EQ(github().open_pull_request(repository, wanted).error().code, Errc::unavailable);
}

TEST_F(Pull, OfAForkIsNotOurs) {
  json fork = pull(6, kHead, "open");
  fork["head"]["repo"]["id"] = 2002;
  script.on(list, 200, json::array({fork}));
  script.on(create, 201, pull(7, kHead, "open"));
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
}

TEST_F(Pull, WhoseBranchMovedIsAConflict) {
  script.on(list, 200, json::array({pull(6, kOther, "open")}));
  const auto opened = github().open_pull_request(repository, wanted);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::conflict);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Pull, WhoseBranchIsGoneOrElsewhereIsNotOpened) {
  script.on(list, 200, json::array());
  wanted.head = "rollback/main-gone";
  EXPECT_EQ(github().open_pull_request(repository, wanted).error().code, Errc::conflict);
  wanted.head = "rollback/main-abc";
  wanted.head_sha = kOther;
  EXPECT_EQ(github().open_pull_request(repository, wanted).error().code, Errc::conflict);
  EXPECT_TRUE(script.writes().empty());
}

TEST_F(Pull, WithoutCommitsIsInvalid) {
  script.on(list, 200, json::array());
  script.on(create, 422,
            {{"message", "Validation Failed"},
             {"errors", {{{"message", "No commits between main and rollback/main-abc"}}}}});
  const auto opened = github().open_pull_request(repository, wanted);
  EXPECT_EQ(opened.error().code, Errc::invalid);
  EXPECT_NE(opened.error().message.find("No commits between"), std::string::npos);
}

TEST_F(Pull, ThatAppearedMeanwhileIsTaken) {
  script.on(list, 200, json::array());
  script.on(list, 200, json::array({pull(7, kHead, "open")}));
  script.on(create, 422,
            {{"message", "Validation Failed"},
             {"errors", {{{"message", "A pull request already exists for acme:rollback/main-abc."}}}}});
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
}

TEST_F(Pull, ThatExistsAndIsNotListedYetIsLookedForAgain) {
  script.on(list, 200, json::array());
  script.on(list, 200, json::array());
  script.on(list, 200, json::array({pull(7, kHead, "open")}));
  script.on(create, 422,
            {{"message", "Validation Failed"},
             {"errors", {{{"message", "A pull request already exists for acme:rollback/main-abc."}}}}});
  const auto first = github().open_pull_request(repository, wanted);
  ASSERT_FALSE(first);
  EXPECT_TRUE(is_retryable(first.error().code)) << first.error().message;
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
  EXPECT_EQ(script.asked(create).size(), 1U);
}

TEST_F(Pull, IsOpenedWhileGitHubStillComputesWhetherItMerges) {
  json computing = pull(7, kHead, "open");
  computing["mergeable"] = nullptr;
  computing["mergeable_state"] = "unknown";
  computing["merge_commit_sha"] = nullptr;
  script.on(list, 200, json::array());
  script.on(create, 201, computing);
  const auto opened = github().open_pull_request(repository, wanted);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->number, 7);
  EXPECT_FALSE(opened->merged || opened->closed);
  EXPECT_EQ(opened->merge_commit, "");
}

TEST_F(Pull, IsNoDraftWhereDraftsAreNotSupported) {
  wanted.draft = true;
  script.on(list, 200, json::array());
  script.on(create, 422, {{"message", "Draft pull requests are not supported in this repository."}});
  script.on(create, 201, pull(7, kHead, "open"));
  EXPECT_EQ(github().open_pull_request(repository, wanted)->number, 7);
  EXPECT_EQ(script.asked(create)[0].body()["draft"], true);
  EXPECT_EQ(script.asked(create)[1].body()["draft"], false);
}

}  // namespace
}  // namespace kedge::adapters::github
