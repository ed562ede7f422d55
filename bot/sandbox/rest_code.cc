// SPDX-License-Identifier: Apache-2.0
// Contents, refs, branches, commits, comparisons.
#include <algorithm>
#include <set>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/rest.h"

namespace kedge::sandbox::rest {
namespace {

constexpr Needs kReadContents{.permissions = "contents=read"};
constexpr Needs kWriteContents{.permissions = "contents=write", .role = "write"};
constexpr int kLogMax = 2'000;
constexpr std::int64_t kContentsMax = 1024 * 1024;
constexpr std::size_t kCompareCommitsMax = 250;
constexpr std::size_t kCompareFilesMax = 300;
const std::string kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

std::string page_url(const Call& call) {
  return call.forge.url() + "/" + call.repository->full_name();
}
std::string api_url(const Call& call) {
  return call.forge.api_url() + "/repos/" + call.repository->full_name();
}

Json entry_json(const Call& call, const forge::TreeEntry& entry, const std::string& ref) {
  const auto type = entry.type == "tree"     ? "dir"
                    : entry.type == "commit" ? "submodule"
                    : entry.mode == "120000" ? "symlink"
                                             : "file";
  const auto name = entry.path.substr(entry.path.rfind('/') + 1);
  const auto url = api_url(call) + "/contents/" + entry.path + "?ref=" + ref;
  const auto html = page_url(call) + (entry.type == "tree" ? "/tree/" : "/blob/") + ref + "/" + entry.path;
  const auto git = api_url(call) + (entry.type == "tree" ? "/git/trees/" : "/git/blobs/") + entry.sha;
  return {{"type", type},
          {"name", name},
          {"path", entry.path},
          {"sha", entry.sha},
          {"size", entry.size},
          {"url", url},
          {"html_url", html},
          {"git_url", git},
          {"download_url",
           entry.type == "tree" ? Json(nullptr) : Json(page_url(call) + "/raw/" + ref + "/" + entry.path)},
          {"_links", {{"self", url}, {"html", html}, {"git", git}}}};
}

std::string folded_base64(const std::string& bytes) {
  const auto encoded = to_base64(bytes);
  std::string result;
  for (std::size_t at = 0; at < encoded.size(); at += 60) result += encoded.substr(at, 60) + "\n";
  return result;
}

Response get_contents(Call& call) {
  const auto path = call.parameters.empty() ? "" : call.parameter(0);
  const auto ref = call.request.parameter("ref", call.repository->default_branch);
  const auto& git = call.repository->git;
  const auto sha = git.resolve(ref);
  if (!sha)
    return error(404, call.repository->refs.empty() ? "This repository is empty."
                                                    : "No commit found for the ref " + ref);
  const auto slash = path.rfind('/');
  const auto folder = slash == std::string::npos ? "" : path.substr(0, slash);
  if (path.find(':') != std::string::npos) return error(404, "Not Found");
  if (!path.empty()) {
    for (const auto& entry : git.tree(*sha, folder, false)) {
      if (entry.path != path || entry.type == "tree") continue;
      const auto text = git.file(*sha, path).value_or("");
      if (call.request.header("accept").find("raw") != std::string::npos) {
        return text_response(200, text, "application/vnd.github.raw+json; charset=utf-8");
      }
      auto body = entry_json(call, entry, ref);
      const bool large = entry.size > kContentsMax;
      body["encoding"] = large ? "none" : "base64";
      body["content"] = large ? "" : folded_base64(text);
      return json(200, body);
    }
  }
  const auto entries = git.tree(*sha, path, false);
  if (entries.empty()) return error(404, "Not Found");
  Json body = Json::array();
  for (const auto& entry : entries) body.push_back(entry_json(call, entry, ref));
  return json(200, body);
}

Response get_ref(Call& call) {
  const auto ref = "refs/" + call.parameter(0);
  const auto found = call.repository->refs.find(ref);
  if (call.repository->refs.empty()) return error(409, "Git Repository is empty.");
  if (found == call.repository->refs.end()) return error(404, "Not Found");
  return json(200, ref_json(call.forge, *call.repository, ref, found->second));
}

Response matching_refs(Call& call) {
  std::vector<Json> items;
  for (const auto& [ref, sha] : call.repository->refs) {
    if (ref.starts_with("refs/" + call.parameter(0)))
      items.push_back(ref_json(call.forge, *call.repository, ref, sha));
  }
  return page(call, std::move(items));
}

/// REST ref calls fall under the workflow rule too.
bool touches_workflows(const Call& call, const std::string& sha) {
  const auto& git = call.repository->git;
  if (call.who.permissions.contains("workflows") || !call.who.is_app()) return false;
  const auto base = git.merge_base(call.repository->default_branch, sha);
  const auto changes = git.changes(base.value_or(kEmptyTree), sha);
  return std::any_of(changes.begin(), changes.end(),
                     [](const auto& each) { return each.path.starts_with(".github/workflows/"); });
}

Response ref_answer(Call& call, int status, const std::string& ref, const forge::Answer<std::string>& sha) {
  if (!sha) return error(sha.error());
  return json(status, ref_json(call.forge, *call.repository, ref, *sha));
}

Response create_ref(Call& call) {
  const auto ref = call.text("ref");
  const auto sha = call.text("sha");
  if (!ref.starts_with("refs/")) return error(422, "Reference name must begin with 'refs/'.");
  if (call.repository->git.commit(sha) && touches_workflows(call, sha)) {
    return error(403, "Resource not accessible by integration");
  }
  return ref_answer(call, 201, ref, call.forge.create_ref(*call.repository, ref, sha, call.who.login));
}

Response move_ref(Call& call) {
  const auto ref = "refs/" + call.parameter(0);
  const bool force = call.body.value("force", false);
  const auto branch = ref.starts_with("refs/heads/") ? ref.substr(11) : "";
  if (call.repository->protection.contains(branch))
    return error(422, "Protected branch update failed for " + ref + ".");
  return ref_answer(call, 200, ref,
                    call.forge.move_ref(*call.repository, ref, call.text("sha"), force, call.who.login));
}

Response delete_ref(Call& call) {
  const auto done = call.forge.delete_ref(*call.repository, "refs/" + call.parameter(0), call.who.login);
  return done ? no_content() : error(done.error());
}

Json branch_json(const Call& call, const std::string& name, const std::string& sha, bool detail) {
  const bool is_protected = call.repository->protection.contains(name);
  const auto url = api_url(call) + "/branches/" + name;
  Json body = {{"name", name},
               {"commit", {{"sha", sha}, {"url", api_url(call) + "/commits/" + sha}}},
               {"protected", is_protected},
               {"protection_url", url + "/protection"}};
  if (detail) {
    if (const auto commit = call.repository->git.commit(sha))
      body["commit"] = commit_json(call.forge, *call.repository, *commit);
    body["_links"] = {{"self", url}, {"html", page_url(call) + "/tree/" + name}};
    body["protection"] = {{"enabled", is_protected}};
  }
  return body;
}

Response list_branches(Call& call) {
  std::vector<Json> items;
  const auto only = call.request.parameter("protected");
  for (const auto& [ref, sha] : call.repository->refs) {
    if (!ref.starts_with("refs/heads/")) continue;
    const auto name = ref.substr(11);
    if (!only.empty() && call.repository->protection.contains(name) != (only == "true")) continue;
    items.push_back(branch_json(call, name, sha, false));
  }
  return page(call, std::move(items));
}

Response get_branch(Call& call) {
  const auto found = call.repository->refs.find("refs/heads/" + call.parameter(0));
  if (found == call.repository->refs.end()) return error(404, "Branch not found");
  return json(200, branch_json(call, call.parameter(0), found->second, true));
}

Response list_tags(Call& call) {
  std::vector<Json> items;
  for (const auto& [ref, sha] : call.repository->refs) {
    if (!ref.starts_with("refs/tags/")) continue;
    const auto target = call.repository->git.resolve(ref.substr(10)).value_or(sha);
    items.push_back({{"name", ref.substr(10)},
                     {"commit", {{"sha", target}, {"url", api_url(call) + "/commits/" + target}}},
                     {"zipball_url", page_url(call) + "/zip/" + ref},
                     {"tarball_url", page_url(call) + "/tar/" + ref},
                     {"node_id", "REF_" + target.substr(0, 16)}});
  }
  return page(call, std::move(items));
}

Response list_commits(Call& call) {
  if (call.repository->refs.empty()) return error(409, "Git Repository is empty.");
  const auto from = call.request.parameter("sha", call.repository->default_branch);
  const auto sha = call.repository->git.resolve(from);
  if (!sha) return error(404, "Not Found");
  const auto since = parse_utc(call.request.parameter("since"));
  const auto until = parse_utc(call.request.parameter("until"));
  std::vector<Json> items;
  for (const auto& commit : call.repository->git.log(*sha, call.request.parameter("path"), kLogMax)) {
    const auto at = parse_utc(commit.committer.at);
    if ((since && at && *at < *since) || (until && at && *at > *until)) continue;
    items.push_back(commit_json(call.forge, *call.repository, commit));
  }
  return page(call, std::move(items));
}

Json files_json(const Call& call, const std::string& from, const std::string& to, std::size_t most) {
  Json files = Json::array();
  for (const auto& change : call.repository->git.changes(from, to)) {
    if (files.size() == most) break;
    files.push_back(file_change_json(call.forge, *call.repository, to, change));
  }
  return files;
}

Response get_commit(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0));
  const auto commit = sha ? call.repository->git.commit(*sha) : std::nullopt;
  if (!commit) return error(422, "No commit found for SHA: " + call.parameter(0));
  if (call.request.header("accept").find("vnd.github.sha") != std::string::npos) {
    return text_response(200, *sha, "application/vnd.github.sha; charset=utf-8");
  }
  auto body = commit_json(call.forge, *call.repository, *commit);
  body["files"] = files_json(call, commit->parents.empty() ? kEmptyTree : commit->parents.front(), *sha,
                             kCompareFilesMax);
  int additions = 0;
  int deletions = 0;
  for (const auto& file : body["files"]) {
    additions += file.at("additions").get<int>();
    deletions += file.at("deletions").get<int>();
  }
  body["stats"] = {{"additions", additions}, {"deletions", deletions}, {"total", additions + deletions}};
  return json(200, body);
}

Response compare(Call& call) {
  const auto& range = call.parameter(0);
  const auto dots = range.find("...");
  if (dots == std::string::npos) return error(404, "Not Found");
  const auto& git = call.repository->git;
  const auto strip = [](const std::string& name) { return name.substr(name.find(':') + 1); };
  const auto base = git.resolve(strip(range.substr(0, dots)));
  const auto head = git.resolve(strip(range.substr(dots + 3)));
  if (!base || !head) return error(404, "Not Found");
  const auto merge_base = git.merge_base(*base, *head);
  if (!merge_base) return error(404, "No common ancestor between " + *base + " and " + *head + ".");
  auto listed = git.log(*base + ".." + *head, "", kLogMax);
  std::reverse(listed.begin(), listed.end());
  const auto behind = git.count(*head + ".." + *base);
  const auto ahead = listed.size();
  const auto status = ahead == 0 && behind == 0 ? "identical"
                      : behind == 0             ? "ahead"
                      : ahead == 0              ? "behind"
                                                : "diverged";
  // Without page or per_page the newest 250, as GitHub has it.
  const bool paged = !call.request.parameter("per_page").empty() || !call.request.parameter("page").empty();
  if (!paged && listed.size() > kCompareCommitsMax) {
    listed.erase(listed.begin(), listed.end() - static_cast<std::ptrdiff_t>(kCompareCommitsMax));
  }
  std::vector<Json> commits;
  for (const auto& commit : listed) commits.push_back(commit_json(call.forge, *call.repository, commit));
  auto response = paged ? page(call, commits) : json(200, commits);
  const auto url = api_url(call) + "/compare/" + range;
  const auto html = page_url(call) + "/compare/" + range;
  const auto base_commit = git.commit(*base);
  const auto merge_commit = git.commit(*merge_base);
  const Json body = {{"url", url},
                     {"html_url", html},
                     {"permalink_url", html},
                     {"diff_url", html + ".diff"},
                     {"patch_url", html + ".patch"},
                     {"base_commit", commit_json(call.forge, *call.repository, *base_commit)},
                     {"merge_base_commit", commit_json(call.forge, *call.repository, *merge_commit)},
                     {"status", status},
                     {"ahead_by", ahead},
                     {"behind_by", behind},
                     {"total_commits", ahead},
                     {"commits", Json::parse(response.body)},
                     {"files", files_json(call, *merge_base, *head, kCompareFilesMax)}};
  auto answered = json(200, body);
  answered.headers = std::move(response.headers);
  return answered;
}

Response commit_pulls(Call& call) {
  const auto sha = call.repository->git.resolve(call.parameter(0));
  if (!sha) return error(422, "No commit found for SHA: " + call.parameter(0));
  const auto& git = call.repository->git;
  std::vector<Json> items;
  for (const auto& [number, issue] : call.repository->issues) {
    if (!issue.pull) continue;
    const auto& pull = *issue.pull;
    bool holds = pull.merge_commit_sha == *sha || pull.head_sha == *sha;
    if (!holds) {  // One of the branch's own commits.
      holds = git.is_ancestor(*sha, pull.head_sha) && !git.is_ancestor(*sha, pull.base_sha);
    }
    if (holds) items.push_back(pull_json(call.forge, *call.repository, issue));
  }
  return page(call, std::move(items));
}

Json git_commit_json(const Call& call, const forge::Commit& commit) {
  auto body = commit_json(call.forge, *call.repository, commit);
  Json result = body.at("commit");
  result["sha"] = commit.sha;
  result["node_id"] = body.at("node_id");
  result["parents"] = body.at("parents");
  result["html_url"] = body.at("html_url");
  result["url"] = api_url(call) + "/git/commits/" + commit.sha;
  return result;
}

Response get_git_commit(Call& call) {
  const auto commit = call.repository->git.commit(call.parameter(0));
  if (!commit) return error(404, "Not Found");
  return json(200, git_commit_json(call, *commit));
}

/// Signs, as GitHub does, what an App has it make without a word on who and when.
Response create_commit(Call& call) {
  const auto& git = call.repository->git;
  const auto message = call.text("message");
  const auto tree = call.text("tree");
  if (message.empty() || tree.empty()) return error(422, "Invalid request.");
  std::vector<std::string> parents;
  const Json asked = call.body.value("parents", Json::array());
  for (const auto& parent : asked) {
    const auto sha = parent.is_string() ? parent.get<std::string>() : "";
    if (sha.size() != 40 || !git.commit(sha)) {
      return error(422, "Parent SHA does not exist or is not a commit object");
    }
    parents.push_back(sha);
  }
  const auto* account = call.forge.account(call.who.login);
  forge::Signature author{
      .name = call.who.login,
      .email = account == nullptr ? call.who.login + "@users.noreply.forge.invalid" : account->email,
      .at = {}};
  const bool own_words =
      call.body.contains("author") || call.body.contains("committer") || call.body.contains("signature");
  if (call.body.contains("author")) {
    author.name = call.body["author"].value("name", author.name);
    author.email = call.body["author"].value("email", author.email);
  }
  const auto sha = git.commit_tree(tree, parents, message, author, call.forge.now());
  if (!sha) return error(422, "Tree SHA does not exist");
  if (call.who.is_app() && !own_words) call.repository->signed_commits.insert(*sha);
  return json(201, git_commit_json(call, *git.commit(*sha)));
}

Response get_tree(Call& call) {
  const auto& git = call.repository->git;
  const auto sha = git.resolve(call.parameter(0)).value_or(call.parameter(0));
  const auto entries = git.tree(sha, "", !call.request.parameter("recursive").empty());
  if (entries.empty()) return error(404, "Not Found");
  Json tree = Json::array();
  for (const auto& entry : entries) {
    Json each = {{"path", entry.path}, {"mode", entry.mode}, {"type", entry.type}, {"sha", entry.sha}};
    if (entry.type == "blob") each["size"] = entry.size;
    each["url"] = api_url(call) + "/git/" + (entry.type == "tree" ? "trees/" : "blobs/") + entry.sha;
    tree.push_back(std::move(each));
  }
  return json(
      200,
      {{"sha", sha}, {"url", api_url(call) + "/git/trees/" + sha}, {"tree", tree}, {"truncated", false}});
}

}  // namespace

const std::vector<Route>& code_routes() {
  static const std::vector<Route> kRoutes{
      {"GET", "/repos/{owner}/{repo}/contents", kReadContents, get_contents},
      {"GET", "/repos/{owner}/{repo}/contents/{path...}", kReadContents, get_contents},
      {"GET", "/repos/{owner}/{repo}/git/ref/{ref...}", kReadContents, get_ref},
      {"GET", "/repos/{owner}/{repo}/git/matching-refs/{ref...}", kReadContents, matching_refs},
      {"POST", "/repos/{owner}/{repo}/git/refs", kWriteContents, create_ref},
      {"PATCH", "/repos/{owner}/{repo}/git/refs/{ref...}", kWriteContents, move_ref},
      {"DELETE", "/repos/{owner}/{repo}/git/refs/{ref...}", kWriteContents, delete_ref},
      {"POST", "/repos/{owner}/{repo}/git/commits", kWriteContents, create_commit},
      {"GET", "/repos/{owner}/{repo}/git/commits/{sha}", kReadContents, get_git_commit},
      {"GET", "/repos/{owner}/{repo}/git/trees/{sha}", kReadContents, get_tree},
      {"GET", "/repos/{owner}/{repo}/branches", kReadContents, list_branches},
      {"GET", "/repos/{owner}/{repo}/branches/{branch...}", kReadContents, get_branch},
      {"GET", "/repos/{owner}/{repo}/tags", kReadContents, list_tags},
      {"GET", "/repos/{owner}/{repo}/commits", kReadContents, list_commits},
      {"GET",
       "/repos/{owner}/{repo}/commits/{sha}/pulls",
       {.permissions = "pull_requests=read; contents=read"},
       commit_pulls},
      {"GET", "/repos/{owner}/{repo}/commits/{ref...}", kReadContents, get_commit},
      {"GET", "/repos/{owner}/{repo}/compare/{range...}", kReadContents, compare},
  };
  return kRoutes;
}

}  // namespace kedge::sandbox::rest
