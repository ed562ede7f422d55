// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/forge/git.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "bot/base/text.h"
#include "bot/sandbox/forge/process.h"

namespace kedge::sandbox::forge {
namespace {

constexpr std::string_view kCommitFormat =
    "--format=%H%x1f%T%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%B";

std::optional<Commit> parse_commit(std::string_view record) {
  std::vector<std::string> fields;
  for (int i = 0; i < 9; ++i) {
    const auto at = record.find('\x1f');
    if (at == std::string_view::npos) return std::nullopt;
    fields.emplace_back(record.substr(0, at));
    record.remove_prefix(at + 1);
  }
  Commit commit{.sha = fields[0],
                .tree = fields[1],
                .parents = split_words(fields[2]),
                .author = {fields[3], fields[4], fields[5]},
                .committer = {fields[6], fields[7], fields[8]},
                .message = std::string(record)};
  while (commit.message.ends_with('\n')) commit.message.pop_back();
  return commit;
}

int number(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string git_date(TimePoint at) {
  return fmt::format("{} +0000", to_unix_ms(at) / 1000);
}

std::string first_line(std::string text) {
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

/// A name that git could read as an option or a range is no name.
bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '-' && name.find("..") == std::string::npos &&
         name.find_first_of(" \n\t~^:?*[\\") == std::string::npos;
}

}  // namespace

std::optional<std::string> Git::output(std::vector<std::string> arguments, const std::string& input,
                                       std::vector<std::pair<std::string, std::string>> environment) const {
  std::vector<std::string> full{"git", "-C", directory_};
  full.insert(full.end(), arguments.begin(), arguments.end());
  environment.emplace_back("GIT_CONFIG_NOSYSTEM", "1");
  environment.emplace_back("GIT_CONFIG_GLOBAL", "/dev/null");
  auto finished = run({.arguments = std::move(full), .environment = std::move(environment), .input = input});
  if (finished.status != 0) return std::nullopt;
  return std::move(finished.out);
}

bool Git::init(const std::string& default_branch) const {
  const auto made =
      run({.arguments = {"git", "init", "-q", "--template=", "--bare", "-b", default_branch, directory_}});
  if (made.status != 0) return false;
  // Everything else of the forge is in memory, so nothing here need survive a power cut: no fsync.
  std::ofstream(directory_ + "/config", std::ios::app) << "[http]\n\treceivepack = true\n"
                                                          "[uploadpack]\n\tallowFilter = true\n"
                                                          "\tallowAnySHA1InWant = true\n"
                                                          "[gc]\n\tauto = 0\n"
                                                          "[receive]\n\tautogc = false\n"
                                                          "\tdenyDeleteCurrent = refuse\n"
                                                          "[maintenance]\n\tauto = false\n"
                                                          "[core]\n\tfsync = none\n";
  return output({"config", "core.fsync"}).has_value();
}

std::map<std::string, std::string> Git::refs() const {
  std::map<std::string, std::string> result;
  const auto listed = output({"for-each-ref", "--format=%(objectname) %(refname)"});
  if (!listed) return result;
  for (const auto& line : split_lines(*listed)) {
    if (line.size() > 41) result[line.substr(41)] = line.substr(0, 40);
  }
  return result;
}

std::optional<std::string> Git::resolve(const std::string& name) const {
  if (!is_plain(name)) return std::nullopt;
  for (const auto& candidate : {"refs/heads/" + name, "refs/tags/" + name, name}) {
    auto found = output({"rev-parse", "--verify", "--quiet", "--end-of-options", candidate + "^{commit}"});
    if (found) return first_line(*found);
  }
  return std::nullopt;
}

std::optional<Commit> Git::commit(const std::string& sha) const {
  if (!is_plain(sha)) return std::nullopt;
  if (const auto known = commits_.find(sha); known != commits_.end()) return known->second;
  const auto shown = output({"log", "-1", std::string(kCommitFormat), "--end-of-options", sha});
  if (!shown) return std::nullopt;
  auto parsed = parse_commit(*shown);
  if (parsed && parsed->sha == sha) commits_[sha] = *parsed;
  return parsed;
}

std::vector<Commit> Git::log(const std::string& range, const std::string& path, int limit) const {
  std::vector<std::string> arguments{
      "log", "-z", std::string(kCommitFormat), fmt::format("-{}", limit), "--end-of-options", range};
  if (!path.empty()) {
    arguments.emplace_back("--");
    arguments.push_back(path);
  }
  std::vector<Commit> result;
  const auto listed = output(std::move(arguments));
  if (!listed) return result;
  for (const auto& record : split(*listed, '\0')) {
    if (auto parsed = parse_commit(record)) result.push_back(std::move(*parsed));
  }
  return result;
}

std::optional<std::string> Git::merge_base(const std::string& a, const std::string& b) const {
  auto found = output({"merge-base", a, b});
  if (!found) return std::nullopt;
  return first_line(*found);
}

bool Git::is_ancestor(const std::string& older, const std::string& newer) const {
  return output({"merge-base", "--is-ancestor", older, newer}).has_value();
}

std::set<std::string> Git::merged_branches(const std::string& sha) const {
  std::set<std::string> result;
  const auto listed =
      output({"for-each-ref", "--merged=" + sha, "--format=%(refname:lstrip=2)", "refs/heads/"});
  if (!listed) return result;
  for (auto& name : split_lines(*listed)) result.insert(std::move(name));
  return result;
}

int Git::count(const std::string& range) const {
  return number(output({"rev-list", "--count", "--end-of-options", range}).value_or("0"));
}

std::vector<FileChange> Git::changes(const std::string& from, const std::string& to) const {
  std::vector<FileChange> result;
  const auto listed =
      output({"diff-tree", "-r", "-z", "-M", "--no-commit-id", "--raw", "--numstat", from, to});
  if (!listed) return result;
  const auto fields = split(*listed, '\0');
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto& field = fields[i];
    if (field.starts_with(':')) {
      const char kind = field[field.find_last_of(' ') + 1];
      FileChange change{.path = fields.at(++i)};
      if (kind == 'R') {
        change.previous = change.path;
        change.path = fields.at(++i);
      }
      change.status = kind == 'A' ? "added" : kind == 'D' ? "removed" : kind == 'R' ? "renamed" : "modified";
      index[change.path] = result.size();
      result.push_back(std::move(change));
      continue;
    }
    const auto columns = split(field, '\t');
    if (columns.size() != 3) continue;
    auto path = columns[2];
    if (path.empty()) {  // A rename: both paths follow as fields of their own.
      path = fields.at(i + 2);
      i += 2;
    }
    if (const auto found = index.find(path); found != index.end()) {
      result[found->second].additions = number(columns[0]);
      result[found->second].deletions = number(columns[1]);
    }
  }
  return result;
}

std::string Git::patch(const std::string& from, const std::string& to) const {
  return output({"diff-tree", "-p", "-M", "--no-commit-id", from, to}).value_or("");
}

std::optional<std::string> Git::file(const std::string& sha, const std::string& path) const {
  return output({"cat-file", "blob", sha + ":" + path});
}

std::vector<TreeEntry> Git::tree(const std::string& sha, const std::string& path, bool recursive) const {
  std::vector<std::string> arguments{"ls-tree", "-z", "-l"};
  if (recursive) arguments.insert(arguments.end(), {"-r", "-t"});
  arguments.push_back(path.empty() ? sha : sha + ":" + path);
  std::vector<TreeEntry> result;
  const auto listed = output(std::move(arguments));
  if (!listed) return result;
  for (const auto& record : split(*listed, '\0')) {
    const auto tab = record.find('\t');
    if (tab == std::string::npos) continue;
    const auto words = split_words(record.substr(0, tab));
    if (words.size() != 4) continue;
    const auto name = record.substr(tab + 1);
    result.push_back({.mode = words[0],
                      .type = words[1],
                      .sha = words[2],
                      .path = path.empty() ? name : path + "/" + name,
                      .size = number(words[3])});
  }
  return result;
}

std::vector<std::string> Git::grep(const std::string& sha, const std::string& word,
                                   const std::string& folder) const {
  const auto found = output({"grep", "-l", "-z", "-I", "-w", "-F", "-e", word, sha, "--", folder});
  std::vector<std::string> result;
  if (!found) return result;
  for (const auto& name : split(*found, '\0')) {
    if (name.size() > 41) result.push_back(name.substr(41));
  }
  return result;
}

std::optional<std::string> Git::write(const CommitRequest& request) const {
  const auto ref = "refs/heads/" + request.branch;
  auto from = request.from;
  if (from.empty()) from = resolve(request.branch).value_or("");
  std::string stream = "feature done\ncommit " + ref + "\n";
  const auto who = fmt::format("{} <{}> {}", request.name, request.email, git_date(request.at));
  stream += fmt::format("author {}\ncommitter {}\n", who, who);
  stream += fmt::format("data {}\n{}\n", request.message.size(), request.message);
  if (!from.empty()) stream += "from " + from + "\n";
  for (const auto& parent : request.merged) stream += "merge " + parent + "\n";
  for (const auto& [path, text] : request.files) {
    if (path.empty() || path.find('\n') != std::string::npos || path.front() == '"') return std::nullopt;
    if (text) {
      stream += fmt::format("M 100644 inline {}\ndata {}\n", path, text->size()) + *text + "\n";
    } else {
      stream += "D " + path + "\n";
    }
  }
  stream += "done\n";
  if (!output({"fast-import", "--quiet", "--force"}, stream)) return std::nullopt;
  return resolve(request.branch);
}

std::optional<std::string> Git::merge_tree(const std::string& ours, const std::string& theirs) const {
  auto merged = output({"merge-tree", "--write-tree", "--no-messages", ours, theirs});
  if (!merged) return std::nullopt;
  return first_line(*merged);
}

std::optional<std::string> Git::commit_tree(const std::string& tree, const std::vector<std::string>& parents,
                                            const std::string& message, const Signature& author,
                                            TimePoint at) const {
  std::vector<std::string> arguments{"commit-tree", tree};
  for (const auto& parent : parents) arguments.insert(arguments.end(), {"-p", parent});
  const auto date = git_date(at);
  auto made = output(std::move(arguments), message,
                     {{"GIT_AUTHOR_NAME", author.name},
                      {"GIT_AUTHOR_EMAIL", author.email},
                      {"GIT_AUTHOR_DATE", date},
                      {"GIT_COMMITTER_NAME", "Forge"},
                      {"GIT_COMMITTER_EMAIL", "noreply@forge.invalid"},
                      {"GIT_COMMITTER_DATE", date}});
  if (!made) return std::nullopt;
  return first_line(*made);
}

bool Git::update_ref(const std::string& ref, const std::string& to, const std::string& expected) const {
  std::vector<std::string> arguments{"update-ref"};
  if (to.empty()) {
    arguments.insert(arguments.end(), {"-d", ref});
  } else {
    arguments.insert(arguments.end(), {ref, to});
  }
  if (!expected.empty()) arguments.push_back(expected);
  return output(std::move(arguments)).has_value();
}

bool Git::unpack(const std::string& pack) const {
  return output({"unpack-objects", "-q"}, pack).has_value();
}

}  // namespace kedge::sandbox::forge
