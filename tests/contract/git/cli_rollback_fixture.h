// SPDX-License-Identifier: Apache-2.0
// A clone with a bad commit on main and develop, and `kedge rollback` called on it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bot/cli/command_line.h"
#include "bot/cli/rollback_run.h"
#include "tests/support/git_shell.h"

namespace kedge::cli {

class CliRollback : public ::testing::Test {
 protected:
  CliRollback() : clone_(test::make_clone(scratch_.path() / "work")) {
    // The machine's own identity must not help.
    test::write_file(scratch_.path() / "gitconfig", "[core]\n\tautocrlf = false\n");
    ::setenv("GIT_CONFIG_GLOBAL", (scratch_.path() / "gitconfig").c_str(), 1);
    ::unsetenv("GIT_COMMITTER_NAME");
    ::unsetenv("GIT_COMMITTER_EMAIL");
    clone_.git({"config", "user.name", "Bob"});
    clone_.git({"config", "user.email", "bob@example.com"});
    clone_.commit("First", {{"a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n"}, {"b.txt", "b\n"}});
    bad_ = clone_.commit("Break it (#7)", {{"a.txt", "1\nbroken\n3\n4\n5\n6\n7\n8\n"}, {"new.txt", "n\n"}});
    clone_.git({"branch", "develop"});
    clone_.commit("Go on", {{"c.txt", "c\n"}});
  }

  Answer call(const std::vector<std::string>& arguments, RollbackMode mode = RollbackMode::write) {
    std::vector<std::string> all = {"--repo", clone_.directory().string()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return answer_rollback(all, mode, from_unix_ms(1'700'200'000'000));
  }

  nlohmann::json document(const std::vector<std::string>& arguments, int status,
                          RollbackMode mode = RollbackMode::write) {
    std::vector<std::string> all = {"--json"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const Answer answer = call(all, mode);
    EXPECT_EQ(answer.status, status) << answer.out << answer.err;
    EXPECT_EQ(answer.err, "");
    return nlohmann::json::parse(answer.out);
  }

  std::string branch_of(const std::string& base) { return "rollback/" + base + "-" + bad_.substr(0, 12); }
  std::string refs() { return clone_.git({"for-each-ref"}); }

  /// Makes the change come back in a later commit on main, so that main conflicts and develop does not.
  void make_main_conflict() {
    clone_.commit("Build on it", {{"a.txt", "1\nbroken and more\n3\n4\n5\n6\n7\n8\n"}});
  }

  test::ScratchDir scratch_;
  test::GitShell clone_;
  std::string bad_;
};

}  // namespace kedge::cli
