// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::rollback {
namespace {

constexpr std::size_t kShortSha = 12;
constexpr std::size_t kShortPlan = 8;

/// Length first, so that no two lists of fields have the same bytes.
void append_field(std::string& bytes, std::string_view field) {
  bytes += fmt::format("{}:{}\n", field.size(), field);
}

void append_fields(std::string& bytes, const std::vector<std::string>& fields) {
  append_field(bytes, std::to_string(fields.size()));
  for (const std::string& field : fields) append_field(bytes, field);
}

/// A commit message cannot hold NUL, and CR at a line's end would only show up as noise.
std::string clean_text(std::string_view text) {
  std::string out;
  for (const std::string& line : split_lines(to_valid_utf8(text))) out += line + '\n';
  std::erase(out, '\0');
  return std::string(trim(out));
}

std::string one_line(std::string_view text) {
  return join(split_lines(clean_text(text)), " ");
}

/// `Signed-off-by: …`, `Incident: …`, `skip-checks:true`: what git reads as a trailer at a message's end. An
/// address such as `https://…` is none.
bool is_trailer(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || line.substr(colon).starts_with("://")) return false;
  const std::string_view token = trim(line.substr(0, colon));
  return !token.empty() && std::ranges::all_of(token, [](char c) {
    return c == '-' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

/// What git and GitHub write to say what a commit did to others.
bool says_what_it_did(std::string_view line) {
  const std::string lower = to_lower(line);
  const std::string_view text = lower;
  return text.starts_with("this reverts commit") || text.starts_with("(cherry picked from commit") ||
         (text.starts_with("reverts ") && text.find('#') != std::string_view::npos);
}

/// People paste other commits' messages into a reason; what was true there must not count here.
std::string quote_trailers(const std::string& text) {
  std::vector<std::string> lines = split_lines(text);
  for (std::string& line : lines) {
    const std::string_view bare = trim(line);
    if (is_trailer(bare) || says_what_it_did(bare)) line = fmt::format("> {}", bare);
  }
  return join(lines, "\n");
}

/// `"<subject>" and 2 more commits`.
std::string named(const std::vector<CommitText>& reverted) {
  std::string words = fmt::format("\"{}\"", clean_text(reverted.front().target_subject));
  if (reverted.size() > 1)
    words += fmt::format(" and {} more commit{}", reverted.size() - 1, reverted.size() > 2 ? "s" : "");
  return words;
}

/// The end of a message: the reason, and which incident it is for.
std::string why(const CommitText& commit) {
  const std::string reason = quote_trailers(clean_text(commit.reason));
  std::string words = reason.empty() ? "" : "\n" + reason + "\n";
  if (!commit.incident_url.empty()) words += fmt::format("\nIncident: {}\n", clean_text(commit.incident_url));
  return words;
}

}  // namespace

std::string_view to_string(TargetKind kind) {
  switch (kind) {
    case TargetKind::commit:
      return "commit";
    case TargetKind::merge:
      return "merge";
    case TargetKind::range:
      return "range";
    case TargetKind::tag:
      return "tag";
    case TargetKind::pull_request:
      return "pull_request";
    case TargetKind::restore:
      return "restore";
  }
  return "commit";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::clean:
      return "clean";
    case Outcome::conflict:
      return "conflict";
    case Outcome::already_reverted:
      return "already_reverted";
    case Outcome::not_contained:
      return "not_contained";
  }
  return "not_contained";
}

std::string_view to_string(CarrierHow how) {
  switch (how) {
    case CarrierHow::same:
      return "same";
    case CarrierHow::cherry_pick:
      return "cherry_pick";
    case CarrierHow::patch_id:
      return "patch_id";
    case CarrierHow::squash:
      return "squash";
    case CarrierHow::merge:
      return "merge";
  }
  return "same";
}

std::string_view to_string(TrapKind kind) {
  switch (kind) {
    case TrapKind::drops:
      return "drops";
    case TrapKind::resurrects:
      return "resurrects";
  }
  return "drops";
}

std::string describe(const RelandTrap& trap) {
  const std::string merge = fmt::format("the next merge of {} into {} (the last one was {})", trap.from,
                                        trap.into, std::string_view(trap.last_merge).substr(0, kShortSha));
  switch (trap.kind) {
    case TrapKind::drops:
      return trap.of_revert
                 ? fmt::format(
                       "Brought back on {} alone, the change would silently be missing on {} after {}: the "
                       "revert on {} wins. Bring it back on {} too.",
                       trap.from, trap.into, merge, trap.into, trap.into)
                 : fmt::format(
                       "{} keeps the change, but it would silently be missing on {} after {}: the revert on "
                       "{} wins. To land it there again, revert that revert on {}.",
                       trap.from, trap.into, merge, trap.into, trap.into);
    case TrapKind::resurrects:
      return trap.of_revert
                 ? fmt::format(
                       "What is brought back on {} would silently be taken out again by {}: {} holds the "
                       "revert in commits that {} does not know. Bring it back on {} too before that merge.",
                       trap.into, merge, trap.from, trap.into, trap.from)
                 : fmt::format(
                       "The change would silently come back with {}: {} holds it in commits that {} does "
                       "not know. Roll it back on {} too before that merge.",
                       merge, trap.from, trap.into, trap.from);
  }
  return {};
}

bool has_conflict(const Plan& plan) {
  return std::ranges::any_of(plan.branches,
                             [](const BranchPlan& branch) { return branch.outcome == Outcome::conflict; });
}

std::int64_t changed_paths(const BranchPlan& branch) {
  return std::max(branch.paths_changed_count, static_cast<std::int64_t>(branch.paths_changed.size()));
}

bool is_clean(const Plan& plan) {
  const auto gone = [](const BranchPlan& branch) {
    return branch.outcome == Outcome::clean || branch.outcome == Outcome::already_reverted;
  };
  return !has_conflict(plan) && std::ranges::any_of(plan.branches, gone);
}

std::string branch_name(std::string_view base, std::string_view target_sha) {
  return fmt::format("rollback/{}-{}", base, target_sha.substr(0, kShortSha));
}

std::string branch_name(std::string_view base, std::string_view target_sha, std::string_view plan_id) {
  return fmt::format("{}-{}", branch_name(base, target_sha), plan_id.substr(0, kShortPlan));
}

std::string hotfix_branch_name(std::string_view incident_id, std::string_view target_sha) {
  return fmt::format("hotfix/{}-{}", incident_id, target_sha.substr(0, kShortSha));
}

std::string restore_branch_name(std::string_view base, std::string_view good_sha, std::string_view plan_id) {
  const std::string name = fmt::format("rollback/{}-to-{}", base, good_sha.substr(0, kShortSha));
  return plan_id.empty() ? name : fmt::format("{}-{}", name, plan_id.substr(0, kShortPlan));
}

std::string repository_of_pull(std::string_view target) {
  const std::size_t host = target.find("://");
  const std::size_t pull = target.find("/pull/");
  if (!target.starts_with("http") || host == std::string_view::npos || pull == std::string_view::npos)
    return {};
  const std::size_t path = target.find('/', host + 3);
  if (path == std::string_view::npos || path >= pull) return {};
  const std::vector<std::string> parts = split(target.substr(path + 1, pull - path - 1), '/');
  return parts.size() < 2 ? std::string() : parts[parts.size() - 2] + "/" + parts.back();
}

PublishRefusal publish_refusal(std::string_view message) {
  const std::string_view word = message.substr(0, message.find(':'));
  if (word == "base_moved") return PublishRefusal::base_moved;
  if (word == "branch_taken") return PublishRefusal::branch_taken;
  if (word == "applies") return PublishRefusal::applies;
  if (word == "protected_branch") return PublishRefusal::protected_branch;
  if (word == "workflow_permission") return PublishRefusal::workflow_permission;
  if (word == "signing") return PublishRefusal::signing;
  return PublishRefusal::other;
}

std::string plan_id(const PlanKey& key) {
  std::string bytes = "kedge plan 1\n";
  append_field(bytes, std::to_string(key.repository.value));
  append_fields(bytes, key.targets);
  std::vector<std::string> paths = key.paths;
  std::ranges::sort(paths);
  append_fields(bytes, paths);
  append_field(bytes, std::to_string(key.mainline));
  std::vector<PlanKey::Base> bases = key.bases;
  std::ranges::sort(bases, {}, &PlanKey::Base::base);
  for (const PlanKey::Base& base : bases) append_fields(bytes, {base.base, base.carriers, base.diff_digest});
  return to_hex(sha256(bytes));
}

std::string commit_message(const std::vector<CommitText>& reverted, const std::vector<std::string>& paths) {
  if (reverted.empty()) return {};
  std::string message = fmt::format("Revert {}\n\n", named(reverted));
  for (const CommitText& commit : reverted) {
    message += fmt::format("This reverts commit {}.\n", commit.target_sha);
  }
  if (!paths.empty()) message += "\nOnly in these paths:\n";
  for (const std::string& path : paths) message += fmt::format("- {}\n", one_line(path));
  return message + why(reverted.front());
}

std::string forward_fix_message(const std::vector<CommitText>& reverted, std::string_view base) {
  if (reverted.empty()) return {};
  std::string message = fmt::format("Begin to take back {}\n\n", named(reverted));
  message +=
      fmt::format("What of it does not apply to {} stands between conflict markers,\n", one_line(base));
  message += "which have to be settled before this is merged. Taken back:\n";
  for (const CommitText& commit : reverted) message += fmt::format("- {}\n", commit.target_sha);
  return message + why(reverted.front());
}

}  // namespace kedge::rollback
