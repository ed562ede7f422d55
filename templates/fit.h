// SPDX-License-Identifier: Apache-2.0
// Keeping a product's limits: a text is rendered with ever less room for its lists until it fits. Each list
// says how many of its entries were left out, so nothing is lost in silence.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace kedge::templates {

// Source of the limits: GitHub answers 422 above 65,536 characters of a body and 256 of a title; Discord
// above 2,000 of `content`; Slack advises 4,000 of `text`; PagerDuty 1,024 of `summary`. What is below them
// is room for the adapter's hidden marker, and on the issue for what people write around the state section.
inline constexpr std::size_t kBodyMax = 65'000;
inline constexpr std::size_t kStateMax = 40'000;
inline constexpr std::size_t kTitleMax = 256;
inline constexpr std::size_t kSlackMax = 3'500;
inline constexpr std::size_t kDiscordMax = 2'000;
inline constexpr std::size_t kMailMax = 60'000;
inline constexpr std::size_t kPagerDutyMax = 1'024;

/// How many entries of each list, and characters of each value, are shown.
struct Room {
  std::size_t suspects = 8;
  std::size_t jobs = 15;
  std::size_t branches = 12;
  std::size_t paths = 25;
  std::size_t rollbacks = 5;
  std::size_t people = 12;
  std::size_t checklist = 40;
  std::size_t timeline = 10;
  std::size_t rows = 30;     ///< Of any other table.
  std::size_t line = 200;    ///< Characters of a value on one line.
  std::size_t block = 8000;  ///< Characters of a text of several lines.
};

/// The first of ever tighter renderings that has at most `length_max` UTF-16 units. Least important goes
/// first: timeline, paths, checklist, then long values. If even the tightest is too long it is cut at the end
/// of a line and ends with a sentence that says so.
std::string fit(std::size_t length_max, const std::function<std::string(const Room&)>& render);

}  // namespace kedge::templates
