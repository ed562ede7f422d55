// SPDX-License-Identifier: Apache-2.0
// Lifts records of an old version to the present shape while they are read. Stored bytes never change. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::journal {

/// One step: the record `type` of version `from`, as JSON text, becomes version `from` + 1. Only its own
/// keys change; the step leaves `t` and `v` alone. Total over what that version wrote.
struct Upcaster {
  std::string_view type;
  int from = 1;
  std::string (*lift)(std::string json) = nullptr;
};

/// All steps that any record of this version of Kedge may need; one of each (type, from).
std::span<const Upcaster> upcasters();

/// Applies the steps from version `from` up to `to` in order.
/// Errors: corrupt, where a step is missing.
Result<std::string> upcast(std::span<const Upcaster> steps, std::string_view type, int from, int to,
                           std::string json);

}  // namespace kedge::journal
