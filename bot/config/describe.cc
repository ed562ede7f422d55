// SPDX-License-Identifier: Apache-2.0
// The format and the settings told to others: JSON Schema, the merged policy as JSON, docs/configuration.md.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "bot/base/text.h"
#include "bot/config/format.h"
#include "bot/config/presets.h"
#include "bot/config/runbook.h"
#include "bot/config/settings.h"

namespace kedge::config {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const Form& form) {
  switch (form.shape) {
    case Shape::text:
      return {{"type", "string"}};
    case Shape::integer:
      if (form.most == std::numeric_limits<int>::max()) return {{"type", "integer"}, {"minimum", 0}};
      return {{"type", "integer"}, {"minimum", 0}, {"maximum", form.most}};
    case Shape::number:
      return {{"type", "number"}};
    case Shape::boolean:
      return {{"type", "boolean"}};
    case Shape::duration:
      return {{"type", "string"}, {"pattern", "^[0-9]+(ms|s|m|h|d)$"}};
    case Shape::choice: {
      Json values = Json::array();
      for (const std::string_view choice : form.choices) values.push_back(std::string(choice));
      return {{"enum", std::move(values)}};
    }
    case Shape::list: {
      Json list{{"type", "array"}, {"items", schema_of(form.of.front())}};
      if (!form.or_single) return list;
      return {{"anyOf", Json::array({schema_of(form.of.front()), std::move(list)})}};
    }
    case Shape::map:
      return {{"type", "object"}, {"additionalProperties", schema_of(form.of.front())}};
    case Shape::object:
      break;
  }
  Json properties = Json::object();
  Json required = Json::array();
  for (const Key& key : form.keys) {
    Json one = schema_of(key.form);
    std::string description(key.does);
    if (!key.in_force)
      description +=
          description.empty() ? "Not in force in this version." : " (not in force in this version)";
    if (!description.empty()) one["description"] = std::move(description);
    properties[std::string(key.name)] = std::move(one);
    if (key.required) required.push_back(std::string(key.name));
  }
  Json object{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) object["required"] = std::move(required);
  return object;
}

void add_rows(std::string& page, const Form& form, const std::string& path) {
  for (const Key& key : form.keys) {
    const std::string name = path.empty() ? std::string(key.name) : path + "." + std::string(key.name);
    const Form* inner = &key.form;
    std::string suffix;
    while (inner->shape == Shape::list || inner->shape == Shape::map) {
      suffix += inner->shape == Shape::list ? "[]" : ".<name>";
      inner = &inner->of.front();
    }
    const bool opens = inner->shape == Shape::object;
    page += fmt::format("| `{}` | {} | {}{} |\n", name, replace_all(name_of(key.form), "|", "\\|"), key.does,
                        key.in_force       ? ""
                        : key.does.empty() ? "not in force yet"
                                           : " (not in force yet)");
    if (opens) add_rows(page, *inner, name + suffix);
  }
}

Json text_or_null(const std::optional<Duration>& duration) {
  return duration ? Json(format_duration(*duration)) : Json(nullptr);
}

Json severities_json(const incident::Policy& policy) {
  Json all = Json::array();
  for (const incident::Severity& one : policy.severities) {
    all.push_back({{"name", one.name},
                   {"rank", one.rank},
                   {"respond_within", text_or_null(one.respond_within)},
                   {"first_update", text_or_null(one.first_update)},
                   {"update_every", text_or_null(one.update_every)},
                   {"freeze", one.freeze},
                   {"approvals", one.approvals}});
  }
  return all;
}

std::string_view name_of(incident::Confirm confirm) {
  switch (confirm) {
    case incident::Confirm::none:
      return "none";
    case incident::Confirm::rerun:
      return "rerun";
    case incident::Confirm::twice:
      return "twice";
  }
  return "none";
}

std::string_view name_of(incident::ChannelKind kind) {
  switch (kind) {
    case incident::ChannelKind::slack:
      return "slack";
    case incident::ChannelKind::discord:
      return "discord";
    case incident::ChannelKind::mail:
      return "mail";
    case incident::ChannelKind::pagerduty:
      return "pagerduty";
  }
  return "slack";
}

Json triggers_json(const incident::Policy& policy) {
  Json all = Json::array();
  for (const incident::WorkflowTrigger& one : policy.workflow_triggers) {
    all.push_back({{"on", "workflow"},
                   {"workflows", one.workflows},
                   {"branches", one.branches},
                   {"severity", one.severity},
                   {"confirm", std::string(name_of(one.confirm))}});
  }
  for (const incident::LabelTrigger& one : policy.label_triggers) {
    all.push_back({{"on", "label"}, {"labels", one.labels}, {"severity", one.severity}});
  }
  return all;
}

/// What is written out here and lets one post is a secret, as an address with a token in it is.
bool is_secret(const std::string& key, const std::string& value) {
  if (value.starts_with("${") && value.ends_with('}')) return false;
  return key == "token" || key == "key" || value.find("://") != std::string::npos;
}

Json channels_json(const incident::Policy& policy) {
  Json all = Json::array();
  for (const incident::Channel& one : policy.channels) {
    Json channel{{"name", one.name}, {"kind", std::string(name_of(one.kind))}};
    for (const auto& [key, value] : one.settings) channel[key] = is_secret(key, value) ? "(set)" : value;
    if (!one.mentions.empty()) channel["mentions"] = one.mentions;
    all.push_back(std::move(channel));
  }
  return all;
}

std::string_view commit_mode_name(incident::CommitMode mode) {
  switch (mode) {
    case incident::CommitMode::git:
      return "git";
    case incident::CommitMode::api:
      return "api";
    case incident::CommitMode::ssh:
      return "ssh";
    case incident::CommitMode::gpg:
      return "gpg";
  }
  return {};
}

}  // namespace

std::string_view preset(std::string_view name) {
  for (std::size_t i = 0; i < kPresetCount; ++i) {
    if (kPresets[i].name == name) return kPresets[i].text;
  }
  return {};
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < kPresetCount; ++i) names.emplace_back(kPresets[i].name);
  return names;
}

std::string policy_json(const Runbook& runbook) {
  const incident::Policy& policy = runbook.policy;
  Json limits = Json::object();
  if (policy.limits.prepare_per_day) limits["prepare_per_day"] = *policy.limits.prepare_per_day;
  if (policy.limits.merge_per_day) limits["merge_per_day"] = *policy.limits.merge_per_day;
  if (policy.limits.max_age) limits["max_age"] = format_duration(*policy.limits.max_age);
  if (!policy.limits.never.empty()) limits["never"] = policy.limits.never;
  const std::string mode = policy.mode == incident::Mode::observe   ? "observe"
                           : policy.mode == incident::Mode::prepare ? "prepare"
                                                                    : "suggest";
  const Json whole{{"branches", {{"protected", policy.protected_branches}}},
                   {"mode", mode},
                   {"severities", severities_json(policy)},
                   {"triggers", triggers_json(policy)},
                   {"channels", channels_json(policy)},
                   {"rollback",
                    {{"branches", policy.rollback_branches},
                     {"commit", commit_mode_name(policy.commit_mode)},
                     {"signoff", policy.signoff},
                     {"limits", std::move(limits)}}},
                   {"checklists", {{"recovery", policy.recovery_checklist}}},
                   {"reopen_window", format_duration(policy.reopen_window)},
                   {"drill", {{"channels", policy.drill_channels}}}};
  return whole.dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string runbook_schema() {
  Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "Kedge runbook"}};
  schema.update(schema_of(runbook_form()));
  return schema.dump(2);
}

std::string configuration_page() {
  std::string page =
      "# Configuration\n\n"
      "This page is generated from the tables that read the settings and the runbook; a test compares "
      "them.\n\n"
      "## Settings of the server\n\n"
      "A flag wins over the environment, the environment over the YAML file of `--config`, the file over the "
      "default. A secret\n"
      "has no flag; it may stand in a file of its own, named by the variable with `_FILE` at the end (in the "
      "YAML: `_file`).\n\n"
      "| environment | flag | file | default | what it is |\n| --- | --- | --- | --- | --- |\n";
  for (const SettingRow& row : settings_table()) {
    page += fmt::format("| `{}` | {} | `{}` | {} | {} |\n", row.environment,
                        row.flag.empty() ? "(secret)" : fmt::format("`{}`", row.flag), row.yaml,
                        row.fallback.empty() ? "" : fmt::format("`{}`", row.fallback), row.does);
  }
  page +=
      "\n## The runbook: `.github/kedge.yml`\n\n"
      "Read from the default branch. Unknown and duplicate keys are errors with line and column. Maps merge "
      "with the preset,\n"
      "lists replace it, an empty list means none. `kedge runbook check FILE` says what is wrong, `kedge "
      "runbook show FILE`\n"
      "prints what is in force, `kedge runbook schema` prints a JSON Schema for editors. `${NAME}` in a "
      "channel names one of the\n"
      "server's channel settings above, never other environment.\n\n"
      "An invalid runbook never stops Kedge: the last valid one stays in force, and a check run on the "
      "commit says what is\n"
      "wrong.\n\n"
      "| key | value | what it is |\n| --- | --- | --- |\n";
  add_rows(page, runbook_form(), "");
  return page;
}

}  // namespace kedge::config
