// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

void add_repository_urls(Json& json, const std::string& api) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 39> kUrls{
      {{"archive_url", "/{archive_format}{/ref}"},
       {"assignees_url", "/assignees{/user}"},
       {"blobs_url", "/git/blobs{/sha}"},
       {"branches_url", "/branches{/branch}"},
       {"collaborators_url", "/collaborators{/collaborator}"},
       {"comments_url", "/comments{/number}"},
       {"commits_url", "/commits{/sha}"},
       {"compare_url", "/compare/{base}...{head}"},
       {"contents_url", "/contents/{+path}"},
       {"contributors_url", "/contributors"},
       {"deployments_url", "/deployments"},
       {"downloads_url", "/downloads"},
       {"events_url", "/events"},
       {"forks_url", "/forks"},
       {"git_commits_url", "/git/commits{/sha}"},
       {"git_refs_url", "/git/refs{/sha}"},
       {"git_tags_url", "/git/tags{/sha}"},
       {"hooks_url", "/hooks"},
       {"issue_comment_url", "/issues/comments{/number}"},
       {"issue_events_url", "/issues/events{/number}"},
       {"issues_url", "/issues{/number}"},
       {"keys_url", "/keys{/key_id}"},
       {"labels_url", "/labels{/name}"},
       {"languages_url", "/languages"},
       {"merges_url", "/merges"},
       {"milestones_url", "/milestones{/number}"},
       {"notifications_url", "/notifications{?since,all,participating}"},
       {"pulls_url", "/pulls{/number}"},
       {"releases_url", "/releases{/id}"},
       {"stargazers_url", "/stargazers"},
       {"statuses_url", "/statuses/{sha}"},
       {"subscribers_url", "/subscribers"},
       {"subscription_url", "/subscription"},
       {"tags_url", "/tags"},
       {"teams_url", "/teams"},
       {"trees_url", "/git/trees{/sha}"},
       {"url", ""},
       {"homepage", ""},
       {"mirror_url", ""}}};
  for (const auto& [key, path] : kUrls) json[std::string(key)] = api + std::string(path);
  json["homepage"] = json["mirror_url"] = nullptr;
}

}  // namespace

std::string api_of(const Forge& forge, const Repository& repository) {
  return forge.api_url() + "/repos/" + repository.full_name();
}

Json repository_json(const Forge& forge, const Repository& repository) {
  const auto open = std::count_if(repository.issues.begin(), repository.issues.end(),
                                  [](const auto& entry) { return entry.second.open; });
  const auto page = forge.url() + "/" + repository.full_name();
  Json json = {{"id", repository.id},
               {"node_id", node_id("R", repository.id)},
               {"name", repository.name},
               {"full_name", repository.full_name()},
               {"owner", account_json(forge, repository.owner)},
               {"private", repository.is_private},
               {"visibility", repository.is_private ? "private" : "public"},
               {"html_url", page},
               {"description", text_or_null(repository.description)},
               {"fork", false},
               {"git_url", page + ".git"},
               {"ssh_url", page + ".git"},
               {"clone_url", page + ".git"},
               {"svn_url", page},
               {"created_at", format_utc(repository.created_at)},
               {"updated_at", format_utc(repository.updated_at)},
               {"pushed_at", format_utc(repository.pushed_at)},
               {"default_branch", repository.default_branch},
               {"open_issues_count", open},
               {"open_issues", open},
               {"forks_count", 0},
               {"forks", 0},
               {"stargazers_count", 0},
               {"watchers_count", 0},
               {"watchers", 0},
               {"size", 1},
               {"language", nullptr},
               {"license", nullptr},
               {"topics", Json::array()},
               {"has_issues", repository.has_issues},
               {"has_projects", false},
               {"has_wiki", false},
               {"has_pages", false},
               {"has_downloads", false},
               {"has_discussions", false},
               {"is_template", false},
               {"archived", false},
               {"disabled", false},
               {"allow_forking", false},
               {"web_commit_signoff_required", false}};
  add_repository_urls(json, forge.api_url() + "/repos/" + repository.full_name());
  return json;
}

Json repository_json(const Forge& forge, const Repository& repository, const std::string& login) {
  auto json = repository_json(forge, repository);
  const auto role = forge.role(repository, login);
  const bool admin = role == "admin";
  const bool maintain = admin || role == "maintain";
  const bool write = maintain || role == "write";
  const bool triage = write || role == "triage";
  json["permissions"] = {{"admin", admin},
                         {"maintain", maintain},
                         {"push", write},
                         {"triage", triage},
                         {"pull", triage || role == "read"}};
  json["allow_merge_commit"] = true;
  json["allow_squash_merge"] = true;
  json["allow_rebase_merge"] = false;
  json["allow_auto_merge"] = false;
  json["delete_branch_on_merge"] = false;
  json["network_count"] = 0;
  json["subscribers_count"] = 0;
  return json;
}

/// The forge holds no key: that it signed is a note, not a signature.
Json verification_json(const Repository& repository, const Commit& commit) {
  const bool is_signed = repository.signed_commits.contains(commit.sha);
  const auto only_signed = [&](const std::string& text) { return is_signed ? Json(text) : Json(nullptr); };
  return {{"verified", is_signed},
          {"reason", is_signed ? "valid" : "unsigned"},
          {"signature", only_signed("made by the sandbox")},
          {"payload", only_signed("tree " + commit.tree)},
          {"verified_at", only_signed(commit.committer.at)}};
}

Json commit_json(const Forge& forge, const Repository& repository, const Commit& commit) {
  const auto api = forge.api_url() + "/repos/" + repository.full_name();
  const auto page = forge.url() + "/" + repository.full_name();
  const auto login = [&](const Signature& signature) -> Json {
    const auto* account = forge.account_by_email(signature.email);
    return account == nullptr ? Json(nullptr) : account_json(forge, account->login);
  };
  Json parents = Json::array();
  for (const auto& parent : commit.parents) {
    parents.push_back(
        {{"sha", parent}, {"url", api + "/commits/" + parent}, {"html_url", page + "/commit/" + parent}});
  }
  const auto person = [](const Signature& s) {
    return Json{{"name", s.name}, {"email", s.email}, {"date", s.at}};
  };
  return {{"sha", commit.sha},
          {"node_id", "C_" + commit.sha.substr(0, 16)},
          {"url", api + "/commits/" + commit.sha},
          {"html_url", page + "/commit/" + commit.sha},
          {"comments_url", api + "/commits/" + commit.sha + "/comments"},
          {"commit",
           {{"author", person(commit.author)},
            {"committer", person(commit.committer)},
            {"message", commit.message},
            {"tree", {{"sha", commit.tree}, {"url", api + "/git/trees/" + commit.tree}}},
            {"url", api + "/git/commits/" + commit.sha},
            {"comment_count", 0},
            {"verification", verification_json(repository, commit)}}},
          {"author", login(commit.author)},
          {"committer", login(commit.committer)},
          {"parents", std::move(parents)}};
}

Json push_commit_json(const Forge& forge, const Repository& repository, const Commit& commit) {
  const auto person = [&](const Signature& signature) {
    Json json = {{"name", signature.name}, {"email", signature.email}};
    if (const auto* account = forge.account_by_email(signature.email)) json["username"] = account->login;
    return json;
  };
  Json added = Json::array();
  Json removed = Json::array();
  Json modified = Json::array();
  static const std::string kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
  const auto from = commit.parents.empty() ? kEmptyTree : commit.parents.front();
  for (const auto& change : repository.git.changes(from, commit.sha)) {
    (change.status == "added" || change.status == "renamed" ? added
     : change.status == "removed"                           ? removed
                                                            : modified)
        .push_back(change.path);
    if (change.status == "renamed") removed.push_back(change.previous);
  }
  return {{"id", commit.sha},
          {"tree_id", commit.tree},
          {"distinct", true},
          {"message", commit.message},
          {"timestamp", commit.committer.at},
          {"url", forge.url() + "/" + repository.full_name() + "/commit/" + commit.sha},
          {"author", person(commit.author)},
          {"committer", person(commit.committer)},
          {"added", std::move(added)},
          {"removed", std::move(removed)},
          {"modified", std::move(modified)}};
}

Json ref_json(const Forge& forge, const Repository& repository, const std::string& ref,
              const std::string& sha) {
  const auto api = forge.api_url() + "/repos/" + repository.full_name() + "/git/";
  return {{"ref", ref},
          {"node_id", "REF_" + sha.substr(0, 16)},
          {"url", api + ref},
          {"object", {{"type", "commit"}, {"sha", sha}, {"url", api + "commits/" + sha}}}};
}

Json file_change_json(const Forge& forge, const Repository& repository, const std::string& sha,
                      const FileChange& change) {
  const auto page = forge.url() + "/" + repository.full_name();
  Json json = {{"sha", sha},
               {"filename", change.path},
               {"status", change.status},
               {"additions", change.additions},
               {"deletions", change.deletions},
               {"changes", change.additions + change.deletions},
               {"blob_url", page + "/blob/" + sha + "/" + change.path},
               {"raw_url", page + "/raw/" + sha + "/" + change.path},
               {"contents_url", forge.api_url() + "/repos/" + repository.full_name() + "/contents/" +
                                    change.path + "?ref=" + sha}};
  if (!change.previous.empty()) json["previous_filename"] = change.previous;
  return json;
}

}  // namespace kedge::sandbox::forge
