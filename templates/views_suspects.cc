// SPDX-License-Identifier: Apache-2.0
// Which commit is in doubt, where it is, and what rolling it back would give.
#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

using rollback::BranchPlan;
using rollback::CarrierHow;
using rollback::Outcome;
using rollback::Plan;

std::string_view carried(CarrierHow how) {
  switch (how) {
    case CarrierHow::same:
      return "the commit itself";
    case CarrierHow::cherry_pick:
      return "a cherry-pick";
    case CarrierHow::patch_id:
      return "the same change in another commit";
    case CarrierHow::squash:
      return "a squash that holds it";
    case CarrierHow::merge:
      return "a merge that brought it";
  }
  return "";
}

Markup files(std::int64_t count) {
  return own(fmt::format("{} {}", count, count == 1 ? "file" : "files"));
}

}  // namespace

View branch_plan_view(const Pen& pen, const BranchPlan& branch) {
  View view;
  view.put("base", pen.code(branch.base)).put("tip", pen.commit(branch.tip));
  view.put("carrier", branch.carrier ? pen.commit(branch.carrier->sha) : Markup{});
  view.put("carried", own(branch.carrier ? carried(branch.carrier->how) : ""));
  view.flag("held", branch.outcome != Outcome::not_contained);
  view.flag("clean", branch.outcome == Outcome::clean);
  view.flag("conflict", branch.outcome == Outcome::conflict);
  view.flag("already_reverted", branch.outcome == Outcome::already_reverted);
  const std::int64_t changed = branch.outcome == Outcome::clean ? rollback::changed_paths(branch) : 0;
  view.put("files", changed > 0 ? files(changed) : Markup{});
  view.put("conflict_files", files(static_cast<std::int64_t>(branch.conflicts.size())));
  view.put("outcome_reason", pen.stopped(branch.reason));
  std::vector<Markup> limits;
  for (const std::string& limit : branch.limits) limits.push_back(pen.sentence(limit));
  view.put("plan_limits", joined(limits, "; "));
  return view;
}

namespace {

std::vector<std::string> bases(const Plan& plan, Outcome outcome) {
  std::vector<std::string> found;
  for (const BranchPlan* branch : branches_with(plan, outcome)) found.push_back(branch->base);
  return found;
}

}  // namespace

bool is_typeable(std::string_view word) {
  return !word.empty() && word.size() <= 200 && word.front() != '-' && std::ranges::all_of(word, [](char c) {
    return is_word(c) || std::string_view{"._/#+-"}.find(c) != std::string_view::npos;
  });
}

std::string rollback_command(const Plan& plan) {
  std::string command = "/rollback";
  for (const rollback::Target& target : plan.targets) {
    const bool by_sha =
        target.kind == rollback::TargetKind::commit || target.kind == rollback::TargetKind::merge;
    const std::string& word = by_sha ? target.sha : target.ref;
    if (!is_typeable(word)) return {};
    command += (target.kind == rollback::TargetKind::restore ? " --to " : " ") + word;
  }
  if (plan.mainline > 1) command += fmt::format(" --mainline {}", plan.mainline);
  if (!plan.paths.empty()) command += " --";
  for (const std::string& path : plan.paths) {
    if (!is_typeable(path)) return {};
    command += " " + path;
  }
  return plan.targets.empty() || command.size() > 2000 ? std::string{} : command;
}

View suspects_view(const Pen& pen, const incident::Incident& incident) {
  View view;
  Rows jobs{pen.room.jobs};
  for (const incident::FailedJob& job : incident.failed_jobs) {
    jobs.add([&] {
      return View{}.put("job", link(pen.target, pen.text(job.name), job.url)).put("step", pen.text(job.step));
    });
  }
  jobs.put_into(view, "jobs");
  Rows suspects{pen.room.suspects};
  for (const incident::Suspect& suspect : incident.suspects) {
    suspects.add([&] {
      return View{}
          .put("suspect", pen.commit(suspect.sha))
          .put("subject", pen.text(suspect.subject))
          .put("author", pen.text(suspect.author))
          .put("pull", pen.pull(suspect.pull_request, suspect.pull_request_url))
          .put("committed", suspect.committed_at ? pen.when(*suspect.committed_at) : Markup{})
          .put("why", pen.stopped(suspect.reason));
    });
  }
  suspects.put_into(view, "suspects");
  view.put("suspects_note", pen.stopped(incident.suspects_note));
  view.put("proposal_note", pen.stopped(incident.proposal_note));
  view.put("last_green", incident.last_green ? pen.run(*incident.last_green) : Markup{});
  view.put("last_green_commit", incident.last_green ? pen.commit(incident.last_green->head_sha) : Markup{});
  view.put("signal_count", incident.signal_count > 1 ? own(incident.signal_count) : Markup{});
  const bool repeated = incident.signals.size() > 1;
  view.put("newest_run", repeated ? pen.run(incident.signals.back()) : Markup{});
  return view;
}

View scope_view(const Pen& pen, const Plan& plan) {
  View view;
  const auto all = [&](const std::vector<std::string>& held, std::int64_t more) {
    Markup shown = names(pen, held, pen.room.rows);
    if (more > 0) shown.text += fmt::format(" and {} more", more);
    return shown;
  };
  view.flag("has_scope", !plan.scope.branches.empty() || !plan.scope.tags.empty());
  view.put("scope_branches", all(plan.scope.branches, plan.scope.branches_more));
  return view.put("scope_tags", all(plan.scope.tags, plan.scope.tags_more));
}

View plan_view(const Pen& pen, const Plan& plan) {
  View view;
  view.flag("has_plan").put("plan", pen.code(plan.id.substr(0, 12))).put("plan_note", pen.stopped(plan.note));
  std::vector<Markup> targets;
  for (const rollback::Target& target : plan.targets) {
    if (targets.size() >= pen.room.suspects) continue;
    Markup shown = pen.commit(target.sha);
    if (target.kind == rollback::TargetKind::range) shown = pen.code(target.ref);
    if (!target.subject.empty()) shown.text += " “" + pen.text(target.subject).text + "”";
    if (!target.author.empty()) shown.text += " by " + pen.text(target.author).text;
    targets.push_back(shown);
  }
  view.put("targets", listed(targets));
  view.put("only_paths", names(pen, plan.paths, pen.room.paths));
  Rows rows{pen.room.branches};
  for (const BranchPlan& branch : plan.branches) rows.add([&] { return branch_plan_view(pen, branch); });
  rows.put_into(view, "branches");
  view.put("clean_bases", names(pen, bases(plan, Outcome::clean), pen.room.branches));
  view.put("conflict_bases", names(pen, bases(plan, Outcome::conflict), pen.room.branches));
  view.put("reverted_bases", names(pen, bases(plan, Outcome::already_reverted), pen.room.branches));
  Rows traps{pen.room.branches};
  for (const rollback::RelandTrap& trap : plan.traps) {
    traps.add([&] { return View{}.put("trap", pen.stopped(describe(trap))); });
  }
  traps.put_into(view, "traps");
  // Not escaped: only what is_typeable() let through.
  view.put("rollback_command", own(rollback_command(plan)));
  return view;
}

}  // namespace kedge::templates
