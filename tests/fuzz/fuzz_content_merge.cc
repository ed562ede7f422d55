// SPDX-License-Identifier: Apache-2.0
// The input is three files, parted by bytes 0xfe. Whatever they hold: the merge ends, says what it must, and
// treats both sides alike.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "bot/base/assert.h"
#include "bot/rollback/merge/content_merge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kedge::rollback::merge;

std::string_view take_file(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\xfe'), rest.size());
  const std::string_view file = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return file;
}

bool is_binary(std::string_view file) {
  return file.substr(0, kBinaryProbeBytes).find('\0') != file.npos;
}

void check_ranges(const MergedContent& merged, std::string_view base, std::string_view ours,
                  std::string_view theirs) {
  const auto lines = [](std::string_view text) { return split_keeping_ends(text).size(); };
  std::size_t ours_done = 0;
  std::size_t theirs_done = 0;
  for (const Hunk& hunk : merged.conflicts) {
    KEDGE_ASSERT(hunk.ours.first >= ours_done && hunk.theirs.first >= theirs_done, "hunks are in order");
    KEDGE_ASSERT(hunk.ours.count + hunk.theirs.count > 0, "a conflict has lines");
    ours_done = hunk.ours.end();
    theirs_done = hunk.theirs.end();
    KEDGE_ASSERT(hunk.base.end() <= lines(base), "a hunk's lines are there");
  }
  KEDGE_ASSERT(ours_done <= lines(ours) && theirs_done <= lines(theirs), "a hunk's lines are there");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view base = take_file(rest);
  const std::string_view ours = take_file(rest);
  const std::string_view theirs = rest;
  const ContentLabels labels{.ours = "ours", .theirs = "theirs"};
  const MergedContent merged = merge_content(base, ours, theirs, ContentDriver::text, labels);
  check_ranges(merged, base, ours, theirs);
  const MergedContent mirrored = merge_content(base, theirs, ours, ContentDriver::text, labels);
  KEDGE_ASSERT(merged.is_clean() == mirrored.is_clean(), "which side is ours does not decide");
  KEDGE_ASSERT(!merged.is_clean() || merged.text == mirrored.text, "nor does it change a clean merge");
  const bool has_binary = is_binary(base) || is_binary(ours) || is_binary(theirs);
  KEDGE_ASSERT(merged.is_binary == (has_binary && ours != theirs), "bytes are merged where both are one");
  if (!has_binary) {
    KEDGE_ASSERT(merge_content(base, ours, base, ContentDriver::text, labels).text == ours,
                 "nothing to merge");
    KEDGE_ASSERT(merge_content(base, base, theirs, ContentDriver::text, labels).text == theirs,
                 "all to take");
    KEDGE_ASSERT(merge_content(base, ours, theirs, ContentDriver::union_both, labels).is_clean(),
                 "a union is clean");
  }
  return 0;
}
