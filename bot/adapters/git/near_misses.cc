// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/near_misses.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <tuple>

#include "bot/adapters/git/short_sha.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kShown = 3;
constexpr std::size_t kShaEdits = 2;
/// Longer texts are no typing mistakes, and the distance costs their product.
constexpr std::size_t kTextMax = 200;
constexpr std::string_view kMark = "; did you mean ";

/// Slips in a number: a digit too many or too few, two that changed places, one that is its neighbour's.
std::optional<std::size_t> number_distance(std::string_view text, std::string_view name) {
  if (text.size() != name.size()) {
    const bool one = edit_distance(text, name) == 1;
    return one ? std::optional<std::size_t>(1) : std::nullopt;
  }
  const auto [here, there] = std::ranges::mismatch(text, name);
  if (here == text.end()) return 0;
  const auto at = static_cast<std::size_t>(here - text.begin());
  const bool rest_same = text.substr(at + 1) == name.substr(at + 1);
  const bool neighbour = rest_same && std::abs(*here - *there) == 1;
  const bool swapped = at + 1 < text.size() && text[at] == name[at + 1] && text[at + 1] == name[at] &&
                       text.substr(at + 2) == name.substr(at + 2);
  return neighbour || swapped ? std::optional<std::size_t>(1) : std::nullopt;
}

std::optional<std::size_t> name_distance(std::string_view text, std::string_view name) {
  const std::string a = to_lower(text);
  const std::string b = to_lower(name);
  const std::size_t edits = edit_distance(a, b);
  // Two: letters that changed places are two edits.
  const std::size_t edits_max = text.size() < 4 ? 1 : std::max<std::size_t>(2, text.size() / 3);
  if (edits <= edits_max) return edits;
  const bool begins = text.size() >= 3 && (b.starts_with(a) || a.starts_with(b));
  const bool last_part = text.size() >= 3 && b.ends_with("/" + a);
  return begins || last_part ? std::optional(edits) : std::nullopt;
}

}  // namespace

std::vector<std::string> near_misses(std::string_view text, const std::vector<std::string>& names,
                                     const std::vector<std::string>& shas) {
  std::vector<std::tuple<std::size_t, std::string>> found;
  if (text.empty() || text.size() > kTextMax) return {};
  for (const std::string& name : names) {
    if (name.size() > kTextMax) continue;
    const bool numbers = text.starts_with('#') && name.starts_with('#');
    if (const auto distance = numbers ? number_distance(text, name) : name_distance(text, name))
      found.emplace_back(*distance, name);
  }
  if (text.size() >= kShortestSha && is_hex(text)) {
    const std::string wanted = to_lower(text);
    for (const std::string& sha : shas) {
      const std::size_t edits = edit_distance(wanted, std::string_view(sha).substr(0, wanted.size()));
      if (edits <= kShaEdits) found.emplace_back(edits, sha.substr(0, kShownSha));
    }
  }
  std::ranges::sort(found);
  std::vector<std::string> best;
  for (const auto& [distance, name] : found) {
    if (best.size() < kShown && std::ranges::count(best, name) == 0) best.push_back(name);
  }
  return best;
}

std::string did_you_mean(const std::vector<std::string>& candidates) {
  return candidates.empty() ? std::string() : std::string(kMark) + join(candidates, ", ") + "?";
}

std::vector<std::string> candidates_in(std::string_view message) {
  const std::size_t at = message.rfind(kMark);
  if (at == std::string_view::npos || !message.ends_with('?')) return {};
  std::string_view list = message.substr(at + kMark.size());
  list.remove_suffix(1);
  std::vector<std::string> candidates;
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    candidates.emplace_back(list.substr(0, comma));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 2);
  }
  return candidates;
}

}  // namespace kedge::adapters::git
