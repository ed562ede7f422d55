// SPDX-License-Identifier: Apache-2.0
#include "bot/incident/rollback_place.h"

#include <algorithm>

#include "bot/base/assert.h"

namespace kedge::incident {

Place place_of(const PullMatch& match) {
  return {match.incident->id, match.rollback->id, match.branch->plan.base};
}

const Rollback& rollback_at(const Draft& draft, const Place& place) {
  const std::vector<Rollback>& all = draft.incident(place.incident).rollbacks;
  const auto found = std::ranges::find(all, place.rollback, &Rollback::id);
  KEDGE_ASSERT(found != all.end(), "places are taken from the state");
  return *found;
}

const RollbackBranch& branch_at(const Draft& draft, const Place& place) {
  const std::vector<RollbackBranch>& all = rollback_at(draft, place).branches;
  const auto found =
      std::ranges::find_if(all, [&](const RollbackBranch& one) { return one.plan.base == place.base; });
  KEDGE_ASSERT(found != all.end(), "places are taken from the state");
  return *found;
}

}  // namespace kedge::incident
