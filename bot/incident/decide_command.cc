// SPDX-License-Identifier: Apache-2.0
// A comment arrives: its commands are noted, acknowledged, and wait until their author's permission was read.
#include <algorithm>

#include "bot/base/text.h"
#include "bot/incident/draft.h"

namespace kedge::incident {
namespace {

/// An echo carries our marker and comes from our own login; the login alone never is one (a plain token is a
/// person's).
bool is_echo(const CommentPosted& input, const std::string& self_login) {
  return input.author == self_login && input.body.find("<!-- kedge:") != std::string::npos;
}

void take_command(Draft& draft, const PendingCommand& command, CommandName name) {
  draft.record(CommandReceived{command});
  if (name == CommandName::help) {
    // Anyone may ask for help, so nobody's permission is read.
    run_command(draft, command, parse_commands(command.line).front(), Role::none);
    return;
  }
  draft.want({}, Priority::p1_rollback, "", React{.comment_id = command.comment_id, .content = "eyes"},
             fmt::format("eyes:{}", command.comment_id));
  draft.want({}, Priority::p1_rollback, "",
             ReadPermission{.login = command.author, .about = key_of(command)});
}

/// `why_not` is for whose role does not suffice.
void close_by_hand(Draft& draft, const PendingCommand& pending, Role role, const std::string& why_not) {
  const Incident* incident = find_by_issue(draft.state(), pending.issue);
  draft.record(CommandAnswered{.key = key_of(pending), .outcome = "done"});
  if (incident == nullptr || !is_open(incident->phase)) return;
  const IncidentId id = incident->id;
  const std::string problem = may(spec_of(CommandName::resolve), role, incident, pending.author)
                                  ? resolve_problem(*incident, "")
                                  : why_not;
  if (problem.empty()) {
    resolve(draft, id, pending.author, "");
    return;
  }
  draft.want(id, Priority::p2_first_word, issue_lane(id), SetIssueOpen{.issue = pending.issue, .open = true});
  draft.comment(
      id, Priority::p2_first_word,
      PostComment{.issue = pending.issue,
                  .topic = Topic::command_refused,
                  .text = fmt::format(
                      "Closing this issue means `/resolve`, and it cannot be resolved now: {}", problem)});
}

/// Closed again with the reason where it may not be.
void reopen_by_hand(Draft& draft, const PendingCommand& pending, Role role, const std::string& why_not) {
  const Incident* ended = find_by_issue(draft.state(), pending.issue);
  draft.record(CommandAnswered{.key = key_of(pending), .outcome = "done"});
  if (ended == nullptr || is_open(ended->phase)) return;
  const IncidentId id = ended->id;
  if (may(spec_of(CommandName::incident), role, ended, pending.author)) return follow(draft, id, pending);
  draft.comment(
      id, Priority::p2_first_word,
      PostComment{.issue = pending.issue,
                  .topic = Topic::command_refused,
                  .text = fmt::format(
                      "Reopening this issue now means a new incident, for this one is over: {}", why_not)});
  draft.want(id, Priority::p3_update, issue_lane(id),
             SetIssueOpen{.issue = pending.issue, .open = false, .state_reason = "completed"});
}

void approve_by_review(Draft& draft, const PendingCommand& pending, Role role) {
  const PullMatch match = find_by_pull_request(draft.state(), pending.issue);
  draft.record(CommandAnswered{.key = key_of(pending), .outcome = "done"});
  if (match.branch == nullptr || role < Role::write || pending.author == match.rollback->requested_by) return;
  approve(draft, match.incident->id, match.rollback->id, match.branch->plan.base,
          {.login = pending.author,
           .head_sha = pending.head_sha,
           .plan_id = match.rollback->plan ? match.rollback->plan->id : "",
           .at = draft.now(),
           .how = "review"});
}

}  // namespace

bool may(const CommandSpec& spec, Role role, const Incident* incident, const std::string& login) {
  if (role >= spec.needs) return true;
  if (!spec.commander_may || incident == nullptr || role < Role::write) return false;
  const auto commander = incident->roles.find("commander");
  return commander != incident->roles.end() && commander->second == login;
}

void answer(Draft& draft, const PendingCommand& command, std::string_view outcome,
            std::string_view reaction) {
  draft.record(CommandAnswered{.key = key_of(command), .outcome = std::string(outcome)});
  if (command.comment_id == 0 || reaction.empty()) return;
  draft.want({}, Priority::p1_rollback, "",
             React{.comment_id = command.comment_id, .content = std::string(reaction)});
}

void refuse(Draft& draft, const PendingCommand& command, const IncidentId& incident, std::string why) {
  answer(draft, command, "refused", "confused");
  draft.comment(incident, Priority::p2_first_word,
                PostComment{.issue = command.issue,
                            .topic = Topic::command_refused,
                            .text = fmt::format("`{}`: {}", command.line, why)});
}

const PendingCommand* waiting_command(const Draft& draft, std::int64_t comment_id, CommandName name) {
  for (const auto& [key, command] : draft.state().commands) {
    if (comment_id == 0 || command.comment_id != comment_id) continue;
    const std::vector<Command> parsed = parse_commands(command.line);
    if (!parsed.empty() && parsed.front().name == name) return &command;
  }
  return nullptr;
}

void on_comment(Draft& draft, const CommentPosted& input) {
  if (is_echo(input, draft.context().self_login) || input.comment_id == 0 ||
      draft.state().seen_comments.contains(input.comment_id)) {
    return;
  }
  int index = 0;
  for (const Command& command : parse_commands(input.body)) {
    take_command(draft,
                 {.comment_id = input.comment_id,
                  .index = index++,
                  .line = command.line,
                  .author = input.author,
                  .issue = input.issue,
                  .on_pull_request = input.on_pull_request,
                  .issue_title = input.issue_title,
                  .issue_labels = input.issue_labels,
                  .at = draft.input().received_at},
                 command.name);
  }
}

void on_permission(Draft& draft, const ReadPermission& asked, const Outcome& outcome) {
  if (asked.about.starts_with(kSignal)) return on_signal_permission(draft, asked, outcome);
  const auto found = draft.state().commands.find(asked.about);
  if (found == draft.state().commands.end()) return;
  const PendingCommand pending = found->second;
  const auto* read = std::get_if<PermissionRead>(&outcome);
  if (const Failed* failed = failure_of(outcome)) {
    // An unreadable permission means no, aloud.
    const std::string why = fmt::format("your permission could not be read ({}).", failed->message);
    if (pending.source == "close") return close_by_hand(draft, pending, Role::none, why);
    if (pending.source == "reopen") return reopen_by_hand(draft, pending, Role::none, why);
    return refuse(draft, pending, {}, why + " Nothing was done; type it again.");
  }
  if (read == nullptr) return;
  if (pending.source == "close") return close_by_hand(draft, pending, read->role, "it takes write access.");
  if (pending.source == "reopen") return reopen_by_hand(draft, pending, read->role, "it takes write access.");
  if (pending.source == "review") return approve_by_review(draft, pending, read->role);
  const std::vector<Command> commands = parse_commands(pending.line);
  if (commands.empty()) {
    answer(draft, pending, "failed", "confused");
    return;
  }
  run_command(draft, pending, commands.front(), read->role);
}

}  // namespace kedge::incident
