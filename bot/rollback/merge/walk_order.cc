// SPDX-License-Identifier: Apache-2.0
#include "bot/rollback/merge/walk_order.h"

#include <cstdint>
#include <deque>
#include <string_view>

namespace kedge::rollback::merge {
namespace {

std::uint32_t fnv1(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5U;
  for (const char c : text) hash = (hash * 0x01000193U) ^ static_cast<unsigned char>(c);
  return hash;
}

struct Entry {
  std::uint32_t hash;
  std::size_t place;
};

class Table {
 public:
  void add(const Entry& entry) {
    put(entry);
    if (++size_ * 100 > chains_.size() * 80) grow();
  }
  [[nodiscard]] std::vector<std::size_t> places() const {
    std::vector<std::size_t> all;
    for (const auto& chain : chains_) {
      for (const Entry& entry : chain) all.push_back(entry.place);
    }
    return all;
  }

 private:
  void put(const Entry& entry) { chains_[entry.hash % chains_.size()].push_front(entry); }
  void grow() {
    const std::vector<std::deque<Entry>> old = std::move(chains_);
    chains_.assign(old.size() * 4, {});
    for (const auto& chain : old) {
      for (const Entry& entry : chain) put(entry);
    }
  }

  std::vector<std::deque<Entry>> chains_ = std::vector<std::deque<Entry>>(64);
  std::size_t size_ = 0;
};

}  // namespace

std::vector<std::size_t> table_order(const std::vector<std::string>& paths) {
  Table table;
  for (std::size_t i = 0; i < paths.size(); ++i) table.add({fnv1(paths[i]), i});
  return table.places();
}

}  // namespace kedge::rollback::merge
