// SPDX-License-Identifier: Apache-2.0
// `.github/kedge.yml` → incident::Policy. Every key of the format is known and validated, with line and
// column; keys whose feature is still to come are accepted and named in `not_in_force`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"
#include "bot/incident/policy.h"

namespace kedge::config {

struct Problem {
  int line = 0;  ///< 1-based; 0: the whole file
  int column = 0;
  std::string message;       ///< What is wrong and what is expected, with the nearest known key.
  std::string text() const;  ///< `line 4, column 3: …`
};

struct Runbook {
  incident::Policy policy;
  std::vector<Problem> problems;          ///< Not empty: invalid, `policy` is the fallback's or the preset's.
  std::vector<Problem> not_in_force;      ///< Valid keys that this version does not act on yet.
  bool channels_given = false;            ///< The text itself has `channels`, if only an empty list.
  std::vector<Problem> channel_problems;  ///< Channels that cannot work, whatever the server has set: errors
                                          ///< in `check`, a disabled channel at run time.
};

/// Merges the text with its presets: maps merge, lists replace, later keys win. An empty text is the preset
/// itself. `fallback` replaces the default preset's text where it is not empty (KEDGE_RUNBOOK), also for a
/// text that is invalid. Pure and total.
Runbook read_runbook(std::string_view text, std::string_view fallback = {});

/// The problems, one a line, each as `<file>: line 4, column 3: …`.
std::string problem_lines(const Runbook& runbook, std::string_view file);

/// The merged policy as JSON, for `kedge runbook show --json`.
std::string policy_json(const Runbook& runbook);
/// The JSON Schema of the format, from the same table that validates.
std::string runbook_schema();
/// Markdown tables of settings and runbook keys for docs/configuration.md.
std::string configuration_page();

/// The text of a shipped preset, or nothing.
std::string_view preset(std::string_view name);
std::vector<std::string> preset_names();

}  // namespace kedge::config
