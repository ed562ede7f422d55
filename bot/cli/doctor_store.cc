// SPDX-License-Identifier: Apache-2.0
#include "bot/base/text.h"
#include "bot/cli/doctor_checks.h"
#include "bot/cli/store_access.h"
#include "bot/journal/chain.h"

namespace kedge::cli {
namespace {

Finding wrong(std::string_view check, std::string message, std::string remedy) {
  return {
      .check = check, .health = Health::problem, .message = std::move(message), .remedy = std::move(remedy)};
}

Result<void> check_chains(ports::Store& store, Findings& findings) {
  KEDGE_TRY(heads, store.heads());
  std::int64_t records = 0;
  bool whole = true;
  for (const ports::Head& head : heads) {
    KEDGE_TRY(report, journal::verify_chain(store, head.repository));
    records += report.records;
    if (report.whole()) continue;
    whole = false;
    findings.push_back(wrong("store",
                             fmt::format("the journal's chain is broken: {} seq {}: {}",
                                         head.repository.value, report.first_bad, report.problem),
                             "keep a copy of the file as evidence, then restore the last good backup"));
  }
  if (whole) {
    findings.push_back(
        {.check = "store",
         .message = fmt::format("the journal's chain is whole: {} record{} of {} stream{}", records,
                                records == 1 ? "" : "s", heads.size(), heads.size() == 1 ? "" : "s")});
  }
  return {};
}

Result<void> check_queue(ports::Store& store, TimePoint now, Findings& findings) {
  KEDGE_TRY(depth, store.depth(now));
  const std::int64_t parked = depth.inbox_parked + depth.outbox_parked;
  if (parked == 0) return {};
  findings.push_back(
      wrong("store",
            fmt::format("{} deliver{} and {} effect{} are parked", depth.inbox_parked,
                        depth.inbox_parked == 1 ? "y" : "ies", depth.outbox_parked,
                        depth.outbox_parked == 1 ? "" : "s"),
            "`kedge queue status` names the cause of each; mend it, then `kedge queue retry <id>`"));
  return {};
}

Result<void> look_inside(const config::Settings& settings, TimePoint now, Findings& findings) {
  KEDGE_TRY(store, open_existing_store(settings));
  KEDGE_CHECK(check_chains(*store, findings));
  KEDGE_CHECK(check_queue(*store, now, findings));
  KEDGE_TRY(states, read_states(*store));
  for (Finding& one : judge_incidents(states)) findings.push_back(std::move(one));
  return {};
}

constexpr const char* kStoreRemedy =
    "run this as Kedge's user with the server's KEDGE_STATE_DIR; look at the disk and the file's rights";

}  // namespace

Findings judge_store(const store::Facts& facts, TimePoint now) {
  if (!facts.exists) {
    return {wrong(
        "store", "there is no store at " + facts.path,
        "start `kedge serve` once, it makes it; or set KEDGE_STATE_DIR or KEDGE_DATABASE_URL as for it")};
  }
  if (facts.schema > facts.schema_known) {
    return {wrong("store",
                  fmt::format("the store's schema is version {}, this program knows {}", facts.schema,
                              facts.schema_known),
                  "run the newer Kedge that wrote it")};
  }
  if (facts.schema < facts.schema_known) {
    return {wrong("store",
                  fmt::format("the store's schema is version {}, this program's is {}", facts.schema,
                              facts.schema_known),
                  "make a backup, then start this version's `kedge serve`: it brings the store up to date")};
  }
  Findings findings{
      {.check = "store", .message = fmt::format("{} is writable, schema {}", facts.path, facts.schema)}};
  if (!facts.last_received) {
    findings.push_back(wrong("webhook", "no delivery was ever received",
                             "compare the App's webhook URL and secret with this server's; its settings have "
                             "Advanced → Recent deliveries, where the ping can be sent again"));
  } else {
    findings.push_back(
        {.check = "webhook",
         .message = fmt::format("the newest delivery came {} ago, {}",
                                format_duration(std::max(Duration{0}, now - *facts.last_received)),
                                format_minute(*facts.last_received))});
  }
  return findings;
}

Findings judge_incidents(const std::vector<incident::State>& states) {
  Findings findings;
  for (const incident::State& state : states) {
    for (const incident::Incident* open : incident::open_incidents(state)) {
      if (open->issue != 0 || open->issue_failure.empty()) continue;
      findings.push_back(
          wrong("incidents",
                fmt::format("{} {} has no issue: {}", state.repository.full_name, open->id.value,
                            open->issue_failure),
                "let the App write issues there, and enable issues in the repository's settings"));
    }
    if (state.runbook_problems.empty()) continue;
    findings.push_back(
        wrong("incidents",
              fmt::format("{}: its runbook is invalid, an earlier one holds: {}", state.repository.full_name,
                          join(state.runbook_problems, "; ")),
              "mend .github/kedge.yml there; `kedge runbook check` says the same before a push"));
  }
  return findings;
}

Findings check_store(const config::Settings& settings, ports::Clock& clock) {
  const Result<store::Facts> facts = store::inspect_store(settings.database_url);
  if (!facts) return {wrong("store", facts.error().message, kStoreRemedy)};
  Findings findings = judge_store(*facts, clock.now());
  if (!facts->exists || facts->schema != facts->schema_known) return findings;
  if (const Result<void> inside = look_inside(settings, clock.now(), findings); !inside) {
    findings.push_back(wrong("store", inside.error().message, kStoreRemedy));
  }
  return findings;
}

}  // namespace kedge::cli
