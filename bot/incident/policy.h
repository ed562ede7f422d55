// SPDX-License-Identifier: Apache-2.0
// The runbook as the core sees it: what config/ made of `.github/kedge.yml` and its presets. A copy is kept
// in every incident when it is declared, so a later edit never changes the rules of an open incident.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/time.h"

namespace kedge::incident {

enum class Mode {
  observe,  ///< Journal and dashboard only: nothing is written to GitHub or chat.
  suggest,  ///< Everything but branches and pull requests, until a command asks for them.
  prepare,  ///< Rollback pull requests are opened at declaration.
};

struct Severity {
  std::string name;                        ///< `P0`; also the label.
  int rank = 4;                            ///< 0 is worst, 4 mildest.
  std::optional<Duration> respond_within;  ///< None: best effort.
  std::optional<Duration> first_update;    ///< From detection; none: no clock.
  std::optional<Duration> update_every;
  bool freeze = false;
  int approvals = 1;
  bool operator==(const Severity&) const = default;
};

enum class Confirm { none, rerun, twice };

struct WorkflowTrigger {
  std::vector<std::string>
      workflows;  ///< Names, or base names of the file with or without extension; empty: all.
  std::vector<std::string> branches;  ///< Empty: the protected ones.
  std::string severity;
  Confirm confirm = Confirm::none;
  bool operator==(const WorkflowTrigger&) const = default;
};

struct LabelTrigger {
  std::vector<std::string> labels;
  std::string severity;
  bool operator==(const LabelTrigger&) const = default;
};

/// Who makes the rollback's commit, and so whether GitHub calls it verified.
enum class CommitMode {
  git,  ///< We do; it is not signed.
  api,  ///< GitHub, through its API, and signs it; only for an App.
  ssh,  ///< We do, signed with the server's SSH key.
  gpg,  ///< We do, signed with the server's GPG key.
};

enum class ChannelKind { slack, discord, mail, pagerduty };

/// One place where people are told. No secret is kept here: `settings` names settings of the server, and the
/// adapter looks them up when it sends.
struct Channel {
  std::string name;
  ChannelKind kind = ChannelKind::slack;
  /// `url`, `token`, `channel`, `to` … → a literal or `${NAME}` of a server setting.
  std::map<std::string, std::string> settings;
  std::map<std::string, std::string> mentions;  ///< `@org/team` or `@user` → that product's id.
  bool operator==(const Channel&) const = default;
};

struct Limits {
  std::optional<int> prepare_per_day;
  std::optional<int> merge_per_day;
  std::optional<Duration> max_age;
  std::vector<std::string> never;  ///< Authors whose commits automation leaves alone.
  bool operator==(const Limits&) const = default;
};

struct Policy {
  std::vector<std::string> protected_branches{"main", "develop"};
  Mode mode = Mode::suggest;
  std::vector<Severity> severities;  ///< Worst first.
  std::vector<WorkflowTrigger> workflow_triggers;
  std::vector<LabelTrigger> label_triggers;
  std::vector<Channel> channels;
  std::vector<std::string> rollback_branches{"main", "develop"};
  CommitMode commit_mode = CommitMode::git;
  bool signoff = false;  ///< `Signed-off-by` in the rollback's commit.
  Limits limits;
  std::vector<std::string> recovery_checklist;
  Duration reopen_window = std::chrono::hours{24};
  std::vector<std::string> drill_channels;
  bool operator==(const Policy&) const = default;
};

const Severity* find_severity(const Policy& policy, std::string_view name);

}  // namespace kedge::incident
