// SPDX-License-Identifier: Apache-2.0
// `kedge audit verify | head`: the journal's hash chain.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bot/adapters/system/files.h"
#include "bot/base/text.h"
#include "bot/cli/command_line.h"
#include "bot/cli/complain.h"
#include "bot/cli/say.h"
#include "bot/cli/store_access.h"
#include "bot/cli/subcommand_app.h"
#include "bot/journal/chain.h"

namespace kedge::cli {
namespace {

/// An anchor is a line that `audit head` printed earlier and that was kept elsewhere.
bool check_anchor(ports::Store& store, const std::string& line) {
  const auto anchor = nlohmann::json::parse(line, nullptr, false);
  if (!anchor.is_object()) {
    say_to(stderr, "kedge audit: the anchor file holds a line that is no head\n");
    return false;
  }
  const RepositoryId repository(anchor.value("repository", std::int64_t{0}));
  const auto seq = anchor.value("seq", std::int64_t{0});
  const auto records = store.read(repository, seq - 1, 1);
  const bool same = records && !records->empty() && records->front().seq == seq &&
                    to_hex(records->front().hash) == anchor.value("hash", "");
  if (!same) say("{} seq {}: not the record that the anchor names\n", repository.value, seq);
  return same;
}

int verify(ports::Store& store, const std::string& anchor_file) {
  const auto heads = store.heads();
  if (!heads) return complain("audit", heads.error());
  bool whole = true;
  for (const ports::Head& head : *heads) {
    const auto report = journal::verify_chain(store, head.repository);
    if (!report) return complain("audit", report.error());
    if (report->whole()) {
      say("{}: {} records, whole\n", head.repository.value, report->records);
    } else {
      whole = false;
      say("{} seq {}: {}\n", head.repository.value, report->first_bad, report->problem);
    }
  }
  if (!anchor_file.empty()) {
    const auto text = adapters::system::read_file(anchor_file);
    if (!text) return complain("audit", text.error());
    for (const std::string& line : split_lines(*text)) whole = check_anchor(store, line) && whole;
  }
  return whole ? kDone : kFailed;
}

int print_heads(ports::Store& store) {
  const auto heads = store.heads();
  if (!heads) return complain("audit", heads.error());
  for (const ports::Head& head : *heads) {
    const nlohmann::ordered_json line{
        {"repository", head.repository.value}, {"seq", head.seq}, {"hash", to_hex(head.hash)},
        {"at", format_utc(head.at)},           {"key", nullptr},  {"signature", nullptr}};
    say_json(line.dump());
  }
  return kDone;
}

}  // namespace

int audit(const std::vector<std::string>& arguments) {
  CLI::App app{"The evidence: each journal record carries the hash of the one before it.", "kedge audit"};
  SettingFlags flags(app, SettingsFor::store);
  std::string anchor_file;
  app.require_subcommand(1);
  CLI::App* verifies = app.add_subcommand("verify", "Recomputes every hash; names the first bad record");
  verifies->add_option("--anchor", anchor_file, "Heads that were printed earlier and kept elsewhere");
  CLI::App* heads = app.add_subcommand("head", "Prints the newest record's hash of each repository");
  if (const auto status = parse_arguments(app, arguments)) return *status;
  const auto settings = flags.read();
  if (!settings) return complain("audit", settings.error());
  const auto store = open_existing_store(*settings);
  if (!store) return complain("audit", store.error());
  return heads->parsed() ? print_heads(**store) : verify(**store, anchor_file);
}

}  // namespace kedge::cli
