// SPDX-License-Identifier: Apache-2.0
// Kills a process that writes, again and again, and looks for everything it had acknowledged.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <set>

#include "bot/adapters/store/store.h"
#include "bot/base/text.h"
#include "bot/journal/chain.h"
#include "tests/contract/store/contract.h"

namespace kedge::store::test {
namespace {

struct Writer {
  pid_t pid = -1;
  int out = -1;
};

Writer start_writer(const std::string& url, const std::string& seed) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(STORE_WRITER, STORE_WRITER, url.c_str(), seed.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  return {pid, ends[0]};
}

/// Reads acknowledgements, kills the writer at `bytes` of them, and reads what it still had said.
std::string acknowledgements(const Writer& writer, std::size_t bytes) {
  std::string text;
  char buffer[4096];
  bool killed = false;
  while (true) {
    const ssize_t got = ::read(writer.out, buffer, sizeof buffer);
    if (got <= 0) break;
    text.append(buffer, static_cast<std::size_t>(got));
    if (!killed && text.size() >= bytes) killed = ::kill(writer.pid, SIGKILL) == 0;
  }
  ::close(writer.out);
  int status = 0;
  ::waitpid(writer.pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "it ended by itself: " << status;
  return text;
}

TEST(Crash, LosesNothingThatWasAcknowledged) {
  const Folder folder;
  const std::string url = "sqlite://" + folder.path() + "/kedge.db";
  std::set<std::string> guids;
  std::int64_t seq = 0;
  for (int life = 0; life < 5; ++life) {
    const Writer writer = start_writer(url, std::to_string(life));
    ASSERT_GT(writer.pid, 0);
    const std::string text = acknowledgements(writer, 500 + 1777 * static_cast<std::size_t>(life));
    for (const std::string& line : split_lines(text)) {
      if (line.starts_with("a ")) guids.insert(line.substr(2));
      if (line.starts_with("c ")) seq = std::stoll(line.substr(2));
    }
    const auto store = must(open_store(url));
    for (const std::string& guid : guids)
      ASSERT_TRUE(must(store->find_delivery(DeliveryGuid(guid), false))) << guid << " in life " << life;
    const auto report = must(journal::verify_chain(*store, RepositoryId(1)));
    EXPECT_TRUE(report.whole()) << report.problem;
    EXPECT_GE(report.records, seq);
    EXPECT_LE(report.records, seq + 1) << "one turn may have been durable and not yet acknowledged";
    for (std::int64_t i = 1; i <= report.records; ++i)
      EXPECT_TRUE(must(store->find_effect(EffectId(fmt::format("1/{}/0", i))))) << "a turn is whole: " << i;
    seq = report.records;
  }
  EXPECT_GT(guids.size(), 300U);
}

}  // namespace
}  // namespace kedge::store::test
