// SPDX-License-Identifier: Apache-2.0
// A validated and merged runbook tree → the policy. Assumes: the tree fits the format.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "bot/incident/policy.h"

namespace kedge::config {

incident::Policy read_policy(const YAML::Node& whole);
incident::Channel read_channel(const YAML::Node& node);

}  // namespace kedge::config
