// SPDX-License-Identifier: Apache-2.0
// The frame of the sandbox's pages and the small pieces that all of them use. Everything that is text goes
// through escape_html; what these functions return is HTML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/sandbox/forge/forge.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox::html {

/// The whole page. `trail`: links above the title, each as HTML.
Response page(int status, const std::string& title, const std::vector<std::string>& trail,
              const std::string& content);
std::string link(const std::string& href, std::string_view text);
std::string badge(std::string_view text, std::string_view kind);  ///< kind: good bad busy quiet done
std::string state_badge(const forge::Issue& issue);
/// A run's or check's state.
std::string result_badge(const std::string& status, const std::string& conclusion);
std::string label_badge(const forge::Label& label);
std::string when(TimePoint at);
/// A chat message with its product's marks for bold and links shown; `service` as in ChatMessage.
std::string chat_text(const std::string& service, const std::string& text);
std::string empty_note(std::string_view text);
std::string short_sha(const std::string& sha);

Response repositories(forge::Forge& forge);
Response repository(forge::Forge& forge, forge::Repository& repository, const std::string& branch);
Response commit(forge::Forge& forge, forge::Repository& repository, const std::string& sha);
Response file(forge::Repository& repository, const std::string& ref, const std::string& path);
Response issues(forge::Forge& forge, forge::Repository& repository, bool pulls, const std::string& state);
Response issue(forge::Forge& forge, forge::Repository& repository, const forge::Issue& issue);
Response runs(forge::Forge& forge, forge::Repository& repository);
Response run(forge::Repository& repository, const forge::WorkflowRun& run);
Response check(forge::Repository& repository, const forge::CheckRun& check);
Response deliveries(forge::Forge& forge);
Response delivery(forge::Forge& forge, std::int64_t id);

/// What a commit's checks and statuses say, as table rows.
std::string checks_table(const forge::Repository& repository, const std::string& sha);
/// `repo / part` links that lead the repository's pages.
std::vector<std::string> trail(const forge::Repository& repository);

}  // namespace kedge::sandbox::html
