// SPDX-License-Identifier: Apache-2.0
// Which page a path shows. Paths are GitHub's own, so that every `html_url` leads somewhere.
#include <charconv>

#include "bot/base/text.h"
#include "bot/sandbox/markdown.h"
#include "bot/sandbox/page.h"
#include "bot/sandbox/parts.h"

namespace kedge::sandbox {
namespace {

Response not_found() {
  return html::page(404, "Not found", {}, html::empty_note("There is nothing here."));
}

std::string message_card(const ChatMessage& message) {
  std::string top = "<b>" + escape_html(message.service) + "</b> <span class=\"soft\">" +
                    escape_html(message.channel) + "</span> " + html::when(message.at);
  if (!message.earlier.empty())
    top += " " + html::badge("edited " + std::to_string(message.earlier.size()) +
                                 (message.earlier.size() == 1 ? " time" : " times"),
                             "quiet");
  std::string earlier;
  for (std::size_t i = 0; i < message.earlier.size(); ++i)
    earlier += "<p class=\"soft\">Version " + std::to_string(i + 1) + "</p><div class=\"chat\">" +
               html::chat_text(message.service, message.earlier[i]) + "</div>";
  if (!earlier.empty()) earlier = "<details><summary>What it said before</summary>" + earlier + "</details>";
  return "<section class=\"card" + std::string(message.thread.empty() ? "" : " reply") +
         "\"><div class=\"top\">" + top + "</div><div class=\"body\"><div class=\"chat\">" +
         html::chat_text(message.service, message.text) + "</div>" + earlier + "</div></section>";
}

/// Threads stay together below their first message.
Response chat_page(const ChatDoubles& chat) {
  const auto messages = chat.transcript();
  std::string content;
  for (const auto& message : messages) {
    if (!message.thread.empty() && message.service == "slack") continue;
    content += message_card(message);
    for (const auto& reply : messages) {
      const bool below = reply.service == "slack" && message.service == "slack" && reply.thread == message.id;
      if (below) content += message_card(reply);
    }
  }
  return html::page(200, "Chat", {},
                    content.empty() ? html::empty_note("Nobody has said anything yet.") : content);
}

Response repository_page(Parts& parts, const Request& request, forge::Repository& repository) {
  const auto& path = request.segments;
  const auto rest = [&](std::size_t from) {
    return join({path.begin() + static_cast<std::ptrdiff_t>(from), path.end()}, "/");
  };
  if (path.size() == 2) return html::repository(parts.forge, repository, "");
  const auto& what = path[2];
  const auto id = path.size() >= 4 ? number_of(path.back()) : 0;
  if (path.size() == 3 && (what == "issues" || what == "pulls"))
    return html::issues(parts.forge, repository, what == "pulls", request.parameter("state"));
  if (path.size() == 3 && what == "actions") return html::runs(parts.forge, repository);
  if (path.size() == 4 && (what == "issues" || what == "pull")) {
    const auto found = repository.issues.find(id);
    return found == repository.issues.end() ? not_found()
                                            : html::issue(parts.forge, repository, found->second);
  }
  if (path.size() >= 5 && what == "actions" && path[3] == "runs") {
    const auto found = repository.runs.find(number_of(path[4]));
    return found == repository.runs.end() ? not_found() : html::run(repository, found->second);
  }
  if (path.size() == 4 && what == "runs") {
    const auto found = repository.check_runs.find(id);
    return found == repository.check_runs.end() ? not_found() : html::check(repository, found->second);
  }
  if (path.size() == 4 && what == "commit") return html::commit(parts.forge, repository, path[3]);
  if (path.size() >= 4 && what == "tree") return html::repository(parts.forge, repository, rest(3));
  if (path.size() >= 5 && what == "blob") return html::file(repository, path[3], rest(4));
  return not_found();
}

}  // namespace

Response pages(Parts& parts, const Request& request) {
  if (request.method != "GET" && request.method != "HEAD")
    return text_response(405, "the pages are for reading\n");
  const auto& path = request.segments;
  if (path.size() == 2 && path[0] == "-" && path[1] == "chat") return chat_page(parts.chat);
  const std::lock_guard lock(parts.forge.mutex());
  if (path.empty()) return html::repositories(parts.forge);
  if (path.size() == 2 && path[0] == "-" && path[1] == "deliveries") return html::deliveries(parts.forge);
  if (path.size() == 3 && path[0] == "-" && path[1] == "deliveries")
    return html::delivery(parts.forge, number_of(path[2]));
  auto* repository = path.size() >= 2 ? parts.forge.repository(path[0], path[1]) : nullptr;
  if (repository == nullptr || repository->is_private) return not_found();
  return repository_page(parts, request, *repository);
}

}  // namespace kedge::sandbox
