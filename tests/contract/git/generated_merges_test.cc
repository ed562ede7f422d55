// SPDX-License-Identifier: Apache-2.0
// The merge of trees against git's own, on thousands of merges in histories drawn from seeds: clean or
// conflict, the tree where clean, the paths where not. KEDGE_TEST_SEED and KEDGE_TEST_LONG draw others and
// more; a disagreement is printed as small as it can be made.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "bot/base/text.h"
#include "tests/support/merge_comparison.h"
#include "tests/support/model_history.h"

namespace kedge::test {
namespace {

struct ThreeModels {
  ModelTree base, ours, theirs;
};

/// Writes commits with these trees and answers the ids of the trees.
std::vector<std::string> write_trees(GitShell& git, const std::vector<ModelTree>& trees) {
  CommitStream stream;
  for (const ModelTree& tree : trees) stream.add(tree);
  std::vector<std::string> names = stream.write(git);
  std::string input;
  for (const std::string& name : names) input += name + "^{tree}\n";
  const std::string out = git.git({"cat-file", "--batch-check=%(objectname)"}, input);
  return split_lines(out);
}

ComparedMerge compare_one(MergeComparison& comparison, const ThreeModels& trees) {
  const std::vector<std::string> ids =
      write_trees(comparison.shell(), {trees.base, trees.ours, trees.theirs});
  return comparison.compare({{.base = ids[0], .ours = ids[1], .theirs = ids[2]}}).front();
}

/// Where git slips there is nothing to agree with: see Agreement::git_failed.
bool agrees(const ComparedMerge& compared) {
  return compared.agreement == Agreement::clean || compared.agreement == Agreement::conflict ||
         compared.agreement == Agreement::git_failed;
}

/// Leaves out every path without which the two still disagree in the same way.
ThreeModels made_small(MergeComparison& comparison, ThreeModels trees, Agreement agreement) {
  std::set<std::string> paths;
  for (const ModelTree* tree : {&trees.base, &trees.ours, &trees.theirs}) {
    for (const auto& [path, file] : *tree) paths.insert(path);
  }
  for (bool shrank = true; shrank;) {
    shrank = false;
    for (auto path = paths.begin(); path != paths.end();) {
      ThreeModels fewer = trees;
      for (ModelTree* tree : {&fewer.base, &fewer.ours, &fewer.theirs}) tree->erase(*path);
      if (compare_one(comparison, fewer).agreement != agreement) {
        ++path;
        continue;
      }
      trees = std::move(fewer);
      path = paths.erase(path);
      shrank = true;
    }
  }
  return trees;
}

std::string shown(const ModelTree& tree) {
  std::string text;
  for (const auto& [path, file] : tree) {
    std::string bytes = replace_all(replace_all(file.bytes, "\n", "|"), "\r", "\\r");
    bytes = replace_all(bytes, std::string(1, '\0'), "\\0");
    text += "  " + file.mode + " " + to_valid_utf8(path) + ": " + to_valid_utf8(bytes) + "\n";
  }
  return text;
}

std::string shown(MergeComparison& comparison, const ThreeModels& large, Agreement agreement) {
  const ThreeModels trees = made_small(comparison, large, agreement);
  const ComparedMerge compared = compare_one(comparison, trees);
  std::string text = std::string(to_string(compared.agreement)) + "\nbase\n" + shown(trees.base) + "ours\n" +
                     shown(trees.ours) + "theirs\n" + shown(trees.theirs) + "git's paths:";
  for (const std::string& path : compared.git ? compared.git->paths : std::vector<std::string>{})
    text += " " + path;
  text += "\nour paths:";
  for (const std::string& path : compared.paths) text += " " + path;
  return to_valid_utf8(text + "\n" + compared.error);
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

class GeneratedMergesOf : public ::testing::TestWithParam<int> {};

TEST_P(GeneratedMergesOf, AgreeWithGit) {
  const std::uint64_t seed = setting("KEDGE_TEST_SEED", 0) + static_cast<std::uint64_t>(GetParam());
  const ModelHistory history =
      make_model_history(seed, std::getenv("KEDGE_TEST_LONG") == nullptr ? 100 : 400);
  const ScratchDir scratch(memory_directory());
  MergeComparison comparison(scratch.path() / "none", scratch.path());
  std::vector<ModelTree> trees;
  for (const ModelCommit& commit : history.commits) trees.push_back(commit.files);
  const std::vector<std::string> ids = write_trees(comparison.shell(), trees);
  const auto id = [&](std::size_t commit) { return commit == kEmptyTree ? std::string() : ids[commit]; };
  const std::vector<ModelMerge> drawn = merges_in(history, seed);
  std::vector<TreesToMerge> merges;
  for (const auto& [base, ours, theirs] : drawn) merges.push_back({id(base), id(ours), id(theirs)});
  const std::vector<ComparedMerge> compared = comparison.compare(merges);
  std::map<Agreement, int> count;
  const auto files = [&](std::size_t commit) { return commit == kEmptyTree ? ModelTree() : trees[commit]; };
  int shown_count = 0;
  for (std::size_t i = 0; i < compared.size(); ++i) {
    ++count[compared[i].agreement];
    if (agrees(compared[i]) || ++shown_count > 3) continue;
    const auto& [base, ours, theirs] = drawn[i];
    ADD_FAILURE() << "seed " << seed << ", merge " << i << ": "
                  << shown(comparison, {files(base), files(ours), files(theirs)}, compared[i].agreement);
  }
  std::string line;
  for (const auto& [agreement, number] : count)
    line += ", " + std::string(to_string(agreement)) + " " + std::to_string(number);
  std::printf("seed %llu: %zu merges%s\n", static_cast<unsigned long long>(seed), merges.size(),
              line.c_str());
  const auto size = static_cast<int>(merges.size());
  EXPECT_GT(count[Agreement::clean], size / 4);
  EXPECT_GT(count[Agreement::conflict], size / 4);
  EXPECT_LT(count[Agreement::git_failed], size / 25);
  EXPECT_LE(count[Agreement::other_paths], size / 1000);
  for (const Agreement wrong : {Agreement::wrongly_clean, Agreement::wrongly_conflict, Agreement::other_tree,
                                Agreement::ours_stopped})
    EXPECT_EQ(count[wrong], 0) << to_string(wrong);
}
INSTANTIATE_TEST_SUITE_P(Seed, GeneratedMergesOf, ::testing::Range(1, 13));

}  // namespace
}  // namespace kedge::test
