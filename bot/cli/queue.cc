// SPDX-License-Identifier: Apache-2.0
// `kedge queue status | retry ID`: what waits, and running a parked effect again.
#include <fmt/format.h>

#include "bot/adapters/system/clock.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/say.h"
#include "bot/cli/store_access.h"
#include "bot/cli/subcommand_app.h"
#include "bot/server/api.h"

namespace kedge::cli {
namespace {

int status(ports::Store& store, bool json) {
  adapters::system::SystemClock clock;
  const auto depth = store.depth(clock.now());
  if (!depth) return complain("queue", depth.error(), json);
  const auto parked = store.parked_effects();
  if (!parked) return complain("queue", parked.error(), json);
  if (json) {
    say_json(server::queue_json(*depth, *parked));
    return kDone;
  }
  say("deliveries: {} waiting, {} held for their runbook, {} parked\n", depth->inbox_queued,
      depth->inbox_held, depth->inbox_parked);
  int priority = 0;
  for (const std::int64_t pending : depth->outbox_pending) say("P{}: {}\n", priority++, pending);
  say("running: {}, parked: {}\n", depth->outbox_in_flight, depth->outbox_parked);
  for (const ports::EffectRow& row : *parked) {
    say("  {}  {}  {}\n      `kedge queue retry {}` runs it again\n", row.item.id.value, row.item.kind,
        plain(row.last_error), row.item.id.value);
  }
  return kDone;
}

}  // namespace

int queue(const std::vector<std::string>& arguments) {
  CLI::App app{"The work that waits.", "kedge queue"};
  SettingFlags flags(app, SettingsFor::store);
  bool json = false;
  std::string id;
  app.require_subcommand(1);
  CLI::App* show = app.add_subcommand("status", "Depth per priority, and what is parked");
  show->add_flag("--json", json, "One JSON document");
  CLI::App* retry = app.add_subcommand("retry", "Runs a parked effect again");
  retry->add_option("id", id, "Effect id, <repository>/<seq>/<index>")->required();
  if (const auto stop = parse_arguments(app, arguments)) return *stop;
  const auto settings = flags.read();
  if (!settings) return complain("queue", settings.error(), json);
  const auto store = open_existing_store(*settings);
  if (!store) return complain("queue", store.error(), json);
  if (show->parsed()) return status(**store, json);
  adapters::system::SystemClock clock;
  const auto done = (*store)->unpark_effect(EffectId(id), clock.now());
  if (!done && done.error().code == Errc::not_found)
    return complain("queue", {.code = Errc::not_found,
                              .message = fmt::format(
                                  "effect {} is not parked; `kedge queue status` lists those that are", id)});
  if (!done) return complain("queue", done.error());
  say("{} is queued again; a running server takes it within a second.\n", id);
  return kDone;
}

}  // namespace kedge::cli
