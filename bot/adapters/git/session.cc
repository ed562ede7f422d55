// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/session.h"

#include "bot/base/time.h"

namespace kedge::adapters::git {

Result<void> check_time(const PlanSession& session, std::string_view doing) {
  if (!session.watch.is_over()) return {};
  return fail(Errc::invalid,
              "cannot plan within {} (limit plan_time): it ran out while {}; name fewer targets or branches, "
              "or raise it",
              format_duration(session.limits.plan_time), doing);
}

}  // namespace kedge::adapters::git
