// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "bot/base/text.h"
#include "templates/characters.h"
#include "templates/views.h"

namespace kedge::templates {
namespace {

/// The product's own mark for a person or group, from the runbook's mapping; empty: it would not be one.
std::string mark_of(incident::ChannelKind kind, const std::string& id) {
  const bool bare = !id.empty() && std::ranges::all_of(id, is_word);
  const bool marked = id.size() > 3 && id.starts_with('<') && id.ends_with('>') &&
                      id.find_first_of("<>\n ", 1) == id.size() - 1;
  switch (kind) {
    case incident::ChannelKind::slack:
      if (marked) return id;
      if (bare && id.starts_with('S')) return "<!subteam^" + id + ">";
      return bare ? "<@" + id + ">" : "";
    case incident::ChannelKind::discord:
      if (marked) return id;
      return bare ? "<@" + id + ">" : "";
    case incident::ChannelKind::mail:
    case incident::ChannelKind::pagerduty:
      return "";
  }
  return "";
}

}  // namespace

Markup Pen::text(std::string_view words) const {
  return templates::text(target, words, room.line);
}

Markup Pen::sentence(std::string_view words) const {
  return templates::sentence(target, words, 2 * room.line);
}

Markup Pen::stopped(std::string_view words) const {
  Markup made = sentence(words);
  const std::string_view line = trim(words);
  if (!line.empty() && std::string_view{".!?:"}.find(line.back()) == std::string_view::npos &&
      !made.text.ends_with("…")) {
    made.text += '.';
  }
  return made;
}

Markup Pen::code(std::string_view words) const {
  return templates::code(target, words, room.line);
}

Markup Pen::when(TimePoint at) const {
  return own(format_minute(at));
}

Markup Pen::commit(std::string_view sha) const {
  if (sha.empty()) return {};
  const incident::Repository& repository = state.repository;
  const std::string home =
      repository.html_url.empty() ? site.web_url + "/" + repository.full_name : repository.html_url;
  const Markup label = code(sha.substr(0, 12));
  // Twelve digits say enough in chat, where a link costs room and shows its address.
  if (target == Target::plain || target == Target::discord) return label;
  return link(target, label, fmt::format("{}/commit/{}", home, sha));
}

Markup Pen::pull(std::int64_t number, std::string_view url) const {
  return number == 0 ? Markup{} : link(target, own(fmt::format("#{}", number)), url);
}

Markup Pen::run(const incident::RunFact& run) const {
  const std::string name = run.workflow.empty() ? run.path : run.workflow;
  Markup label = text(name.empty() ? "run" : name);
  if (run.run_number > 0) label.text += fmt::format(" run {}", run.run_number);
  if (run.attempt > 1) label.text += fmt::format(", attempt {}", run.attempt);
  return link(target, label, run.url);
}

Markup Pen::person(std::string_view login) const {
  return login.empty() ? own("Kedge") : text(login);
}

Markup Pen::mention(std::string_view login) const {
  if (channel != nullptr) {
    const auto found = channel->mentions.find("@" + std::string(login));
    if (found != channel->mentions.end()) {
      if (std::string marked = mark_of(channel->kind, found->second); !marked.empty()) return {marked};
    }
  }
  return text(login);
}

Markup Pen::issue(const incident::Incident& incident) const {
  if (incident.issue == 0) return code(incident.id.value);
  Markup name = text(state.repository.full_name);
  name.text += fmt::format("#{}", incident.issue);
  return link(target, name, incident.issue_url);
}

void Rows::put_into(View& view, const std::string& name) const {
  view.flag("has_" + name, all_ > 0).list(name, items_);
  const std::size_t more = all_ - items_.size();
  view.put(name + "_more", more > 0 ? own(static_cast<std::int64_t>(more)) : Markup{});
}

Markup names(const Pen& pen, const std::vector<std::string>& all, std::size_t length_max) {
  std::vector<Markup> parts;
  for (const std::string& name : all) {
    if (parts.size() < length_max) parts.push_back(pen.code(name));
  }
  if (all.size() > length_max) parts.push_back(own(fmt::format("{} more", all.size() - length_max)));
  return listed(parts);
}

}  // namespace kedge::templates
