// SPDX-License-Identifier: Apache-2.0
#include "bot/server/pages.h"

#include <fmt/format.h>

#include <iterator>

#include "bot/base/text.h"

namespace kedge::server {
namespace {

constexpr std::size_t kJournalLines = 40;
constexpr std::size_t kEndedIncidents = 20;
constexpr std::size_t kTimelineTextMax = 600;

std::string frame(std::string_view title, bool signed_in, bool refresh, std::string_view main) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{}"
      "<title>{} · Kedge</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n</head>\n<body>\n"
      "<header><h1><a href=\"/\">Kedge</a></h1>{}</header>\n<main>\n{}</main>\n</body>\n</html>\n",
      refresh ? "<meta http-equiv=\"refresh\" content=\"30\">\n" : "", html_escaped(title),
      signed_in ? "<form method=\"post\" action=\"/sign-out\"><button>Sign out</button></form>" : "", main);
}

std::string link(const std::string& url, std::string_view text) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) return html_escaped(text);
  return fmt::format("<a href=\"{}\" rel=\"noreferrer\">{}</a>", html_escaped(url), html_escaped(text));
}

std::string time_tag(TimePoint at) {
  return fmt::format("<time datetime=\"{}\">{}</time>", format_utc(at), format_minute(at));
}

/// To the second: in a list of what happened the order of a minute matters.
std::string moment_tag(TimePoint at) {
  const std::string text = format_utc(at);
  return fmt::format("<time datetime=\"{}\">{} UTC</time>", text, replace_all(text.substr(0, 19), "T", " "));
}

std::string display_name(const Listed& listed) {
  if (listed.incident->issue == 0)
    return listed.state->repository.full_name + " " + listed.incident->id.value;
  return fmt::format("{}#{}", listed.state->repository.full_name, listed.incident->issue);
}

std::string severity_tag(const incident::Incident& incident) {
  const auto* severity = incident::find_severity(incident.policy, incident.severity);
  const int rank = severity == nullptr ? 4 : severity->rank;
  return fmt::format("<span class=\"tag {}\">{}</span>{}",
                     rank <= 0   ? "bad"
                     : rank == 1 ? "warn"
                                 : "dim",
                     html_escaped(incident.severity),
                     incident.drill ? " <span class=\"tag dim\">DRILL</span>" : "");
}

/// What is being done, in a few words.
std::string rollback_text(const incident::Incident& incident) {
  const auto* active = incident::active_rollback(incident);
  if (active == nullptr && !incident.rollbacks.empty()) active = &incident.rollbacks.back();
  if (active == nullptr) return "<span class=\"dim\">none</span>";
  std::string out = html_escaped(replace_all(std::string(to_string(active->state)), "_", " "));
  for (const auto& branch : active->branches)
    if (branch.pull_request != 0)
      out += ", " +
             link(branch.pull_request_url, fmt::format("#{} ({})", branch.pull_request, branch.plan.base));
  return out;
}

std::string update_text(const incident::Incident& incident, TimePoint now) {
  if (!incident.next_update_due || !incident::is_open(incident.phase))
    return "<span class=\"dim\">none due</span>";
  if (*incident.next_update_due <= now)
    return fmt::format("<span class=\"bad\">overdue by {}</span>",
                       format_duration(now - *incident.next_update_due));
  return fmt::format("in {}", format_duration(*incident.next_update_due - now));
}

std::string commander(const incident::Incident& incident) {
  const auto found = incident.roles.find("commander");
  return found == incident.roles.end() ? "<span class=\"dim\">nobody</span>" : html_escaped(found->second);
}

std::string open_section(const std::vector<Listed>& listed, TimePoint now) {
  std::string rows;
  for (const Listed& one : listed) {
    const auto& incident = *one.incident;
    if (!incident::is_open(incident.phase)) continue;
    rows += fmt::format(
        "<tr><td>{}</td><td><a href=\"/incidents/{}\">{}</a><br><span class=\"dim\">{}</span></td><td>{}</td>"
        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        severity_tag(incident), html_escaped(incident.id.value), html_escaped(incident.title),
        link(incident.issue_url, display_name(one)), to_string(incident.phase), rollback_text(incident),
        commander(incident), update_text(incident, now),
        format_duration(now - incident.declared_at.value_or(incident.detected_at)));
  }
  if (rows.empty()) return "<h2>Open incidents</h2>\n<p class=\"calm\">No incident is open.</p>\n";
  return "<h2>Open incidents</h2>\n<div class=\"wide\"><table><thead><tr><th>Severity</th><th>Incident</th>"
         "<th>State</th><th>Rollback</th><th>Commander</th><th>Next update</th><th>Open "
         "for</th></tr></thead>\n"
         "<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string freeze_section(const Freeze& freeze) {
  std::string out = "<h2>Freeze</h2>\n";
  if (freeze.holds.empty() && freeze.state == "none")
    return out + "<p class=\"calm\">No branch is frozen.</p>\n";
  out += fmt::format("<p><span class=\"tag warn\">{}</span> {}</p>\n",
                     html_escaped(replace_all(freeze.state, "_", " ")), html_escaped(freeze.note));
  if (freeze.holds.empty()) return out;
  out +=
      "<div "
      "class=\"wide\"><table><thead><tr><th>Repository</th><th>Branches</th><th>Incident</th><th>Since</th>"
      "</tr></thead>\n<tbody>\n";
  for (const Hold& hold : freeze.holds)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td><a href=\"/incidents/{}\">{}</a> {}</td><td>{}</td></tr>\n",
        html_escaped(hold.repository_name), html_escaped(join(hold.branches, ", ")),
        html_escaped(hold.incident.value), html_escaped(hold.incident.value), html_escaped(hold.severity),
        time_tag(hold.since));
  return out + "</tbody></table></div>\n";
}

std::string queue_section(const std::optional<ports::QueueDepth>& depth, TimePoint now) {
  std::string out = "<h2>Queue</h2>\n";
  if (!depth) return out + "<p class=\"calm bad\">The store does not answer.</p>\n";
  std::int64_t waiting = 0;
  std::string by_priority;
  for (std::size_t i = 0; i < std::size(depth->outbox_pending); ++i) {
    waiting += depth->outbox_pending[i];
    by_priority += fmt::format("{}P{} {}", i == 0 ? "" : " · ", i, depth->outbox_pending[i]);
  }
  const std::int64_t parked = depth->inbox_parked + depth->outbox_parked;
  out += fmt::format(
      "<dl><dt>Deliveries waiting</dt><dd>{}, held {}</dd><dt>Effects waiting</dt><dd>{} ({})</dd>"
      "<dt>Being performed</dt><dd>{}</dd><dt>Parked</dt><dd{}>{}</dd><dt>Oldest</dt><dd>{}</dd></dl>\n",
      depth->inbox_queued, depth->inbox_held, waiting, by_priority, depth->outbox_in_flight,
      parked > 0 ? " class=\"bad\"" : "", parked,
      depth->oldest_pending ? format_duration(std::max(Duration{0}, now - *depth->oldest_pending))
                            : "nothing waits");
  return out;
}

std::string journal_section(const std::vector<incident::State>& states) {
  std::string rows;
  for (const JournalLine& line : recent_journal(states, kJournalLines))
    rows += fmt::format(
        "<tr><td>{}</td><td class=\"name\"><a href=\"/incidents/{}\">{}</a></td><td>{}</td></tr>\n",
        moment_tag(line.entry->at), html_escaped(line.of.incident->id.value),
        html_escaped(display_name(line.of)), html_escaped(truncate_utf8(line.entry->text, kTimelineTextMax)));
  if (rows.empty()) return "<h2>Recent journal</h2>\n<p class=\"calm\">Nothing is recorded yet.</p>\n";
  return "<h2>Recent journal</h2>\n<div "
         "class=\"wide\"><table><thead><tr><th>When</th><th>Incident</th><th>What</th>"
         "</tr></thead>\n<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string ended_section(const std::vector<Listed>& listed) {
  std::string rows;
  std::size_t count = 0;
  for (const Listed& one : listed) {
    if (incident::is_open(one.incident->phase) || count++ >= kEndedIncidents) continue;
    rows +=
        fmt::format("<tr><td>{}</td><td><a href=\"/incidents/{}\">{}</a></td><td>{}</td><td>{}</td></tr>\n",
                    severity_tag(*one.incident), html_escaped(one.incident->id.value),
                    html_escaped(one.incident->title), to_string(one.incident->phase),
                    time_tag(one.incident->declared_at.value_or(one.incident->detected_at)));
  }
  if (rows.empty()) return "";
  return "<h2>Ended</h2>\n<div "
         "class=\"wide\"><table><thead><tr><th>Severity</th><th>Incident</th><th>State</th>"
         "<th>Declared</th></tr></thead>\n<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string out;
  for (const char c : to_valid_utf8(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // Control characters say nothing to a reader and much to a terminal.
        out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

std::string dashboard_page(const Dashboard& dashboard) {
  const auto listed = list_incidents(*dashboard.states);
  return frame("Incidents", dashboard.signed_in, true,
               open_section(listed, dashboard.now) + freeze_section(dashboard.freeze) +
                   ended_section(listed) + queue_section(dashboard.queue, dashboard.now) +
                   journal_section(*dashboard.states));
}

std::string incident_page(const Listed& listed, TimePoint now, bool signed_in) {
  const auto& incident = *listed.incident;
  std::string main = fmt::format(
      "<p><a href=\"/\">All incidents</a></p>\n<h2>{} "
      "{}</h2>\n<dl><dt>Where</dt><dd>{}</dd><dt>State</dt><dd>{}</dd><dt>Declared</dt><dd>{}</dd>"
      "<dt>Commander</dt><dd>{}</dd><dt>Rollback</dt><dd>{}</dd><dt>Next update</dt><dd>{}</dd></dl>\n",
      severity_tag(incident), html_escaped(incident.title), link(incident.issue_url, display_name(listed)),
      to_string(incident.phase), time_tag(incident.declared_at.value_or(incident.detected_at)),
      commander(incident), rollback_text(incident), update_text(incident, now));
  if (!incident.suspects.empty()) {
    main +=
        "<h2>Suspects</h2>\n<div "
        "class=\"wide\"><table><thead><tr><th>Commit</th><th>Author</th><th>Why</th></tr>"
        "</thead>\n<tbody>\n";
    for (const auto& suspect : incident.suspects)
      main += fmt::format("<tr><td><code>{}</code> {}</td><td>{}</td><td>{}</td></tr>\n",
                          html_escaped(suspect.sha.substr(0, 12)), html_escaped(suspect.subject),
                          html_escaped(suspect.author), html_escaped(suspect.reason));
    main += "</tbody></table></div>\n";
  }
  main +=
      "<h2>Timeline</h2>\n<div "
      "class=\"wide\"><table><thead><tr><th>When</th><th>What</th></tr></thead>\n<tbody>\n";
  for (const auto& entry : incident.timeline)
    main += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", moment_tag(entry.at),
                        html_escaped(truncate_utf8(entry.text, kTimelineTextMax)));
  main += "</tbody></table></div>\n";
  return frame(incident.title, signed_in, true, main);
}

std::string sign_in_page(std::string_view problem) {
  const std::string said =
      problem.empty() ? "" : fmt::format("<p class=\"bad\" role=\"alert\">{}</p>\n", html_escaped(problem));
  return frame(
      "Sign in", false, false,
      "<h2>Sign in</h2>\n" + said +
          "<form class=\"sign-in\" method=\"post\" action=\"/sign-in\">\n<label for=\"token\">Admin token"
          " <span class=\"dim\">(the server's KEDGE_ADMIN_TOKEN)</span></label>\n<input id=\"token\" "
          "name=\"token\" type=\"password\" autocomplete=\"current-password\""
          " required autofocus>\n<button>Sign in</button>\n</form>\n");
}

std::string message_page(std::string_view title, std::string_view sentence) {
  return frame(title, false, false,
               fmt::format("<h2>{}</h2>\n<p>{}</p>\n", html_escaped(title), html_escaped(sentence)));
}

}  // namespace kedge::server
