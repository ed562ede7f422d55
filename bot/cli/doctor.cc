// SPDX-License-Identifier: Apache-2.0
// `kedge doctor`: is this set-up able to do its work? Each problem with its remedy.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/adapters/system/clock.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/doctor_checks.h"
#include "bot/cli/say.h"
#include "bot/cli/server_settings.h"
#include "bot/cli/subcommand_app.h"

namespace kedge::cli {

std::string_view to_string(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::note:
      return "note";
    case Health::problem:
      return "problem";
  }
  return "";
}

bool is_healthy(const Findings& findings) {
  return std::ranges::none_of(findings, [](const Finding& one) { return one.health == Health::problem; });
}

std::string findings_text(const Findings& findings) {
  std::string text;
  for (const Finding& one : findings) {
    const std::string health = one.health == Health::problem ? "PROBLEM" : std::string(to_string(one.health));
    text += fmt::format("{:<7}  {:<9}  {}\n", health, one.check,
                        replace_all(one.message, "\n", "\n                    "));
    if (!one.remedy.empty()) text += fmt::format("{:<20}→ {}\n", "", one.remedy);
  }
  const auto problems = std::ranges::count(findings, Health::problem, &Finding::health);
  return text + (problems == 0 ? "\nNothing is wrong.\n"
                               : fmt::format("\n{} problem{}.\n", problems, problems == 1 ? "" : "s"));
}

std::string findings_json(const Findings& findings) {
  using Document = nlohmann::ordered_json;
  Document json{{"healthy", is_healthy(findings)}, {"checks", Document::array()}};
  for (const Finding& one : findings) {
    json["checks"].push_back({{"check", one.check},
                              {"status", to_string(one.health)},
                              {"message", one.message},
                              {"remedy", one.remedy.empty() ? Document(nullptr) : Document(one.remedy)}});
  }
  return json.dump(2, ' ', false, Document::error_handler_t::replace) + "\n";
}

int doctor(const std::vector<std::string>& arguments) {
  CLI::App app{
      "Checks settings, store, GitHub App, webhook and channels; changes nothing. Exit status 0 only "
      "when nothing is wrong.",
      "kedge doctor"};
  SettingFlags flags(app);
  bool json = false;
  app.add_flag("--json", json, "One JSON document");
  if (const auto status = parse_arguments(app, arguments)) return *status;
  const auto settings = flags.read();
  if (!settings) return complain("doctor", settings.error(), json);
  adapters::system::SystemClock clock;
  adapters::http::HttplibClient client;
  Findings all = check_settings(*settings);
  for (Findings part : {check_store(*settings, clock), check_github(*settings, client, clock),
                        check_channels(*settings, client)}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  if (json) {
    say_json(findings_json(all));
  } else {
    say_to(stdout, findings_text(all));
  }
  return is_healthy(all) ? kDone : kFailed;
}

}  // namespace kedge::cli
