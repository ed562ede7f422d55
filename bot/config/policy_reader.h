// SPDX-License-Identifier: Apache-2.0
// A validated and merged runbook tree → the policy. Assumes: the tree fits the format.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "bot/incident/policy.h"

namespace kedge::config {

incident::Policy read_policy(const YAML::Node& whole);
/// `${NAME}`s in channels that are no setting of the server.
std::vector<std::string> unknown_names(const incident::Policy& policy);

}  // namespace kedge::config
