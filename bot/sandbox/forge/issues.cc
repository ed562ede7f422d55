// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "bot/base/text.h"
#include "bot/sandbox/forge/shapes.h"

namespace kedge::sandbox::forge {
namespace {

constexpr std::size_t kTitleMax = 256;
constexpr std::size_t kBodyMax = 65'536;
constexpr std::size_t kCommentsMax = 2'500;
constexpr std::size_t kAssigneesMax = 10;

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Answer<void> check_texts(const std::string& resource, const std::string* title, const std::string* body) {
  if (title != nullptr && trim(*title).empty()) return invalid(resource, "title", "missing_field");
  if (title != nullptr && (characters(*title) > kTitleMax || title->find('\n') != std::string::npos)) {
    return invalid(resource, "title", "custom", "title is too long (maximum is 256 characters)");
  }
  if (body != nullptr && characters(*body) > kBodyMax) {
    return invalid(resource, "body", "custom", "body is too long (maximum is 65536 characters)");
  }
  return {};
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const auto& each) { return equals_ignore_case(each, name); });
}

}  // namespace

Label* Forge::label(Repository& repository, const std::string& name) {
  for (auto& each : repository.labels) {
    if (equals_ignore_case(each.name, name)) return &each;
  }
  return nullptr;
}

Answer<Label*> Forge::create_label(Repository& repository, const std::string& name, const std::string& color,
                                   const std::string& description) {
  if (name.empty()) return invalid("Label", "name", "missing_field");
  if (characters(name) > 50) {
    return invalid("Label", "name", "custom", "name is too long (maximum is 50 characters)");
  }
  if (characters(description) > 100) {
    return invalid("Label", "description", "custom", "description is too long (maximum is 100 characters)");
  }
  if (!color.empty() && (color.size() != 6 || !is_hex(color))) return invalid("Label", "color", "invalid");
  if (label(repository, name) != nullptr) return invalid("Label", "name", "already_exists");
  repository.labels.push_back({.id = next_id(),
                               .name = name,
                               .color = color.empty() ? "ededed" : to_lower(color),
                               .description = description});
  return &repository.labels.back();
}

std::vector<std::string> Forge::known_labels(Repository& repository, const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const auto& name : names) {
    auto* known = label(repository, name);
    if (known == nullptr) {
      if (const auto made = create_label(repository, name, "", "")) known = *made;
    }
    if (known != nullptr && !has(result, known->name)) result.push_back(known->name);
  }
  return result;
}

void Forge::emit_issue(Repository& repository, const Issue& issue, const std::string& action,
                       const std::string& sender, const Json& extra) {
  Json payload = extra.is_object() ? extra : Json::object();
  if (issue.pull) {
    payload["number"] = issue.number;
    payload["pull_request"] = pull_json(*this, repository, issue);
    if (!hook_.url.empty()) add_pull_figures(payload["pull_request"], repository, issue);
    emit(&repository, "pull_request", action, std::move(payload), sender);
  } else {
    payload["issue"] = issue_json(*this, repository, issue);
    emit(&repository, "issues", action, std::move(payload), sender);
  }
}

Answer<Issue*> Forge::create_issue(Repository& repository, const std::string& title, const std::string& body,
                                   const std::vector<std::string>& labels,
                                   const std::vector<std::string>& assignees, const Identity& who) {
  if (!repository.has_issues) return refuse(410, "Issues are disabled for this repo");
  if (auto checked = check_texts("Issue", &title, &body); !checked) {
    return tl::unexpected<Refusal>(std::move(checked).error());
  }
  Issue issue{.id = next_id(), .number = repository.next_number++, .title = title, .body = body};
  issue.author = who.login;
  issue.via_app = who.is_app();
  issue.created_at = issue.updated_at = now();
  const auto number = issue.number;
  auto& stored = repository.issues[number] = std::move(issue);
  // Without push access labels and assignees are dropped, silently, as GitHub does.
  const auto role_name = role(repository, who.login);
  const bool may_label = who.is_app() || (role_name != "read" && role_name != "none");
  if (may_label) stored.labels = known_labels(repository, labels);
  emit_issue(repository, stored, "opened", who.login, {});
  for (const auto& name : stored.labels) {
    emit_issue(repository, stored, "labeled", who.login,
               {{"label", label_json(*this, repository, *label(repository, name))}});
  }
  if (may_label) assign(repository, stored, assignees, who);
  return &stored;
}

Answer<void> Forge::change_issue(Repository& repository, Issue& issue, const IssueChange& change,
                                 const Identity& who) {
  if (auto checked = check_texts("Issue", change.title ? &*change.title : nullptr,
                                 change.body ? &*change.body : nullptr);
      !checked) {
    return checked;
  }
  if (change.state && *change.state != "open" && *change.state != "closed") {
    return invalid("Issue", "state", "invalid");
  }
  Json changes = Json::object();
  if (change.title && *change.title != issue.title) {
    changes["title"] = {{"from", issue.title}};
    issue.title = *change.title;
  }
  if (change.body && *change.body != issue.body) {
    changes["body"] = {{"from", issue.body}};
    issue.body = *change.body;
  }
  if (!changes.empty()) {
    issue.updated_at = now();
    emit_issue(repository, issue, "edited", who.login, {{"changes", changes}});
  }
  if (change.labels) {
    const auto wanted = known_labels(repository, *change.labels);
    const auto old = issue.labels;
    for (const auto& name : old) {
      if (!has(wanted, name)) (void)remove_label(repository, issue, name, who);
    }
    (void)add_labels(repository, issue, wanted, who);
  }
  if (change.assignees) {
    std::vector<std::string> gone;
    for (const auto& login : issue.assignees) {
      if (!has(*change.assignees, login)) gone.push_back(login);
    }
    unassign(repository, issue, gone, who);
    assign(repository, issue, *change.assignees, who);
  }
  if (change.state && (*change.state == "open") != issue.open) {
    set_state(repository, issue, *change.state == "open", change.state_reason.value_or(""), who);
  }
  return {};
}

void Forge::set_state(Repository& repository, Issue& issue, bool open, const std::string& reason,
                      const Identity& who) {
  issue.open = open;
  issue.updated_at = now();
  if (open) {
    issue.closed_at.reset();
    issue.closed_by.clear();
    issue.state_reason = issue.pull ? "" : "reopened";
  } else {
    issue.closed_at = now();
    issue.closed_by = who.login;
    issue.state_reason = issue.pull ? "" : reason.empty() ? "completed" : reason;
  }
  emit_issue(repository, issue, open ? "reopened" : "closed", who.login, {});
}

Answer<void> Forge::add_labels(Repository& repository, Issue& issue, const std::vector<std::string>& names,
                               const Identity& who) {
  for (const auto& name : known_labels(repository, names)) {
    if (has(issue.labels, name)) continue;
    issue.labels.push_back(name);
    issue.updated_at = now();
    emit_issue(repository, issue, "labeled", who.login,
               {{"label", label_json(*this, repository, *label(repository, name))}});
  }
  return {};
}

Answer<void> Forge::remove_label(Repository& repository, Issue& issue, const std::string& name,
                                 const Identity& who) {
  if (!has(issue.labels, name)) return refuse(404, "Label does not exist");
  std::erase_if(issue.labels, [&](const auto& each) { return equals_ignore_case(each, name); });
  issue.updated_at = now();
  Json extra = Json::object();
  if (const auto* known = label(repository, name)) extra["label"] = label_json(*this, repository, *known);
  emit_issue(repository, issue, "unlabeled", who.login, extra);
  return {};
}

void Forge::assign(Repository& repository, Issue& issue, const std::vector<std::string>& logins,
                   const Identity& who) {
  for (const auto& login : logins) {
    const auto* person = account(login);
    const bool assignable = person != nullptr && role(repository, login) != "none";
    if (!assignable || has(issue.assignees, login) || issue.assignees.size() >= kAssigneesMax) continue;
    issue.assignees.push_back(person->login);
    issue.updated_at = now();
    emit_issue(repository, issue, "assigned", who.login, {{"assignee", account_json(*this, login)}});
  }
}

void Forge::unassign(Repository& repository, Issue& issue, const std::vector<std::string>& logins,
                     const Identity& who) {
  for (const auto& login : logins) {
    const auto erased =
        std::erase_if(issue.assignees, [&](const auto& each) { return equals_ignore_case(each, login); });
    if (erased == 0) continue;
    issue.updated_at = now();
    emit_issue(repository, issue, "unassigned", who.login, {{"assignee", account_json(*this, login)}});
  }
}

void Forge::lock(Repository& repository, Issue& issue, bool locked, const std::string& reason,
                 const Identity& who) {
  if (issue.locked == locked) return;
  issue.locked = locked;
  issue.lock_reason = locked ? reason : "";
  issue.updated_at = now();
  emit_issue(repository, issue, locked ? "locked" : "unlocked", who.login, {});
}

Answer<Comment*> Forge::create_comment(Repository& repository, Issue& issue, const std::string& body,
                                       const Identity& who) {
  if (trim(body).empty()) return invalid("IssueComment", "body", "missing_field");
  if (auto checked = check_texts("IssueComment", nullptr, &body); !checked) {
    return tl::unexpected<Refusal>(std::move(checked).error());
  }
  const auto role_name = role(repository, who.login);
  if (issue.locked && !who.is_app() && (role_name == "read" || role_name == "none")) {
    return refuse(403, "Unable to create comment because issue is locked.");
  }
  if (issue.comments.size() >= kCommentsMax) {
    return refuse(403, "Commenting is disabled on issues with more than 2500 comments");
  }
  Comment comment{.id = next_id(), .issue = issue.number, .body = body, .author = who.login};
  comment.via_app = who.is_app();
  comment.created_at = comment.updated_at = now();
  issue.comments.push_back(comment.id);
  issue.updated_at = now();
  auto& stored = repository.comments[comment.id] = comment;
  emit(
      &repository, "issue_comment", "created",
      {{"issue", issue_json(*this, repository, issue)}, {"comment", comment_json(*this, repository, stored)}},
      who.login);
  return &stored;
}

Answer<void> Forge::edit_comment(Repository& repository, Comment& comment, const std::string& body,
                                 const Identity& who) {
  if (trim(body).empty()) return invalid("IssueComment", "body", "missing_field");
  if (auto checked = check_texts("IssueComment", nullptr, &body); !checked) return checked;
  const auto before = comment.body;
  comment.body = body;
  comment.updated_at = now();
  const auto& issue = repository.issues.at(comment.issue);
  emit(&repository, "issue_comment", "edited",
       {{"issue", issue_json(*this, repository, issue)},
        {"comment", comment_json(*this, repository, comment)},
        {"changes", {{"body", {{"from", before}}}}}},
       who.login);
  return {};
}

void Forge::delete_comment(Repository& repository, std::int64_t id, const Identity& who) {
  const auto found = repository.comments.find(id);
  if (found == repository.comments.end()) return;
  auto& issue = repository.issues.at(found->second.issue);
  const Json comment = comment_json(*this, repository, found->second);
  std::erase(issue.comments, id);
  repository.comments.erase(found);
  emit(&repository, "issue_comment", "deleted",
       {{"issue", issue_json(*this, repository, issue)}, {"comment", comment}}, who.login);
}

Answer<Forge::Reacted> Forge::react(std::vector<Reaction>& reactions, const std::string& content,
                                    const Identity& who) {
  static constexpr std::array<std::string_view, 8> kContents{"+1",    "-1",     "laugh",  "confused",
                                                             "heart", "hooray", "rocket", "eyes"};
  if (std::find(kContents.begin(), kContents.end(), content) == kContents.end()) {
    return invalid("Reaction", "content", "invalid");
  }
  for (const auto& each : reactions) {
    if (each.user == who.login && each.content == content) return Reacted{.reaction = each, .is_new = false};
  }
  reactions.push_back({.id = next_id(), .user = who.login, .content = content, .at = now()});
  return Reacted{.reaction = reactions.back(), .is_new = true};
}

}  // namespace kedge::sandbox::forge
