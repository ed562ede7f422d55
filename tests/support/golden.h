// SPDX-License-Identifier: Apache-2.0
// Exact texts kept in files. KEDGE_UPDATE_GOLDEN=1 writes them instead of comparing (scripts/update-golden).
#pragma once

#include <string>
#include <string_view>

namespace kedge::testing {

/// Compares `text` with tests/golden/<path>; the failure shows the first line that differs.
void expect_golden(std::string_view path, const std::string& text);

}  // namespace kedge::testing
