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

bool has_conflict(const Plan& plan) {
  return std::ranges::any_of(plan.branches,
                             [](const BranchPlan& branch) { return branch.outcome == Outcome::conflict; });
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
  std::string message = fmt::format("Revert \"{}\"", clean_text(reverted.front().target_subject));
  if (reverted.size() > 1) {
    message += fmt::format(" and {} more commit{}", reverted.size() - 1, reverted.size() > 2 ? "s" : "");
  }
  message += "\n\n";
  for (const CommitText& commit : reverted) {
    message += fmt::format("This reverts commit {}.\n", commit.target_sha);
  }
  if (!paths.empty()) message += "\nOnly in these paths:\n";
  for (const std::string& path : paths) message += fmt::format("- {}\n", one_line(path));
  const std::string reason = quote_trailers(clean_text(reverted.front().reason));
  if (!reason.empty()) message += "\n" + reason + "\n";
  if (!reverted.front().incident_url.empty()) {
    message += fmt::format("\nIncident: {}\n", clean_text(reverted.front().incident_url));
  }
  return message;
}

}  // namespace kedge::rollback
