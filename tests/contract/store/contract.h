// SPDX-License-Identifier: Apache-2.0
// The contract suite's one fixture. It runs over each factory in factories.cc: another engine joins by one
// more row there.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bot/ports/store.h"

namespace kedge::store::test {

struct Factory {
  std::string name;  ///< Becomes part of the test's name.
  /// Opens the store at `folder`, empty on the first call; called again it opens the same one once more,
  /// where `shared`.
  std::function<std::unique_ptr<ports::Store>(const std::string& folder)> open;
  bool shared = true;
};
std::vector<Factory> factories();

/// A folder of its own for one test, gone afterwards.
class Folder {
 public:
  Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// The value itself: a range-for over `result().value()` would outlive it.
template <typename T>
T must(Result<T> result) {
  EXPECT_TRUE(result) << result.error().message;
  return std::move(result).value();
}

inline TimePoint at(std::int64_t seconds) {
  return from_unix_ms(1'776'502'800'000 + seconds * 1000);
}
inline constexpr Duration kLease{60'000};
inline constexpr RepositoryId kNowhere{};

ports::NewDelivery delivery(const std::string& guid, const std::string& body = "{}");
/// Effect `<repository>/<seq>/<index>`.
ports::NewEffect effect(const std::string& id, const std::string& lane = "", int priority = 3,
                        const std::string& coalesce = "");
ports::TimerRow timer(std::int64_t repository, const std::string& incident, const std::string& kind,
                      TimePoint due_at = {});

class StoreContract : public testing::TestWithParam<Factory> {
 protected:
  void SetUp() override;

  /// Commits a turn of `repository` at its present head; fails the test on an error.
  std::int64_t commit(ports::Turn turn);
  std::int64_t queue(std::vector<ports::NewEffect> effects, std::int64_t repository = 1);
  void finish(const std::string& effect_id, std::int64_t repository = 1);
  /// Ids of the effects claimed at `now`.
  std::vector<std::string> claim(TimePoint now, std::size_t limit = 100);
  std::vector<std::string> claim_guids(TimePoint now, std::size_t limit = 100);
  ports::EffectRow row(const std::string& effect_id);

  Folder folder_;
  std::unique_ptr<ports::Store> store_;
};

}  // namespace kedge::store::test
