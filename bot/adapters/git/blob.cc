// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/blob.h"

#include "bot/adapters/git/changes.h"
#include "bot/base/text.h"
#include "bot/rollback/merge/lines.h"

namespace kedge::adapters::git {

Result<std::optional<std::string>> file_at(const Repo& repo, const std::string& tree, const std::string& path,
                                           std::size_t bytes_max) {
  std::optional<std::string> nothing;
  KEDGE_TRY(root, read_tree(repo, tree));
  git_tree_entry* raw = nullptr;
  if (root == nullptr || git_tree_entry_bypath(&raw, root.get(), path.c_str()) != 0) return nothing;
  const TreeEntryHandle entry(raw);
  constexpr unsigned kTypeBits = 0170000;
  constexpr unsigned kRegular = 0100000;
  if ((static_cast<unsigned>(git_tree_entry_filemode_raw(raw)) & kTypeBits) != kRegular) return nothing;
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const git_oid* id = git_tree_entry_id(raw);
  git_blob* blob = nullptr;
  if (git_odb_read_header(&size, &type, repo.odb(), id) == 0 && size > bytes_max) return nothing;
  if (git_blob_lookup(&blob, repo.raw(), id) != 0) {
    return fail(Errc::corrupt, "cannot read file {}: {}; run `git fsck`", to_valid_utf8(path), last_error());
  }
  const BlobHandle owned(blob);
  const auto* bytes = static_cast<const char*>(git_blob_rawcontent(blob));
  return std::optional(std::string(bytes, static_cast<std::size_t>(git_blob_rawsize(blob))));
}

std::string excerpt(const std::string& file, const rollback::LineSpan& span) {
  const rollback::merge::Lines lines = rollback::merge::split_keeping_ends(file);
  std::string text;
  for (std::size_t i = 0; i < static_cast<std::size_t>(span.count); ++i) {
    const std::size_t at = static_cast<std::size_t>(span.first) - 1 + i;
    if (at >= lines.size()) break;
    if (i == rollback::kHunkLinesShown) {
      text += fmt::format("… and {} more lines\n", static_cast<std::size_t>(span.count) - i);
      break;
    }
    std::string_view line = lines[at];
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    text += truncate_utf8(to_valid_utf8(line), rollback::kHunkLineBytesMax) + '\n';
  }
  std::erase(text, '\0');
  return text;
}

}  // namespace kedge::adapters::git
