// SPDX-License-Identifier: Apache-2.0
// Answers of earlier reads with their ETags: a 304 costs nothing of the primary limit. Bounded in entries and
// bytes, least recently used out first. Thread-safe. Keys hold who asked, so nobody reads another's answer.
#pragma once

#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "bot/adapters/http/client.h"

namespace kedge::adapters::github {

class EtagCache {
 public:
  static constexpr std::size_t kEntriesMax = 512;
  static constexpr std::size_t kBytesMax = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t kBodyBytesMax = std::size_t{1024} * 1024;

  [[nodiscard]] std::optional<http::Response> find(const std::string& key);
  /// Keeps a 200 that carries an ETag; leaves others alone.
  void put(const std::string& key, const http::Response& response);

 private:
  struct Entry {
    std::string key;
    http::Response response;
  };
  void drop_last();

  std::mutex mutex_;
  std::list<Entry> entries_;  ///< Most recently used first.
  std::unordered_map<std::string, std::list<Entry>::iterator> by_key_;
  std::size_t bytes_ = 0;
};

}  // namespace kedge::adapters::github
