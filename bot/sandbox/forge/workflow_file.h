// SPDX-License-Identifier: Apache-2.0
// The few lines of a workflow file that the forge's CI goes by: its name, the events with their branches, the
// names of its jobs. A reader of that part of YAML, not of YAML.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::sandbox::forge {

struct WorkflowFile {
  std::string name;                                    ///< Empty: the path is the name.
  std::map<std::string, std::vector<std::string>> on;  ///< event → branch patterns; none: all branches.
  std::vector<std::string> jobs;                       ///< In the file's order.
  bool listens(const std::string& event, const std::string& branch) const;
};

WorkflowFile parse_workflow(std::string_view text);

/// `*` within one part of the name, `**` across slashes.
bool matches_branch(std::string_view pattern, std::string_view branch);

}  // namespace kedge::sandbox::forge
