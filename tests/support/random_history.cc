// SPDX-License-Identifier: Apache-2.0
#include "tests/support/random_history.h"

#include <algorithm>

#include "bot/base/random.h"
#include "bot/base/text.h"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;

class Author {
 public:
  Author(GitShell& shell, std::uint64_t seed) : shell_(shell), random_(seed) {}

  void first() {
    for (int i = 0; i < 12; ++i) {
      std::string text;
      const std::uint64_t lines = 8 + random_.below(30);
      for (std::uint64_t line = 0; line < lines; ++line) text += fresh_line();
      write_file(shell_.directory() / fresh_name(), text);
    }
    commit("First");
    shell_.git({"branch", "develop"});
  }

  void step() {
    const std::uint64_t what = random_.below(100);
    if (what < 62) return change();
    if (what < 68) return rename();
    if (what < 72) return set_mode();
    if (what < 75) return remove();
    if (what < 77) return link();
    if (what < 83) return pick_or_revert({"cherry-pick", "--allow-empty", "-x"});
    if (what < 88) return pick_or_revert({"revert", "--no-edit"});
    if (what < 94) return merge();
    shell_.git({"checkout", "--quiet", random_.chance(50) ? "main" : "develop"});
  }

 private:
  std::string fresh_line() { return "line " + std::to_string(random_.below(1'000'000)) + "\n"; }
  std::string fresh_name() {
    const std::vector<std::string> folders = {"", "src/", "src/deep/", "docs/", "lib/"};
    return folders[random_.below(folders.size())] + "f" + std::to_string(counter_++) + ".txt";
  }

  std::string any_file() {
    std::vector<std::string> files = split(shell_.git({"ls-files", "-z"}), '\0');
    std::erase(files, "");
    return files.empty() ? std::string() : files[random_.below(files.size())];
  }

  void commit(const std::string& message) {
    shell_.git({"add", "-A"});
    shell_.git({"commit", "--quiet", "--allow-empty", "-m", message});
  }

  /// Few lines in few files, often near each other, so that reverts meet later changes.
  void change() {
    const std::uint64_t files = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < files; ++i) {
      const std::string name = random_.chance(12) ? fresh_name() : any_file();
      const fs::path path = shell_.directory() / name;
      if (fs::is_symlink(path)) continue;
      std::vector<std::string> lines = split_lines(fs::exists(path) ? read_file(path) : "");
      const std::uint64_t at = random_.below(lines.size() + 1);
      const auto place = lines.begin() + static_cast<std::ptrdiff_t>(at);
      if (random_.chance(40) || lines.size() < 3 || place == lines.end()) {
        lines.insert(place, std::string(trim(fresh_line())));
      } else if (random_.chance(30)) {
        lines.erase(place);
      } else {
        *place = std::string(trim(fresh_line()));
      }
      write_file(path, join(lines, "\n") + "\n");
    }
    commit("Change " + std::to_string(counter_++));
  }

  void rename() {
    const std::string from = any_file();
    const std::string to = fresh_name();
    if (from.empty()) return;
    fs::create_directories((shell_.directory() / to).parent_path());
    shell_.git({"mv", from, to});
    commit("Rename " + std::to_string(counter_++));
  }

  void set_mode() {
    const fs::path path = shell_.directory() / any_file();
    if (!fs::is_regular_file(fs::symlink_status(path))) return;
    const bool executable = (fs::status(path).permissions() & fs::perms::owner_exec) != fs::perms::none;
    fs::permissions(path, fs::perms::owner_exec,
                    executable ? fs::perm_options::remove : fs::perm_options::add);
    commit("Mode " + std::to_string(counter_++));
  }

  void remove() {
    const std::string name = any_file();
    if (name.empty()) return;
    fs::remove(shell_.directory() / name);
    commit("Remove " + std::to_string(counter_++));
  }

  void link() {
    fs::create_symlink(any_file(), shell_.directory() / ("link" + std::to_string(counter_++)));
    commit("Link " + std::to_string(counter_++));
  }

  void pick_or_revert(std::vector<std::string> command) {
    const bool pick = command.front() == "cherry-pick";
    const std::string here = shell_.git({"rev-parse", "--abbrev-ref", "HEAD"});
    const std::string from = !pick ? here : here == "main" ? "develop" : "main";
    std::vector<std::string> commits =
        split_lines(shell_.git({"rev-list", "--no-merges", "--max-count=12", from}));
    if (commits.empty()) return;
    command.push_back(commits[random_.below(commits.size())]);
    const std::string verb = command.front();
    if (shell_.try_git(command).status != 0) {
      shell_.try_git({verb, "--abort"});
      shell_.git({"reset", "--quiet", "--hard"});
    }
  }

  void merge() {
    const std::string here = shell_.git({"rev-parse", "--abbrev-ref", "HEAD"});
    const std::string other = here == "main" ? "develop" : "main";
    if (shell_.try_git({"merge", "--quiet", "--no-ff", "--no-edit", other}).status != 0) {
      shell_.try_git({"merge", "--abort"});
      shell_.git({"reset", "--quiet", "--hard"});
    }
  }

  GitShell& shell_;
  SplitMix64 random_;
  int counter_ = 0;
};

}  // namespace

RandomHistory make_random_history(const fs::path& directory, std::uint64_t seed, std::size_t steps) {
  RandomHistory history{.shell = make_clone(directory)};
  Author author(history.shell, seed);
  author.first();
  for (std::size_t i = 0; i < steps; ++i) author.step();
  history.commits =
      split_lines(history.shell.git({"rev-list", "--min-parents=1", "--topo-order", "main", "develop"}));
  return history;
}

}  // namespace kedge::test
