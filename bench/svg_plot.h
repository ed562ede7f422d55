// SPDX-License-Identifier: Apache-2.0
// A small plot on logarithmic axes, as plain SVG.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kedge::bench {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  ///< Positive; by x.
};

struct Plot {
  std::string title;
  std::string x_label;
  std::string y_label;
  std::vector<Series> series;  ///< At most four.
  std::string note;            ///< Below: how it was measured.
};

std::string to_svg(const Plot& plot);

}  // namespace kedge::bench
