// SPDX-License-Identifier: Apache-2.0
#include "tests/support/model_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"

namespace kedge::test {
namespace {

const std::vector<std::string> kDirectories = {
    "",    "src",       "src/core",        "src/core/io", "src/net",     "lib",  "lib/core",
    "doc", "doc/pages", "tests/unit/deep", "tests/unit",  "caf\xe9/x y", "a\"b", "src/core/io/linux"};

}  // namespace

std::string ModelEditor::line() {
  const std::vector<std::string> frequent = {"\n", "}\n", "  return 0;\n", "{\n"};
  if (random_.chance(25)) return frequent[random_.below(frequent.size())];
  return fmt::format("line {} {}\n", random_.below(400), random_.below(400));
}

std::string ModelEditor::text(std::uint64_t lines) {
  std::string all;
  for (std::uint64_t i = 0; i < lines; ++i) all += line();
  return all;
}

ModelFile ModelEditor::file() {
  const std::uint64_t what = random_.below(100);
  if (what < 4) return {.mode = kSymlink, .bytes = fresh_name()};
  if (what < 7) return {.mode = kSubmodule, .bytes = fmt::format("{:040x}", 1 + random_.below(1'000'000))};
  if (what < 10) return {.bytes = ""};
  if (what < 15) return {.bytes = std::string("\0bin\n", 5) + text(5 + random_.below(20))};
  if (what < 20) return {.bytes = replace_all(text(5 + random_.below(30)), "\n", "\r\n")};
  ModelFile made{.mode = random_.chance(10) ? kExecutable : kRegular, .bytes = text(1 + random_.below(45))};
  if (random_.chance(8) && made.bytes.ends_with('\n')) made.bytes.pop_back();
  return made;
}

std::string ModelEditor::fresh_name() {
  const std::vector<std::string> ends = {".txt", ".c", ".h", ".bin", ".log", ".md", " \xff.txt", ""};
  // Few names, so that both sides invent the same one now and then.
  return fmt::format("f{}{}", random_.below(60), ends[random_.below(ends.size())]);
}

std::string ModelEditor::directory(const ModelTree& tree) {
  if (random_.chance(40) || tree.empty()) return kDirectories[random_.below(kDirectories.size())];
  return directory_of(any_path(tree));
}

std::string ModelEditor::fresh_directory() {
  const std::string base = kDirectories[random_.below(kDirectories.size())];
  return random_.chance(50) && !base.empty() ? base : joined(base, fmt::format("d{}", random_.below(8)));
}

std::string ModelEditor::joined(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

std::string ModelEditor::any_path(const ModelTree& tree, const char* mode) {
  std::vector<std::string> paths;
  for (const auto& [path, file] : tree) {
    if (mode == nullptr || file.mode == mode) paths.push_back(path);
  }
  return paths.empty() ? std::string() : paths[random_.below(paths.size())];
}

ModelTree ModelEditor::first_tree() {
  ModelTree tree;
  const std::uint64_t files = 15 + random_.below(30);
  for (std::uint64_t i = 0; i < files; ++i) add(tree);
  if (random_.chance(50)) set_attributes(tree);
  return tree;
}

void ModelEditor::edit(ModelTree& tree) {
  for (std::uint64_t steps = 1 + random_.below(3); steps > 0; --steps) step(tree);
}

void ModelEditor::step(ModelTree& tree) {
  struct Choice {
    std::uint64_t weight;
    void (ModelEditor::*step)(ModelTree&);
  };
  using E = ModelEditor;
  static constexpr Choice kChoices[] = {{40, &E::change_lines},
                                        {10, &E::add},
                                        {3, &E::add_copy},
                                        {6, &E::remove},
                                        {12, &E::rename},
                                        {2, &E::swap_names},
                                        {7, &E::move_whole_directory},
                                        {5, &E::split_directory},
                                        {2, &E::remove_directory},
                                        {4, &E::change_mode},
                                        {4, &E::change_type},
                                        {4, &E::change_bytes},
                                        {2, &E::file_becomes_directory},
                                        {2, &E::directory_becomes_file},
                                        {3, &E::set_attributes}};
  std::uint64_t sum = 0;
  for (const Choice& choice : kChoices) sum += choice.weight;
  std::uint64_t drawn = random_.below(sum);
  for (const Choice& choice : kChoices) {
    if (drawn < choice.weight) return (this->*choice.step)(tree);
    drawn -= choice.weight;
  }
}

std::string ModelEditor::edited(const std::string& bytes) {
  std::vector<std::string> lines = split(bytes, '\n');
  for (std::uint64_t edits = 1 + random_.below(3); edits > 0; --edits) {
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(random_.below(lines.size() + 1));
    const std::string fresh(trim(line()));
    if (random_.chance(40) || place == lines.end()) {
      lines.insert(place, fresh);
    } else if (random_.chance(40)) {
      lines.erase(place);
    } else {
      *place = fresh;
    }
  }
  return join(lines, "\n");
}

void ModelEditor::change_lines(ModelTree& tree) {
  for (std::uint64_t files = 1 + random_.below(3); files > 0; --files) {
    const std::string path = any_path(tree, random_.chance(90) ? kRegular : kExecutable);
    if (!path.empty()) tree[path].bytes = edited(tree[path].bytes);
  }
}

void ModelEditor::add(ModelTree& tree) {
  place(tree, joined(directory(tree), fresh_name()), file());
}

void ModelEditor::add_copy(ModelTree& tree) {
  const std::string from = any_path(tree);
  if (from.empty()) return;
  ModelFile copy = tree[from];
  if (copy.mode == kSymlink || copy.mode == kSubmodule) return;
  copy.bytes = edited(copy.bytes);
  place(tree, joined(directory(tree), random_.chance(40) ? name_of(from) : fresh_name()), std::move(copy));
}

void ModelEditor::remove(ModelTree& tree) {
  tree.erase(any_path(tree));
}

void ModelEditor::rename(ModelTree& tree) {
  const std::string from = any_path(tree);
  if (from.empty()) return;
  ModelFile file = tree[from];
  tree.erase(from);
  if (file.mode != kSymlink && file.mode != kSubmodule) {
    for (std::uint64_t edits = random_.below(5); edits > 0; --edits) file.bytes = edited(file.bytes);
  }
  const bool keeps_name = random_.chance(50);
  const std::string to =
      keeps_name ? joined(fresh_directory(), name_of(from))
                 : joined(random_.chance(60) ? directory_of(from) : directory(tree), fresh_name());
  place(tree, to, std::move(file));
}

void ModelEditor::swap_names(ModelTree& tree) {
  const std::string one = any_path(tree);
  const std::string other = any_path(tree);
  if (!one.empty()) std::swap(tree[one], tree[other]);
}

void ModelEditor::move_whole_directory(ModelTree& tree) {
  std::string from = directory_of(any_path(tree));
  if (random_.chance(20) && !directory_of(from).empty()) from = directory_of(from);
  const std::string to = fresh_directory();
  if (from.empty() || to == from || to.starts_with(from + "/")) return;
  move_directory(tree, from, to);
  if (random_.chance(40)) change_lines(tree);
}

void ModelEditor::split_directory(ModelTree& tree) {
  const std::string from = directory_of(any_path(tree));
  if (from.empty()) return;
  const std::vector<std::string> targets = {fresh_directory(), fresh_directory()};
  const ModelTree before = tree;
  for (const auto& [path, file] : before) {
    if (directory_of(path) != from || random_.chance(20)) continue;
    tree.erase(path);
    place(tree, joined(targets[random_.chance(30) ? 1 : 0], name_of(path)), file);
  }
}

void ModelEditor::remove_directory(ModelTree& tree) {
  const std::string gone = directory_of(any_path(tree));
  if (gone.empty() || !random_.chance(50)) return;
  std::erase_if(tree, [&](const auto& entry) { return entry.first.starts_with(gone + "/"); });
}

void ModelEditor::change_mode(ModelTree& tree) {
  const std::string path = any_path(tree, random_.chance(70) ? kRegular : kExecutable);
  if (!path.empty()) tree[path].mode = tree[path].mode == kRegular ? kExecutable : kRegular;
}

void ModelEditor::change_type(ModelTree& tree) {
  const std::string path = any_path(tree);
  if (path.empty() || name_of(path) == ".gitattributes") return;
  ModelFile other = file();
  if (other.mode == tree[path].mode && random_.chance(60)) other.mode = kSymlink;
  if (other.mode == kSymlink) other.bytes = fresh_name();
  tree[path] = other;
}

void ModelEditor::change_bytes(ModelTree& tree) {
  const std::string path = any_path(tree, kRegular);
  if (path.empty()) return;
  std::string& bytes = tree[path].bytes;
  switch (random_.below(4)) {
    case 0:
      bytes = bytes.find('\r') == std::string::npos ? replace_all(bytes, "\n", "\r\n")
                                                    : replace_all(bytes, "\r", "");
      break;
    case 1:
      bytes += '\0';
      break;
    case 2:
      if (bytes.ends_with('\n')) bytes.pop_back();
      break;
    default:
      bytes.clear();
  }
}

void ModelEditor::file_becomes_directory(ModelTree& tree) {
  const std::string path = any_path(tree);
  if (path.empty()) return;
  const ModelFile was = tree[path];
  place(tree, joined(path, fresh_name()), random_.chance(50) ? was : file());
  if (random_.chance(50)) place(tree, joined(path, fresh_name()), file());
}

void ModelEditor::directory_becomes_file(ModelTree& tree) {
  const std::string path = directory_of(any_path(tree));
  if (!path.empty()) place(tree, path, file());
}

void ModelEditor::set_attributes(ModelTree& tree) {
  const std::vector<std::string> rules = {"*.txt merge=union\n",
                                          "*.log merge=union\n",
                                          "*.bin binary\n",
                                          "*.c -merge\n",
                                          "*.h merge=nobodys\n",
                                          "f1* -merge\n",
                                          "core/** merge=union\n",
                                          "*.md !merge\n",
                                          "* text=auto\n",
                                          "*.txt merge=binary\n",
                                          "*.c text eol=crlf\n",
                                          "/f*.c merge=union\n",
                                          "* -text\n"};
  std::string text;
  for (std::uint64_t lines = 1 + random_.below(3); lines > 0; --lines)
    text += rules[random_.below(rules.size())];
  place(tree, joined(random_.chance(50) ? "" : directory(tree), ".gitattributes"), {.bytes = text});
}

}  // namespace kedge::test
