// SPDX-License-Identifier: Apache-2.0
#include "bot/config/format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace kedge::config {
namespace {

Form text() {
  return {.shape = Shape::text};
}
Form integer(int most = std::numeric_limits<int>::max()) {
  return {.shape = Shape::integer, .most = most};
}
Form number() {
  return {.shape = Shape::number};
}
Form boolean() {
  return {.shape = Shape::boolean};
}
Form duration() {
  return {.shape = Shape::duration};
}
Form choice(std::vector<std::string_view> choices) {
  return {.shape = Shape::choice, .choices = std::move(choices)};
}
Form list(Form of) {
  return {.shape = Shape::list, .of = {std::move(of)}};
}
Form list_or_one(Form of) {
  return {.shape = Shape::list, .of = {std::move(of)}, .or_single = true};
}
Form map(Form of) {
  return {.shape = Shape::map, .of = {std::move(of)}};
}
Form object(std::vector<Key> keys) {
  return {.shape = Shape::object, .keys = std::move(keys)};
}
Form texts() {
  return list(text());
}
constexpr bool kLater = false;

Form severity() {
  return object({{"name", text(), "the name, which is also the label", true, true},
                 {"rank", integer(4), "0 (worst) to 4", true, true},
                 {"respond_within", duration(), "shown on the incident; left out: best effort"},
                 {"first_update", duration(), "from detection to the first status update"},
                 {"update_every", duration(), "from one status update to the next"},
                 {"freeze", boolean(), "hold merges and deployments while it is open", kLater},
                 {"approvals", integer(), "how many people approve a rollback (1)"}});
}

Form trigger() {
  return object({{"on", choice({"workflow", "check", "label", "metric", "health", "alert"}),
                  "what is watched; `workflow` and `label` are in force", true, true},
                 {"workflows", texts(), "names, or file names with or without extension; empty: all"},
                 {"branches", texts(), "empty: the protected ones"},
                 {"labels", texts(), "for `label`: set by somebody with write access"},
                 {"severity", text(), "a name of `severities`", true, true},
                 {"confirm", choice({"none", "rerun", "twice"}),
                  "before declaring: rerun the failed jobs, or wait for a second red commit (none)"},
                 {"checks", texts(), "for `check`", kLater},
                 {"query", text(), "for `metric`: PromQL", kLater},
                 {"url", text(), "for `health`", kLater},
                 {"expect", map(text()), "for `health`", kLater},
                 {"alerts", texts(), "for `alert`", kLater},
                 {"above", number(), "for `metric`", kLater},
                 {"below", number(), "for `metric`", kLater},
                 {"for", duration(), "for `metric`", kLater},
                 {"every", duration(), "for `metric` and `health`", kLater},
                 {"tries", integer(), "for `health`", kLater},
                 {"min_samples", integer(), "for `metric`", kLater}});
}

Form channel() {
  return object({{"name", text(), "unique in the file", true, true},
                 {"kind", choice({"slack", "discord", "mail", "pagerduty"}), "the product", true, true},
                 {"url", text(), "Slack or Discord webhook, `${KEDGE_…}` preferred"},
                 {"token", text(), "Slack bot token, as `${KEDGE_SLACK_TOKEN}`"},
                 {"channel", text(), "Slack channel id, with `token`"},
                 {"api_url", text(), "Slack API, with `token`"},
                 {"smtp_url", text(), "mail server"},
                 {"from", text(), "mail sender"},
                 {"to", text(), "mail recipients, comma-separated"},
                 {"key", text(), "PagerDuty routing key"},
                 {"mentions", map(text()), "`@org/team` or `@user` → that product's id"}});
}

Form step() {
  return object({{"workflow", text(), "file name", kLater, true},
                 {"inputs", map(text()), "of the workflow", kLater},
                 {"timeout", duration(), "then the rollback is refused", kLater}});
}

Form gate() {
  return object({{"name", text(), "", kLater, true},
                 {"on", choice({"check", "health", "metric", "workflow", "person"}), "", kLater, true},
                 {"check", text(), "", kLater},
                 {"url", text(), "", kLater},
                 {"expect", map(text()), "", kLater},
                 {"query", text(), "", kLater},
                 {"above", number(), "", kLater},
                 {"below", number(), "", kLater},
                 {"workflow", text(), "", kLater},
                 {"person", text(), "", kLater},
                 {"for", duration(), "", kLater}});
}

Form rule() {
  return object({{"relative_increase", number(), "", kLater},
                 {"of", text(), "", kLater},
                 {"query", text(), "", kLater},
                 {"above", number(), "", kLater},
                 {"below", number(), "", kLater},
                 {"floor", number(), "", kLater},
                 {"breaches", text(), "`3 of 5`", kLater},
                 {"min_samples", integer(), "", kLater},
                 {"for", duration(), "", kLater}});
}

Form rollback() {
  return object(
      {{"branches", texts(), "where a rollback is planned"},
       {"merge", choice({"people", "auto", "kedge"}), "who merges; `people` is in force"},
       {"commit", choice({"git", "api", "ssh", "gpg"}),
        "`git`: not signed; `api`: made by GitHub, which signs an App's; `ssh`, `gpg`: signed with the "
        "server's key (git)"},
       {"signoff", boolean(), "add `Signed-off-by` (false)"},
       {"before", list(step()), "workflows that run first", kLater},
       {"after", list(step()), "workflows that run afterwards", kLater},
       {"limits",
        object({{"prepare_per_day", integer(), "rollbacks that Kedge prepares by itself"},
                {"merge_per_day", integer(), "rollbacks that Kedge merges by itself", kLater},
                {"max_age", duration(), "older suspects are left to people"},
                {"never", texts(), "authors whose commits automation leaves alone"}}),
        "bind automation, not people"}});
}

Form runbook() {
  return object(
      {{"extends", list_or_one(choice({"aegis", "aegis-sre", "cortex", "portarium", "aragora"})),
        "presets, later ones win (`aegis`)"},
       {"branches", object({{"protected", texts(), "the long-lived branches"}}),
        "the branches that are watched"},
       {"mode", choice({"observe", "suggest", "prepare"}),
        "`observe`: nothing is written; `suggest`: no branches or pull requests before a command; `prepare`: "
        "rollback pull requests at declaration"},
       {"severities", list(severity()), "worst first"},
       {"triggers", list(trigger()), "what opens an incident"},
       {"channels", list(channel()),
        "where people are told; left out: one for each channel setting of the server"},
       {"escalation",
        list(object({{"when",
                      object({{"severity", text(), "", kLater},
                              {"unresolved_for", duration(), "", kLater},
                              {"unacknowledged_for", duration(), "", kLater}}),
                      "", kLater, true},
                     {"notify", texts(), "names of channels", kLater, true},
                     {"mention", texts(), "", kLater}})),
        "who else is told, and when", kLater},
       {"rollback", rollback(), "what a rollback does"},
       {"freeze",
        object({{"branches", texts(), "", kLater},
                {"enforce", choice({"check", "ruleset"}), "", kLater},
                {"deployments", texts(), "", kLater},
                {"exempt_paths", texts(), "", kLater}}),
        "what a freeze covers", kLater},
       {"monitor",
        object({{"phases",
                 list(object({{"until", duration(), "", kLater, true}, {"every", duration(), "", kLater}})),
                 "", kLater},
                {"rules", list(rule()), "", kLater}}),
        "proof of the recovery", kLater},
       {"checklists",
        object({{"recovery", texts(), "shown on the incident and on rollback pull requests"},
                {"cleanup", map(texts()), "by scope level", kLater}}),
        "what people tick off"},
       {"roles", map(object({{"primary", text(), "", kLater}, {"deputy", text(), "", kLater}})),
        "who does what", kLater},
       {"gates", list(gate()), "proofs that a resolution needs", kLater},
       {"commands", map(choice({"read", "triage", "write", "maintain", "admin"})), "permission overrides",
        kLater},
       {"reopen_window", duration(), "red again within it reopens the incident (24h)"},
       {"postmortem", object({{"due", duration(), "", kLater}, {"for", list(integer(4)), "ranks", kLater}}),
        "the post-mortem issue", kLater},
       {"drill", object({{"every", duration(), "", kLater}, {"channels", texts(), "where drills are told"}}),
        "exercises", kLater}});
}

}  // namespace

const Form& runbook_form() {
  static const Form form = runbook();
  return form;
}

std::string name_of(const Form& form) {
  switch (form.shape) {
    case Shape::text:
      return "text";
    case Shape::integer:
      return form.most == std::numeric_limits<int>::max()
                 ? "a whole number, 0 or more"
                 : fmt::format("a whole number from 0 to {}", form.most);
    case Shape::number:
      return "a number";
    case Shape::boolean:
      return "true or false";
    case Shape::duration:
      return "a duration such as 30m (units ms s m h d)";
    case Shape::choice:
      return fmt::format("one of {}", fmt::join(form.choices, ", "));
    case Shape::list: {
      const std::string of = "a list of " + name_of(form.of.front());
      return form.or_single ? name_of(form.of.front()) + ", or " + of : of;
    }
    case Shape::map:
      return "a map of names to " + name_of(form.of.front());
    case Shape::object:
      return "a map";
  }
  return "text";
}

}  // namespace kedge::config
