// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/mirror_upkeep.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "bot/adapters/git/git_command.h"
#include "bot/adapters/git/mirror_store.h"
#include "bot/adapters/git/refusal.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

namespace fs = std::filesystem;

/// What git answers where it could not go on; above it a signal ended it.
constexpr int kGaveUp = 128;

constexpr std::string_view kRemoved = ".removed";

struct Mirror {
  RepositoryId id;
  std::string name;
  fs::path path;
  fs::file_time_type used;
  std::uint64_t bytes = 0;
};

std::uint64_t bytes_below(const fs::path& folder) {
  std::error_code ignored;
  std::uint64_t bytes = 0;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder, ignored)) {
    if (!entry.is_regular_file(ignored)) continue;
    const std::uintmax_t size = entry.file_size(ignored);
    if (!ignored) bytes += size;
  }
  return bytes;
}

std::vector<Mirror> mirrors_below(const fs::path& state_dir) {
  std::vector<Mirror> mirrors;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(state_dir / "mirrors", ignored)) {
    const std::string name = entry.path().stem().string();
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    const bool numbered = error == std::errc{} && end == name.data() + name.size();
    if (!numbered || entry.path().extension() != ".git") continue;
    mirrors.push_back({.id = RepositoryId{id},
                       .name = name,
                       .path = entry.path(),
                       .used = fs::last_write_time(used_file(entry.path()), ignored),
                       .bytes = bytes_below(entry.path())});
  }
  std::ranges::sort(mirrors, {}, &Mirror::used);
  return mirrors;
}

/// What a process that died in the middle of it was about to remove.
void finish_removals(const fs::path& state_dir) {
  std::error_code ignored;
  std::vector<fs::path> gone;
  for (const fs::directory_entry& entry : fs::directory_iterator(state_dir / "mirrors", ignored)) {
    if (entry.path().extension() == kRemoved) gone.push_back(entry.path());
  }
  for (const fs::path& path : gone) fs::remove_all(path, ignored);
}

std::size_t packs_in(const fs::path& mirror) {
  std::error_code ignored;
  std::size_t packs = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(mirror / "objects" / "pack", ignored)) {
    if (entry.path().extension() == ".pack") ++packs;
  }
  return packs;
}

std::size_t loose_in(const fs::path& mirror) {
  std::error_code ignored;
  std::size_t loose = 0;
  for (const fs::directory_entry& folder : fs::directory_iterator(mirror / "objects", ignored)) {
    if (folder.path().filename().string().size() != 2) continue;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path(), ignored)) {
      static_cast<void>(entry);
      ++loose;
    }
  }
  return loose;
}

fs::path stamp_file(const Mirror& mirror) {
  return fs::path(mirror.path).replace_extension(".checked");
}

void stamp(const Mirror& mirror, TimePoint now) {
  std::ofstream(stamp_file(mirror)) << to_unix_ms(now);
}

/// A new mirror was checked while it was fetched, and counts as checked when it is first seen.
bool is_check_due(const Mirror& mirror, Duration every, TimePoint now) {
  std::int64_t at_ms = -1;
  std::ifstream(stamp_file(mirror)) >> at_ms;
  if (at_ms < 0) stamp(mirror, now);
  return at_ms >= 0 && now - from_unix_ms(at_ms) >= every;
}

/// True if git complains that something cannot be read. `error in commit …` says how somebody wrote it: that
/// is the remote's business, and its exit status is the same.
bool says_damaged(const Ran& fsck) {
  return std::ranges::any_of(split_lines(fsck.err + fsck.out), [](const std::string& line) {
    return line.starts_with("error: ") || line.starts_with("missing ") || line.starts_with("broken link ");
  });
}

class Round {
 public:
  Round(const fs::path& state_dir, const UpkeepLimits& limits, TimePoint now, const std::stop_token& stop)
      : state_dir_(state_dir), limits_(limits), now_(now), stop_(stop) {}

  Upkeep go() {
    finish_removals(state_dir_);
    std::vector<Mirror> mirrors = mirrors_below(state_dir_);
    for (Mirror& mirror : mirrors) {
      if (!stop_.stop_requested()) care_for(mirror);
      done_.bytes += mirror.bytes;
    }
    // The one that was used last stays, whatever its size.
    if (!mirrors.empty()) mirrors.pop_back();
    for (const Mirror& mirror : mirrors) {
      if (limits_.bytes_max > 0 && done_.bytes > limits_.bytes_max && !stop_.stop_requested()) remove(mirror);
    }
    return std::move(done_);
  }

 private:
  void care_for(Mirror& mirror) {
    const bool heap = packs_in(mirror.path) > kPacksMax || loose_in(mirror.path) > kLooseMax;
    const bool check = is_check_due(mirror, limits_.check_every, now_);
    if (!heap && !check) return;
    const Result<HeldMirror> held = try_mirror(state_dir_, mirror.id);
    if (!held) return;
    // git keeps what it fetched without blobs apart, which rolling packs up step by step does not.
    const Result<Repo> repo = Repo::open_mirror(mirror.path);
    const char* const how = repo && repo->is_partial() ? "-a" : "--geometric=2";
    if (heap && git(mirror, {"repack", "-d", "-q", how})) {
      done_.repacked.push_back(mirror.name);
      mirror.bytes = bytes_below(mirror.path);
    }
    if (check) look_for_damage(mirror, *held);
  }

  void look_for_damage(const Mirror& mirror, const HeldMirror& held) {
    const std::optional<Ran> ran =
        run(mirror, {"fsck", "--full", "--no-dangling", "--no-reflogs", "--no-progress"});
    if (!ran) return;
    const bool damaged = says_damaged(*ran);
    if (ran->status > kGaveUp || (ran->status == kGaveUp && !damaged)) {
      return failed(mirror, "git fsck: " + clean_words(ran->err));
    }
    done_.checked.push_back(mirror.name);
    stamp(mirror, now_);
    if (!damaged) return;
    if (const Result<void> aside = put_aside(held); !aside) return failed(mirror, aside.error().message);
    done_.damaged.push_back(mirror.name);
  }

  void remove(const Mirror& mirror) {
    const Result<HeldMirror> held = try_mirror(state_dir_, mirror.id);
    if (!held) return;
    if (!is_replaceable(*held)) {
      done_.held.push_back(mirror.name);
      return;
    }
    // Renamed first, so that half a mirror is never taken for one.
    std::error_code error;
    const fs::path gone = mirror.path.string() + std::string(kRemoved);
    fs::rename(mirror.path, gone, error);
    if (error) return failed(mirror, error.message());
    fs::remove_all(gone, error);
    fs::remove(stamp_file(mirror), error);
    done_.bytes -= mirror.bytes;
    done_.removed.push_back(mirror.name);
  }

  /// Nothing where it was ended because somebody wants the mirror, or because we stop.
  std::optional<Ran> run(const Mirror& mirror, const std::vector<std::string>& arguments) {
    Child child = git_on_mirror(mirror.path, arguments);
    child.time_max = limits_.step_max;
    bool wanted = false;
    child.give_up = [&] {
      wanted = wanted || stop_.stop_requested() || is_wanted(state_dir_, mirror.id);
      return wanted;
    };
    const Result<Ran> ran = run_child(child);
    if (ran) return *ran;
    if (!wanted) failed(mirror, ran.error().message);
    return std::nullopt;
  }

  bool git(const Mirror& mirror, const std::vector<std::string>& arguments) {
    const std::optional<Ran> ran = run(mirror, arguments);
    if (ran && ran->status != 0) failed(mirror, "git " + arguments.front() + ": " + clean_words(ran->err));
    return ran && ran->status == 0;
  }

  void failed(const Mirror& mirror, const std::string& words) {
    done_.failed.push_back(mirror.name + ": " + words);
  }

  const fs::path& state_dir_;
  const UpkeepLimits& limits_;
  TimePoint now_;
  const std::stop_token& stop_;
  Upkeep done_;
};

}  // namespace

Upkeep keep_mirrors_up(const fs::path& state_dir, const UpkeepLimits& limits, TimePoint now,
                       const std::stop_token& stop) {
  return Round(state_dir, limits, now, stop).go();
}

}  // namespace kedge::adapters::git
