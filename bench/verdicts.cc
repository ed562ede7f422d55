// SPDX-License-Identifier: Apache-2.0
#include "bench/verdicts.h"

#include <fmt/format.h>

namespace kedge::bench {

using test::Agreement;

std::vector<std::string> disagreements(AgreementCount count) {
  constexpr std::size_t kOnePathSetIn = 1000;
  std::vector<std::string> wrong;
  for (const Agreement never : {Agreement::wrongly_clean, Agreement::wrongly_conflict, Agreement::other_tree,
                                Agreement::ours_stopped}) {
    if (count[never] > 0)
      wrong.push_back(fmt::format("{}: {}, never allowed", to_string(never), count[never]));
  }
  const std::size_t conflicts = count[Agreement::conflict] + count[Agreement::other_paths];
  if (count[Agreement::other_paths] * kOnePathSetIn > conflicts) {
    wrong.push_back(fmt::format("{}: {} of {} conflicts, at most one of a thousand allowed",
                                to_string(Agreement::other_paths), count[Agreement::other_paths], conflicts));
  }
  if (conflicts + count[Agreement::clean] == 0) wrong.emplace_back("nothing was compared");
  return wrong;
}

std::string target_lines(const std::vector<Target>& targets) {
  std::string text = "targets\n";
  for (const Target& one : targets) {
    const std::string measured =
        one.measured > 0 ? fmt::format("{:.2f} {}", one.measured, one.unit) : "not measured";
    text += fmt::format("  {:<36} {:>14}   {} {:g} {:<4} {}\n", one.what, measured,
                        one.at_least ? "at least" : "at most ", one.limit, one.unit,
                        one.is_held() ? "held" : "MISSED");
  }
  return text;
}

}  // namespace kedge::bench
