// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/patch_index.h"

#include <fstream>
#include <sstream>

#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::string_view kHeader = "kedge changes 1\n";
constexpr std::size_t kIdBytes = 20;
constexpr std::size_t kShapeBytes = 8;
constexpr std::size_t kRecordBytes = kIdBytes + kShapeBytes + kIdBytes;
constexpr std::size_t kDigestBytes = 32;

std::string to_bytes(std::uint64_t number) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>((number >> shift) & 0xffU);
  return bytes;
}

std::uint64_t to_number(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes.substr(0, kShapeBytes)) {
    number = (number << 8U) | static_cast<unsigned char>(byte);
  }
  return number;
}

}  // namespace

std::uint64_t shape_of(const std::vector<Change>& changes) {
  if (changes.empty()) return 0;
  std::string rows;
  for (const Change& change : changes) {
    rows +=
        fmt::format("{}:{} {:o} {:o}\n", change.path.size(), change.path, change.old_mode, change.new_mode);
  }
  return to_number(sha256(rows)) | 1U;  // Never 0, which stands for no change and for not known.
}

PatchIndex::Known& PatchIndex::known(const std::string& commit) {
  if (!loaded_) load();
  const auto [at, is_new] = known_.try_emplace(commit);
  if (is_new) order_.push_back(commit);
  return at->second;
}

Result<std::uint64_t> PatchIndex::shape(const Repo& repo, const std::string& commit,
                                        const std::string& before, const std::string& after) {
  Known& entry = known(commit);
  if (entry.shape != 0 || before == after) return entry.shape;
  KEDGE_TRY(changes, changes_between(repo, before, after));
  entry.shape = shape_of(changes);
  ++computed_;
  changed_ = true;
  return entry.shape;
}

Result<std::string> PatchIndex::patch_id(const Repo& repo, const std::string& commit,
                                         const std::string& before, const std::string& after) {
  KEDGE_CHECK(shape(repo, commit, before, after));
  Known& entry = known(commit);
  if (!entry.patch_id.empty() || before == after) return entry.patch_id;
  KEDGE_TRY(id, git::patch_id(repo, before, after));
  entry.patch_id = id;
  ++computed_;
  changed_ = true;
  return id;
}

void PatchIndex::load() {
  loaded_ = true;
  if (file_.empty()) return;
  std::ifstream in(file_, std::ios::binary);
  std::ostringstream read;
  read << in.rdbuf();
  const std::string all = read.str();
  if (!all.starts_with(kHeader) || all.size() < kHeader.size() + kDigestBytes) return;
  const std::string_view body = std::string_view(all).substr(0, all.size() - kDigestBytes);
  const std::string_view rows = body.substr(kHeader.size());
  if (rows.size() % kRecordBytes != 0 || sha256(body) != all.substr(body.size())) return;
  for (std::size_t at = 0; at < rows.size(); at += kRecordBytes) {
    const std::string_view row = rows.substr(at, kRecordBytes);
    const std::string_view patch = row.substr(kIdBytes + kShapeBytes);
    Known entry{.shape = to_number(row.substr(kIdBytes))};
    if (patch.find_first_not_of('\0') != std::string_view::npos) entry.patch_id = to_hex(patch);
    const std::string commit = to_hex(row.substr(0, kIdBytes));
    if (known_.try_emplace(commit, std::move(entry)).second) order_.push_back(commit);
  }
}

void PatchIndex::save() {
  if (file_.empty() || !changed_) return;
  const std::size_t first = order_.size() > commits_max_ ? order_.size() - commits_max_ : 0;
  std::string body(kHeader);
  for (std::size_t i = first; i < order_.size(); ++i) {
    const Known& entry = known_.at(order_[i]);
    if (entry.shape == 0) continue;
    body += from_hex(order_[i]) + to_bytes(entry.shape);
    body += entry.patch_id.empty() ? std::string(kIdBytes, '\0') : from_hex(entry.patch_id);
  }
  const std::filesystem::path beside = file_.string() + ".new";
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << body << sha256(body);
  out.close();
  std::error_code ignored;
  if (out) std::filesystem::rename(beside, file_, ignored);
  if (!out || ignored) std::filesystem::remove(beside, ignored);
  changed_ = false;
}

}  // namespace kedge::adapters::git
