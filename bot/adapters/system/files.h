// SPDX-License-Identifier: Apache-2.0
// Whole files, read and written at once. What Kedge writes is for its own user alone: files are 0600,
// folders it makes 0700.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "bot/base/error.h"

namespace kedge::adapters::system {

inline constexpr std::size_t kFileBytesMax = 64UL * 1024 * 1024;

/// The bytes of a file. Errors: not_found, denied, invalid (a folder, or longer than `bytes_max`),
/// unavailable.
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = kFileBytesMax);

/// Replaces a file whole: who reads it sees the old bytes or the new ones, also after a power cut. A symbolic
/// link is replaced, not followed. Errors: not_found (no such folder), denied, unavailable (full or broken
/// disk; the old file stands).
Result<void> write_file(const std::string& path, std::string_view bytes);

/// Makes a folder and those above it; fine where it is there already, which is then left as it is. Errors:
/// denied, invalid (a file is in the way), unavailable.
Result<void> make_directories(const std::string& path);

}  // namespace kedge::adapters::system
