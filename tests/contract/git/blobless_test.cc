// SPDX-License-Identifier: Apache-2.0
// Mirrors without file contents plan and publish just what whole ones do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "bot/adapters/git/mirror_upkeep.h"
#include "bot/base/text.h"
#include "tests/contract/git/mirrors_fixture.h"

namespace kedge::adapters::git {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Blobless : public Mirrors {
 protected:
  Blobless() {
    // As GitHub does.
    bare_.git({"config", "uploadpack.allowFilter", "true"});
    bare_.git({"config", "uploadpack.allowAnySHA1InWant", "true"});
    options_ = {.state_dir = scratch_.path() / "blobless",
                .git_url = host_->url(),
                .token = [](const ports::Repository&) -> Result<Secret> { return Secret(kToken); },
                .blobs = Blobs::on_demand};
    mirrors_ = std::make_unique<GitMirrors>(options_);
    whole_ = make_mirrors();
  }

  Result<rollback::Plan> plan_whole(const std::string& target) {
    return whole_->plan(repository(), {.targets = {target}, .branches = {"main", "develop"}});
  }

  test::GitShell mirror() { return test::GitShell(scratch_.path() / "blobless/mirrors/42.git"); }

  std::vector<std::string> missing() {
    test::GitShell shell = mirror();
    shell.set("GIT_NO_LAZY_FETCH", "1");
    std::vector<std::string> lines;
    for (std::string& line : split_lines(shell.git({"rev-list", "--all", "--objects", "--missing=print"}))) {
      if (line.starts_with('?')) lines.push_back(std::move(line));
    }
    return lines;
  }

  std::ptrdiff_t posts() {
    const auto is_post = [](const std::string& line) { return line.starts_with("POST"); };
    const std::vector<std::string> log = host_->log();
    return std::ranges::count_if(log, is_post);
  }

  MirrorOptions options_;
  std::unique_ptr<GitMirrors> whole_;
};

TEST_F(Blobless, PlansAsAWholeMirrorDoesAndFetchesOnlyWhatItReads) {
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(*planned, plan_whole(bad_));
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::clean);
  const std::string unread = work_.sha("HEAD:c.txt");
  EXPECT_THAT(missing(), ::testing::Contains("?" + unread));
}

TEST_F(Blobless, ReadsNoContentWhereNobodyTouchedTheFilesSince) {
  const std::string broken =
      work_.commit("Break more", {{"a.txt", "1\nbroken again\n3\n"}, {"b.txt", "bb\n"}, {"c.txt", "cc\n"}});
  push();
  ASSERT_TRUE(plan(tip_));
  const std::vector<std::string> before = missing();
  const auto planned = plan(broken);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::clean);
  EXPECT_EQ(missing(), before);
}

TEST_F(Blobless, BringsAllThatACleanRevertReadsInOneRequest) {
  const std::string long_text = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  work_.commit("Longer", {{"a.txt", long_text}, {"b.txt", long_text}, {"c.txt", long_text}});
  const std::string broken = work_.commit(
      "Break more",
      {{"a.txt", "0\n" + long_text}, {"b.txt", "0\n" + long_text}, {"c.txt", "0\n" + long_text}});
  work_.commit("Go on", {{"a.txt", "0\n" + long_text + "10\n"},
                         {"b.txt", "0\n" + long_text + "10\n"},
                         {"c.txt", "0\n" + long_text + "10\n"}});
  const std::string other = work_.commit("Elsewhere", {{"z.txt", "z\n"}});
  push();
  ASSERT_TRUE(plan(other));
  host_->clear_log();
  const auto planned = plan(broken);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::clean);
  EXPECT_EQ(planned->branches[0].paths_changed_count, 3);
  // For nine contents.
  EXPECT_EQ(posts(), 1);
}

TEST_F(Blobless, PlansAroundASubmoduleThatMoved) {
  const auto point_at = [&](const std::string& sha) {
    work_.git({"update-index", "--add", "--cacheinfo", "160000," + sha + ",lib"});
    work_.git({"commit", "--quiet", "-m", "Move lib"});
    return work_.sha("HEAD");
  };
  point_at(std::string(40, '1'));
  const std::string moved = point_at(std::string(40, '2'));
  point_at(std::string(40, '3'));
  push();
  const auto planned = plan(moved);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(*planned, plan_whole(moved));
}

TEST_F(Blobless, AWholeMirrorStaysWhole) {
  options_.blobs = Blobs::all;
  mirrors_ = std::make_unique<GitMirrors>(options_);
  ASSERT_TRUE(plan(bad_));
  options_.blobs = Blobs::on_demand;
  mirrors_ = std::make_unique<GitMirrors>(options_);
  const std::string more = work_.commit("More", {{"d.txt", "d\n"}});
  push();
  ASSERT_TRUE(plan(more));
  EXPECT_THAT(missing(), IsEmpty());
  EXPECT_NE(mirror().try_git({"config", "remote.origin.promisor"}).status, 0);
}

TEST_F(Blobless, GoesOnThroughLaterFetchesConflictsAndAPush) {
  ASSERT_TRUE(plan(bad_));
  work_.commit("Edit the same line", {{"a.txt", "1\nmended\n3\n"}});
  push();
  const auto planned = plan(bad_);
  ASSERT_TRUE(planned) << planned.error().message;
  EXPECT_EQ(*planned, plan_whole(bad_));
  EXPECT_EQ(planned->branches[0].outcome, rollback::Outcome::conflict);
  const auto published = mirrors_->publish(repository(), publish_request(*planned, 1));
  ASSERT_TRUE(published) << published.error().message;
  EXPECT_EQ(bare_.git({"show", planned->branches[1].branch + ":a.txt"}), "1\n2\n3");
}

TEST_F(Blobless, StaysWholeAfterUpkeep) {
  ASSERT_TRUE(plan(bad_));
  const std::vector<std::string> before = missing();
  std::string paths;
  for (std::size_t i = 0; i <= kLooseMax; ++i) {
    const std::filesystem::path file = scratch_.path() / fmt::format("loose-{}", i);
    test::write_file(file, fmt::format("{}\n", i));
    paths += file.string() + "\n";
  }
  mirror().git({"hash-object", "-w", "--stdin-paths"}, paths);
  const UpkeepLimits limits{.check_every = std::chrono::seconds{1}};
  const Upkeep first = keep_mirrors_up(options_.state_dir, limits, from_unix_ms(1'700'000'000'000), {});
  EXPECT_THAT(first.repacked, ElementsAre("42"));
  const Upkeep second = keep_mirrors_up(options_.state_dir, limits, from_unix_ms(1'700'000'100'000), {});
  EXPECT_THAT(second.checked, ElementsAre("42"));
  EXPECT_THAT(second.damaged, IsEmpty());
  EXPECT_THAT(second.failed, IsEmpty());
  EXPECT_EQ(missing(), before);
  EXPECT_THAT(before, ::testing::Not(IsEmpty()));
  EXPECT_EQ(*plan(bad_), plan_whole(bad_));
}

TEST_F(Blobless, SaysThatContentsCouldNotBeFetchedAndKeepsTheMirror) {
  work_.commit("Edit the same file", {{"a.txt", "0\n1\nbroken\n3\n"}});
  push();
  ASSERT_TRUE(plan(tip_));
  // The refs are known: only contents are asked for with POST.
  intercept_ = [](const test::GitHttpHost::Asked& asked) -> std::optional<test::GitHttpHost::Answer> {
    if (asked.method == "POST") return test::GitHttpHost::Answer{.status = 500, .body = "", .headers = {}};
    return std::nullopt;
  };
  const auto planned = plan(bad_);
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::unavailable) << planned.error().message;
  EXPECT_THAT(planned.error().message, ::testing::HasSubstr("file content"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "blobless/mirrors/42.git.damaged"));
  intercept_ = nullptr;
  EXPECT_EQ(*plan(bad_), plan_whole(bad_));
}

TEST_F(Blobless, AnUnknownCommitIsNotFound) {
  ASSERT_TRUE(plan(bad_));
  const auto planned = plan(std::string(40, 'e'));
  ASSERT_FALSE(planned);
  EXPECT_EQ(planned.error().code, Errc::not_found) << planned.error().message;
}

}  // namespace
}  // namespace kedge::adapters::git
