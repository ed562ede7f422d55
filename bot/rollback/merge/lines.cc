// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/lines.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "bot/base/assert.h"

namespace kedge::rollback::merge {
namespace {

struct PlacedLine {
  std::size_t hash;
  std::uint32_t place;  ///< Counted through all files.
};

}  // namespace

Lines split_keeping_ends(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

NumberedFiles number_lines(const std::vector<const Lines*>& files) {
  Lines all;
  for (const Lines* file : files) all.insert(all.end(), file->begin(), file->end());
  KEDGE_ASSERT(all.size() < std::numeric_limits<LineId>::max(), "the size of files is limited");
  std::vector<PlacedLine> sorted;
  sorted.reserve(all.size());
  for (const std::string_view line : all) {
    sorted.push_back({std::hash<std::string_view>{}(line), static_cast<std::uint32_t>(sorted.size())});
  }
  std::ranges::sort(sorted, [&](const PlacedLine& a, const PlacedLine& b) {
    return a.hash != b.hash ? a.hash < b.hash : all[a.place] < all[b.place];
  });
  LineIds ids(all.size());
  NumberedFiles numbered;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const bool is_new =
        i == 0 || sorted[i].hash != sorted[i - 1].hash || all[sorted[i].place] != all[sorted[i - 1].place];
    numbered.distinct += is_new ? 1 : 0;
    ids[sorted[i].place] = static_cast<LineId>(numbered.distinct - 1);
  }
  auto from = ids.begin();
  for (const Lines* file : files) {
    const auto to = from + static_cast<std::ptrdiff_t>(file->size());
    numbered.files.emplace_back(from, to);
    from = to;
  }
  return numbered;
}

}  // namespace kedge::rollback::merge
