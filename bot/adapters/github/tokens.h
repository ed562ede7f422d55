// SPDX-License-Identifier: Apache-2.0
// Installation tokens: opaque text of any length, narrowed to one repository, kept until five minutes before
// they end. Thread-safe; two callers of one token wait for one request.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/incident/model.h"
#include "bot/ports/clock.h"

namespace kedge::adapters::github {

class Rest;

class Tokens {
 public:
  Tokens(Rest& rest, ports::Clock& clock) : rest_(rest), clock_(clock) {}

  /// The repository's installation: the one it names, else asked for once. Errors: denied where there is
  /// none.
  Result<std::int64_t> installation(const incident::Repository& repository);
  /// Errors: denied where the App is not installed on the repository. A token that ends soon is given all the
  /// same where no new one can be had just now.
  Result<Secret> get(const incident::Repository& repository);
  /// False where GitHub said with the token that it may not change workflow files. Errors: as get().
  Result<bool> may_change_workflows(const incident::Repository& repository);
  /// GitHub refused this one: the next get() asks for another. A newer one is left alone.
  void drop(const incident::Repository& repository, const Secret& refused);

 private:
  struct Entry {
    std::mutex mutex;
    Secret token;
    TimePoint ends_at{};
    bool workflows = true;
  };
  using Key = std::pair<std::int64_t, std::int64_t>;  ///< Installation, repository.
  std::shared_ptr<Entry> entry(const Key& key);
  Result<void> renew(Entry& entry, std::int64_t installation, const incident::Repository& repository);

  Rest& rest_;
  ports::Clock& clock_;
  std::mutex mutex_;  ///< Guards the maps; never held over a request.
  std::map<Key, std::shared_ptr<Entry>> entries_;
  std::map<std::string, std::int64_t> found_;  ///< Full name → installation.
};

}  // namespace kedge::adapters::github
