// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/demo_story.h"

#include <fmt/format.h>

namespace kedge::cli {
namespace {

using Json = nlohmann::json;

constexpr const char* kRepository = "/repos/acme/api";

}  // namespace

Result<void> DemoStory::play() {
  KEDGE_CHECK(break_main());
  KEDGE_CHECK(see_incident());
  KEDGE_CHECK(see_chat());
  KEDGE_CHECK(see_plan());
  KEDGE_CHECK(roll_back());
  KEDGE_CHECK(see_pull_requests());
  KEDGE_CHECK(see_verification());
  KEDGE_CHECK(approve());
  KEDGE_CHECK(merge());
  return resolve();
}

Json DemoStory::get(const std::string& path) {
  auto answer = forge_.as("alice", "GET", kRepository + path);
  return answer ? *answer : Json(nullptr);
}

Json DemoStory::comment_with(std::int64_t issue, const std::string& text) {
  for (const Json& comment : get(fmt::format("/issues/{}/comments?per_page=100", issue))) {
    if (comment.is_object() && comment.value("body", "").find(text) != std::string::npos) return comment;
  }
  return nullptr;
}

bool DemoStory::has_reaction(std::int64_t comment, const std::string& content) {
  for (const Json& reaction : get(fmt::format("/issues/comments/{}/reactions", comment))) {
    if (reaction.is_object() && reaction.value("content", "") == content) return true;
  }
  return false;
}

void DemoStory::chapter(const std::string& title) const {
  if (listener_.chapter) listener_.chapter(title);
}

void DemoStory::line(const std::string& text, const std::string& link) const {
  if (listener_.line) listener_.line(text, link);
}

Result<void> DemoStory::break_main() {
  chapter("1. A bad commit reaches main, and from there develop");
  if (listener_.start_clock) listener_.start_clock();
  const Json commit{
      {"branch", "main"},
      {"as", "bob"},
      {"message", "Cache sessions in memory"},
      {"files", {{"src/cache.js", "// cache\nexport const cache = new Map(); // BUG: never expires\n"}}}};
  KEDGE_TRY(made, forge_.control("POST", kRepository + std::string("/commits"), commit));
  bad_ = made.value("sha", "");
  line(fmt::format("bob pushes {} \"Cache sessions in memory\" to main", bad_.substr(0, 12)),
       fmt::format("{}/acme/api/commit/{}", forge_.facts().url, bad_));
  KEDGE_TRY(pull, forge_.as("alice", "POST", kRepository + std::string("/pulls"),
                            {{"title", "Merge main into develop"}, {"head", "main"}, {"base", "develop"}}));
  KEDGE_TRY(merged,
            forge_.as("alice", "PUT", fmt::format("{}/pulls/{}/merge", kRepository, pull.value("number", 0)),
                      {{"merge_method", "merge"}}));
  if (!merged.value("merged", false)) return fail(Errc::unavailable, "cannot merge main into develop");
  line("alice merges main into develop, as every evening");
  KEDGE_TRY(run, forge_.until("a red run on main", step_max_, [&]() -> Json {
    const Json runs = get("/actions/runs?branch=main&status=failure");
    return runs.is_object() && !runs["workflow_runs"].empty() ? runs["workflow_runs"][0] : Json(nullptr);
  }));
  line("CI turns red on main", run.value("html_url", ""));
  return {};
}

Result<void> DemoStory::see_incident() {
  chapter("2. Kedge opens the incident");
  KEDGE_TRY(issue, forge_.until("the incident's issue", step_max_, [&]() -> Json {
    for (const Json& one : get("/issues?labels=incident&state=open")) {
      // Deliveries may come in any order: develop's red run names the incident where it comes first.
      if (one.is_object() && one.value("title", "").find("CI is red on ") != std::string::npos) return one;
    }
    return nullptr;
  }));
  issue_ = issue.value("number", std::int64_t{0});
  issue_url_ = issue.value("html_url", "");
  line(fmt::format("issue #{}: {}", issue_, issue.value("title", "")), issue_url_);
  return {};
}

Result<void> DemoStory::see_chat() {
  std::string told;
  for (const std::string service : {"slack", "discord"}) {
    KEDGE_TRY(message, forge_.until("the first update in " + service, step_max_, [&]() -> Json {
      const auto transcript = forge_.control("GET", "/chat");
      if (!transcript) return nullptr;
      for (const Json& one : *transcript) {
        if (one.value("service", "").find(service) == std::string::npos) continue;
        if (one.value("text", "").find("Update 1") != std::string::npos || !one["earlier"].empty())
          return one;
      }
      return nullptr;
    }));
    told += (told.empty() ? "" : " and ") + service;
  }
  line("Update 1 is in " + told, forge_.facts().url + "/-/chat");
  return {};
}

Result<void> DemoStory::see_plan() {
  KEDGE_TRY(issue, forge_.until("the plan on the issue", step_max_, [&]() -> Json {
    Json one = get(fmt::format("/issues/{}", issue_));
    const std::string body = one.is_object() ? one.value("body", "") : "";
    return body.find("/rollback " + bad_) != std::string::npos ? one : Json(nullptr);
  }));
  line(fmt::format("the issue names the suspect and shows the plan, with /rollback {} ready to paste",
                   bad_.substr(0, 12)),
       issue.value("html_url", ""));
  return {};
}

Result<void> DemoStory::roll_back() {
  chapter("3. bob, who has write access, types a command");
  const std::string text = fmt::format("/rollback {} sessions never expire", bad_);
  KEDGE_TRY(comment, forge_.as("bob", "POST", fmt::format("{}/issues/{}/comments", kRepository, issue_),
                               {{"body", text}}));
  const auto id = comment.value("id", std::int64_t{0});
  line("bob: " + text, comment.value("html_url", ""));
  KEDGE_TRY(seen, forge_.until("the reaction to it", step_max_, [&]() -> Json {
    return has_reaction(id, "eyes") ? Json(true) : Json(nullptr);
  }));
  KEDGE_TRY(done, forge_.until("the rollback", step_max_, [&]() -> Json {
    return has_reaction(id, "rocket") ? Json(true) : Json(nullptr);
  }));
  static_cast<void>(seen);
  static_cast<void>(done);
  line("Kedge reacted with eyes, then with a rocket: it is done");
  return {};
}

Result<void> DemoStory::see_pull_requests() {
  chapter("4. A reviewed way back for every branch");
  for (const std::string base : {"main", "develop"}) {
    const std::string head = "rollback/" + base + "-" + bad_.substr(0, 12);
    KEDGE_TRY(pull, forge_.until("the pull request into " + base, step_max_, [&]() -> Json {
      const Json list = get(fmt::format("/pulls?head=acme:{}&state=open", head));
      return list.is_array() && list.size() == 1 ? list[0] : Json(nullptr);
    }));
    pulls_[base] = pull.value("number", std::int64_t{0});
    line(fmt::format("pull request #{} into {} from {}", pulls_[base], base, head),
         pull.value("html_url", ""));
  }
  return {};
}

Result<void> DemoStory::see_verification() {
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(comment, forge_.until("CI of the rollback of " + base, step_max_,
                                    [&, pull = number]() -> Json { return comment_with(pull, "/approve"); }));
    line(fmt::format("CI is green on the rollback of {}; Kedge asks for approval", base),
         comment.value("html_url", ""));
  }
  return {};
}

Result<void> DemoStory::approve() {
  chapter("5. alice, a maintainer, approves and merges");
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(comment, forge_.as("alice", "POST", fmt::format("{}/issues/{}/comments", kRepository, number),
                                 {{"body", "/approve"}}));
    const auto id = comment.value("id", std::int64_t{0});
    KEDGE_TRY(done, forge_.until("the approval of " + base, step_max_, [&]() -> Json {
      return has_reaction(id, "rocket") ? Json(true) : Json(nullptr);
    }));
    static_cast<void>(done);
    line(fmt::format("alice: /approve on #{}, accepted", number), comment.value("html_url", ""));
  }
  return {};
}

Result<void> DemoStory::merge() {
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(merged, forge_.as("alice", "PUT", fmt::format("{}/pulls/{}/merge", kRepository, number),
                                {{"merge_method", "merge"}}));
    if (!merged.value("merged", false)) return fail(Errc::unavailable, "cannot merge #{}", number);
    line(fmt::format("alice merges #{} into {}", number, base));
  }
  KEDGE_TRY(recovered, forge_.until("the recovery", step_max_,
                                    [&]() -> Json { return comment_with(issue_, "/resolve"); }));
  line("CI is green on the result, and Kedge says so", recovered.value("html_url", ""));
  return {};
}

Result<void> DemoStory::resolve() {
  chapter("6. The end");
  KEDGE_TRY(comment, forge_.as("alice", "POST", fmt::format("{}/issues/{}/comments", kRepository, issue_),
                               {{"body", "/resolve"}}));
  const auto id = comment.value("id", std::int64_t{0});
  KEDGE_TRY(closed, forge_.until("the resolution", step_max_, [&]() -> Json {
    const Json issue = get(fmt::format("/issues/{}", issue_));
    return has_reaction(id, "rocket") && issue.value("state", "") == "closed" ? issue : Json(nullptr);
  }));
  line("alice: /resolve. The incident is resolved, its issue closed", closed.value("html_url", ""));
  return {};
}

}  // namespace kedge::cli
