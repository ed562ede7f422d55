// SPDX-License-Identifier: Apache-2.0
#include "tests/support/merge_comparison.h"

#include <algorithm>
#include <stdexcept>

#include "bot/base/text.h"

namespace kedge::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

std::string write_object(const adapters::git::Repo& repo, const std::string& bytes, git_object_t type) {
  git_oid oid{};
  if (git_odb_write(&oid, repo.odb(), bytes.data(), bytes.size(), type) != 0)
    throw std::runtime_error("cannot write an object: " + adapters::git::last_error());
  return adapters::git::to_sha(oid);
}

/// Written as bytes, so that its tree need not be looked at.
std::string write_commit(const adapters::git::Repo& repo, const std::string& tree,
                         const std::string& parent) {
  const std::string who = " A <a@example.com> 1700000000 +0000\n";
  return write_object(repo,
                      "tree " + (tree.empty() ? kEmptyTree : tree) + "\n" +
                          (parent.empty() ? "" : "parent " + parent + "\n") + "author" + who + "committer" +
                          who + "\n",
                      GIT_OBJECT_COMMIT);
}

/// Git names a file that had to move after the commit it came from; ours after HEAD, or what is reverted.
void name_alike(GitMerge& merge, const CommitPair& pair) {
  for (std::string& path : merge.paths) {
    path = replace_all(path, "~" + pair.ours, "~HEAD");
    path = replace_all(path, "~" + pair.theirs, "~reverted");
  }
  std::ranges::sort(merge.paths);
}

void judge(ComparedMerge& compared) {
  using enum Agreement;
  if (!compared.git) {
    compared.agreement = git_failed;
  } else if (!compared.error.empty()) {
    compared.agreement = ours_stopped;
  } else if (compared.is_clean != compared.git->is_clean) {
    compared.agreement = compared.is_clean ? wrongly_clean : wrongly_conflict;
  } else if (compared.is_clean) {
    compared.agreement = compared.tree == compared.git->tree ? clean : other_tree;
  } else {
    compared.agreement = compared.paths == compared.git->paths ? conflict : other_paths;
  }
}

}  // namespace

std::string_view to_string(Agreement agreement) {
  switch (agreement) {
    case Agreement::clean:
      return "clean";
    case Agreement::conflict:
      return "conflict";
    case Agreement::other_paths:
      return "other paths";
    case Agreement::other_tree:
      return "other tree";
    case Agreement::wrongly_clean:
      return "wrongly clean";
    case Agreement::wrongly_conflict:
      return "wrongly conflict";
    case Agreement::ours_stopped:
      return "ours stopped";
    case Agreement::git_failed:
      return "git failed";
  }
  return "";
}

MergeComparison::MergeComparison(const fs::path& objects, const fs::path& scratch)
    : scratch_(scratch), shell_(make_bare(scratch / "repo.git")) {
  write_file(scratch / "repo.git" / "objects" / "info" / "alternates", fs::absolute(objects).string() + "\n");
  shell_.set("GIT_DIR", (scratch / "repo.git").string());
  Result<adapters::git::Repo> repo = adapters::git::Repo::open_mirror(scratch / "repo.git");
  if (!repo) throw std::runtime_error(repo.error().message);
  repo_ = std::make_unique<adapters::git::Repo>(std::move(*repo));
  write_object(*repo_, "", GIT_OBJECT_TREE);
}

MergeComparison::~MergeComparison() = default;

std::vector<ComparedMerge> MergeComparison::compare(const std::vector<TreesToMerge>& merges) {
  std::vector<CommitPair> pairs;
  for (const TreesToMerge& merge : merges) {
    const std::string base = write_commit(*repo_, merge.base, "");
    pairs.push_back({write_commit(*repo_, merge.ours, base), write_commit(*repo_, merge.theirs, base)});
  }
  const std::vector<std::optional<GitMerge>> by_git = ask_git(merges, pairs);
  std::vector<ComparedMerge> compared;
  for (std::size_t i = 0; i < merges.size(); ++i) {
    compared.push_back(merge_ours(merges[i], pairs[i].ours));
    compared.back().git = by_git[i];
    judge(compared.back());
    if (git_slipped(compared.back())) compared.back().agreement = Agreement::git_failed;
  }
  return compared;
}

/// Git reads attributes from a work tree only, so all merges with the same ones go to one process.
std::vector<std::optional<GitMerge>> MergeComparison::ask_git(const std::vector<TreesToMerge>& merges,
                                                              const std::vector<CommitPair>& pairs) {
  std::map<Attributes, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < merges.size(); ++i) groups[attributes_in(merges[i].ours)].push_back(i);
  std::vector<std::optional<GitMerge>> answers(merges.size());
  for (const auto& [attributes, members] : groups) {
    const fs::path work_tree = write_work_tree(attributes);
    GitShell shell(work_tree);
    shell.set("GIT_DIR", (scratch_ / "repo.git").string());
    shell.set("GIT_WORK_TREE", work_tree.string());
    std::vector<CommitPair> asked;
    for (const std::size_t member : members) asked.push_back(pairs[member]);
    std::vector<std::optional<GitMerge>> answered = merge_pairs(shell, asked);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (answered[i]) name_alike(*answered[i], asked[i]);
      answers[members[i]] = std::move(answered[i]);
    }
    fs::remove_all(work_tree);
  }
  return answers;
}

const MergeComparison::Attributes& MergeComparison::attributes_in(const std::string& id) {
  static const Attributes none;
  if (id.empty()) return none;
  if (const auto known = attributes_.find(id); known != attributes_.end()) return known->second;
  Attributes found;
  const git_oid oid = adapters::git::to_oid(id);
  git_tree* raw = nullptr;
  const int code = git_tree_lookup(&raw, repo_->raw(), &oid);
  const adapters::git::TreeHandle tree(raw);
  for (std::size_t i = 0; code == 0 && i < git_tree_entrycount(raw); ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(raw, i);
    const std::string name = git_tree_entry_name(entry);
    const std::string entry_id = adapters::git::to_sha(*git_tree_entry_id(entry));
    const git_filemode_t mode = git_tree_entry_filemode(entry);
    if (mode == GIT_FILEMODE_TREE) {
      for (const auto& [path, blob] : attributes_in(entry_id)) found.emplace_back(name + "/" + path, blob);
    } else if (name == ".gitattributes" && mode != GIT_FILEMODE_COMMIT && mode != GIT_FILEMODE_LINK) {
      found.emplace_back(name, entry_id);
    }
  }
  return attributes_[id] = std::move(found);
}

bool MergeComparison::git_slipped(const ComparedMerge& compared) {
  switch (compared.agreement) {
    case Agreement::other_paths:
      return compared.git->lost_a_side || puts_below_file(*compared.git) || misses_conflicts(compared);
    case Agreement::wrongly_conflict:
      return misses_conflicts(compared);
    default:
      return false;
  }
}

/// True if git's list lacks only paths at which its tree has lost a file, or has markers.
bool MergeComparison::misses_conflicts(const ComparedMerge& compared) {
  const std::vector<std::string>& by_git = compared.git->paths;
  if (!std::ranges::includes(compared.paths, by_git)) return false;
  return std::ranges::all_of(compared.paths, [&](const std::string& path) {
    if (std::ranges::binary_search(by_git, path)) return true;
    const std::optional<std::string> file = file_in(compared.git->tree, path);
    return file ? file->find("<<<<<<<< ") != std::string::npos
                : std::ranges::binary_search(compared.whole, path);
  });
}

std::optional<std::string> MergeComparison::file_in(const std::string& tree_id, const std::string& path) {
  const git_oid oid = adapters::git::to_oid(tree_id);
  git_tree* raw = nullptr;
  if (git_tree_lookup(&raw, repo_->raw(), &oid) != 0) return {};
  const adapters::git::TreeHandle tree(raw);
  git_tree_entry* entry = nullptr;
  if (git_tree_entry_bypath(&entry, raw, path.c_str()) != 0) return {};
  const adapters::git::TreeEntryHandle owned(entry);
  git_blob* blob = nullptr;
  if (git_blob_lookup(&blob, repo_->raw(), git_tree_entry_id(entry)) != 0) return {};
  const adapters::git::BlobHandle owned_blob(blob);
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob)),
                     static_cast<std::size_t>(git_blob_rawsize(blob)));
}

bool MergeComparison::puts_below_file(const GitMerge& merge) {
  const git_oid oid = adapters::git::to_oid(merge.tree);
  git_tree* raw = nullptr;
  if (git_tree_lookup(&raw, repo_->raw(), &oid) != 0) return false;
  const adapters::git::TreeHandle tree(raw);
  return std::ranges::any_of(merge.paths, [&](const std::string& path) {
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      git_tree_entry* entry = nullptr;
      if (git_tree_entry_bypath(&entry, raw, path.substr(0, slash).c_str()) != 0) return false;
      const adapters::git::TreeEntryHandle owned(entry);
      if (git_tree_entry_type(entry) != GIT_OBJECT_TREE) return true;
    }
    return false;
  });
}

fs::path MergeComparison::write_work_tree(const Attributes& attributes) {
  const fs::path work_tree = scratch_ / ("work" + std::to_string(work_trees_++));
  fs::create_directories(work_tree);
  for (const auto& [path, blob] : attributes) {
    const git_oid oid = adapters::git::to_oid(blob);
    git_blob* raw = nullptr;
    if (git_blob_lookup(&raw, repo_->raw(), &oid) != 0) continue;
    const adapters::git::BlobHandle owned(raw);
    write_file(work_tree / path, std::string(static_cast<const char*>(git_blob_rawcontent(raw)),
                                             static_cast<std::size_t>(git_blob_rawsize(raw))));
  }
  return work_tree;
}

ComparedMerge MergeComparison::merge_ours(const TreesToMerge& merge, const std::string& ours_commit) {
  const Result<adapters::git::Merged> merged = adapters::git::merge_trees(
      *repo_,
      {.base = merge.base, .ours = merge.ours, .theirs = merge.theirs, .attributes_commit = ours_commit});
  ComparedMerge compared;
  if (!merged) {
    compared.error = merged.error().message;
    return compared;
  }
  compared.tree = merged->tree;
  // A conflict over the place of files alone has no entry in git's list either.
  for (const auto& conflict : merged->details) {
    if (!conflict.has_sides()) continue;
    compared.paths.push_back(conflict.path);
    const bool is_whole = std::ranges::all_of(
        conflict.sides, [](const auto& side) { return side.mode != rollback::merge::FileMode::none; });
    if (is_whole) compared.whole.push_back(conflict.path);
  }
  const auto again = std::ranges::unique(compared.paths);
  compared.paths.erase(again.begin(), again.end());
  compared.is_clean = merged->conflicts.empty();
  return compared;
}

}  // namespace kedge::test
