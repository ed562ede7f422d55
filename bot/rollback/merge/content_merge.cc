// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/content_merge.h"

#include <algorithm>
#include <optional>

#include "bot/rollback/merge/histogram_diff.h"

namespace kedge::rollback::merge {
namespace {

/// Conflicts with at most so many lines of ours between them become one, for people's sake. Git's number.
constexpr std::size_t kJoinedLinesMax = 3;

enum class Take { ours, theirs, conflict };

/// A run of lines where at least one side left the base; between two pieces all three have the same lines, or
/// both sides made the same change.
struct Piece {
  Take take = Take::conflict;
  Hunk lines;
};

/// The three files in lines.
struct Sides {
  Lines base;
  Lines ours;
  Lines theirs;
  LineIds ours_ids;
  LineIds theirs_ids;
};

/// One side's changes, read in the order of the base.
class ChangeReader {
 public:
  explicit ChangeReader(const std::vector<LineChange>& changes) : changes_(changes) {}
  [[nodiscard]] const LineChange* next() const { return at_ < changes_.size() ? &changes_[at_] : nullptr; }
  const LineChange& take() {
    const LineChange& change = changes_[at_++];
    shift_ =
        static_cast<std::ptrdiff_t>(change.after.end()) - static_cast<std::ptrdiff_t>(change.before.end());
    return change;
  }
  /// Where an unchanged base line at or after the last change taken lies in the side's file.
  [[nodiscard]] std::size_t place_of(std::size_t base_line) const {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(base_line) + shift_);
  }

 private:
  const std::vector<LineChange>& changes_;
  std::size_t at_ = 0;
  std::ptrdiff_t shift_ = 0;
};

/// The changes of both sides that overlap or touch, directly or through others.
struct Cluster {
  std::size_t ours_count = 0;
  std::size_t theirs_count = 0;
  bool is_same_change = false;
  Hunk lines;
};

bool is_same_text(const Sides& sides, const LineRange& ours, const LineRange& theirs) {
  return ours.count == theirs.count &&
         std::equal(sides.ours_ids.begin() + static_cast<std::ptrdiff_t>(ours.first),
                    sides.ours_ids.begin() + static_cast<std::ptrdiff_t>(ours.end()),
                    sides.theirs_ids.begin() + static_cast<std::ptrdiff_t>(theirs.first));
}

Cluster take_cluster(const Sides& sides, ChangeReader& ours, ChangeReader& theirs) {
  const bool starts_with_ours =
      theirs.next() == nullptr ||
      (ours.next() != nullptr && ours.next()->before.first <= theirs.next()->before.first);
  const std::size_t start = (starts_with_ours ? ours : theirs).next()->before.first;
  std::size_t end = start;
  const std::size_t ours_start = ours.place_of(start);
  const std::size_t theirs_start = theirs.place_of(start);
  Cluster cluster;
  const LineChange* first_ours = ours.next();
  const LineChange* first_theirs = theirs.next();
  // Changes that only touch already conflict: which of them would come first is anybody's guess.
  for (bool grew = true; grew;) {
    grew = false;
    for (; ours.next() != nullptr && ours.next()->before.first <= end; ++cluster.ours_count, grew = true)
      end = std::max(end, ours.take().before.end());
    for (; theirs.next() != nullptr && theirs.next()->before.first <= end;
         ++cluster.theirs_count, grew = true)
      end = std::max(end, theirs.take().before.end());
  }
  cluster.is_same_change = cluster.ours_count == 1 && cluster.theirs_count == 1 &&
                           first_ours->before == first_theirs->before &&
                           is_same_text(sides, first_ours->after, first_theirs->after);
  cluster.lines = {.base = {start, end - start},
                   .ours = {ours_start, ours.place_of(end) - ours_start},
                   .theirs = {theirs_start, theirs.place_of(end) - theirs_start}};
  return cluster;
}

std::vector<Piece> align(const Sides& sides, const std::vector<LineChange>& ours_changes,
                         const std::vector<LineChange>& theirs_changes) {
  ChangeReader ours(ours_changes);
  ChangeReader theirs(theirs_changes);
  std::vector<Piece> pieces;
  while (ours.next() != nullptr || theirs.next() != nullptr) {
    const Cluster cluster = take_cluster(sides, ours, theirs);
    if (cluster.is_same_change) continue;
    const Take take = cluster.theirs_count == 0 ? Take::ours
                      : cluster.ours_count == 0 ? Take::theirs
                                                : Take::conflict;
    pieces.push_back({take, cluster.lines});
  }
  return pieces;
}

/// Parts each conflict at the lines that both sides have. What turns out the same on both sides is ours.
std::vector<Piece> refine(const std::vector<Piece>& pieces, const Sides& sides, HistogramDiff& diff,
                          WorkBudget& budget) {
  std::vector<Piece> refined;
  for (const Piece& piece : pieces) {
    const auto& [base, ours, theirs] = piece.lines;
    if (piece.take != Take::conflict || ours.count == 0 || theirs.count == 0) {
      refined.push_back(piece);
      continue;
    }
    const std::vector<LineChange> changes =
        diff.compare(std::span(sides.ours_ids).subspan(ours.first, ours.count),
                     std::span(sides.theirs_ids).subspan(theirs.first, theirs.count), budget);
    if (changes.empty()) refined.push_back({Take::ours, piece.lines});
    for (const LineChange& change : changes) {
      refined.push_back({Take::conflict,
                         {.base = base,
                          .ours = {ours.first + change.before.first, change.before.count},
                          .theirs = {theirs.first + change.after.first, change.after.count}}});
    }
  }
  return refined;
}

LineRange span_of(const LineRange& first, const LineRange& last) {
  return {first.first, last.end() - first.first};
}

std::vector<Piece> join_near(const std::vector<Piece>& pieces) {
  std::vector<Piece> joined;
  for (const Piece& piece : pieces) {
    const bool joins = !joined.empty() && joined.back().take == Take::conflict &&
                       piece.take == Take::conflict &&
                       piece.lines.ours.first - joined.back().lines.ours.end() <= kJoinedLinesMax;
    if (!joins) {
      joined.push_back(piece);
      continue;
    }
    Hunk& lines = joined.back().lines;
    lines = {.base = span_of(lines.base, piece.lines.base),
             .ours = span_of(lines.ours, piece.lines.ours),
             .theirs = span_of(lines.theirs, piece.lines.theirs)};
  }
  return joined;
}

/// Whether the line at `at`, or failing that the one above, ends with CR LF; nothing where that cannot be
/// told.
std::optional<bool> ends_with_crlf(const Lines& lines, std::size_t at) {
  if (at >= lines.size()) return {};
  if (!lines[at].ends_with('\n')) {
    if (at == 0) return {};
    --at;
  }
  return lines[at].ends_with("\r\n");
}

/// Markers, and line ends added before them, follow the lines around the conflict.
std::string_view line_end_for(const Hunk& hunk, const Sides& sides) {
  const auto before = [](std::size_t first) { return first == 0 ? 0 : first - 1; };
  const std::optional<bool> ours = ends_with_crlf(sides.ours, before(hunk.ours.first));
  if (ours == false) return "\n";
  const std::optional<bool> theirs = ends_with_crlf(sides.theirs, before(hunk.theirs.first));
  if (theirs == false) return "\n";
  const std::optional<bool> base = ends_with_crlf(sides.base, 0);
  return base.value_or(false) ? "\r\n" : "\n";
}

class Text {
 public:
  void add(const Lines& lines, const LineRange& range) {
    for (std::size_t i = range.first; i < range.end(); ++i) text_ += lines[i];
  }
  /// The same, and a line end after a last line that has none.
  void add_whole(const Lines& lines, const LineRange& range, std::string_view line_end) {
    add(lines, range);
    if (range.count > 0 && !lines[range.end() - 1].ends_with('\n')) text_ += line_end;
  }
  void add_marker(char sign, std::size_t bytes, const std::string& label, std::string_view line_end) {
    text_.append(bytes, sign);
    if (!label.empty()) text_.append(" ").append(label);
    text_ += line_end;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_conflict(Text& text, const Hunk& hunk, const Sides& sides, ContentDriver driver,
                    const ContentLabels& labels) {
  const std::string_view line_end = line_end_for(hunk, sides);
  if (driver == ContentDriver::union_both) {
    text.add_whole(sides.ours, hunk.ours, line_end);
    return text.add(sides.theirs, hunk.theirs);
  }
  text.add_marker('<', labels.marker_bytes, labels.ours, line_end);
  text.add_whole(sides.ours, hunk.ours, line_end);
  text.add_marker('=', labels.marker_bytes, {}, line_end);
  text.add_whole(sides.theirs, hunk.theirs, line_end);
  text.add_marker('>', labels.marker_bytes, labels.theirs, line_end);
}

std::string write(const std::vector<Piece>& pieces, const Sides& sides, ContentDriver driver,
                  const ContentLabels& labels) {
  Text text;
  std::size_t done = 0;
  for (const Piece& piece : pieces) {
    if (piece.take == Take::ours) continue;
    text.add(sides.ours, {done, piece.lines.ours.first - done});
    done = piece.lines.ours.end();
    if (piece.take == Take::theirs) {
      text.add(sides.theirs, piece.lines.theirs);
    } else {
      write_conflict(text, piece.lines, sides, driver, labels);
    }
  }
  text.add(sides.ours, {done, sides.ours.size() - done});
  return text.take();
}

bool is_unmergeable(std::string_view bytes) {
  return bytes.substr(0, kBinaryProbeBytes).find('\0') != bytes.npos || bytes.size() > kMergedFileBytesMax ||
         static_cast<std::size_t>(std::ranges::count(bytes, '\n')) >= kMergedFileLinesMax;
}

}  // namespace

MergedContent merge_content(std::string_view base, std::string_view ours, std::string_view theirs,
                            ContentDriver driver, const ContentLabels& labels) {
  if (ours == theirs) return {.text = std::string(ours)};
  // First of all: git does not merge such files even where one of two added ones is empty, like no base.
  if (driver == ContentDriver::binary || is_unmergeable(base) || is_unmergeable(ours) ||
      is_unmergeable(theirs))
    return {.text = std::string(ours), .is_binary = true};
  if (theirs == base) return {.text = std::string(ours)};
  if (ours == base) return {.text = std::string(theirs)};
  Sides sides{.base = split_keeping_ends(base),
              .ours = split_keeping_ends(ours),
              .theirs = split_keeping_ends(theirs)};
  NumberedFiles numbered = number_lines({&sides.base, &sides.ours, &sides.theirs});
  const LineIds base_ids = std::move(numbered.files[0]);
  sides.ours_ids = std::move(numbered.files[1]);
  sides.theirs_ids = std::move(numbered.files[2]);
  // One budget each: a side that is hard to compare does not blur the other.
  WorkBudget for_ours(kCompareStepsMax);
  WorkBudget for_theirs(kCompareStepsMax);
  WorkBudget for_conflicts(kCompareStepsMax);
  HistogramDiff diff(numbered.distinct);
  const std::vector<LineChange> ours_changes = diff.compare(base_ids, sides.ours_ids, for_ours);
  const std::vector<LineChange> theirs_changes = diff.compare(base_ids, sides.theirs_ids, for_theirs);
  const std::vector<Piece> pieces =
      join_near(refine(align(sides, ours_changes, theirs_changes), sides, diff, for_conflicts));
  MergedContent merged{.text = write(pieces, sides, driver, labels),
                       .is_coarse = for_ours.is_spent() || for_theirs.is_spent() || for_conflicts.is_spent()};
  if (driver == ContentDriver::union_both) return merged;
  for (const Piece& piece : pieces) {
    if (piece.take == Take::conflict) merged.conflicts.push_back(piece.lines);
  }
  return merged;
}

}  // namespace kedge::rollback::merge
