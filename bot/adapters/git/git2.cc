// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git2.h"

#include <array>
#include <cstring>
#include <mutex>

#include "bot/base/assert.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    git_libgit2_init();
    // A power cut must not leave a half-written object in a mirror that is used for ever after.
    git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
    // Hashing all that is read again doubles the cost of a plan. zlib sees flipped bits in a pack, and the
    // upkeep of mirrors looks for damage with `git fsck`.
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    // Partial clones are opened: whether an object is missing is known when it is needed.
    std::array<const char*, 1> extensions = {"partialclone"};
    git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions.data(), extensions.size());
  });
}

std::string last_error() {
  const git_error* error = git_error_last();
  return error != nullptr && error->message != nullptr ? to_valid_utf8(error->message) : "unknown cause";
}

Errc last_error_code() {
  const git_error* error = git_error_last();
  switch (error == nullptr ? GIT_ERROR_NONE : error->klass) {
    case GIT_ERROR_INDEXER:
    case GIT_ERROR_OBJECT:
    case GIT_ERROR_ODB:
    case GIT_ERROR_REFERENCE:
    case GIT_ERROR_TREE:
    case GIT_ERROR_ZLIB:
      return Errc::corrupt;
    default:
      return Errc::unavailable;
  }
}

git_oid to_oid(std::string_view sha) {
  git_oid oid{};
  const bool read = is_full_sha(sha) && git_oid_fromstr(&oid, std::string(sha).c_str()) == 0;
  KEDGE_ASSERT(read, "object ids are checked where they enter");
  return oid;
}

std::string to_sha(const git_oid& oid) {
  std::array<char, kShaLength> hex{};
  git_oid_fmt(hex.data(), &oid);
  return {hex.data(), hex.size()};
}

bool is_full_sha(std::string_view text) {
  return text.size() == kShaLength && is_hex(text);
}

std::size_t OidHash::operator()(const git_oid& oid) const {
  std::size_t hash = 0;
  std::memcpy(&hash, oid.id, sizeof hash);
  return hash;
}

}  // namespace kedge::adapters::git
