// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/limits.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "bot/base/text.h"

namespace kedge::rollback {
namespace {

/// A count from 1 on. None of them is worth more than this, and no sum of them overflows.
constexpr std::size_t kCountMost = 1'000'000'000;

std::optional<std::size_t> parse_count(std::string_view text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && count > 0 && count <= kCountMost ? std::optional(count) : std::nullopt;
}

Result<void> set_limit(Limits& limits, const LimitRow& row, std::string_view value) {
  if (const auto* count = std::get_if<std::size_t Limits::*>(&row.field)) {
    const auto parsed = parse_count(value);
    if (!parsed) return fail(Errc::invalid, "{} must be a whole number from 1 on", row.name);
    limits.** count = *parsed;
    return {};
  }
  const auto parsed = parse_duration(value);
  if (!parsed || *parsed <= Duration{0}) {
    return fail(Errc::invalid, "{} must be a duration such as 2s or 500ms (units ms s m h d)", row.name);
  }
  limits.*std::get<Duration Limits::*>(row.field) = *parsed;
  return {};
}

std::string all_names() {
  std::vector<std::string> names;
  for (const LimitRow& row : limits_table()) names.emplace_back(row.name);
  return join(names, ", ");
}

}  // namespace

const std::vector<LimitRow>& limits_table() {
  static const std::vector<LimitRow> kTable{
      {"targets_max", &Limits::targets_max, "targets of one rollback; more are an error"},
      {"commits_max", &Limits::commits_max,
       "commits of all its targets together; more are an error: `--to` brings a whole version back"},
      {"history_max", &Limits::history_max,
       "commits of a branch whose messages and changes are searched for copies of the target"},
      {"line_max", &Limits::line_max,
       "first parents of a branch that are looked at for a closure and for who touched the lines of a "
       "conflict"},
      {"closure_max", &Limits::closure_max,
       "commits that are reverted besides the target; beyond: fix forward"},
      {"pulls_max", &Limits::pulls_max, "heads of squashed pull requests that are searched for the target"},
      {"scope_max", &Limits::scope_max,
       "commits that are read to tell which branches and tags hold the target; beyond, none are named"},
      {"closure_time", &Limits::closure_time, "time for one branch's closure; beyond: fix forward"},
      {"report_time", &Limits::report_time, "time for who touched the lines of one branch's conflicts"},
      {"plan_time", &Limits::plan_time, "time for the whole plan, without the fetch; beyond, it is an error"},
  };
  return kTable;
}

Result<void> set_limits(Limits& limits, std::string_view text) {
  for (const std::string& part : split(text, ',')) {
    const std::string_view assignment = trim(part);
    if (assignment.empty()) continue;
    const std::size_t equals = assignment.find('=');
    const std::string_view name = trim(assignment.substr(0, equals));
    const auto row = std::ranges::find(limits_table(), name, &LimitRow::name);
    if (equals == std::string_view::npos || row == limits_table().end()) {
      return fail(Errc::invalid, "must be <limit>=<value>, comma-separated; the limits are {}", all_names());
    }
    KEDGE_CHECK(set_limit(limits, *row, trim(assignment.substr(equals + 1))));
  }
  return {};
}

std::string limit_text(const Limits& limits, const LimitRow& row) {
  if (const auto* count = std::get_if<std::size_t Limits::*>(&row.field))
    return std::to_string(limits.**count);
  return format_duration(limits.*std::get<Duration Limits::*>(row.field));
}

}  // namespace kedge::rollback
