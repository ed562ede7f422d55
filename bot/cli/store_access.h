// SPDX-License-Identifier: Apache-2.0
// For subcommands that look into the server's store: opens it, and reads the states in it.
#pragma once

#include <memory>
#include <vector>

#include "bot/adapters/store/store.h"
#include "bot/cli/server_settings.h"
#include "bot/incident/model.h"

namespace kedge::cli {

/// Errors: invalid (settings), not_found (no store there yet), unavailable, corrupt.
Result<std::unique_ptr<ports::Store>> open_existing_store(const config::Settings& settings);
/// All repositories' states, folded from the journal.
Result<std::vector<incident::State>> read_states(ports::Store& store);

}  // namespace kedge::cli
