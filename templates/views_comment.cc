// SPDX-License-Identifier: Apache-2.0
// Comments: one text and one view a topic. A new topic is its line in row_of(), its text and its golden.
#include <fmt/format.h>

#include "templates/fill.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

using incident::Topic;

View help_view(const CommentSource& source) {
  View view = site_view(source.pen);
  Rows rows{source.commands.size()};
  for (const incident::CommandSpec& spec : source.commands) {
    if (!spec.in_force) continue;
    const std::string typed =
        fmt::format("/{}{}{}", spec.word, spec.arguments.empty() ? "" : " ", spec.arguments);
    rows.add([&] {
      return View{}
          .put("typed", source.pen.code(typed))
          .put("does", source.pen.sentence(spec.does))
          .put("needs", own(incident::who_may(spec)));
    });
  }
  rows.put_into(view, "commands");
  return view;
}

View said_view(const CommentSource& source) {
  View view = site_view(source.pen);
  return view.put("said", sentences(source.pen.target, source.comment.text, source.pen.room.block));
}

View status_view(const CommentSource& source) {
  View view = said_view(source);
  return view.add(state_view(source.pen, *source.incident)).put("issue", source.pen.issue(*source.incident));
}

const rollback::Plan* plan_of(const CommentSource& source) {
  if (source.comment.plan) return &*source.comment.plan;
  return source.rollback != nullptr && source.rollback->plan ? &*source.rollback->plan : nullptr;
}

View plan_comment_view(const CommentSource& source) {
  View view = said_view(source).add(plan_view(source.pen, *plan_of(source)));
  view.add(conflict_view(source.pen, source.incident, *plan_of(source)));
  return view;
}

View result_view(const CommentSource& source) {
  View view = said_view(source).add(next_view(source.pen, *source.incident));
  view.add(rollback_view(source.pen, *source.incident, *source.rollback));
  Rows refused{source.pen.room.branches};
  Rows merged{source.pen.room.branches};
  Rows open{source.pen.room.branches};
  for (const incident::RollbackBranch& branch : source.rollback->branches) {
    const auto row = [&] { return branch_view(source.pen, *source.incident, *source.rollback, branch); };
    const bool in = branch.pull_state == incident::PullState::merged;
    if (!branch.push_refusal.empty()) {
      refused.add([&] {
        const Markup words = code_block(source.pen.target, branch.push_refusal, source.pen.room.block);
        return View{}.put("base", source.pen.code(branch.plan.base)).put("push_refusal", words);
      });
    }
    (in ? merged : open).add(row);
  }
  refused.put_into(view, "refused");
  merged.put_into(view, "merged_rows");
  open.put_into(view, "open_rows");
  if (plan_of(source) != nullptr) {
    view.add(plan_view(source.pen, *plan_of(source)))
        .add(conflict_view(source.pen, source.incident, *plan_of(source)));
  }
  return view;
}

View pull_view(const CommentSource& source) {
  View view = said_view(source);
  return view.add(pull_request_view(source.pen, *source.incident, *source.rollback, *source.branch));
}

View incident_comment_view(const CommentSource& source) {
  View view = said_view(source);
  view.add(incident_view(source.pen, *source.incident)).add(next_view(source.pen, *source.incident));
  view.add(durations_view(source.pen, *source.incident)).add(checklist_view(source.pen, *source.incident));
  const incident::Incident& incident = *source.incident;
  bool succeeded = false;
  for (const incident::Rollback& rollback : incident.rollbacks) {
    succeeded = succeeded || rollback.state == incident::RollbackState::succeeded;
  }
  view.flag("rolled_back", succeeded);
  view.put("reopen_window", own(format_duration(incident.policy.reopen_window)));
  return view;
}

View fixes_comment_view(const CommentSource& source) {
  const incident::ForwardFix* fix = incident::find_fix(*source.incident, source.comment.base);
  return fixes_view(source.pen, *source.incident, fix == nullptr ? 0 : fix->comment_id);
}

View channel_view(const CommentSource& source) {
  View view = said_view(source);
  return view.put("channel", source.pen.code(source.comment.channel));
}

/// What a topic needs the state to have.
enum class Needs { nothing, plan, incident, rollback, branch };

struct Row {
  std::string_view words;
  Needs needs;
  View (*view)(const CommentSource&);
};

/// A new topic is a line here.
Row row_of(Topic topic) {
  switch (topic) {
    case Topic::command_refused:
      return {"comment_refused", Needs::nothing, said_view};
    case Topic::command_failed:
      return {"comment_failed", Needs::nothing, said_view};
    case Topic::help:
      return {"comment_help", Needs::nothing, help_view};
    case Topic::status:
      return {"comment_status", Needs::incident, status_view};
    case Topic::plan:
      return {"comment_plan", Needs::plan, plan_comment_view};
    case Topic::rollback_result:
      return {"comment_result", Needs::rollback, result_view};
    case Topic::rollback_conflict:
      return {"comment_conflict", Needs::plan, plan_comment_view};
    case Topic::forward_fix:
      return {"comment_forward_fix", Needs::incident, fixes_comment_view};
    case Topic::verification:
      return {"comment_verification", Needs::branch, pull_view};
    case Topic::approved:
      return {"comment_approved", Needs::branch, pull_view};
    case Topic::merged:
      return {"comment_merged", Needs::rollback, result_view};
    case Topic::recovered:
      return {"comment_recovered", Needs::incident, incident_comment_view};
    case Topic::resolved:
      return {"comment_resolved", Needs::incident, incident_comment_view};
    case Topic::reopened:
      return {"comment_reopened", Needs::incident, incident_comment_view};
    case Topic::followed:
      return {"comment_followed", Needs::incident, incident_comment_view};
    case Topic::canceled:
      return {"comment_canceled", Needs::incident, incident_comment_view};
    case Topic::channel_failed:
      return {"comment_channel_failed", Needs::nothing, channel_view};
    case Topic::note:
      return {"comment_note", Needs::nothing, said_view};
  }
  return {"comment_note", Needs::nothing, said_view};
}

bool has(const CommentSource& source, Needs needs) {
  switch (needs) {
    case Needs::nothing:
      return true;
    case Needs::plan:
      return plan_of(source) != nullptr;
    case Needs::incident:
      return source.incident != nullptr;
    case Needs::rollback:
      return source.incident != nullptr && source.rollback != nullptr;
    case Needs::branch:
      return source.incident != nullptr && source.rollback != nullptr && source.branch != nullptr;
  }
  return false;
}

}  // namespace

std::string comment_text(const CommentSource& source) {
  Row row = row_of(source.comment.topic);
  if (!has(source, row.needs)) row = row_of(Topic::note);
  return fill(row.words, row.view(source));
}

}  // namespace kedge::templates
