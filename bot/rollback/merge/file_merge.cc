// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/file_merge.h"

#include <algorithm>

#include "bot/base/assert.h"

namespace kedge::rollback::merge {
namespace {

/// Where both sides changed it differently, ours.
struct ModeMerge {
  FileMode mode = FileMode::none;
  bool clean = true;
};

ModeMerge merge_modes(FileMode base, FileMode ours, FileMode theirs) {
  if (ours == theirs || ours == base) return {.mode = theirs, .clean = true};
  return {.mode = ours, .clean = theirs == base};
}

/// With the path of each side where a rename made them differ.
ContentLabels labels_for(const MergeState& state, const FileMergeRequest& request) {
  ContentLabels labels = state.options.labels;
  if (request.merged_again) ++labels.marker_bytes;
  const auto named = [](const std::string& origin) { return !origin.empty(); };
  if (std::ranges::none_of(request.origin, named)) return labels;
  const auto path = [&](Side side) -> const std::string& {
    return request.origin[side].empty() ? request.path : request.origin[side];
  };
  if (path(kBase) == path(kOurs) && path(kOurs) == path(kTheirs)) return labels;
  labels.ours += ":" + path(kOurs);
  labels.theirs += ":" + path(kTheirs);
  return labels;
}

Result<void> merge_text(MergeState& state, const FileMergeRequest& request, FileMerge& merge) {
  const auto& [base, ours, theirs] = request.versions;
  std::string base_text;
  if (is_file(base.mode)) {
    KEDGE_TRY(text, state.objects.content(base));
    base_text = std::move(text);
  }
  KEDGE_TRY(ours_text, state.objects.content(ours));
  KEDGE_TRY(theirs_text, state.objects.content(theirs));
  KEDGE_TRY(driver, state.objects.store().merge_driver(request.path));
  MergedContent content =
      merge_content(base_text, ours_text, theirs_text, driver, labels_for(state, request));
  if (content.is_coarse) return state.objects.budget().stop(Limit::effort);
  const FileMode mode = merge.version.mode;
  if (content.is_binary || content.text == ours_text) {
    merge.version = {.mode = mode, .id = ours.id, .text = ours.text};
  } else {
    merge.version = {.mode = mode, .id = {}, .text = std::make_shared<std::string>(std::move(content.text))};
  }
  if (content.is_binary) {
    merge.is_ours = true;
    merge.conflict =
        driver == ContentDriver::binary ? ConflictReason::merging_forbidden : ConflictReason::binary;
  } else if (!content.is_clean()) {
    merge.conflict = ConflictReason::both_changed;
    merge.hunks = std::move(content.conflicts);
  }
  return {};
}

}  // namespace

Result<FileMerge> merge_files(MergeState& state, const FileMergeRequest& request) {
  const auto& [base, ours, theirs] = request.versions;
  KEDGE_ASSERT(same_type(ours.mode, theirs.mode), "different types are told apart before");
  const ModeMerge modes = merge_modes(base.mode, ours.mode, theirs.mode);
  FileMerge merge;
  merge.version.mode = modes.mode;
  if (!modes.clean) merge.conflict = ConflictReason::modes;
  if (same_content(ours, theirs) || same_content(ours, base)) {
    merge.version = {.mode = modes.mode, .id = theirs.id, .text = theirs.text};
  } else if (same_content(theirs, base)) {
    merge.version = {.mode = modes.mode, .id = ours.id, .text = ours.text};
  } else if (is_file(ours.mode)) {
    KEDGE_CHECK(merge_text(state, request, merge));
  } else {
    merge.version = {.mode = modes.mode, .id = ours.id, .text = ours.text};
    merge.is_ours = true;
    merge.conflict = ours.mode == FileMode::symlink ? ConflictReason::symlinks : ConflictReason::submodules;
  }
  return merge;
}

}  // namespace kedge::rollback::merge
