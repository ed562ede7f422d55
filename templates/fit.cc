// SPDX-License-Identifier: Apache-2.0
#include "templates/fit.h"

#include <array>

#include "bot/base/text.h"
#include "templates/escape.h"

namespace kedge::templates {
namespace {

constexpr std::array<Room, 5> kRooms{{
    {},
    {.suspects = 8,
     .jobs = 10,
     .branches = 12,
     .paths = 10,
     .rollbacks = 3,
     .people = 8,
     .checklist = 25,
     .timeline = 3,
     .rows = 20,
     .line = 200,
     .block = 4000},
    {.suspects = 4,
     .jobs = 5,
     .branches = 8,
     .paths = 5,
     .rollbacks = 2,
     .people = 5,
     .checklist = 15,
     .timeline = 0,
     .rows = 10,
     .line = 120,
     .block = 1000},
    {.suspects = 2,
     .jobs = 2,
     .branches = 5,
     .paths = 2,
     .rollbacks = 1,
     .people = 3,
     .checklist = 8,
     .timeline = 0,
     .rows = 5,
     .line = 60,
     .block = 300},
    {.suspects = 1,
     .jobs = 1,
     .branches = 2,
     .paths = 1,
     .rollbacks = 1,
     .people = 1,
     .checklist = 4,
     .timeline = 0,
     .rows = 2,
     .line = 30,
     .block = 120},
}};

/// Cuts at the end of a line; a code block that was open is closed.
std::string cut_lines(const std::string& text, std::size_t length_max) {
  constexpr std::string_view kSaid = "… The rest was cut: it was too long for this message.";
  const std::size_t room = length_max > 80 ? length_max - 80 : 0;
  std::string out = cut(text, room);
  const std::size_t end = out.find_last_of('\n');
  if (end != std::string::npos && end > out.size() / 2) out.resize(end);
  std::string fence;
  for (const std::string& line : split(out, '\n')) {
    if (!line.starts_with("```")) continue;
    const std::string ticks = line.substr(0, line.find_first_not_of('`'));
    if (fence.empty()) {
      fence = ticks;
    } else if (line == fence) {
      fence.clear();
    }
  }
  if (!fence.empty() && fence.size() < 20) out += "\n" + fence;
  return cut(out + "\n\n" + std::string(kSaid), length_max);
}

}  // namespace

std::string fit(std::size_t length_max, const std::function<std::string(const Room&)>& render) {
  std::string text;
  for (const Room& room : kRooms) {
    text = render(room);
    if (length_utf16(text) <= length_max) return text;
  }
  return cut_lines(text, length_max);
}

}  // namespace kedge::templates
