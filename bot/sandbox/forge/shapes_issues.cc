// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

std::string page_of(const Forge& forge, const Repository& repository, const Issue& issue) {
  return forge.url() + "/" + repository.full_name() + (issue.pull ? "/pull/" : "/issues/") +
         std::to_string(issue.number);
}

Json labels_json(const Forge& forge, const Repository& repository, const Issue& issue) {
  Json result = Json::array();
  for (const auto& name : issue.labels) {
    for (const auto& label : repository.labels) {
      if (equals_ignore_case(label.name, name)) result.push_back(label_json(forge, repository, label));
    }
  }
  return result;
}

Json accounts_json(const Forge& forge, const auto& logins) {
  Json result = Json::array();
  for (const auto& login : logins) result.push_back(account_json(forge, login));
  return result;
}

Json side_json(const Forge& forge, const Repository& repository, const std::string& ref,
               const std::string& sha) {
  return {{"label", repository.owner + ":" + ref},
          {"ref", ref},
          {"sha", sha},
          {"user", account_json(forge, repository.owner)},
          {"repo", repository_json(forge, repository)}};
}

}  // namespace

Json label_json(const Forge& forge, const Repository& repository, const Label& label) {
  return {{"id", label.id},
          {"node_id", node_id("LA", label.id)},
          {"url", api_of(forge, repository) + "/labels/" + replace_all(label.name, " ", "%20")},
          {"name", label.name},
          {"color", label.color},
          {"default", label.name == "bug" || label.name == "enhancement" || label.name == "question"},
          {"description", text_or_null(label.description)}};
}

Json reactions_json(const std::vector<Reaction>& reactions, const std::string& url) {
  Json json = {{"url", url}, {"total_count", reactions.size()}};
  for (const auto* content : {"+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"}) {
    json[content] = 0;
  }
  for (const auto& reaction : reactions) json[reaction.content] = json[reaction.content].get<int>() + 1;
  return json;
}

Json reaction_json(const Forge& forge, const Reaction& reaction) {
  return {{"id", reaction.id},
          {"node_id", node_id("REA", reaction.id)},
          {"user", account_json(forge, reaction.user)},
          {"content", reaction.content},
          {"created_at", format_utc(reaction.at)}};
}

Json issue_json(const Forge& forge, const Repository& repository, const Issue& issue) {
  const auto api = api_of(forge, repository) + "/issues/" + std::to_string(issue.number);
  const auto page = page_of(forge, repository, issue);
  Json json = {
      {"id", issue.id},
      {"node_id", node_id(issue.pull ? "PR" : "I", issue.id)},
      {"url", api},
      {"repository_url", api_of(forge, repository)},
      {"labels_url", api + "/labels{/name}"},
      {"comments_url", api + "/comments"},
      {"events_url", api + "/events"},
      {"timeline_url", api + "/timeline"},
      {"html_url", page},
      {"number", issue.number},
      {"title", issue.title},
      {"user", account_json(forge, issue.author)},
      {"labels", labels_json(forge, repository, issue)},
      {"state", issue.open ? "open" : "closed"},
      {"state_reason", text_or_null(issue.state_reason)},
      {"locked", issue.locked},
      {"active_lock_reason", text_or_null(issue.lock_reason)},
      {"assignee", issue.assignees.empty() ? Json(nullptr) : account_json(forge, issue.assignees.front())},
      {"assignees", accounts_json(forge, issue.assignees)},
      {"milestone", nullptr},
      {"type", nullptr},
      {"comments", issue.comments.size()},
      {"created_at", format_utc(issue.created_at)},
      {"updated_at", format_utc(issue.updated_at)},
      {"closed_at", optional_time(issue.closed_at)},
      {"closed_by", issue.closed_by.empty() ? Json(nullptr) : account_json(forge, issue.closed_by)},
      {"author_association", author_association(forge, repository, issue.author)},
      {"body", text_or_null(issue.body)},
      {"reactions", reactions_json(issue.reactions, api + "/reactions")},
      {"performed_via_github_app", issue.via_app ? app_json(forge) : Json(nullptr)}};
  if (issue.pull) {
    json["draft"] = issue.pull->draft;
    json["pull_request"] = {{"url", api_of(forge, repository) + "/pulls/" + std::to_string(issue.number)},
                            {"html_url", page},
                            {"diff_url", page + ".diff"},
                            {"patch_url", page + ".patch"},
                            {"merged_at", optional_time(issue.pull->merged_at)}};
  }
  return json;
}

Json comment_json(const Forge& forge, const Repository& repository, const Comment& comment) {
  const auto api = api_of(forge, repository) + "/issues/comments/" + std::to_string(comment.id);
  const auto& issue = repository.issues.at(comment.issue);
  return {{"id", comment.id},
          {"node_id", node_id("IC", comment.id)},
          {"url", api},
          {"html_url", page_of(forge, repository, issue) + "#issuecomment-" + std::to_string(comment.id)},
          {"issue_url", api_of(forge, repository) + "/issues/" + std::to_string(issue.number)},
          {"user", account_json(forge, comment.author)},
          {"created_at", format_utc(comment.created_at)},
          {"updated_at", format_utc(comment.updated_at)},
          {"author_association", author_association(forge, repository, comment.author)},
          {"body", comment.body},
          {"reactions", reactions_json(comment.reactions, api + "/reactions")},
          {"performed_via_github_app", comment.via_app ? app_json(forge) : Json(nullptr)}};
}

Json pull_json(const Forge& forge, const Repository& repository, const Issue& issue) {
  const auto& pull = *issue.pull;
  const auto api = api_of(forge, repository) + "/pulls/" + std::to_string(issue.number);
  auto json = issue_json(forge, repository, issue);
  for (const auto* key :
       {"repository_url", "labels_url", "events_url", "timeline_url", "state_reason", "pull_request",
        "closed_by", "reactions", "performed_via_github_app", "type", "comments"}) {
    json.erase(key);
  }
  const auto page = page_of(forge, repository, issue);
  json["url"] = api;
  json["issue_url"] = api_of(forge, repository) + "/issues/" + std::to_string(issue.number);
  json["diff_url"] = page + ".diff";
  json["patch_url"] = page + ".patch";
  json["commits_url"] = api + "/commits";
  json["review_comments_url"] = api + "/comments";
  json["review_comment_url"] = api_of(forge, repository) + "/pulls/comments{/number}";
  json["statuses_url"] = api_of(forge, repository) + "/statuses/" + pull.head_sha;
  json["draft"] = pull.draft;
  json["merged_at"] = optional_time(pull.merged_at);
  json["merged"] = pull.merged_at.has_value();
  json["merged_by"] = pull.merged_by.empty() ? Json(nullptr) : account_json(forge, pull.merged_by);
  json["merge_commit_sha"] = text_or_null(pull.merge_commit_sha);
  json["mergeable"] = nullptr;
  json["mergeable_state"] = "unknown";
  json["rebaseable"] = nullptr;
  json["auto_merge"] = nullptr;
  json["maintainer_can_modify"] = false;
  json["requested_reviewers"] = accounts_json(forge, pull.requested_reviewers);
  json["requested_teams"] = Json::array();
  const auto base_at = repository.refs.find("refs/heads/" + pull.base_ref);
  const bool live = issue.open && base_at != repository.refs.end();
  json["base"] = side_json(forge, repository, pull.base_ref, live ? base_at->second : pull.base_sha);
  json["head"] = side_json(forge, repository, pull.head_ref, pull.head_sha);
  Json links = Json::object();
  for (const auto& [key, value] :
       std::array<std::pair<const char*, Json>, 8>{{{"self", json["url"]},
                                                    {"html", json["html_url"]},
                                                    {"issue", json["issue_url"]},
                                                    {"comments", json["comments_url"]},
                                                    {"review_comments", json["review_comments_url"]},
                                                    {"review_comment", json["review_comment_url"]},
                                                    {"commits", json["commits_url"]},
                                                    {"statuses", json["statuses_url"]}}}) {
    links[key] = {{"href", value}};
  }
  json["_links"] = std::move(links);
  return json;
}

void add_pull_figures(Json& json, const Repository& repository, const Issue& issue) {
  const auto& git = repository.git;
  const auto& pull = *issue.pull;
  const auto base = json.at("base").at("sha").get<std::string>();
  int additions = 0;
  int deletions = 0;
  const auto changes = git.changes(git.merge_base(base, pull.head_sha).value_or(base), pull.head_sha);
  for (const auto& change : changes) {
    additions += change.additions;
    deletions += change.deletions;
  }
  json["commits"] = git.count(base + ".." + pull.head_sha);
  json["additions"] = additions;
  json["deletions"] = deletions;
  json["changed_files"] = changes.size();
  json["comments"] = issue.comments.size();
  json["review_comments"] = 0;
}

Json review_json(const Forge& forge, const Repository& repository, const Issue& pull, const Review& review) {
  const auto page = page_of(forge, repository, pull);
  const auto api = api_of(forge, repository) + "/pulls/" + std::to_string(pull.number);
  return {{"id", review.id},
          {"node_id", node_id("PRR", review.id)},
          {"user", account_json(forge, review.author)},
          {"body", review.body},
          {"state", review.state},
          {"html_url", page + "#pullrequestreview-" + std::to_string(review.id)},
          {"pull_request_url", api},
          {"author_association", author_association(forge, repository, review.author)},
          {"_links", {{"html", {{"href", page}}}, {"pull_request", {{"href", api}}}}},
          {"submitted_at", format_utc(review.submitted_at)},
          {"commit_id", review.commit_id}};
}

}  // namespace kedge::sandbox::forge
