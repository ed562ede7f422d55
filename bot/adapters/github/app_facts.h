// SPDX-License-Identifier: Apache-2.0
// What GitHub says about the App itself, for `kedge doctor`. Reads only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::github {

using Granted = std::map<std::string, std::string>;  ///< `issues` → `write`, for those that Kedge asks for.

struct InstallationFacts {
  std::string account;
  std::string html_url;
  bool suspended = false;
  Granted permissions;
};

struct DeliveryFacts {
  TimePoint at{};
  std::string event;
  std::string status;  ///< `OK`, or GitHub's words for what went wrong.
  int status_code = 0;
};

struct AppFacts {
  std::string slug;
  std::string html_url;
  Granted permissions;
  std::vector<std::string> events;
  std::vector<InstallationFacts> installations;
  std::string hook_url;
  bool hook_insecure = false;                  ///< GitHub does not verify the certificate.
  std::optional<DeliveryFacts> last_delivery;  ///< The newest attempt that GitHub knows of.
};

}  // namespace kedge::adapters::github
