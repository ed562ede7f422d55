// SPDX-License-Identifier: Apache-2.0
// State → views, by topic. A view function says which facts a text may show; how they read stands in text/. A
// `Pen` carries what all of them need: the target, the site, and how much room there is. All are pure and
// total.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/incident/command.h"
#include "templates/fit.h"
#include "templates/next_step.h"
#include "templates/render.h"
#include "templates/view.h"

namespace kedge::templates {

struct Pen {
  Target target;
  const incident::State& state;
  const Site& site;
  Room room{};
  const incident::Channel* channel = nullptr;  ///< Chat only: its mapping of people.

  [[nodiscard]] Markup text(std::string_view words) const;      ///< Of others, on one line.
  [[nodiscard]] Markup sentence(std::string_view words) const;  ///< Of the core, with `code`.
  /// The same with a full stop at its end.
  [[nodiscard]] Markup stopped(std::string_view words) const;
  [[nodiscard]] Markup code(std::string_view words) const;
  [[nodiscard]] Markup when(TimePoint at) const;
  [[nodiscard]] Markup commit(std::string_view sha) const;  ///< Twelve digits, linked.
  [[nodiscard]] Markup pull(std::int64_t number, std::string_view url) const;
  [[nodiscard]] Markup run(const incident::RunFact& run) const;  ///< `CI #118`, linked.
  /// A login without its `@`; `Kedge` where it is empty.
  [[nodiscard]] Markup person(std::string_view login) const;
  /// In chat the product's mention of whom the channel's mapping names; else the login as text.
  [[nodiscard]] Markup mention(std::string_view login) const;
  [[nodiscard]] Markup issue(const incident::Incident& incident) const;  ///< `acme/api#42`, linked.
};

/// The entries of a list as far as there is room; the rest is counted and never built.
class Rows {
 public:
  explicit Rows(std::size_t length_max) : length_max_(length_max) {}
  void add(const std::function<View()>& make) {
    if (items_.size() < length_max_) items_.push_back(make());
    ++all_;
  }
  /// There are at least this many, be they added or not.
  void count(std::size_t all) { all_ = std::max(all_, all); }
  /// Puts the entries under `name`, whether there are any under `has_<name>`, and how many were left out
  /// under
  /// `<name>_more` (empty: none).
  void put_into(View& view, const std::string& name) const;

 private:
  std::size_t length_max_;
  std::size_t all_ = 0;
  std::vector<View> items_;
};
/// Names as code, listed, the rest counted.
Markup names(const Pen& pen, const std::vector<std::string>& all, std::size_t length_max);

// views_incident.cc
View site_view(const Pen& pen);
View incident_view(const Pen& pen, const incident::Incident& incident);
View facts_view(const Pen& pen, const incident::Incident& incident);
View durations_view(const Pen& pen, const incident::Incident& incident);
View checklist_view(const Pen& pen, const incident::Incident& incident);
// views_suspects.cc
View suspects_view(const Pen& pen, const incident::Incident& incident);
View plan_view(const Pen& pen, const rollback::Plan& plan);
/// Which branches and tags hold the target.
View scope_view(const Pen& pen, const rollback::Plan& plan);
/// One row of the plan's table.
View branch_plan_view(const Pen& pen, const rollback::BranchPlan& branch);
// views_conflict.cc
View conflict_view(const Pen& pen, const incident::Incident* incident, const rollback::Plan& plan);
// views_suspects.cc
/// `/rollback <target>`, or empty where the target cannot be typed back safely.
std::string rollback_command(const rollback::Plan& plan);
/// True for words that may stand unescaped in a command: letters, digits and `._/#+-`, no leading dash.
bool is_typeable(std::string_view word);
// views_rollback.cc
View rollback_view(const Pen& pen, const incident::Incident& incident, const incident::Rollback& rollback);
View branch_view(const Pen& pen, const incident::Incident& incident, const incident::Rollback& rollback,
                 const incident::RollbackBranch& branch);
View pull_request_view(const Pen& pen, const incident::Incident& incident, const incident::Rollback& rollback,
                       const incident::RollbackBranch& branch);
// views_fix.cc
View forward_fix_view(const Pen& pen, const incident::Incident& incident, const incident::ForwardFix& fix);
/// All fixes of the incident, or those that one command asked for.
View fixes_view(const Pen& pen, const incident::Incident& incident, std::int64_t comment_id = 0);
// views_next.cc
View next_view(const Pen& pen, const incident::Incident& incident);
// views_state.cc
View state_view(const Pen& pen, const incident::Incident& incident);
// views_chat.cc
View chat_view(const Pen& pen, const incident::Incident& incident, const ChatRequest& request);

/// What a comment is made of. Pointers may be null where the state does not have what the effect names.
struct CommentSource {
  const Pen& pen;
  const incident::Incident* incident = nullptr;
  const incident::Rollback* rollback = nullptr;
  const incident::RollbackBranch* branch = nullptr;
  const incident::PostComment& comment;
  const std::vector<incident::CommandSpec>& commands;
};
// views_comment.cc
/// The whole comment; `note` with its `text` where the state lacks what the topic needs.
std::string comment_text(const CommentSource& source);

/// comment() of render.h with the table of commands as an argument.
std::string comment_with(const incident::State& state, const incident::Incident* incident,
                         const incident::PostComment& comment, const Site& site,
                         const std::vector<incident::CommandSpec>& commands);

}  // namespace kedge::templates
