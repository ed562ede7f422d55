// SPDX-License-Identifier: Apache-2.0
#include "bot/cli/complain.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "bot/adapters/git/near_misses.h"
#include "bot/base/terminal.h"
#include "bot/cli/command_line.h"
#include "bot/cli/say.h"

namespace kedge::cli {

std::string error_json(const Error& error) {
  using Json = nlohmann::ordered_json;
  const Json document{{"error",
                       {{"code", to_string(error.code)},
                        {"message", error.message},
                        {"candidates", adapters::git::candidates_in(error.message)}}}};
  return plain_json(document.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n";
}

int complain(std::string_view command, const Error& error, bool json) {
  if (json) {
    std::fputs(error_json(error).c_str(), stdout);
  } else {
    say_to(stderr, fmt::format("kedge {}: {}\n", command, error.message));
  }
  return error.code == Errc::invalid ? kUsage : kFailed;
}

bool wants_json(const std::vector<std::string>& arguments) {
  const auto end = std::ranges::find(arguments, "--");
  return std::find(arguments.begin(), end, "--json") != end;
}

}  // namespace kedge::cli
