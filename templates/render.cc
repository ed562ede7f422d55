// SPDX-License-Identifier: Apache-2.0
#include "templates/render.h"

#include <fmt/format.h>

#include "bot/base/text.h"
#include "templates/fill.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

using incident::ChannelKind;
using incident::Incident;
using incident::State;

std::string_view drill_mark(const Incident& incident) {
  return incident.drill ? "[DRILL] " : "";
}

std::string issue_title(const Incident& incident) {
  return title(fmt::format("{}[{}] {}", drill_mark(incident), incident.severity, incident.title), kTitleMax);
}

Target target_of(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::slack:
      return Target::slack;
    case ChannelKind::discord:
      return Target::discord;
    case ChannelKind::mail:
    case ChannelKind::pagerduty:
      return Target::plain;
  }
  return Target::plain;
}

std::size_t limit_of(ChannelKind kind) {
  switch (kind) {
    case ChannelKind::slack:
      return kSlackMax;
    case ChannelKind::discord:
      return kDiscordMax;
    case ChannelKind::mail:
      return kMailMax;
    case ChannelKind::pagerduty:
      return kPagerDutyMax;
  }
  return kPagerDutyMax;
}

}  // namespace

std::string state_section(const State& state, const Incident& incident, const Site& site) {
  return fit(kStateMax, [&](const Room& room) {
    return fill("state", state_view(Pen{Target::markdown, state, site, room}, incident));
  });
}

Titled issue(const State& state, const Incident& incident, const Site& site) {
  const std::string section = state_section(state, incident, site);
  std::string body = fit(kBodyMax, [&](const Room& room) {
    const Pen pen{Target::markdown, state, site, room};
    View view = incident_view(pen, incident);
    view.add(facts_view(pen, incident)).add(checklist_view(pen, incident));
    view.put("begin", own(kStateBegin)).put("end", own(kStateEnd)).put("state", own(section));
    return fill("issue", view);
  });
  return {issue_title(incident), std::move(body)};
}

std::string comment_with(const State& state, const Incident* incident, const incident::PostComment& comment,
                         const Site& site, const std::vector<incident::CommandSpec>& commands) {
  const incident::Rollback* rollback =
      incident == nullptr ? nullptr : find_rollback(*incident, comment.rollback);
  const incident::RollbackBranch* branch =
      rollback == nullptr ? nullptr : find_branch(*rollback, comment.base);
  return fit(kBodyMax, [&](const Room& room) {
    const Pen pen{Target::markdown, state, site, room};
    return comment_text({pen, incident, rollback, branch, comment, commands});
  });
}

Titled pull_request(const State& state, const Incident& incident, const incident::Rollback& rollback,
                    const incident::RollbackBranch& branch, const Site& site) {
  std::string what = rollback.target_text;
  if (rollback.plan && !rollback.plan->targets.empty()) {
    const auto& targets = rollback.plan->targets;
    what = targets.front().subject.empty() ? targets.front().sha.substr(0, 12) : targets.front().subject;
    if (targets.size() > 1) what += fmt::format(" and {} more", targets.size() - 1);
  }
  const std::string begin = fmt::format("{}Revert \"", drill_mark(incident));
  const std::string end = title("\" on " + branch.plan.base, 90);
  const std::string subject = title(what, kTitleMax - length_utf16(begin) - length_utf16(end));
  std::string body = fit(kBodyMax, [&](const Room& limits) {
    return fill("pull_request",
                pull_request_view(Pen{Target::markdown, state, site, limits}, incident, rollback, branch));
  });
  return {begin + subject + end, std::move(body)};
}

Titled forward_fix(const State& state, const Incident& incident, const incident::ForwardFix& fix,
                   const Site& site) {
  const auto& targets = fix.plan.targets;
  const std::string what = targets.empty()                   ? fix.branch().base
                           : targets.front().subject.empty() ? targets.front().sha.substr(0, 12)
                                                             : targets.front().subject;
  const std::string begin =
      fmt::format("{}Fix forward on {}: \"", drill_mark(incident), title(fix.branch().base, 90));
  const std::string subject = title(what, kTitleMax - length_utf16(begin) - 1);
  std::string body = fit(kBodyMax, [&](const Room& limits) {
    return fill("forward_fix", forward_fix_view(Pen{Target::markdown, state, site, limits}, incident, fix));
  });
  return {begin + subject + "\"", std::move(body)};
}

Titled chat(const State& state, const Incident& incident, const incident::Channel& channel,
            const ChatRequest& request, const Site& site) {
  const std::string_view words = channel.kind == ChannelKind::pagerduty ? "pagerduty"
                                 : request.living                       ? "chat_living"
                                                                        : "chat_update";
  std::string body = fit(limit_of(channel.kind), [&](const Room& room) {
    const Pen pen{target_of(channel.kind), state, site, room, &channel};
    return fill(words, chat_view(pen, incident, request));
  });
  // Mail programs also thread by subject: it never changes.
  const std::string subject = clean_line(fmt::format("{}[{}] {}: {}", drill_mark(incident), incident.severity,
                                                     state.repository.full_name, incident.title));
  return {cut(subject, kTitleMax), std::move(body)};
}

}  // namespace kedge::templates
