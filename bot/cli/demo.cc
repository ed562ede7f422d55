// SPDX-License-Identifier: Apache-2.0
// `kedge demo`: sandbox, server, and one real incident from red CI to merged rollback, told step by step.
// Nothing is told that was not seen to happen.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "bot/adapters/system/clock.h"
#include "bot/adapters/system/files.h"
#include "bot/adapters/system/signals.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/demo_forge.h"
#include "bot/cli/demo_process.h"
#include "bot/cli/demo_story.h"
#include "bot/cli/subcommand_app.h"
#include "bot/config/setting_readers.h"

namespace kedge::cli {
namespace {

using namespace std::chrono_literals;

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

/// For a line that people copy: this program, wherever it lies.
std::string own_program() {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "kedge" : path.string();
}

std::string url_in(const std::string& log) {
  const std::size_t at = log.find("http://", log.find("listening on "));
  return log.substr(at, log.find_first_of(" \n\t\"", at) - at);
}

void tell_how_to_go_on(const ForgeFacts& facts, const std::string& server_url, const DemoStory& story,
                       const std::string& folder) {
  fmt::print(
      "\nBoth stay up until you press Ctrl-C:\n"
      "  the forge       {}/acme/api\n"
      "  the incident    {}\n"
      "  the chat        {}/-/chat\n"
      "  the dashboard   {}/   (admin token: {})\n"
      "  logs and state  {}\n",
      facts.url, story.issue_url(), facts.url, server_url, kAdminToken, folder);
  fmt::print(
      "\nGo on by hand. Break main again, and the incident opens again:\n"
      "  curl -s -X POST {}/_sandbox/repos/acme/api/commits -H 'Authorization: Bearer {}' \\\n"
      "    -d '{{\"branch\":\"main\",\"as\":\"bob\",\"message\":\"Break it\",\"files\":{{\"src/x.js\":\"// "
      "BUG\\n\"}}}}'\n"
      "Type a command as bob; /rollback takes the sha that the line above prints:\n"
      "  curl -s -X POST {}/repos/acme/api/issues/{}/comments -H 'Authorization: Bearer {}' \\\n"
      "    -d '{{\"body\":\"/help\"}}'\n"
      "Look into the store beside the server:\n"
      "  KEDGE_STATE_DIR={}/server {} incident show acme/api#{}\n",
      facts.url, facts.admin_token, facts.api, story.issue(), facts.people.at("bob"), folder, own_program(),
      story.issue());
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
  DemoStory story(forge,
                  {.chapter = [&](const std::string& title) { teller.chapter(title); },
                   .line = [&](const std::string& text, const std::string& link) { teller.line(text, link); },
                   .start_clock = [&] { teller.start_clock(); }},
                  kStepMax);
  KEDGE_CHECK(story.play());
  fmt::print("\nEvery step was seen to happen.\n");
  if (once) return {};
  tell_how_to_go_on(facts, server_url, story, folder);
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
  if (const auto status = parse_arguments(app, arguments)) return *status;
  for (const std::string& address : {listen, forge_listen}) {
    config::Settings settings;
    if (const auto read = config::read_listen(settings, address); !read) {
      fmt::print(stderr, "kedge demo: cannot listen on {}: it {}\n", address, read.error().message);
      return kUsage;
    }
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
