// SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_history.h"

#include <algorithm>
#include <set>

#include "bot/base/random.h"
#include "tests/support/model_edits.h"

namespace kedge::test {
namespace {

constexpr std::size_t kBranches = 3;

/// Whether the same file lies somewhere else already, because it was moved. Two files alike would leave it to
/// the order of git's tables which of them a third one was.
bool has_elsewhere(const ModelTree& tree, const std::string& path, const ModelFile& file) {
  return !file.bytes.empty() && std::ranges::any_of(tree, [&](const auto& entry) {
    return entry.first != path && entry.second.bytes == file.bytes;
  });
}

/// Takes the change of one path from `before` to `after` over into `here`: whole files, and where `here` has
/// another one, one of the two as a person might decide.
void carry(ModelTree& here, const std::string& path, const ModelFile* before, const ModelFile* after,
           SplitMix64& random) {
  const auto at = here.find(path);
  const bool untouched = before != nullptr && at != here.end() && at->second == *before;
  if (after == nullptr) {
    if (untouched || random.chance(50)) here.erase(path);
  } else if (!has_elsewhere(here, path, *after) && (untouched || at == here.end() || random.chance(50))) {
    place(here, path, *after);
  }
}

void carry_all(ModelTree& here, const ModelTree& before, const ModelTree& after, SplitMix64& random) {
  std::set<std::string> paths;
  for (const auto& [path, file] : before) paths.insert(path);
  for (const auto& [path, file] : after) paths.insert(path);
  const auto find = [](const ModelTree& tree, const std::string& path) {
    const auto found = tree.find(path);
    return found == tree.end() ? nullptr : &found->second;
  };
  for (const std::string& path : paths) {
    const ModelFile* was = find(before, path);
    const ModelFile* is = find(after, path);
    if (was == nullptr || is == nullptr || *was != *is) carry(here, path, was, is, random);
  }
}

class Historian {
 public:
  explicit Historian(std::uint64_t seed) : random_(seed), editor_(random_) {
    commits_.push_back({.parents = {}, .files = editor_.first_tree()});
    heads_.assign(kBranches, 0);
  }

  void step() {
    std::size_t& head = heads_[random_.below(kBranches)];
    const std::uint64_t what = random_.below(100);
    ModelCommit next{.parents = {head}, .files = commits_[head].files};
    if (what < 66) {
      editor_.edit(next.files);
    } else if (what < 70) {
      // An empty commit.
    } else if (what < 78) {
      pick(next.files);
    } else if (what < 86) {
      revert(next.files);
    } else if (what < 97) {
      merge(next, what < 88 ? 2 : 1);
    } else {
      join_other_root(next);
    }
    commits_.push_back(std::move(next));
    head = commits_.size() - 1;
  }

  ModelHistory take() { return {std::move(commits_), heads_}; }

 private:
  std::size_t any_commit() { return random_.below(commits_.size()); }
  const ModelTree& parent_tree(const ModelCommit& commit) {
    return commit.parents.empty() ? empty_ : commits_[commit.parents.front()].files;
  }

  void pick(ModelTree& files) {
    const ModelCommit& picked = commits_[any_commit()];
    carry_all(files, parent_tree(picked), picked.files, random_);
  }
  void revert(ModelTree& files) {
    const std::size_t recent = std::min<std::size_t>(commits_.size(), 10);
    const ModelCommit& undone = commits_[commits_.size() - 1 - random_.below(recent)];
    carry_all(files, undone.files, parent_tree(undone), random_);
  }
  void merge(ModelCommit& next, std::size_t others) {
    for (std::size_t i = 0; i < others; ++i) {
      const std::size_t other = heads_[random_.below(kBranches)];
      if (std::ranges::find(next.parents, other) != next.parents.end()) continue;
      next.parents.push_back(other);
      carry_all(next.files, commits_[base_of(next.parents.front(), other)].files, commits_[other].files,
                random_);
    }
  }
  /// The newest commit that both descend from.
  std::size_t base_of(std::size_t one, std::size_t other) {
    std::set<std::size_t> known;
    for (std::vector<std::size_t> open{one}; !open.empty();) {
      const std::size_t at = open.back();
      open.pop_back();
      if (known.insert(at).second)
        open.insert(open.end(), commits_[at].parents.begin(), commits_[at].parents.end());
    }
    std::set<std::size_t> reached{other};
    while (!reached.empty()) {
      const std::size_t newest = *reached.rbegin();
      if (known.contains(newest)) return newest;
      reached.erase(newest);
      reached.insert(commits_[newest].parents.begin(), commits_[newest].parents.end());
    }
    return 0;
  }
  /// Another project joins, in a directory of its own.
  void join_other_root(ModelCommit& next) {
    ModelTree other = editor_.first_tree();
    commits_.push_back({.parents = {}, .files = other});
    next.parents.push_back(commits_.size() - 1);
    for (const auto& [path, file] : other) place(next.files, "joined/" + path, file);
  }

  SplitMix64 random_;
  ModelEditor editor_;
  std::vector<ModelCommit> commits_;
  std::vector<std::size_t> heads_;
  ModelTree empty_;
};

}  // namespace

ModelHistory make_model_history(std::uint64_t seed, std::size_t commits) {
  Historian historian(seed);
  for (std::size_t i = 0; i < commits; ++i) historian.step();
  return historian.take();
}

std::vector<ModelMerge> merges_in(const ModelHistory& history, std::uint64_t seed) {
  SplitMix64 random(seed);
  const std::size_t count = history.commits.size();
  std::vector<ModelMerge> merges;
  for (std::size_t commit = 0; commit < count; ++commit) {
    std::vector<std::size_t> parents = history.commits[commit].parents;
    if (parents.empty()) parents.push_back(kEmptyTree);
    const std::size_t soon = std::min(count - 1, commit + random.below(5));
    const std::size_t later = commit + random.below(count - commit);
    for (const std::size_t parent : parents) {
      for (const std::size_t tip : {soon, later, history.tips[random.below(history.tips.size())]})
        merges.push_back({.base = commit, .ours = tip, .theirs = parent});
      if (random.chance(40))
        merges.push_back({.base = parent, .ours = random.below(count), .theirs = commit});
    }
    if (random.chance(40))
      merges.push_back(
          {.base = random.below(count), .ours = random.below(count), .theirs = random.below(count)});
  }
  return merges;
}

}  // namespace kedge::test
