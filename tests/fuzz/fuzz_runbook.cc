// SPDX-License-Identifier: Apache-2.0
// The input is a runbook. Whatever it says, reading ends without an exception, and a policy comes of it.
#include <cstdint>
#include <string_view>

#include "bot/base/assert.h"
#include "bot/base/text.h"
#include "bot/config/runbook.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kedge;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const config::Runbook runbook = config::read_runbook(text);
  KEDGE_ASSERT(!runbook.policy.severities.empty(), "a policy has severities, whatever the file says");
  KEDGE_ASSERT(runbook.problems.size() <= 100, "a report has an end");
  for (const config::Problem& problem : runbook.problems) {
    KEDGE_ASSERT(!problem.message.empty() && is_valid_utf8(problem.message), "a problem is text");
    KEDGE_ASSERT(problem.line >= 0 && problem.column >= 0, "a place is in the file");
  }
  if (!runbook.problems.empty()) {
    static const incident::Policy preset = config::read_runbook("").policy;
    KEDGE_ASSERT(runbook.policy == preset, "an invalid file changes nothing");
  }
  KEDGE_ASSERT(is_valid_utf8(config::policy_json(runbook)), "the policy can be shown");
  return 0;
}
