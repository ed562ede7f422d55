// SPDX-License-Identifier: Apache-2.0
// Alone in its file, because only it needs the table of commands.
#include "templates/views.h"

namespace kedge::templates {

std::string comment(const incident::State& state, const incident::Incident* incident,
                    const incident::PostComment& comment, const Site& site) {
  return comment_with(state, incident, comment, site, incident::command_table());
}

}  // namespace kedge::templates
