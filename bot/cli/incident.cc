// SPDX-License-Identifier: Apache-2.0
// `kedge incident list | show ID | export ID`: the journal, read without the server.
#include <fmt/format.h>

#include <algorithm>

#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/say.h"
#include "bot/cli/store_access.h"
#include "bot/cli/subcommand_app.h"
#include "bot/journal/codec.h"
#include "bot/server/api.h"

namespace kedge::cli {
namespace {

const server::Listed* find(const std::vector<server::Listed>& listed, const std::string& id) {
  const auto found = std::ranges::find_if(listed, [&](const server::Listed& one) {
    return one.incident->id.value == id ||
           fmt::format("{}#{}", one.state->repository.full_name, one.incident->issue) == id;
  });
  return found == listed.end() ? nullptr : &*found;
}

void print_list(const std::vector<server::Listed>& listed) {
  if (listed.empty()) say("No incidents.\n");
  for (const server::Listed& one : listed) {
    const incident::Incident& incident = *one.incident;
    say("{}  {:<4} {:<13} {}#{}  {}  {}\n", incident.id.value, incident.severity, to_string(incident.phase),
        one.state->repository.full_name, incident.issue,
        incident.declared_at ? format_minute(*incident.declared_at) : "", plain(incident.title));
  }
}

void print_one(const server::Listed& one) {
  const incident::Incident& incident = *one.incident;
  say("[{}] {}\n{}  {}  {}\n", incident.severity, plain(incident.title), incident.id.value,
      to_string(incident.phase), incident.issue_url);
  for (const incident::TimelineEntry& entry : incident.timeline) {
    say("  {}  {}\n", format_utc(entry.at), plain(entry.text));
  }
}

Result<void> print_journal(ports::Store& store, const server::Listed& one) {
  KEDGE_TRY(records, store.read(one.state->repository.id, 0, static_cast<std::size_t>(one.state->seq)));
  for (const ports::Record& record : records) {
    KEDGE_TRY(body, journal::decode_event(record.payload));
    if (incident::incident_of(body) != one.incident->id) continue;
    say_json(fmt::format("{{\"repository\":{},\"seq\":{},\"at\":\"{}\",\"event\":{}}}",
                         record.repository.value, record.seq, format_utc(record.at), record.payload));
  }
  return {};
}

}  // namespace

int incident(const std::vector<std::string>& arguments) {
  CLI::App app{"Incidents, from the store.", "kedge incident"};
  SettingFlags flags(app, SettingsFor::store);
  bool json = false;
  std::string id;
  app.require_subcommand(1);
  CLI::App* list = app.add_subcommand("list", "All incidents, newest first");
  CLI::App* show = app.add_subcommand("show", "One incident with its timeline");
  CLI::App* dump = app.add_subcommand("export", "The journal of one incident as JSON lines");
  list->add_flag("--json", json, "One JSON document");
  show->add_flag("--json", json, "One JSON document");
  show->add_option("id", id, "Incident id, or owner/repo#number")->required();
  dump->add_option("id", id, "Incident id, or owner/repo#number")->required();
  if (const auto status = parse_arguments(app, arguments)) return *status;
  const auto settings = flags.read();
  if (!settings) return complain("incident", settings.error(), json);
  const auto store = open_existing_store(*settings);
  if (!store) return complain("incident", store.error(), json);
  const auto states = read_states(**store);
  if (!states) return complain("incident", states.error(), json);
  const std::vector<server::Listed> listed = server::list_incidents(*states);
  if (list->parsed()) {
    if (json) {
      say_json(server::incidents_json(listed));
    } else {
      print_list(listed);
    }
    return kDone;
  }
  const server::Listed* one = find(listed, id);
  if (one == nullptr)
    return complain(
        "incident",
        {.code = Errc::not_found, .message = "cannot find " + id + "; `kedge incident list` shows all"},
        json);
  if (dump->parsed()) {
    const auto printed = print_journal(**store, *one);
    return printed ? static_cast<int>(kDone) : complain("incident", printed.error(), json);
  }
  if (json) {
    say_json(server::incident_json(*one));
  } else {
    print_one(*one);
  }
  return kDone;
}

}  // namespace kedge::cli
