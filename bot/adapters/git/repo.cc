// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/repo.h"

#include <git2/sys/mempack.h>

#include <algorithm>

#include "bot/adapters/git/encoding.h"
#include "bot/base/terminal.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr int kAboveAllBackends = 999;

/// What git compares with safe.directory: the root of the work tree or the bare repository, absolute, as
/// libgit2's refusal quotes it. A relative path there would trust every repository.
std::string refused_path(const std::filesystem::path& dir, const std::string& words) {
  const std::size_t first = words.find('\'');
  const std::size_t last = words.rfind('\'');
  std::string path = first < last ? words.substr(first + 1, last - first - 1) : std::string();
  std::error_code ignored;
  if (!path.starts_with('/')) path = std::filesystem::canonical(dir, ignored).string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

/// libgit2's refusals to open say what is wrong, but not what helps.
Error explain_open(const std::filesystem::path& dir, int code, const std::string& words) {
  const auto because = [&](Errc errc, std::string_view remedy) {
    return Error{.code = errc,
                 .message = fmt::format("cannot open repository {}: {}; {}", dir.string(), words, remedy)};
  };
  if (words.find("objectformat") != std::string::npos || words.find("sha256") != std::string::npos) {
    return because(Errc::invalid, "only repositories with SHA-1 object names can be read");
  }
  if (words.find("safe.directory") != std::string::npos || code == GIT_EOWNER) {
    return because(Errc::invalid, fmt::format("it belongs to somebody else: run `git config --global --add "
                                              "safe.directory {}` if you trust it",
                                              shell_word(refused_path(dir, words))));
  }
  if (code == GIT_ENOTFOUND) {
    return Error{.code = Errc::not_found,
                 .message = fmt::format("cannot open repository {}: there is none here or above; name one "
                                        "with --repo",
                                        dir.string())};
  }
  return because(Errc::invalid, "check it with `git fsck`");
}

}  // namespace

Result<Repo> Repo::wrap(RepositoryHandle handle) {
  git_odb* odb = nullptr;
  if (git_repository_odb(&odb, handle.get()) != 0) {
    return fail(Errc::corrupt, "cannot read the object database: {}", last_error());
  }
  return Repo(std::move(handle), OdbHandle(odb));
}

Result<Repo> Repo::open(const std::filesystem::path& dir) {
  start_library();
  git_repository* raw = nullptr;
  if (const int code = git_repository_open_ext(&raw, dir.c_str(), 0, nullptr); code != 0) {
    return pass(explain_open(dir, code, last_error()));
  }
  RepositoryHandle handle(raw);
  if (git_repository_is_shallow(raw) != 0) {
    return fail(Errc::invalid,
                "cannot plan in {}: this clone is shallow, so what its branches hold cannot be known; run "
                "`git fetch --unshallow` (in a workflow: actions/checkout with `fetch-depth: 0`)",
                dir.string());
  }
  return wrap(std::move(handle));
}

Result<Repo> Repo::open_mirror(const std::filesystem::path& dir) {
  start_library();
  git_repository* raw = nullptr;
  if (git_repository_open_bare(&raw, dir.c_str()) != 0) {
    return fail(Errc::corrupt, "cannot open mirror {}: {}; remove it and it is fetched anew", dir.string(),
                last_error());
  }
  RepositoryHandle handle(raw);
  git_config* config = nullptr;
  if (git_config_open_ondisk(&config, (dir / "config").c_str()) != 0) {
    return fail(Errc::corrupt, "cannot read the configuration of mirror {}: {}", dir.string(), last_error());
  }
  git_config_free(config);
  return wrap(std::move(handle));
}

Result<CommitHandle> Repo::raw_commit(const git_oid& oid) const {
  git_commit* raw = nullptr;
  if (git_commit_lookup(&raw, handle_.get(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read commit {}: {}; run `git fsck`", to_sha(oid), last_error());
  }
  return CommitHandle(raw);
}

Result<CommitFacts> Repo::commit(const std::string& sha) const {
  KEDGE_TRY(commit, raw_commit(to_oid(sha)));
  git_commit* raw = commit.get();
  CommitFacts facts{.sha = sha, .tree = to_sha(*git_commit_tree_id(raw))};
  for (unsigned int i = 0; i < git_commit_parentcount(raw); ++i) {
    facts.parents.push_back(to_sha(*git_commit_parent_id(raw, i)));
  }
  const char* header = git_commit_message_encoding(raw);
  const std::string encoding = header == nullptr ? "" : header;
  const auto text = [&](const char* bytes) {
    return bytes == nullptr ? std::string() : decode_text(bytes, encoding);
  };
  facts.subject = text(git_commit_summary(raw));
  facts.message = text(git_commit_message(raw));
  const git_signature* author = git_commit_author(raw);
  const git_signature* committer = git_commit_committer(raw);
  facts.author = text(author->name);
  facts.author_email = text(author->email);
  facts.author_time = author->when.time;
  facts.committer_email = text(committer->email);
  facts.commit_time = committer->when.time;
  return facts;
}

bool Repo::is_partial() const {
  git_config* config = nullptr;
  if (git_repository_config_snapshot(&config, handle_.get()) != 0) return false;
  const ConfigHandle owned(config);
  git_config_iterator* raw = nullptr;
  if (git_config_iterator_new(&raw, config) != 0) return false;
  const ConfigEntriesHandle entries(raw);
  git_config_entry* entry = nullptr;
  // Looked at by hand: libgit2 1.5 loses memory for each key that it compares with an expression.
  while (git_config_next(&entry, raw) == 0) {
    const std::string_view key = entry->name;
    if (key == "extensions.partialclone") return true;
    if (key.starts_with("remote.") && (key.ends_with(".promisor") || key.ends_with(".partialclonefilter"))) {
      return true;
    }
  }
  return false;
}

bool Repo::has_object(const std::string& sha) const {
  const git_oid oid = to_oid(sha);
  return git_odb_exists(odb_.get(), &oid) == 1;
}

bool Repo::has_commit(const std::string& sha) const {
  const git_oid oid = to_oid(sha);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  // Asked first: reading may look for it on the server, see missing_blobs.h.
  return git_odb_exists(odb_.get(), &oid) == 1 && git_odb_read_header(&size, &type, odb_.get(), &oid) == 0 &&
         type == GIT_OBJECT_COMMIT;
}

std::filesystem::path Repo::work_tree() const {
  const char* path = git_repository_workdir(handle_.get());
  return path == nullptr ? "" : path;
}

std::filesystem::path Repo::git_dir() const {
  return git_repository_path(handle_.get());
}

bool Repo::has_remote(const std::string& name) const {
  git_remote* raw = nullptr;
  const bool found = git_remote_lookup(&raw, handle_.get(), name.c_str()) == 0;
  const RemoteHandle remote(raw);
  return found;
}

std::string Repo::branch_in_the_way(const std::string& name) const {
  for (std::size_t slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1)) {
    if (commit_at("refs/heads/" + name.substr(0, slash))) return name.substr(0, slash);
  }
  const std::string below = "refs/heads/" + name + "/";
  const std::vector<std::string> inside = refs(below);
  return inside.empty() ? "" : inside.front().substr(std::string_view("refs/heads/").size());
}

Result<bool> Repo::contains(const std::string& tip, const std::string& sha) const {
  if (tip == sha) return true;
  const git_oid tip_oid = to_oid(tip);
  const git_oid oid = to_oid(sha);
  const int answer = git_graph_descendant_of(handle_.get(), &tip_oid, &oid);
  if (answer < 0) {
    return fail(Errc::corrupt, "cannot walk the history of {}: {}; run `git fsck`", tip, last_error());
  }
  return answer == 1;
}

Result<std::optional<std::string>> Repo::merge_base(const std::string& one, const std::string& other) const {
  const git_oid one_oid = to_oid(one);
  const git_oid other_oid = to_oid(other);
  git_oid base{};
  const int code = git_merge_base(&base, handle_.get(), &one_oid, &other_oid);
  if (code == GIT_ENOTFOUND) return std::optional<std::string>();
  if (code != 0) {
    return fail(Errc::corrupt, "cannot find where {} and {} parted: {}; run `git fsck`", one, other,
                last_error());
  }
  return std::optional(to_sha(base));
}

Result<std::int64_t> Repo::commit_time(const git_oid& oid) const {
  if (const auto known = commit_times_.find(oid); known != commit_times_.end()) return known->second;
  KEDGE_TRY(commit, raw_commit(oid));
  const std::int64_t time = git_commit_time(commit.get());
  commit_times_.emplace(oid, time);
  return time;
}

std::optional<std::string> Repo::commit_at(const std::string& ref) const {
  git_reference* raw = nullptr;
  if (git_reference_lookup(&raw, handle_.get(), ref.c_str()) != 0) return std::nullopt;
  const ReferenceHandle reference(raw);
  git_object* object = nullptr;
  if (git_reference_peel(&object, raw, GIT_OBJECT_COMMIT) != 0) return std::nullopt;
  const ObjectHandle commit(object);
  return to_sha(*git_object_id(object));
}

std::vector<std::string> Repo::refs(std::string_view prefix) const {
  std::vector<std::string> names;
  git_reference_iterator* raw = nullptr;
  if (git_reference_iterator_new(&raw, handle_.get()) != 0) return names;
  const ReferencesHandle iterator(raw);
  const char* name = nullptr;
  while (git_reference_next_name(&name, raw) == 0) {
    if (std::string_view(name).starts_with(prefix)) names.emplace_back(name);
  }
  std::ranges::sort(names);
  return names;
}

Result<void> Repo::keep_writes_in_memory() {
  git_odb_backend* memory = nullptr;
  if (git_mempack_new(&memory) != 0 || git_odb_add_backend(odb_.get(), memory, kAboveAllBackends) != 0) {
    return fail(Errc::unavailable, "cannot plan in memory: {}", last_error());
  }
  return {};
}

Result<void> set_ref(const Repo& repo, const std::string& name, const std::string& sha) {
  const git_oid oid = to_oid(sha);
  git_reference* raw = nullptr;
  if (git_reference_create(&raw, repo.raw(), name.c_str(), &oid, 1, nullptr) != 0) {
    return fail(Errc::unavailable, "cannot write ref {}: {}", name, last_error());
  }
  const ReferenceHandle owned(raw);
  return {};
}

Result<void> remove_ref(const Repo& repo, const std::string& name) {
  const int code = git_reference_remove(repo.raw(), name.c_str());
  if (code != 0 && code != GIT_ENOTFOUND) {
    return fail(Errc::unavailable, "cannot remove ref {}: {}", name, last_error());
  }
  return {};
}

}  // namespace kedge::adapters::git
