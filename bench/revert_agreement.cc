// SPDX-License-Identifier: Apache-2.0
// How far our merge agrees with git's on a real repository, and with the reverts that people committed there.
//   bench_revert_agreement --repo DIR [--tip REVISION] [--commits N] [--distances fresh,far,tip] [--seed N]
//   bench_revert_agreement --repo DIR --case COMMIT:TIP[:MAINLINE]    one disagreement again, in full
// Method: commits spread evenly over the first-parent history of the tip are reverted onto tips 1-10 and
// 150-400 first-parent commits after they landed and onto the tip itself. git answers with `merge-tree
// --write-tree` of two synthetic commits, one with the tip's tree and one with that of the reverted commit's
// parent, whose common parent has the reverted commit's tree; the tip's .gitattributes lie in its work tree.
// Both work in a scratch repository that borrows the objects: nothing is written to the real one. Compared
// are clean or conflict, the tree where both are clean, the paths in conflict where both conflict. The exit
// status is 1 where an answer or a tree differs, ours has none, or the paths differ in more than one of a
// thousand conflicts.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <iterator>

#include "bench/revert_cases.h"
#include "bench/verdicts.h"
#include "bot/base/text.h"

namespace kedge::bench {
namespace {

using adapters::git::Repo;
using test::Agreement;
using test::ComparedMerge;
namespace fs = std::filesystem;

/// So many merges share a scratch repository, which lies in memory.
constexpr std::size_t kBatch = 250;

struct Settings {
  fs::path repository;
  std::string tip = "HEAD";
  std::size_t commits = 1000;
  std::vector<std::string> distances = {"fresh", "far", "tip"};
  std::uint64_t seed = 0x5eed;
  std::string single;
};

/// Compares in batches, each in a scratch repository of its own.
std::vector<ComparedMerge> compare_all(const fs::path& objects, const std::vector<RevertCase>& cases) {
  std::vector<ComparedMerge> compared;
  for (std::size_t start = 0; start < cases.size(); start += kBatch) {
    const test::ScratchDir scratch(test::memory_directory());
    test::MergeComparison comparison(objects, scratch.path());
    std::vector<test::TreesToMerge> merges;
    for (std::size_t i = start; i < std::min(start + kBatch, cases.size()); ++i)
      merges.push_back(cases[i].trees);
    for (ComparedMerge& one : comparison.compare(merges)) compared.push_back(std::move(one));
    fmt::print(stderr, "\r{} of {} ", compared.size(), cases.size());
  }
  fmt::print(stderr, "\n");
  return compared;
}

/// What is in the first of two sorted lists alone.
std::string only_in(const std::vector<std::string>& first, const std::vector<std::string>& second) {
  std::vector<std::string> alone;
  std::ranges::set_difference(first, second, std::back_inserter(alone));
  std::string text;
  for (const std::string& path : alone) text += " " + to_valid_utf8(path);
  return text;
}

void print_disagreement(std::string_view where, const RevertCase& one, const ComparedMerge& compared) {
  const std::string mainline = one.mainline > 0 ? fmt::format(":{}", one.mainline) : std::string();
  fmt::print("{}: {}: --case {}:{}{}\n", where, to_string(compared.agreement), one.commit, one.tip, mainline);
  if (!compared.error.empty()) fmt::print("  ours: {}\n", compared.error);
  if (!compared.git || compared.agreement == Agreement::other_tree) return;
  fmt::print("  of {} paths in git's list and {} in ours, only in git's:{}\n  only in ours:{}\n",
             compared.git->paths.size(), compared.paths.size(), only_in(compared.git->paths, compared.paths),
             only_in(compared.paths, compared.git->paths));
}

AgreementCount count_agreement(std::string_view where, const std::vector<RevertCase>& cases,
                               const std::vector<ComparedMerge>& compared) {
  AgreementCount count;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    ++count[compared[i].agreement];
    if (compared[i].agreement != Agreement::clean && compared[i].agreement != Agreement::conflict)
      print_disagreement(where, cases[i], compared[i]);
  }
  return count;
}

void print_row(std::string_view where, std::size_t cases, const AgreementCount& count) {
  std::string row = fmt::format("| {} | {} |", where, cases);
  for (const std::size_t number : count.of) row += fmt::format(" {} |", number);
  fmt::print("{}\n", row);
}

/// Says what is not as it has to be.
bool is_agreement(std::string_view where, const AgreementCount& count) {
  const std::vector<std::string> wrong = disagreements(count);
  for (const std::string& one : wrong) fmt::print("{}: {}\n", where, one);
  return wrong.empty();
}

Distance distance_of(const std::string& name) {
  if (name == "fresh") return Distance::fresh;
  if (name == "far") return Distance::far;
  if (name == "tip") return Distance::tip;
  throw std::runtime_error("no distance is called " + name);
}

struct Replayed {
  std::size_t identical = 0, different = 0, conflict = 0, unknown = 0;
};

Replayed replay(const std::vector<CommittedRevert>& reverts, const std::vector<ComparedMerge>& compared) {
  Replayed replayed;
  for (std::size_t i = 0; i < reverts.size(); ++i) {
    if (!compared[i].error.empty()) {
      ++replayed.unknown;
    } else if (!compared[i].is_clean) {
      ++replayed.conflict;
    } else {
      ++(compared[i].tree == reverts[i].tree ? replayed.identical : replayed.different);
    }
  }
  return replayed;
}

bool run_all(const Repo& repo, const fs::path& objects, test::GitShell& git, const Settings& settings) {
  const std::string tip = git.sha(settings.tip + "^{commit}");
  const std::vector<std::string> landings = first_parents(repo, tip);
  fmt::print("{} first-parent commits up to {}, seed {}\n\n", landings.size(), tip, settings.seed);
  std::vector<std::pair<std::string, AgreementCount>> rows;
  std::vector<std::size_t> sizes;
  for (const std::string& name : settings.distances) {
    const std::vector<RevertCase> cases =
        draw_cases(repo, git, landings, settings.commits, distance_of(name), settings.seed);
    rows.emplace_back(name, count_agreement(name, cases, compare_all(objects, cases)));
    sizes.push_back(cases.size());
  }
  const std::vector<CommittedRevert> reverts = committed_reverts(repo, git, tip);
  std::vector<RevertCase> attempts;
  for (const CommittedRevert& revert : reverts) attempts.push_back(revert.attempt);
  const std::vector<ComparedMerge> compared = compare_all(objects, attempts);
  rows.emplace_back("people's reverts", count_agreement("people's reverts", attempts, compared));
  sizes.push_back(attempts.size());
  std::string head = "\n| | reverts |";
  for (std::size_t i = 0; i < test::kAgreements; ++i)
    head += fmt::format(" {} |", to_string(static_cast<Agreement>(i)));
  fmt::print("{}\n", head);
  bool agreed = true;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    print_row(rows[i].first, sizes[i], rows[i].second);
    // A short history has no far tips, and not everybody reverts.
    if (sizes[i] > 0) agreed = is_agreement(rows[i].first, rows[i].second) && agreed;
  }
  const Replayed replayed = replay(reverts, compared);
  fmt::print(
      "\nreverts people committed: {}; ours byte-identical {}, clean but different {}, conflict {}, unknown "
      "{}\n",
      reverts.size(), replayed.identical, replayed.different, replayed.conflict, replayed.unknown);
  return agreed && std::ranges::any_of(sizes, [](std::size_t cases) { return cases > 0; });
}

bool run_single(const Repo& repo, const fs::path& objects, const Settings& settings) {
  const std::vector<std::string> parts = split(settings.single, ':');
  if (parts.size() < 2) throw std::runtime_error("a case is COMMIT:TIP[:MAINLINE]");
  const Result<RevertCase> made =
      make_case(repo, parts[0], parts[1], parts.size() > 2 ? std::stoi(parts[2]) : 1);
  if (!made) throw std::runtime_error(made.error().message);
  const ComparedMerge compared = compare_all(objects, {*made}).front();
  fmt::print("base {}\nours {}\ntheirs {}\n", made->trees.base, made->trees.ours, made->trees.theirs);
  print_disagreement("single", *made, compared);
  if (compared.git) fmt::print("git's tree {}\nour tree {}\n", compared.git->tree, compared.tree);
  return compared.agreement == Agreement::clean || compared.agreement == Agreement::conflict;
}

Settings read_settings(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    const std::string value = argv[i + 1];
    if (name == "--repo")
      settings.repository = value;
    else if (name == "--tip")
      settings.tip = value;
    else if (name == "--commits")
      settings.commits = std::stoul(value);
    else if (name == "--distances")
      settings.distances = split(value, ',');
    else if (name == "--seed")
      settings.seed = std::stoull(value, nullptr, 0);
    else if (name == "--case")
      settings.single = value;
    else
      throw std::runtime_error("no setting is called " + name);
  }
  if (settings.repository.empty()) throw std::runtime_error("name a repository with --repo");
  return settings;
}

int run(int argc, char** argv) {
  const Settings settings = read_settings(argc, argv);
  const Result<Repo> repo = Repo::open(settings.repository);
  if (!repo) throw std::runtime_error(repo.error().message);
  test::GitShell git(settings.repository);
  const fs::path objects = settings.repository / git.git({"rev-parse", "--git-path", "objects"});
  const bool agreed =
      settings.single.empty() ? run_all(*repo, objects, git, settings) : run_single(*repo, objects, settings);
  return agreed ? 0 : 1;
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  try {
    return kedge::bench::run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
