// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/system/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

namespace kedge::adapters::system {
namespace {

class Files : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "kedge-files-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static unsigned mode(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0U;
  }
  std::string folder_;
};

TEST_F(Files, WrittenBytesAreReadBackAndAreForTheOwnerAlone) {
  const std::string path = folder_ + "/key";
  const std::string bytes("a\0b\r\n\xff", 6);
  ASSERT_TRUE(write_file(path, bytes));
  EXPECT_EQ(read_file(path).value(), bytes);
  EXPECT_EQ(mode(path), 0600U);
}

TEST_F(Files, WriteReplacesTheWholeFileAndItsModeAndLeavesNothingElse) {
  const std::string path = folder_ + "/key";
  ASSERT_TRUE(write_file(path, "a longer text"));
  ASSERT_EQ(::chmod(path.c_str(), 0644), 0);
  ASSERT_TRUE(write_file(path, "short"));
  EXPECT_EQ(read_file(path).value(), "short");
  EXPECT_EQ(mode(path), 0600U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, WriteReplacesSymbolicLinkAndNotItsTarget) {
  ASSERT_TRUE(write_file(folder_ + "/target", "mine"));
  std::filesystem::create_symlink(folder_ + "/target", folder_ + "/link");
  ASSERT_TRUE(write_file(folder_ + "/link", "new"));
  EXPECT_EQ(read_file(folder_ + "/target").value(), "mine");
  EXPECT_FALSE(std::filesystem::is_symlink(folder_ + "/link"));
}

TEST_F(Files, FailedWriteLeavesNoTemporaryFile) {
  std::filesystem::create_directory(folder_ + "/in-the-way");
  EXPECT_FALSE(write_file(folder_ + "/in-the-way", "x"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
  EXPECT_EQ(write_file(folder_ + "/none/file", "x").error().code, Errc::not_found);
}

TEST_F(Files, ReadSaysWhatIsWrong) {
  EXPECT_EQ(read_file(folder_ + "/none").error().code, Errc::not_found);
  EXPECT_NE(read_file(folder_ + "/none").error().message.find(folder_ + "/none"), std::string::npos);
  EXPECT_EQ(read_file(folder_).error().code, Errc::invalid);
  ASSERT_TRUE(write_file(folder_ + "/long", "12345"));
  EXPECT_EQ(read_file(folder_ + "/long", 4).error().code, Errc::invalid);
  EXPECT_TRUE(read_file(folder_ + "/long", 5));
}

TEST_F(Files, DirectoriesAreMadeForTheOwnerAloneAndKeptWhereTheyAre) {
  ASSERT_EQ(::chmod(folder_.c_str(), 0755), 0);
  ASSERT_TRUE(make_directories(folder_ + "/a/b//c/"));
  EXPECT_EQ(mode(folder_ + "/a"), 0700U);
  EXPECT_EQ(mode(folder_ + "/a/b/c"), 0700U);
  EXPECT_EQ(mode(folder_), 0755U);
  EXPECT_TRUE(make_directories(folder_ + "/a/b/c"));
}

TEST_F(Files, FileInTheWayOfDirectoryIsInvalid) {
  ASSERT_TRUE(write_file(folder_ + "/file", ""));
  EXPECT_EQ(make_directories(folder_ + "/file").error().code, Errc::invalid);
  EXPECT_EQ(make_directories(folder_ + "/file/below").error().code, Errc::invalid);
}

}  // namespace
}  // namespace kedge::adapters::system
