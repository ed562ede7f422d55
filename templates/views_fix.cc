// SPDX-License-Identifier: Apache-2.0
// Forward fixes: their drafts, and how far they are.
#include <fmt/format.h>

#include "templates/views.h"

namespace kedge::templates {
namespace {

using incident::ForwardFix;
using incident::PullState;

std::string_view fix_words(const ForwardFix& fix) {
  if (!fix.refusal.empty()) return "could not be prepared";
  switch (fix.pull_state) {
    case PullState::none:
      return fix.pushed_commit ? "branch pushed" : "being prepared";
    case PullState::open:
      return "open";
    case PullState::merged:
      return "merged";
    case PullState::closed:
      return "closed without merging";
  }
  return "";
}

View fix_row(const Pen& pen, const ForwardFix& fix) {
  View view;
  view.put("fix_base", pen.code(fix.branch().base)).put("fix_branch", pen.code(fix.branch().branch));
  view.put("fix_pull", pen.pull(fix.pull_request, fix.pull_request_url));
  view.put("fix_state", own(fix_words(fix))).put("fix_refusal", pen.stopped(fix.refusal));
  view.put("fix_by", pen.text(fix.requested_by));
  return view;
}

}  // namespace

View fixes_view(const Pen& pen, const incident::Incident& incident, std::int64_t comment_id) {
  View view;
  Rows fixes{pen.room.branches};
  std::vector<Markup> open;
  for (const ForwardFix& fix : incident.fixes) {
    if (comment_id != 0 && fix.comment_id != comment_id) continue;
    fixes.add([&] { return fix_row(pen, fix); });
    if (fix.pull_state == PullState::open && open.size() < pen.room.branches)
      open.push_back(pen.pull(fix.pull_request, fix.pull_request_url));
  }
  fixes.put_into(view, "fixes");
  return view.put("open_fixes", listed(open));
}

View forward_fix_view(const Pen& pen, const incident::Incident& incident, const ForwardFix& fix) {
  View view = incident_view(pen, incident);
  view.add(plan_view(pen, fix.plan)).add(conflict_view(pen, &incident, fix.plan)).add(fix_row(pen, fix));
  view.put("requester", pen.text(fix.requested_by)).put("decided", pen.when(fix.decided_at));
  view.put("why_fix", pen.stopped(fix.reason));
  const bool typeable = is_typeable(fix.branch().branch);
  return view.put("fix_name", own(typeable ? fix.branch().branch : ""));
}

}  // namespace kedge::templates
