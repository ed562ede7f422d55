// SPDX-License-Identifier: Apache-2.0
// One incident of `acme/api` at each point of its life, as states that the core could have folded. CI is red
// on `main`; the suspect came with pull request 57 and was cherry-picked to `develop`.
#pragma once

#include <string>
#include <vector>

#include "bot/incident/command.h"
#include "bot/incident/decide.h"
#include "templates/render.h"

namespace kedge::samples {

/// Minutes after 2026-04-18 09:00 UTC.
TimePoint minute(int minutes);
templates::Site site();
incident::State state();
incident::Policy policy();

/// Declared a minute ago; nothing is known but the red run.
incident::Incident declared();
/// Suspects are named, the plan is clean on both branches, alice has answered.
incident::Incident identified();
/// The same, but `develop` conflicts.
incident::Incident conflicting();
/// `/rollback` was typed by alice; the rollback is in this state, with pull requests 43 and 44 from
/// `verifying` on and runs on both heads from `awaiting_approval` on.
incident::Incident rolling_back(incident::RollbackState state);
/// The conflict on `develop` has its draft, pull request 45 from kFixBranch.
incident::Incident fixed_forward();
inline constexpr const char* kFixBranch = "hotfix/kabcdefghijkl-a1b2c3d4e5f6";
incident::Incident recovered();
incident::Incident resolved();
incident::Incident canceled();
/// Started by a label on an issue that a person wrote.
incident::Incident adopted();
/// Every text of others is `words`.
incident::Incident with_words(const std::string& words);
/// Every list has `count` entries, each text is `words`.
incident::Incident with_lists(std::size_t count, const std::string& words);

rollback::Plan clean_plan();
rollback::Plan conflict_plan();
/// Mentions, references, commands, HTML, markers, fences, right-to-left text and controls in one.
std::string hostile_words();
incident::Channel channel(incident::ChannelKind kind);
/// A few rows in the form of command_table().
std::vector<incident::CommandSpec> commands();

}  // namespace kedge::samples
