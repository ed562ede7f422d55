// SPDX-License-Identifier: Apache-2.0
// Nobody waits for a lock for ever, and who is in the way is named.
#include "bot/adapters/git/file_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/scratch.h"

namespace kedge::adapters::git {
namespace {

using ::testing::HasSubstr;

TEST(FileLock, AWaitEndsAndNamesTheHolder) {
  const test::ScratchDir scratch;
  const std::filesystem::path file = scratch.path() / "x.lock";
  const Result<FileLock> held = FileLock::take(file, Duration{0}, {});
  ASSERT_TRUE(held) << held.error().message;
  const Result<FileLock> second = FileLock::take(file, Duration{0}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_TRUE(second.error().certainly_not_done);
  EXPECT_THAT(second.error().message, HasSubstr("x.lock: another thread of this process works on it"));
}

TEST(FileLock, IsFreeAgainOnceLetGo) {
  const test::ScratchDir scratch;
  const std::filesystem::path file = scratch.path() / "x.lock";
  { const Result<FileLock> held = FileLock::take(file, Duration{0}, {}); }
  EXPECT_TRUE(FileLock::take(file, Duration{0}, {}));
}

TEST(FileLock, AStopEndsTheWait) {
  const test::ScratchDir scratch;
  const std::filesystem::path file = scratch.path() / "x.lock";
  const Result<FileLock> held = FileLock::take(file, Duration{0}, {});
  std::stop_source stop;
  stop.request_stop();
  const Result<FileLock> second = FileLock::take(file, std::chrono::hours{1}, stop.get_token());
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("stopping"));
}

TEST(FileLock, AFileThatCannotBeMadeIsSaid) {
  const test::ScratchDir scratch;
  const Result<FileLock> lock = FileLock::take(scratch.path() / "no/folder/x.lock", Duration{0}, {});
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace kedge::adapters::git
