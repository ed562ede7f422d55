// SPDX-License-Identifier: Apache-2.0
// The merge of one file's text against git's own: the same answer and the same bytes, markers included. The
// files are drawn from seeds, of kinds that are hard in different ways.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "bot/base/random.h"
#include "bot/base/text.h"
#include "bot/rollback/merge/content_merge.h"
#include "tests/support/git_merges.h"

namespace kedge::rollback::merge {
namespace {

using test::GitShell;

struct Case {
  std::string base, ours, theirs;
};

/// Draws files as lists of lines, and edits of them.
class TextMaker {
 public:
  explicit TextMaker(std::uint64_t seed) : random_(seed) {}
  SplitMix64& random() { return random_; }

  /// A line out of `words` different ones; few words make files full of repetitions.
  std::string line(std::uint64_t words) { return "w" + std::to_string(random_.below(words)) + "\n"; }
  std::vector<std::string> lines(std::uint64_t count, std::uint64_t words) {
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < count; ++i) all.push_back(line(words));
    return all;
  }
  /// Like a program: lines of their own, and in between braces, blanks and other frequent ones.
  std::vector<std::string> program(std::uint64_t count) {
    const std::vector<std::string> frequent = {"\n", "}\n", "  }\n", "  return;\n", "{\n"};
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < count; ++i)
      all.push_back(random_.chance(40) ? frequent[random_.below(frequent.size())] : line(100'000));
    return all;
  }
  /// Some places replaced, removed, added to, copied or moved.
  std::vector<std::string> edited(std::vector<std::string> all, std::uint64_t edits, std::uint64_t words) {
    for (std::uint64_t i = 0; i < edits; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(random_.below(all.size() + 1));
      const auto length = std::min(static_cast<std::ptrdiff_t>(random_.below(5)),
                                   static_cast<std::ptrdiff_t>(all.size()) - at);
      const auto place = all.begin() + at;
      const std::vector<std::string> run(place, place + length);
      switch (random_.below(4)) {
        case 0:
          all.insert(place, line(words));
          break;
        case 1:
          all.erase(place, place + length);
          break;
        case 2:
          for (auto it = place; it != place + length; ++it) *it = line(words);
          break;
        default: {
          if (random_.chance(50)) all.erase(place, place + length);
          const auto to = static_cast<std::ptrdiff_t>(random_.below(all.size() + 1));
          all.insert(all.begin() + to, run.begin(), run.end());
        }
      }
    }
    return all;
  }

 private:
  SplitMix64 random_;
};

Case edited_both(TextMaker& make, const std::vector<std::string>& base, std::uint64_t edits_max,
                 std::uint64_t words) {
  const auto edits = [&] { return 1 + make.random().below(edits_max); };
  std::vector<std::string> start = base;
  // Sometimes both start from one change, so that parts of both sides are the same.
  if (make.random().chance(30)) start = make.edited(start, edits(), words);
  return {join(base, ""), join(make.edited(start, edits(), words), ""),
          join(make.edited(start, edits(), words), "")};
}

Case program(TextMaker& make) {
  return edited_both(make, make.program(make.random().below(120)), 6, 100'000);
}
Case few_words(TextMaker& make) {
  const std::uint64_t words = 1 + make.random().below(4);
  return edited_both(make, make.lines(make.random().below(24), words), 3, words);
}
Case some_words(TextMaker& make) {
  return edited_both(make, make.lines(make.random().below(90), 25), 8, 25);
}
/// Each word occurs more often than the histogram takes.
Case frequent_words(TextMaker& make) {
  const std::uint64_t words = 2 + make.random().below(5);
  return edited_both(make, make.lines(150 + make.random().below(500), words), 12, words + 2);
}
/// Nothing but frequent lines in common with the base in long stretches.
Case rewritten(TextMaker& make) {
  const std::vector<std::string> base = make.program(300 + make.random().below(600));
  const std::size_t kept_head = make.random().chance(70) ? 30 : 0;
  const auto rewrite = [&] {
    std::vector<std::string> lines = base;
    for (std::size_t i = kept_head; i < lines.size(); ++i) {
      if (lines[i].starts_with('w') && make.random().chance(97)) lines[i] = make.line(100'000);
    }
    return make.edited(lines, make.random().below(20), 100'000);
  };
  std::vector<std::string> theirs = base;
  if (make.random().chance(60)) {
    theirs[make.random().below(20)] = make.line(100'000);
  } else {
    theirs = make.random().chance(50) ? rewrite() : make.edited(base, 5, 100'000);
  }
  return {join(base, ""), join(rewrite(), ""), join(theirs, "")};
}
Case periodic(TextMaker& make) {
  std::vector<std::string> base;
  const std::vector<std::string> period = make.lines(1 + make.random().below(4), 3);
  for (std::uint64_t i = 0; i < 2 + make.random().below(10); ++i)
    base.insert(base.end(), period.begin(), period.end());
  return edited_both(make, base, 3, 3);
}
std::string strip_last_end(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}
Case line_ends(TextMaker& make) {
  Case drawn = make.random().chance(50) ? program(make) : few_words(make);
  for (std::string* text : {&drawn.base, &drawn.ours, &drawn.theirs}) {
    if (make.random().chance(60)) *text = replace_all(*text, "\n", "\r\n");
    if (make.random().chance(30)) {
      std::vector<std::string> lines = split(*text, '\n');
      for (std::string& line : lines)
        if (make.random().chance(5)) line += "\r";
      *text = join(lines, "\n");
    }
    if (make.random().chance(50)) *text = strip_last_end(*text);
    if (make.random().chance(5)) text->clear();
  }
  return drawn;
}
Case bytes(TextMaker& make) {
  Case drawn = few_words(make);
  for (std::string* text : {&drawn.base, &drawn.ours, &drawn.theirs}) {
    if (make.random().chance(30)) text->append(make.random().below(9000), 'x');
    if (make.random().chance(30)) *text += '\0';
    if (make.random().chance(30)) *text += "\xff\xfe\n";
  }
  return drawn;
}

struct Kind {
  const char* name;
  Case (*draw)(TextMaker&);
  int cases;
  int clean_min = 30;
  int conflicts_min = 30;
  ContentDriver driver = ContentDriver::text;
  const char* attributes = "";
};

/// Makes for each case commits base, ours and theirs of one file; answers pairs to merge.
std::vector<test::CommitPair> write_commits(GitShell& git, const std::vector<Case>& cases) {
  test::CommitStream commits;
  for (const Case& drawn : cases) {
    const std::size_t base = commits.add({{"file", {.bytes = drawn.base}}});
    commits.add({{"file", {.bytes = drawn.ours}}}, base);
    commits.add({{"file", {.bytes = drawn.theirs}}}, base);
  }
  const std::vector<std::string> ids = commits.write(git);
  std::vector<test::CommitPair> pairs;
  for (std::size_t i = 0; i < ids.size(); i += 3) pairs.push_back({ids[i + 1], ids[i + 2]});
  return pairs;
}

/// KEDGE_TEST_SEED draws other cases.
std::uint64_t seed() {
  const char* text = std::getenv("KEDGE_TEST_SEED");
  return text == nullptr ? 0x5eed : std::strtoull(text, nullptr, 0);
}

class ContentAgreementOf : public ::testing::TestWithParam<Kind> {};

TEST_P(ContentAgreementOf, AnswersAndBytesAreGitsOwn) {
  const Kind& kind = GetParam();
  const test::ScratchDir scratch(test::memory_directory());
  GitShell git = test::make_bare(scratch.path() / "cases.git");
  test::write_file(scratch.path() / "cases.git" / "info" / "attributes", kind.attributes);
  TextMaker make(seed());
  std::vector<Case> cases;
  for (int i = 0; i < kind.cases; ++i) cases.push_back(kind.draw(make));
  const std::vector<test::CommitPair> pairs = write_commits(git, cases);
  const std::vector<std::optional<test::GitMerge>> merges = merge_pairs(git, pairs);
  std::vector<std::string> names;
  for (const auto& merge : merges) names.push_back(merge ? merge->tree + ":file" : "missing");
  const std::vector<std::optional<std::string>> texts = read_objects(git, names);
  int clean = 0;
  int wrong = 0;
  for (std::size_t i = 0; i < cases.size() && wrong < 3; ++i) {
    ASSERT_TRUE(merges[i] && texts[i]) << i;
    const auto& [base, ours, theirs] = cases[i];
    const MergedContent merged =
        merge_content(base, ours, theirs, kind.driver, {.ours = pairs[i].ours, .theirs = pairs[i].theirs});
    clean += merges[i]->is_clean ? 1 : 0;
    if (merged.is_clean() == merges[i]->is_clean && merged.text == *texts[i]) continue;
    ++wrong;
    ADD_FAILURE() << "case " << i << ": git says " << (merges[i]->is_clean ? "clean" : "conflict")
                  << "\n--- base\n"
                  << base << "--- ours\n"
                  << ours << "--- theirs\n"
                  << theirs << "--- git's\n"
                  << *texts[i] << "--- our merge\n"
                  << merged.text;
  }
  std::printf("%s: %zu merges as git's, %d of them clean\n", kind.name, cases.size(), clean);
  EXPECT_GE(clean, kind.clean_min);
  EXPECT_GE(kind.cases - clean, kind.conflicts_min);
}
INSTANTIATE_TEST_SUITE_P(
    Kind, ContentAgreementOf,
    ::testing::Values(Kind{"Program", program, 400}, Kind{"FewWords", few_words, 1500},
                      Kind{"SomeWords", some_words, 600}, Kind{"FrequentWords", frequent_words, 300},
                      Kind{"Rewritten", rewritten, 150}, Kind{"Periodic", periodic, 600},
                      Kind{"LineEnds", line_ends, 1000}, Kind{"Bytes", bytes, 300, 10},
                      Kind{"Union", line_ends, 500, 450, 0, ContentDriver::union_both, "* merge=union\n"},
                      Kind{"UnknownDriver", few_words, 100, 10, 10, ContentDriver::text, "* merge=nobodys\n"},
                      Kind{"Unmergeable", few_words, 100, 0, 50, ContentDriver::binary, "* -merge\n"}),
    [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace kedge::rollback::merge
