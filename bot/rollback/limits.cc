// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/limits.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "bot/base/text.h"

namespace kedge::rollback {
namespace {

/// More would not end while somebody waits.
constexpr std::uint64_t kTimeMost = 3'600'000;

std::optional<std::size_t> parse_count(std::string_view text, std::uint64_t most) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && count > 0 && count <= most ? std::optional(count) : std::nullopt;
}

Result<void> set_limit(Limits& limits, const LimitRow& row, std::string_view value) {
  if (const auto* count = std::get_if<std::size_t Limits::*>(&row.field)) {
    const auto parsed = parse_count(value, row.most);
    if (!parsed) return fail(Errc::invalid, "{} must be a whole number from 1 to {}", row.name, row.most);
    limits.** count = *parsed;
    return {};
  }
  const auto parsed = parse_duration(value);
  const Duration most = std::chrono::milliseconds{row.most};
  if (!parsed || *parsed <= Duration{0} || *parsed > most) {
    return fail(Errc::invalid, "{} must be a duration up to {}, such as 2s or 500ms (units ms s m h d)",
                row.name, format_duration(most));
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
      {"targets_max", &Limits::targets_max, 1000, "targets of one rollback; more are an error"},
      {"commits_max", &Limits::commits_max, 10'000,
       "commits of all its targets together; more are an error: `--to` brings a whole version back"},
      {"history_max", &Limits::history_max, 1'000'000,
       "commits of a branch whose messages and changes are searched for copies of the target"},
      {"line_max", &Limits::line_max, 1'000'000,
       "first parents of a branch that are looked at for a closure and for who touched the lines of a "
       "conflict"},
      {"closure_max", &Limits::closure_max, 100,
       "commits that are reverted besides the target; beyond: fix forward"},
      {"closure_merges", &Limits::closure_merges, 1'000'000,
       "merges of trees that the search for one branch's closure may take; beyond: fix forward"},
      {"pulls_max", &Limits::pulls_max, 10'000,
       "squashed pull requests of a branch whose heads are fetched and searched for the target"},
      {"scope_max", &Limits::scope_max, 10'000'000,
       "commits that are read to tell which branches and tags hold the target; beyond, none are named"},
      {"merge_bytes", &Limits::merge_bytes, std::uint64_t{1} << 36U,
       "bytes of files that one merge of trees may read, which bounds its memory; beyond, it is an error"},
      {"merge_paths", &Limits::merge_paths, 100'000'000,
       "paths that may differ in one merge of trees; beyond, it is an error"},
      {"merge_pairs", &Limits::merge_pairs, 49'000'000,
       "pairs of files that one merge of trees may compare to find renames; beyond, it is an error"},
      {"closure_time", &Limits::closure_time, kTimeMost,
       "time for one branch's closure, where the machine is too slow for `closure_merges`; beyond: fix "
       "forward"},
      {"report_time", &Limits::report_time, kTimeMost,
       "time for who touched the lines of one branch's conflicts"},
      {"plan_time", &Limits::plan_time, kTimeMost,
       "time for the whole plan, without the fetch; beyond, it is an error"},
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
