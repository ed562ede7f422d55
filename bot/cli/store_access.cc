// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/store_access.h"

#include <filesystem>

#include "bot/incident/decide.h"
#include "bot/journal/codec.h"

namespace kedge::cli {

Result<std::unique_ptr<ports::Store>> open_existing_store(const config::Settings& settings) {
  constexpr std::string_view kSqlite = "sqlite://";
  if (settings.database_url.starts_with(kSqlite)) {
    const std::string path = settings.database_url.substr(kSqlite.size());
    if (!std::filesystem::exists(path)) {
      return fail(Errc::not_found,
                  "cannot open {}: there is no such store; set KEDGE_STATE_DIR or KEDGE_DATABASE_URL as for "
                  "kedge serve",
                  path);
    }
  }
  return store::open_store(settings.database_url);
}

Result<std::vector<incident::State>> read_states(ports::Store& store) {
  constexpr std::size_t kBatch = 1000;
  KEDGE_TRY(heads, store.heads());
  std::vector<incident::State> states;
  for (const ports::Head& head : heads) {
    incident::State state;
    state.repository.id = head.repository;
    while (state.seq < head.seq) {
      KEDGE_TRY(records, store.read(head.repository, state.seq, kBatch));
      if (records.empty()) break;
      for (const ports::Record& record : records) {
        KEDGE_TRY(body, journal::decode_event(record.payload));
        incident::apply(state, {.seq = record.seq, .at = record.at, .body = std::move(body)});
      }
    }
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace kedge::cli
