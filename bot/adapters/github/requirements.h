// SPDX-License-Identifier: Apache-2.0
// What the GitHub App has to be allowed and to hear: the one table behind `kedge doctor` and the two tables
// of docs/operations.md, which a test compares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kedge::adapters::github {

struct RequiredPermission {
  std::string_view name;    ///< In the API: `pull_requests`
  std::string_view title;   ///< On GitHub's pages: `Pull requests`
  std::string_view asks;    ///< What to grant: `read` or `write`.
  std::string_view needs;   ///< What Kedge cannot do without: `read`, `write`, or empty.
  std::string_view reason;  ///< Markdown
};

struct RequiredEvent {
  std::string_view name;   ///< `workflow_run`
  std::string_view title;  ///< `Workflow run`
  std::string_view reason;
};

const std::vector<RequiredPermission>& required_permissions();
const std::vector<RequiredEvent>& required_events();

/// `read`, `write` or nothing (empty) as a number that grows with what it allows.
int access_level(std::string_view access);
/// `read and write`, `read`, `no access`.
std::string_view access_words(std::string_view access);

/// The rows of docs/operations.md.
std::string permissions_rows();
std::string events_rows();

}  // namespace kedge::adapters::github
