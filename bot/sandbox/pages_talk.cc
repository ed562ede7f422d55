// SPDX-License-Identifier: Apache-2.0
// Pages about talk: issues, pull requests, chat, webhook deliveries.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"
#include "bot/sandbox/markdown.h"
#include "bot/sandbox/page.h"
#include "bot/sandbox/parts.h"

namespace kedge::sandbox::html {
namespace {

std::string labels_html(const forge::Repository& repository, const forge::Issue& issue) {
  std::string text;
  for (const auto& name : issue.labels) {
    for (const auto& label : repository.labels) {
      if (equals_ignore_case(label.name, name)) text += " " + label_badge(label);
    }
  }
  return text;
}

std::string reaction_sign(const std::string& content) {
  static const std::map<std::string, std::string> kSigns{
      {"+1", "👍"},         {"-1", "👎"},     {"laugh", "😄"},  {"confused", "😕"},
      {"heart", "❤️"}, {"hooray", "🎉"}, {"rocket", "🚀"}, {"eyes", "👀"}};
  const auto found = kSigns.find(content);
  return found == kSigns.end() ? content : found->second;
}

std::string reactions_html(const std::vector<forge::Reaction>& reactions) {
  std::map<std::string, std::string> who;
  for (const auto& each : reactions) {
    auto& names = who[each.content];
    names += (names.empty() ? "" : ", ") + each.user;
  }
  std::string text;
  for (const auto& [content, names] : who) {
    text += "<span class=\"badge quiet\" title=\"" + escape_html(names) + "\">" + reaction_sign(content) +
            " " + escape_html(content) + "</span> ";
  }
  return text.empty() ? "" : "<p>" + text + "</p>";
}

std::string card(const std::string& anchor, const std::string& author, const std::string& note, TimePoint at,
                 const std::string& body) {
  return "<section class=\"card\" id=\"" + anchor + "\"><div class=\"top\"><b>" + escape_html(author) +
         "</b> <span class=\"soft\">" + escape_html(note) + "</span> " + when(at) +
         "</div><div class=\"body\">" + body + "</div></section>";
}

std::string pull_facts(forge::Forge& forge, forge::Repository& repository, const forge::Issue& issue) {
  const auto& pull = *issue.pull;
  const auto root = "/" + repository.full_name();
  const auto& git = repository.git;
  const auto base_at = repository.refs.find("refs/heads/" + pull.base_ref);
  const auto base = issue.open && base_at != repository.refs.end() ? base_at->second : pull.base_sha;
  std::string rows;
  int additions = 0;
  int deletions = 0;
  for (const auto& change : git.changes(git.merge_base(base, pull.head_sha).value_or(base), pull.head_sha)) {
    additions += change.additions;
    deletions += change.deletions;
    rows += fmt::format(
        "<tr><td>{}</td><td class=\"tight\"><span class=\"add\">+{}</span> <span "
        "class=\"del\">−{}</span></td></tr>",
        escape_html(change.path), change.additions, change.deletions);
  }
  std::string content = "<p>" + link(root + "/tree/" + pull.head_ref, pull.head_ref) + " into " +
                        link(root + "/tree/" + pull.base_ref, pull.base_ref) + " at " +
                        link(root + "/commit/" + pull.head_sha, short_sha(pull.head_sha));
  if (pull.merged_at)
    content += ", merged by <b>" + escape_html(pull.merged_by) + "</b> as " +
               link(root + "/commit/" + pull.merge_commit_sha, short_sha(pull.merge_commit_sha));
  if (issue.open) {
    const auto standing = forge.mergeability(repository, issue);
    content +=
        ", " + badge(standing.state, standing.state == "clean"                                   ? "good"
                                     : standing.state == "unstable" || standing.state == "draft" ? "busy"
                                                                                                 : "bad");
    if (!standing.reason.empty())
      content += " <span class=\"soft\">" + escape_html(standing.reason) + "</span>";
  }
  content += "</p><h2>Checks</h2>" + checks_table(repository, pull.head_sha);
  content += fmt::format(
      "<h2>Files <span class=\"soft\"><span class=\"add\">+{}</span> <span "
      "class=\"del\">−{}</span></span></h2>",
      additions, deletions);
  content +=
      rows.empty() ? empty_note("No changes.") : "<div class=\"list\"><table>" + rows + "</table></div>";
  return content + "<h2>Conversation</h2>";
}

}  // namespace

Response issues(forge::Forge&, forge::Repository& repository, bool pulls, const std::string& state) {
  const auto root = "/" + repository.full_name();
  std::string rows;
  for (auto it = repository.issues.rbegin(); it != repository.issues.rend(); ++it) {
    const auto& issue = it->second;
    if (issue.pull.has_value() != pulls || (state == "open" && !issue.open) ||
        (state == "closed" && issue.open))
      continue;
    rows += "<tr><td class=\"tight\">" + state_badge(issue) + "</td><td>" +
            link(root + (pulls ? "/pull/" : "/issues/") + std::to_string(issue.number), issue.title) +
            labels_html(repository, issue) + "<div class=\"soft\">#" + std::to_string(issue.number) + " by " +
            escape_html(issue.author) + (pulls ? ", into " + escape_html(issue.pull->base_ref) : "") +
            "</div></td><td class=\"tight\">" +
            (pulls ? "" : fmt::format("<span class=\"soft\">{} comments</span>", issue.comments.size())) +
            "</td><td class=\"tight\">" + when(issue.updated_at) + "</td></tr>";
  }
  const auto here = root + (pulls ? "/pulls" : "/issues");
  std::string content = "<p>" + link(here, "all") + " · " + link(here + "?state=open", "open") + " · " +
                        link(here + "?state=closed", "closed") + "</p>";
  content += rows.empty() ? empty_note(pulls ? "No pull requests." : "No issues.")
                          : "<div class=\"list\"><table>" + rows + "</table></div>";
  return page(200, pulls ? "Pull requests" : "Issues", trail(repository), content);
}

Response issue(forge::Forge& forge, forge::Repository& repository, const forge::Issue& issue) {
  std::string content = "<p>" + state_badge(issue) + labels_html(repository, issue) +
                        (issue.locked ? " " + badge("locked", "quiet") : "");
  if (!issue.assignees.empty())
    content += " <span class=\"soft\">assigned to " + escape_html(join(issue.assignees, ", ")) + "</span>";
  content += "</p>";
  if (issue.pull) content += pull_facts(forge, repository, issue);
  const auto body = issue.body.empty() ? empty_note("No description.") : markdown_to_html(issue.body);
  content += card("top", issue.author, "wrote", issue.created_at, body + reactions_html(issue.reactions));
  std::vector<std::pair<TimePoint, std::string>> cards;
  for (const auto id : issue.comments) {
    const auto& comment = repository.comments.at(id);
    const auto note = comment.updated_at == comment.created_at ? "commented" : "commented (edited)";
    cards.emplace_back(comment.created_at,
                       card("issuecomment-" + std::to_string(id), comment.author, note, comment.created_at,
                            markdown_to_html(comment.body) + reactions_html(comment.reactions)));
  }
  if (issue.pull) {
    for (const auto& review : issue.pull->reviews) {
      const auto verdict = replace_all(to_lower(review.state), "_", " ");
      const auto kind = review.state == "APPROVED"            ? "good"
                        : review.state == "CHANGES_REQUESTED" ? "bad"
                                                              : "quiet";
      cards.emplace_back(review.submitted_at,
                         card("pullrequestreview-" + std::to_string(review.id), review.author,
                              "reviewed " + short_sha(review.commit_id), review.submitted_at,
                              "<p>" + badge(verdict, kind) + "</p>" + markdown_to_html(review.body)));
    }
  }
  std::stable_sort(cards.begin(), cards.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [at, text] : cards) content += text;
  return page(200, fmt::format("{} #{}", issue.title, issue.number), trail(repository), content);
}

Response deliveries(forge::Forge& forge) {
  std::string rows;
  const auto& all = forge.deliveries();
  std::size_t shown = 0;
  for (auto it = all.rbegin(); it != all.rend() && shown < 200; ++it, ++shown) {
    const bool good = it->status_code >= 200 && it->status_code < 400;
    rows += "<tr><td class=\"tight\">" +
            (it->attempted ? badge(good ? std::to_string(it->status_code) : it->status, good ? "good" : "bad")
                           : badge("waiting", "busy")) +
            "</td><td>" +
            link("/-/deliveries/" + std::to_string(it->id),
                 it->event + (it->action.empty() ? "" : "." + it->action)) +
            (it->redelivery ? " " + badge("redelivery", "quiet") : "") + "</td><td class=\"tight\"><code>" +
            escape_html(it->guid) + "</code></td><td class=\"tight\">" +
            (it->attempted ? when(it->delivered_at) : "") + "</td></tr>";
  }
  std::string content =
      "<p>To <code>" +
      escape_html(forge.hook().url.empty() ? "nowhere: no webhook URL is set" : forge.hook().url) +
      "</code></p>";
  content += rows.empty() ? empty_note("Nothing was delivered yet.")
                          : "<div class=\"list\"><table>" + rows + "</table></div>";
  return page(200, "Webhook deliveries", {}, content);
}

Response delivery(forge::Forge& forge, std::int64_t id) {
  const auto* found = forge.delivery(id);
  if (found == nullptr)
    return page(404, "No such delivery", {link("/-/deliveries", "Webhook deliveries")}, "");
  const auto payload = forge::Json::parse(found->payload, nullptr, false);
  std::string headers;
  for (const auto& [name, value] : found->request_headers) headers += escape_html(name + ": " + value) + "\n";
  const std::string content =
      "<p>" + escape_html(found->status) +
      fmt::format(" <span class=\"soft\">after {:.3f} s</span></p>", found->duration_s) +
      "<h2>Request</h2><pre>" + headers + "</pre><pre>" +
      escape_html(payload.dump(2, ' ', false, forge::Json::error_handler_t::replace)) +
      "</pre><h2>Answer</h2><pre>" + escape_html(to_valid_utf8(found->response_body)) + "</pre>";
  return page(200, found->event + (found->action.empty() ? "" : "." + found->action),
              {link("/-/deliveries", "Webhook deliveries")}, content);
}

}  // namespace kedge::sandbox::html
