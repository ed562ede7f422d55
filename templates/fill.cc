// SPDX-License-Identifier: Apache-2.0
#include "templates/fill.h"

#include <algorithm>
#include <map>
#include <mstch/mstch.hpp>

#include "bot/base/assert.h"
#include "bot/base/overloaded.h"
#include "bot/base/text.h"
#include "templates/words.h"

namespace kedge::templates {
namespace {

mstch::node to_node(const View& view) {
  mstch::map map;
  for (const auto& [name, value] : view.values()) {
    map.emplace(name, std::visit(overloaded{
                                     [](const Markup& markup) { return mstch::node{markup.text}; },
                                     [](bool on) { return mstch::node{on}; },
                                     [](const std::vector<View>& items) {
                                       mstch::array array;
                                       for (const View& item : items) array.push_back(to_node(item));
                                       return mstch::node{array};
                                     },
                                 },
                                 value));
  }
  return map;
}

using Texts = std::map<std::string, std::string>;

const Texts& texts() {
  static const Texts all = [] {
    // The engine's own escape is process-wide and for HTML; our values are escaped when the view is built.
    mstch::config::escape = [](const std::string& markup) { return markup; };
    Texts made;
    for (const Words& words : all_words()) made.emplace(words.name, words.text);
    return made;
  }();
  return all;
}

std::string tidy(const std::string& rendered) {
  std::string out;
  bool blank = true;  // None at the beginning.
  for (const std::string& line : split(rendered, '\n')) {
    const std::size_t end = line.find_last_not_of(" \t");
    const bool empty = end == std::string::npos;
    if (empty && blank) continue;
    if (!empty) out.append(line, 0, end + 1);
    out += '\n';
    blank = empty;
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace

std::string fill(std::string_view name, const View& view) {
  const Texts& all = texts();
  const auto found = all.find(std::string(name));
  KEDGE_ASSERT(found != all.end(), "every template that is named is compiled in");
  return tidy(mstch::render(found->second, to_node(view), all));
}

}  // namespace kedge::templates
