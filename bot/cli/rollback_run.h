// SPDX-License-Identifier: Apache-2.0
// `kedge rollback` and `kedge plan` without the terminal: arguments in, texts and exit status out.
#pragma once

#include <string>
#include <vector>

#include "bot/cli/rollback_report.h"

namespace kedge::cli {

enum class RollbackMode { write, plan };

/// Reads the arguments and does what they say. `now` is the decision's time where `--date` names none.
Answer answer_rollback(const std::vector<std::string>& arguments, RollbackMode mode, TimePoint now);

/// The same for options that were read already.
Answer run_rollback(const RollbackOptions& options, TimePoint now);

}  // namespace kedge::cli
