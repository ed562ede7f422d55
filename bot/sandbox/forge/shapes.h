// SPDX-License-Identifier: Apache-2.0
// The model as GitHub's JSON: one function an object, the same for REST answers and webhook payloads.
// Source: GitHub's OpenAPI description, API version 2022-11-28.
#pragma once

#include <nlohmann/json.hpp>

#include "bot/sandbox/forge/forge.h"

namespace kedge::sandbox::forge {

using Json = nlohmann::json;

Json optional_time(const std::optional<TimePoint>& at);
Json text_or_null(const std::string& text);
std::string node_id(std::string_view kind, std::int64_t id);

Json account_json(const Forge& forge, const std::string& login);  ///< null for an unknown one.
Json app_json(const Forge& forge);
Json permissions_json(const Permissions& permissions);
Json installation_json(const Forge& forge, const Installation& installation);

/// The address of the repository in the API.
std::string api_of(const Forge& forge, const Repository& repository);
Json repository_json(const Forge& forge, const Repository& repository);
/// With `permissions` as the login has them.
Json repository_json(const Forge& forge, const Repository& repository, const std::string& login);
Json label_json(const Forge& forge, const Repository& repository, const Label& label);
Json reactions_json(const std::vector<Reaction>& reactions, const std::string& url);
Json reaction_json(const Forge& forge, const Reaction& reaction);
Json issue_json(const Forge& forge, const Repository& repository, const Issue& issue);
Json comment_json(const Forge& forge, const Repository& repository, const Comment& comment);
Json pull_json(const Forge& forge, const Repository& repository, const Issue& pull);
/// Adds what costs a look into git: commits, additions, deletions, changed files.
void add_pull_figures(Json& json, const Repository& repository, const Issue& pull);
Json review_json(const Forge& forge, const Repository& repository, const Issue& pull, const Review& review);

Json commit_json(const Forge& forge, const Repository& repository, const Commit& commit);
Json push_commit_json(const Forge& forge, const Repository& repository, const Commit& commit);
Json ref_json(const Forge& forge, const Repository& repository, const std::string& ref,
              const std::string& sha);
Json file_change_json(const Forge& forge, const Repository& repository, const std::string& sha,
                      const FileChange& change);

Json workflow_json(const Forge& forge, const Repository& repository, const std::string& path, std::int64_t id,
                   const std::string& name);
Json run_json(const Forge& forge, const Repository& repository, const WorkflowRun& run);
Json job_json(const Forge& forge, const Repository& repository, const WorkflowRun& run, const Job& job);
Json check_app_json(const Forge& forge, const std::string& slug);
Json suite_json(const Forge& forge, const Repository& repository, const CheckSuite& suite);
Json check_json(const Forge& forge, const Repository& repository, const CheckRun& check);
Json status_json(const Forge& forge, const Repository& repository, const CommitStatus& status);

Json delivery_json(const Delivery& delivery);
Json delivery_detail_json(const Forge& forge, const Delivery& delivery);

/// OWNER, MEMBER, COLLABORATOR or NONE.
std::string author_association(const Forge& forge, const Repository& repository, const std::string& login);

}  // namespace kedge::sandbox::forge
