// SPDX-License-Identifier: Apache-2.0
#include "bench/speed_measure.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "bot/adapters/git/mirrors.h"
#include "bot/adapters/git/planner.h"
#include "bot/base/text.h"
#include "tests/support/git_http_host.h"
#include "tests/support/git_shell.h"

namespace kedge::bench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

template <typename Value>
Value or_throw(Result<Value> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

double status_mib(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) return std::stod(line.substr(key.size() + 1)) / 1024;
  }
  return 0;
}

const ports::Repository kRepository{.id = RepositoryId{1}, .full_name = "acme/api"};

void bare_copy(const fs::path& from, const fs::path& to) {
  // With objects of its own: a server with alternates looks at all their refs at each push.
  test::GitShell(".").git({"clone", "--quiet", "--bare", from.string(), to.string()});
  test::GitShell(to).git({"config", "http.receivepack", "true"});
}

/// A tiny change of one file of the tip, written without a work tree.
std::string bad_commit(test::GitShell& bare, const std::string& path, int round) {
  const std::string tip = bare.sha("refs/heads/main");
  const std::string text = bare.git({"cat-file", "blob", tip + ":" + path});
  const std::string blob =
      bare.git({"hash-object", "-w", "--stdin"}, text + fmt::format("\nbroken in round {}\n", round));
  bare.set("GIT_INDEX_FILE", (bare.directory() / "bench-index").string());
  bare.git({"read-tree", tip});
  bare.git({"update-index", "--cacheinfo", "100644," + blob + "," + path});
  const std::string tree = bare.git({"write-tree"});
  return bare.git({"commit-tree", tree, "-p", tip, "-m", fmt::format("Break it, round {}", round)});
}

std::string some_path(test::GitShell& bare) {
  for (const std::string& line : split_lines(bare.git({"ls-tree", "-r", "refs/heads/main"}))) {
    if (line.starts_with("100644 ") && line.find('"') == std::string::npos)
      return line.substr(line.find('\t') + 1);
  }
  throw std::runtime_error("the repository has no plain file");
}

/// A mirror with branches and tags, not every pull request's head, that stays open.
class Planner {
 public:
  Planner(const fs::path& repository, const fs::path& mirror) : repo_(open(repository, mirror)) {}

  /// Milliseconds. Some copies of repositories lack large files: then nothing, and git cannot revert either.
  [[nodiscard]] std::optional<double> plan(const std::string& sha, const std::string& tip) const {
    const adapters::git::PlanGround ground{.repository = RepositoryId{1},
                                           .bases = {{.name = "main", .ref = "HEAD", .tip = tip}}};
    const Clock::time_point start = Clock::now();
    const auto plan = make_plan(repo_, ground, {.targets = {sha}, .branches = {"main"}});
    const double took = ms_since(start);
    if (plan) return took;
    if (plan.error().code != Errc::corrupt) throw std::runtime_error(plan.error().message);
    fmt::print(stderr, "left out: {}\n", plan.error().message);
    return std::nullopt;
  }

 private:
  static adapters::git::Repo open(const fs::path& repository, const fs::path& mirror) {
    fs::remove_all(mirror);
    bare_copy(repository, mirror);
    adapters::git::Repo repo = or_throw(adapters::git::Repo::open_mirror(mirror));
    if (!repo.keep_writes_in_memory()) throw std::runtime_error("cannot plan in memory");
    return repo;
  }

  adapters::git::Repo repo_;
};

class Checkout {
 public:
  Checkout(const fs::path& repository, const fs::path& folder) : tree_(clone(repository, folder)) {}

  void go_to(const std::string& tip) {
    tip_ = tip;
    tree_.git({"checkout", "--quiet", "--force", "--detach", tip});
  }

  /// Milliseconds; everything is as before afterwards.
  double revert(const std::string& sha) {
    std::vector<std::string> command = {"revert", "--no-commit"};
    if (tree_.try_git({"rev-parse", "--verify", "--quiet", sha + "^2"}).status == 0)
      command.insert(command.end(), {"-m", "1"});
    command.push_back(sha);
    const Clock::time_point start = Clock::now();
    (void)tree_.try_git(command);
    const double took = ms_since(start);
    (void)tree_.try_git({"revert", "--abort"});
    tree_.git({"reset", "--quiet", "--hard", tip_});
    return took;
  }

 private:
  static fs::path clone(const fs::path& repository, const fs::path& folder) {
    fs::remove_all(folder);
    test::GitShell(".").git(
        {"clone", "--quiet", "--shared", "--no-checkout", repository.string(), folder.string()});
    return folder;
  }

  test::GitShell tree_;
  std::string tip_;
};

std::pair<double, double> run_self(const std::vector<std::string>& arguments) {
  const char* home = "/nonexistent";
  const test::Ran ran = test::run({.arguments = arguments, .environment = {{"HOME", home}}});
  if (ran.status != 0) throw std::runtime_error(ran.err);
  const std::size_t space = ran.out.find(' ');
  return {std::stod(ran.out), std::stod(ran.out.substr(space))};
}

}  // namespace

double Times::at(double share) const {
  if (ms.empty()) return 0;
  std::vector<double> sorted = ms;
  std::ranges::sort(sorted);
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

Pair plan_beside_git(const fs::path& repository, const fs::path& scratch,
                     const std::vector<Moment>& moments) {
  test::GitShell source(repository);
  const std::vector<std::string> line = split_lines(source.git({"rev-list", "--first-parent", "HEAD"}));
  const Planner planner(repository, scratch / "mirror.git");
  Checkout checkout(repository, scratch / "checkout");
  Pair pair;
  std::vector<Moment> left(moments.rbegin(), moments.rend());
  while (!left.empty()) {
    const int at = left.back().tip;
    const std::string& tip = line[static_cast<std::size_t>(at)];
    std::vector<std::string> planned;
    for (; !left.empty() && left.back().tip == at; left.pop_back()) {
      const auto index = static_cast<std::size_t>(left.back().commit);
      // The oldest commit has nothing before it.
      if (index + 1 >= line.size()) continue;
      const auto took = planner.plan(line[index], tip);
      if (!took) continue;
      pair.kedge.ms.push_back(*took);
      planned.push_back(line[index]);
    }
    checkout.go_to(tip);
    for (const std::string& sha : planned) pair.git.ms.push_back(checkout.revert(sha));
  }
  return pair;
}

EndToEnd end_to_end(const fs::path& repository, const fs::path& scratch, int rounds,
                    const std::string& own_program) {
  const fs::path server = scratch / "server/acme/api.git";
  fs::remove_all(scratch / "server");
  fs::remove_all(scratch / "state");
  fs::create_directories(server.parent_path());
  bare_copy(repository, server);
  test::GitShell bare(server);
  const std::string tip = bare.sha("HEAD");
  bare.git({"symbolic-ref", "HEAD", "refs/heads/main"});
  for (const char* branch : {"main", "develop"})
    bare.git({"update-ref", fmt::format("refs/heads/{}", branch), tip});
  const std::string path = some_path(bare);
  const test::GitHttpHost host(scratch / "server");
  const std::string state = (scratch / "state").string();
  run_self({own_program, "--job", host.url(), state, ""});
  EndToEnd result;
  for (int round = 0; round < rounds; ++round) {
    const std::string bad = bad_commit(bare, path, round);
    for (const char* branch : {"main", "develop"}) {
      bare.git({"update-ref", fmt::format("refs/heads/{}", branch), bad});
    }
    const auto [kedge_ms, kedge_mib] = run_self({own_program, "--job", host.url(), state, bad});
    const auto [git_ms, git_mib] =
        run_self({own_program, "--workflow", host.url(), (scratch / "workflow").string(), bad});
    result.times.kedge.ms.push_back(kedge_ms);
    result.times.git.ms.push_back(git_ms);
    result.kedge_peak_mib = std::max(result.kedge_peak_mib, kedge_mib);
    result.git_peak_mib = std::max(result.git_peak_mib, git_mib);
  }
  return result;
}

int run_job(const std::string& url, const std::string& state_dir, const std::string& commit) {
  using adapters::git::GitMirrors;
  GitMirrors mirrors({.state_dir = state_dir, .git_url = url});
  if (commit.empty()) {
    // Nothing to plan: the mirror is what is wanted.
    (void)mirrors.plan(kRepository, {.targets = {"main~1"}, .branches = {"main", "develop"}});
    fmt::print("0 {}\n", status_mib("VmHWM"));
    return 0;
  }
  const Clock::time_point start = Clock::now();
  const rollback::Plan plan =
      or_throw(mirrors.plan(kRepository, {.targets = {commit}, .branches = {"main", "develop"}}));
  for (const rollback::BranchPlan& branch : plan.branches) {
    (void)or_throw(mirrors.publish(kRepository, {.branch = branch,
                                                 .plan = plan,
                                                 .incident_id = "kbench",
                                                 .incident_url = "",
                                                 .reason = "It is broken.",
                                                 .date = from_unix_ms(1'700'000'000'000),
                                                 .author_name = "kedge[bot]",
                                                 .author_email = "kedge@example.com"}));
  }
  fmt::print("{} {}\n", ms_since(start), status_mib("VmHWM"));
  return 0;
}

int run_workflow(const std::string& url, const std::string& scratch, const std::string& commit) {
  const Clock::time_point start = Clock::now();
  for (const std::string branch : {"main", "develop"}) {
    fs::remove_all(scratch);
    test::GitShell(".").git({"clone", "--quiet", "--branch", branch, url + "/acme/api.git", scratch});
    test::GitShell clone(scratch);
    clone.git({"revert", "--no-edit", commit});
    clone.git({"push", "--quiet", "origin", "HEAD:refs/heads/by-hand/" + branch + "-" + commit});
  }
  const double took = ms_since(start);
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  fmt::print("{} {}\n", took, static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}

void generate(const fs::path& directory, int files) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  test::GitShell shell(directory);
  shell.git({"init", "--quiet", "--bare", "--initial-branch=main"});
  std::string stream = "blob\nmark :1\ndata 12\none\ntwo\nsix\n\n";
  for (int i = 0; i < files; ++i) {
    const std::string text = fmt::format("file {}\n1\n2\n3\n4\n5\n", i);
    stream += fmt::format("blob\nmark :{}\ndata {}\n{}\n", i + 2, text.size(), text);
  }
  const auto commit = [&](int number, int count) {
    return fmt::format("commit refs/heads/main\ncommitter A <a@example.com> {} +0000\ndata {}\n{}\n",
                       1'700'000'000 + number * 60, count, std::string(static_cast<std::size_t>(count), 'x'));
  };
  stream += commit(0, 5);
  for (int i = 0; i < files; ++i)
    stream += fmt::format("M 100644 :{} d{}/d{}/f{}\n", i + 2, i / 900, i / 30 % 30, i);
  for (int i = 1; i <= 40; ++i) {
    stream += "\n" + commit(i, 6);
    const std::string text = fmt::format("changed in {}\n1\n2\n3\n4\n5\n", i);
    stream += fmt::format("M 100644 inline d{0}/d{1}/f{2}\ndata {3}\n{4}\n", i * 17 % files / 900,
                          i * 17 % files / 30 % 30, i * 17 % files, text.size(), text);
  }
  shell.git({"fast-import", "--quiet"}, stream);
}

std::vector<double> memory_of_plans(const fs::path& repository, int plans) {
  using namespace adapters::git;
  test::GitShell source(repository);
  const std::string tip = source.sha("HEAD");
  const std::string dir = source.git({"rev-parse", "--absolute-git-dir"});
  const std::string sha = source.sha(tip + "~3");
  std::vector<double> marks;
  for (int i = 0; i < plans; ++i) {
    Repo repo = or_throw(Repo::open_mirror(dir));
    if (!repo.keep_writes_in_memory()) throw std::runtime_error("cannot plan in memory");
    const PlanGround ground{.repository = RepositoryId{1},
                            .bases = {{.name = "main", .ref = "HEAD", .tip = tip}}};
    (void)make_plan(repo, ground, {.targets = {sha}, .branches = {"main"}});
    if ((i + 1) % std::max(plans / 10, 1) == 0) marks.push_back(status_mib("VmRSS"));
  }
  return marks;
}

}  // namespace kedge::bench
