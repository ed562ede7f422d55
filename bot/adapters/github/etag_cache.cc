// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/etag_cache.h"

namespace kedge::adapters::github {

std::optional<http::Response> EtagCache::find(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto at = by_key_.find(key);
  if (at == by_key_.end()) return std::nullopt;
  entries_.splice(entries_.begin(), entries_, at->second);
  return entries_.front().response;
}

void EtagCache::put(const std::string& key, const http::Response& response) {
  const auto etag = response.headers.find("etag");
  if (response.status != 200 || etag == response.headers.end() || etag->second.empty()) return;
  if (response.body.size() > kBodyBytesMax) return;
  const std::lock_guard lock(mutex_);
  if (const auto at = by_key_.find(key); at != by_key_.end()) {
    bytes_ -= at->second->response.body.size();
    entries_.erase(at->second);
    by_key_.erase(at);
  }
  entries_.push_front({key, response});
  by_key_[key] = entries_.begin();
  bytes_ += response.body.size();
  while (entries_.size() > kEntriesMax || bytes_ > kBytesMax) drop_last();
}

void EtagCache::drop_last() {
  bytes_ -= entries_.back().response.body.size();
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

}  // namespace kedge::adapters::github
