// SPDX-License-Identifier: Apache-2.0
// The dashboard as HTML, made on the server: no script, one small style sheet, light and dark. Pure. Every
// value is escaped here, whoever wrote it; links go out only to http and https.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/server/views.h"

namespace kedge::server {

struct Dashboard {
  const std::vector<incident::State>* states = nullptr;
  std::optional<ports::QueueDepth> queue;  ///< None: the store did not answer.
  Freeze freeze;
  TimePoint now{};
  bool signed_in = false;  ///< Offers to sign out.
};

std::string dashboard_page(const Dashboard& dashboard);
std::string incident_page(const Listed& listed, TimePoint now, bool signed_in);
/// `problem`: what was wrong with the last try, or empty.
std::string sign_in_page(std::string_view problem);
/// One sentence in the frame of a page.
std::string message_page(std::string_view title, std::string_view sentence);
std::string_view style_sheet();

std::string html_escaped(std::string_view text);

}  // namespace kedge::server
