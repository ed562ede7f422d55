// SPDX-License-Identifier: Apache-2.0
// `kedge demo`: sandbox, server, and one real incident from red CI to merged rollback, told step by step.
// Each step waits until it is seen in the world, on the forge or in chat; nothing is told that did not
// happen.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>

#include "bot/adapters/system/clock.h"
#include "bot/adapters/system/files.h"
#include "bot/adapters/system/signals.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/demo_forge.h"
#include "bot/cli/demo_process.h"

namespace kedge::cli {
namespace {

using Json = nlohmann::json;
using namespace std::chrono_literals;

constexpr const char* kRepository = "/repos/acme/api";
constexpr Duration kStepMax = 30s;
constexpr Duration kStartMax = 2min;
constexpr const char* kAdminToken = "demo-admin";

/// Tells the story; times count from the moment the bad commit was pushed.
class Teller {
 public:
  void chapter(const std::string& text) { fmt::print("\n{}\n", text); }
  void start_clock() { started_ = std::chrono::steady_clock::now(); }
  void line(const std::string& text, const std::string& link = {}) {
    const auto passed = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - started_);
    fmt::print("  {:>6.2f} s  {}\n", static_cast<double>(passed.count()) / 1000.0, text);
    if (!link.empty()) fmt::print("            {}\n", link);
    std::fflush(stdout);
  }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// The cast and the stage of one run.
class Demo {
 public:
  Demo(DemoForge& forge, Teller& teller) : forge_(forge), teller_(teller) {}

  Result<void> play() {
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
  [[nodiscard]] const std::string& issue_url() const { return issue_url_; }

 private:
  Json get(const std::string& path) {
    auto answer = forge_.as("alice", "GET", kRepository + path);
    return answer ? *answer : Json(nullptr);
  }

  /// The newest comment on an issue that contains `text`; null where there is none.
  Json comment_with(std::int64_t issue, const std::string& text) {
    for (const Json& comment : get(fmt::format("/issues/{}/comments?per_page=100", issue))) {
      if (comment.is_object() && comment.value("body", "").find(text) != std::string::npos) return comment;
    }
    return nullptr;
  }

  bool has_reaction(std::int64_t comment, const std::string& content) {
    for (const Json& reaction : get(fmt::format("/issues/comments/{}/reactions", comment))) {
      if (reaction.is_object() && reaction.value("content", "") == content) return true;
    }
    return false;
  }

  Result<void> break_main();
  Result<void> see_incident();
  Result<void> see_chat();
  Result<void> see_plan();
  Result<void> roll_back();
  Result<void> see_pull_requests();
  Result<void> see_verification();
  Result<void> approve();
  Result<void> merge();
  Result<void> resolve();

  DemoForge& forge_;
  Teller& teller_;
  std::string bad_;
  std::int64_t issue_ = 0;
  std::string issue_url_;
  std::map<std::string, std::int64_t> pulls_;  ///< Base → number.
};

Result<void> Demo::break_main() {
  teller_.chapter("1. A bad commit reaches main, and from there develop");
  teller_.start_clock();
  const Json commit{
      {"branch", "main"},
      {"as", "bob"},
      {"message", "Cache sessions in memory"},
      {"files", {{"src/cache.js", "// cache\nexport const cache = new Map(); // BUG: never expires\n"}}}};
  KEDGE_TRY(made, forge_.control("POST", kRepository + std::string("/commits"), commit));
  bad_ = made.value("sha", "");
  teller_.line(fmt::format("bob pushes {} \"Cache sessions in memory\" to main", bad_.substr(0, 12)),
               fmt::format("{}/acme/api/commit/{}", forge_.facts().url, bad_));
  KEDGE_TRY(pull, forge_.as("alice", "POST", kRepository + std::string("/pulls"),
                            {{"title", "Merge main into develop"}, {"head", "main"}, {"base", "develop"}}));
  KEDGE_TRY(merged,
            forge_.as("alice", "PUT", fmt::format("{}/pulls/{}/merge", kRepository, pull.value("number", 0)),
                      {{"merge_method", "merge"}}));
  if (!merged.value("merged", false)) return fail(Errc::unavailable, "cannot merge main into develop");
  teller_.line("alice merges main into develop, as every evening");
  KEDGE_TRY(run, forge_.until("a red run on main", kStepMax, [&]() -> Json {
    const Json runs = get("/actions/runs?branch=main&status=failure");
    return runs.is_object() && !runs["workflow_runs"].empty() ? runs["workflow_runs"][0] : Json(nullptr);
  }));
  teller_.line("CI turns red on main", run.value("html_url", ""));
  return {};
}

Result<void> Demo::see_incident() {
  teller_.chapter("2. Kedge opens the incident");
  KEDGE_TRY(issue, forge_.until("the incident's issue", kStepMax, [&]() -> Json {
    for (const Json& one : get("/issues?labels=incident&state=open")) {
      if (one.is_object() && one.value("title", "").find("CI is red on main") != std::string::npos)
        return one;
    }
    return nullptr;
  }));
  issue_ = issue.value("number", std::int64_t{0});
  issue_url_ = issue.value("html_url", "");
  teller_.line(fmt::format("issue #{}: {}", issue_, issue.value("title", "")), issue_url_);
  return {};
}

Result<void> Demo::see_chat() {
  std::string told;
  for (const std::string service : {"slack", "discord"}) {
    KEDGE_TRY(message, forge_.until("the first update in " + service, kStepMax, [&]() -> Json {
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
  teller_.line("Update 1 is in " + told, forge_.facts().url + "/_sandbox/transcripts");
  return {};
}

Result<void> Demo::see_plan() {
  KEDGE_TRY(issue, forge_.until("the plan on the issue", kStepMax, [&]() -> Json {
    Json one = get(fmt::format("/issues/{}", issue_));
    const std::string body = one.is_object() ? one.value("body", "") : "";
    return body.find("/rollback " + bad_) != std::string::npos ? one : Json(nullptr);
  }));
  teller_.line(fmt::format("the issue names the suspect and shows the plan, with /rollback {} ready to paste",
                           bad_.substr(0, 12)),
               issue.value("html_url", ""));
  return {};
}

Result<void> Demo::roll_back() {
  teller_.chapter("3. bob, who has write access, types a command");
  const std::string text = fmt::format("/rollback {} sessions never expire", bad_);
  KEDGE_TRY(comment, forge_.as("bob", "POST", fmt::format("{}/issues/{}/comments", kRepository, issue_),
                               {{"body", text}}));
  const auto id = comment.value("id", std::int64_t{0});
  teller_.line("bob: " + text, comment.value("html_url", ""));
  KEDGE_TRY(seen, forge_.until("the reaction to it", kStepMax, [&]() -> Json {
    return has_reaction(id, "eyes") ? Json(true) : Json(nullptr);
  }));
  KEDGE_TRY(done, forge_.until("the rollback", kStepMax, [&]() -> Json {
    return has_reaction(id, "rocket") ? Json(true) : Json(nullptr);
  }));
  static_cast<void>(seen);
  static_cast<void>(done);
  teller_.line("Kedge reacted with eyes, then with a rocket: it is done");
  return {};
}

Result<void> Demo::see_pull_requests() {
  teller_.chapter("4. A reviewed way back for every branch");
  for (const std::string base : {"main", "develop"}) {
    const std::string head = "rollback/" + base + "-" + bad_.substr(0, 12);
    KEDGE_TRY(pull, forge_.until("the pull request into " + base, kStepMax, [&]() -> Json {
      const Json list = get(fmt::format("/pulls?head=acme:{}&state=open", head));
      return list.is_array() && list.size() == 1 ? list[0] : Json(nullptr);
    }));
    pulls_[base] = pull.value("number", std::int64_t{0});
    teller_.line(fmt::format("pull request #{} into {} from {}", pulls_[base], base, head),
                 pull.value("html_url", ""));
  }
  return {};
}

Result<void> Demo::see_verification() {
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(comment, forge_.until("CI of the rollback of " + base, kStepMax,
                                    [&, pull = number]() -> Json { return comment_with(pull, "/approve"); }));
    teller_.line(fmt::format("CI is green on the rollback of {}; Kedge asks for approval", base),
                 comment.value("html_url", ""));
  }
  return {};
}

Result<void> Demo::approve() {
  teller_.chapter("5. alice, a maintainer, approves and merges");
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(comment, forge_.as("alice", "POST", fmt::format("{}/issues/{}/comments", kRepository, number),
                                 {{"body", "/approve"}}));
    const auto id = comment.value("id", std::int64_t{0});
    KEDGE_TRY(done, forge_.until("the approval of " + base, kStepMax, [&]() -> Json {
      return has_reaction(id, "rocket") ? Json(true) : Json(nullptr);
    }));
    static_cast<void>(done);
    teller_.line(fmt::format("alice: /approve on #{}, accepted", number), comment.value("html_url", ""));
  }
  return {};
}

Result<void> Demo::merge() {
  for (const auto& [base, number] : pulls_) {
    KEDGE_TRY(merged, forge_.as("alice", "PUT", fmt::format("{}/pulls/{}/merge", kRepository, number),
                                {{"merge_method", "merge"}}));
    if (!merged.value("merged", false)) return fail(Errc::unavailable, "cannot merge #{}", number);
    teller_.line(fmt::format("alice merges #{} into {}", number, base));
  }
  KEDGE_TRY(recovered, forge_.until("the recovery", kStepMax,
                                    [&]() -> Json { return comment_with(issue_, "/resolve"); }));
  teller_.line("CI is green on the result, and Kedge says so", recovered.value("html_url", ""));
  return {};
}

Result<void> Demo::resolve() {
  teller_.chapter("6. The end");
  KEDGE_TRY(comment, forge_.as("alice", "POST", fmt::format("{}/issues/{}/comments", kRepository, issue_),
                               {{"body", "/resolve"}}));
  const auto id = comment.value("id", std::int64_t{0});
  KEDGE_TRY(closed, forge_.until("the resolution", kStepMax, [&]() -> Json {
    const Json issue = get(fmt::format("/issues/{}", issue_));
    return has_reaction(id, "rocket") && issue.value("state", "") == "closed" ? issue : Json(nullptr);
  }));
  teller_.line("alice: /resolve. The incident is resolved, its issue closed", closed.value("html_url", ""));
  return {};
}

std::vector<std::string> server_environment(const ForgeFacts& facts, const std::string& state_dir,
                                            const std::string& listen) {
  return {"KEDGE_LISTEN=" + listen, "KEDGE_STATE_DIR=" + state_dir, "KEDGE_GITHUB_URL=" + facts.url,
          "KEDGE_GITHUB_API_URL=" + facts.api, "KEDGE_APP_ID=" + facts.app_id,
          "KEDGE_PRIVATE_KEY_FILE=" + facts.private_key_file, "KEDGE_WEBHOOK_SECRET=" + facts.webhook_secret,
          // The sandbox has no secondary limits; on GitHub the pause of a second between writes stays.
          "KEDGE_GITHUB_WRITE_PACE=50ms", "KEDGE_SLACK_TOKEN=" + facts.slack_token,
          "KEDGE_SLACK_CHANNEL=" + facts.slack_channel, "KEDGE_SLACK_API_URL=" + facts.slack_api,
          "KEDGE_DISCORD_WEBHOOK_URL=" + facts.discord_webhook,
          "KEDGE_ADMIN_TOKEN=" + std::string(kAdminToken)};
}

std::string url_in(const std::string& log) {
  const std::size_t at = log.find("http://", log.find("listening on "));
  return log.substr(at, log.find_first_of(" \n\t\"", at) - at);
}

void tell_how_to_go_on(const ForgeFacts& facts, const std::string& server_url, const std::string& issue_url,
                       const std::string& folder) {
  fmt::print(
      "\nBoth stay up until you press Ctrl-C:\n"
      "  the forge       {}/acme/api\n"
      "  the incident    {}\n"
      "  the dashboard   {}/   (admin token: {})\n"
      "  logs and state  {}\n\n"
      "Go on by hand: break main again, and watch.\n"
      "  curl -s -X POST {}/_sandbox/repos/acme/api/commits -H 'Authorization: Bearer {}' \\\n"
      "    -d '{{\"branch\":\"main\",\"as\":\"bob\",\"message\":\"Break it\",\"files\":{{\"src/x.js\":\"// "
      "BUG\\n\"}}}}'\n"
      "Then type a command as bob (issue number from the forge):\n"
      "  curl -s -X POST {}/repos/acme/api/issues/NUMBER/comments -H 'Authorization: Bearer {}' -d "
      "'{{\"body\":\"/help\"}}'\n",
      facts.url, issue_url, server_url, kAdminToken, folder, facts.url, facts.admin_token, facts.api,
      facts.people.at("bob"));
  std::fflush(stdout);
}

Result<void> run(bool once, const std::string& listen, const std::string& forge_listen,
                 const std::string& folder, const adapters::system::Signals& signals) {
  Teller teller;
  fmt::print("Kedge's demo: a whole incident on a forge of its own, on this machine alone.\n");
  KEDGE_TRY(sandbox, ChildProcess::start({"sandbox", "--seed", "demo", "--listen", forge_listen, "--dir",
                                          folder + "/forge", "--ci-delay", "700ms"},
                                         {}, folder + "/sandbox.log"));
  KEDGE_TRY(facts_text, sandbox.wait_for_output("token of mallory: ", kStartMax));
  const ForgeFacts facts = read_facts(facts_text);
  teller.line("the sandbox forge is up, with acme/api seeded", facts.url + "/acme/api");
  KEDGE_TRY(server, ChildProcess::start({"serve"}, server_environment(facts, folder + "/server", listen),
                                        folder + "/server.log"));
  KEDGE_TRY(server_log, server.wait_for_output("listening on ", kStartMax));
  const std::string server_url = url_in(server_log);
  teller.line("kedge serve is up, on SQLite", server_url + "/");

  adapters::http::HttplibClient client;
  DemoForge forge(facts, client);
  KEDGE_TRY(hooked, forge.control("PUT", "/hook", {{"url", server_url + "/webhooks/github"}}));
  KEDGE_TRY(idle, forge.control("GET", "/idle?timeout_ms=20000"));
  static_cast<void>(hooked);
  static_cast<void>(idle);
  Demo demo(forge, teller);
  KEDGE_CHECK(demo.play());
  fmt::print("\nEvery step was seen to happen.\n");
  if (once) return {};
  tell_how_to_go_on(facts, server_url, demo.issue_url(), folder);
  adapters::system::SystemClock clock;
  while (!signals.token().stop_requested()) clock.sleep_for(1h, signals.token());
  fmt::print("\nStopping.\n");
  return {};
}

}  // namespace

int demo(const std::vector<std::string>& arguments) {
  CLI::App app{"Plays a whole incident on the local forge, then leaves forge and server up.", "kedge demo"};
  bool once = false;
  std::string listen = "127.0.0.1:0";
  std::string forge_listen = "127.0.0.1:0";
  app.add_flag("--once", once, "End after the story; exit status 0 only if every step was seen to happen");
  app.add_option("--listen", listen, "Address of the server")->capture_default_str();
  app.add_option("--forge-listen", forge_listen, "Address of the forge")->capture_default_str();
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(reversed);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kUsage;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "kedge-demo-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) {
    fmt::print(stderr, "kedge demo: cannot make a folder in {}\n",
               std::filesystem::temp_directory_path().string());
    return kFailed;
  }
  const adapters::system::Signals signals;
  const Result<void> played = run(once, listen, forge_listen, folder, signals);
  std::error_code ignored;
  if (!played) {
    fmt::print(stderr, "\nkedge demo: {}\nThe logs are in {}\n", played.error().message, folder);
    return kFailed;
  }
  std::filesystem::remove_all(folder, ignored);
  return kDone;
}

}  // namespace kedge::cli
