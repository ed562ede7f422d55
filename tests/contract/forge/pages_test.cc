// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <set>

#include "bot/sandbox/markdown.h"
#include "bot/sandbox/page.h"
#include "tests/contract/forge/world.h"

namespace kedge::test {
namespace {

using ::kedge::sandbox::markdown_to_html;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ForgeMarkdown, RunsNothing) {
  for (const auto* hostile :
       {"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "a <b onclick=x>b</b>",
        "<details><summary><script>alert(1)</script></summary>", "<details open onclick=x>"}) {
    const auto html = markdown_to_html(hostile);
    EXPECT_FALSE(has(html, "<script")) << html;
    EXPECT_FALSE(has(html, "<img")) << html;
    EXPECT_FALSE(has(html, "onclick=x>")) << html;
  }
  EXPECT_FALSE(has(markdown_to_html("[x](javascript:alert(1))"), "javascript:"));
}

TEST(ForgeMarkdown, ShowsWhatRunbooksUse) {
  EXPECT_TRUE(has(markdown_to_html("| a | b |\n|---|---|\n| 1 | 2 |"), "<table>"));
  EXPECT_TRUE(has(markdown_to_html("- [x] done"), "checkbox"));
  EXPECT_TRUE(has(markdown_to_html("<details>\n<summary>Why</summary>\n\n**text**\n\n</details>"),
                  "<summary>Why</summary>"));
  const auto after = markdown_to_html("<details>\n\nin\n\n</details>\n<!-- mark -->\n\nout");
  EXPECT_LT(after.find("</details>"), after.find("out")) << after;
  EXPECT_FALSE(has(markdown_to_html("text\n\n<!-- kedge:incident id=1/2/3 -->"), "kedge:incident"));
}

TEST(ForgeChatText, ShowsBoldAndLinksAndRunsNothing) {
  using ::kedge::sandbox::html::chat_text;
  EXPECT_EQ(chat_text("slack", "*P0* &lt;b&gt; <http://f/1|acme#1>"),
            "<b>P0</b> &lt;b&gt; <a href=\"http://f/1\">acme#1</a>");
  EXPECT_EQ(chat_text("discord", "**P0** <b> \\*no\\* [acme#1](<http://f/1>)"),
            "<b>P0</b> &lt;b&gt; *no* <a href=\"http://f/1\">acme#1</a>");
  EXPECT_EQ(chat_text("slack", "*never closed"), "<b>never closed</b>");
  for (const auto* service : {"slack", "discord"}) {
    EXPECT_FALSE(has(chat_text(service, "<javascript:x|y> [y](<javascript:x>) <script>"), "<a ")) << service;
    EXPECT_FALSE(has(chat_text(service, "<script>alert(1)</script>"), "<script")) << service;
  }
}

class ForgePages : public ::testing::Test {
 protected:
  World world{sandbox::Options{}};
};

TEST_F(ForgePages, EveryLinkOfTheRestAnswersLeadsSomewhere) {
  const auto sha = world.commit("topic", {{"src/b.txt", "BUG\n"}});
  world.settle();
  const auto issue =
      world.as("bob", "POST", "/repos/acme/api/issues", {{"title", "An issue <b>"}, {"body", "**bold**"}});
  const auto comment = world.as("bob", "POST", "/repos/acme/api/issues/1/comments", {{"body", "a comment"}});
  const auto pull = world.as("bob", "POST", "/repos/acme/api/pulls",
                             {{"title", "A pull"}, {"head", "topic"}, {"base", "main"}});
  const auto run = world.as("bob", "GET", "/repos/acme/api/actions/runs").body["workflow_runs"][0];
  const auto check =
      world.as("bob", "GET", "/repos/acme/api/commits/" + sha + "/check-runs").body["check_runs"][0];
  for (const auto& each : {issue.body, comment.body, pull.body, run, check}) {
    auto path = each["html_url"].get<std::string>().substr(world.sandbox.url().size());
    path = path.substr(0, path.find('#'));
    const auto page = world.page(path);
    EXPECT_TRUE(has(page, "<h1>")) << path;
    EXPECT_FALSE(has(page, "There is nothing here")) << path;
  }
  for (const auto* path : {"/", "/acme/api", "/acme/api/issues", "/acme/api/pulls", "/acme/api/actions",
                           "/-/chat", "/-/deliveries", "/acme/api/tree/topic"}) {
    EXPECT_FALSE(has(world.page(path), "There is nothing here")) << path;
  }
  const auto page = world.page("/acme/api/issues/1");
  EXPECT_TRUE(has(page, "An issue &lt;b&gt; #1"));
  EXPECT_TRUE(has(page, "<strong>bold</strong>"));
}

TEST_F(ForgePages, UnknownOnesSaySo) {
  EXPECT_TRUE(has(world.page("/acme/api/issues/99"), "There is nothing here"));
  EXPECT_TRUE(has(world.page("/no/such"), "There is nothing here"));
}

TEST_F(ForgePages, PrivateRepositoryIsNotShown) {
  world.control("PATCH", "/repos/acme/api", {{"private", true}});
  EXPECT_TRUE(has(world.page("/acme/api"), "There is nothing here"));
  EXPECT_EQ(world.call("GET", "/repos/acme/api", "").status, 404);
}

TEST(ForgeSeed, DemoHasTheWholeStory) {
  sandbox::Options options;
  options.seed_demo = true;
  sandbox::Sandbox sandbox(options);
  ASSERT_TRUE(sandbox.start());
  ASSERT_TRUE(sandbox.wait_idle(std::chrono::seconds{60}));
  const std::lock_guard lock(sandbox.forge().mutex());
  auto* repository = sandbox.forge().repository("acme", "api");
  ASSERT_NE(repository, nullptr);
  const auto& git = repository->git;
  EXPECT_GE(git.count("main") + git.count("main..develop"), 20);
  EXPECT_EQ(repository->refs.size(), 2U);
  std::set<std::string> authors;
  int merges = 0;
  for (const auto& commit : git.log("main", "", 100)) {
    authors.insert(commit.author.name);
    merges += commit.parents.size() > 1 ? 1 : 0;
  }
  EXPECT_EQ(authors.size(), 3U);
  EXPECT_EQ(merges, 2);
  EXPECT_EQ(sandbox.forge().role(*repository, "alice"), "maintain");
  EXPECT_EQ(sandbox.forge().role(*repository, "mallory"), "read");
  ASSERT_EQ(repository->runs.size(), 2U);
  for (const auto& [id, run] : repository->runs) EXPECT_EQ(run.conclusion, "success");
}

}  // namespace
}  // namespace kedge::test
