// SPDX-License-Identifier: Apache-2.0
#include "bench/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace kedge::bench {
namespace {

constexpr double kWidth = 640;
constexpr double kHeight = 400;
constexpr double kLeft = 70;
constexpr double kRight = 20;
constexpr double kTop = 44;
constexpr double kBottom = 76;
constexpr std::array<const char*, 4> kColours{"#0b6e4f", "#b5482a", "#2f5d9b", "#7a4fa3"};

/// Whole powers of ten around the values.
struct Axis {
  double from = 0;
  double to = 1;
  double begin = 0;  ///< In pixels.
  double end = 0;

  [[nodiscard]] double at(double value) const {
    return begin + (std::log10(value) - from) / (to - from) * (end - begin);
  }
};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string words(double x, double y, const std::string& text, const std::string& more = "") {
  return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" {}>{}</text>\n", x, y, more, escaped(text));
}

Axis axis_of(const Plot& plot, bool is_x, double begin, double end) {
  double low = 1e300;
  double high = 1e-300;
  for (const Series& series : plot.series) {
    for (const auto& [x, y] : series.points) {
      low = std::min(low, is_x ? x : y);
      high = std::max(high, is_x ? x : y);
    }
  }
  if (low > high) low = high = 1;
  const double from = std::floor(std::log10(low));
  return {.from = from, .to = std::max(from + 1, std::ceil(std::log10(high))), .begin = begin, .end = end};
}

std::string power(double exponent) {
  return fmt::format("{:.{}f}", std::pow(10.0, exponent), exponent < 0 ? static_cast<int>(-exponent) : 0);
}

std::string grid(const Axis& x, const Axis& y) {
  std::string out;
  for (double e = x.from; e <= x.to; ++e) {
    const double at = x.at(std::pow(10.0, e));
    out += fmt::format("<path d=\"M{:.0f} {:.0f}V{:.0f}\" stroke=\"#ddd\"/>\n", at, y.begin, y.end);
    out += words(at, y.begin + 18, power(e), "text-anchor=\"middle\"");
  }
  for (double e = y.from; e <= y.to; ++e) {
    const double at = y.at(std::pow(10.0, e));
    out += fmt::format("<path d=\"M{:.0f} {:.0f}H{:.0f}\" stroke=\"#ddd\"/>\n", x.begin, at, x.end);
    out += words(x.begin - 8, at + 4, power(e), "text-anchor=\"end\"");
  }
  return out;
}

std::string line(const Series& series, const Axis& x, const Axis& y, const char* colour) {
  std::string path;
  std::string dots;
  for (const auto& [px, py] : series.points) {
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.at(px), y.at(py));
    dots += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x.at(px), y.at(py),
                        colour);
  }
  return fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n{}", path, colour,
                     dots);
}

}  // namespace

std::string to_svg(const Plot& plot) {
  const Axis x = axis_of(plot, true, kLeft, kWidth - kRight);
  const Axis y = axis_of(plot, false, kHeight - kBottom, kTop);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" "
      "font-size=\"12\" fill=\"#222\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"#fff\"/>\n",
      kWidth, kHeight);
  out += words(kLeft, 18, plot.title, "font-size=\"14\" font-weight=\"bold\"");
  out += grid(x, y);
  out += words((x.begin + x.end) / 2, kHeight - kBottom + 36, plot.x_label, "text-anchor=\"middle\"");
  out += words(kLeft, 36, plot.y_label);
  for (std::size_t i = 0; i < std::min(plot.series.size(), kColours.size()); ++i) {
    out += line(plot.series[i], x, y, kColours.at(i));
    const double at = kLeft + 130 + 150 * static_cast<double>(i);
    out += fmt::format("<rect x=\"{:.0f}\" y=\"27\" width=\"10\" height=\"10\" fill=\"{}\"/>\n", at,
                       kColours.at(i));
    out += words(at + 15, 36, plot.series[i].name);
  }
  return out + words(kLeft, kHeight - 12, plot.note, "font-size=\"11\" fill=\"#555\"") + "</svg>\n";
}

}  // namespace kedge::bench
