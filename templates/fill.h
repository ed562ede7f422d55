// SPDX-License-Identifier: Apache-2.0
// A view in the words of its template. The only place that knows the template engine.
#pragma once

#include <string>
#include <string_view>

#include "templates/view.h"

namespace kedge::templates {

/// The text of templates/text/<name>.mustache filled with the view; `{{>other}}` takes in another text. Runs
/// of empty lines become one, blanks at the end of lines go, and it ends without a line end. An unknown name
/// is a bug.
std::string fill(std::string_view name, const View& view);

}  // namespace kedge::templates
