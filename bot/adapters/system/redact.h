// SPDX-License-Identifier: Apache-2.0
// Takes secrets out of text that will be logged: those it was told of, and what looks like one. The last
// guard, not the first: nobody should hand a secret to a log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/base/secret.h"

namespace kedge::adapters::system {

inline constexpr std::string_view kRedacted = "[redacted]";

class Redactor {
 public:
  /// Known secrets, with the parts that are secret by themselves: the lines of a key, the password and the
  /// last path segment of a URL. Shorter than four bytes is ignored: it would blacken every text.
  explicit Redactor(const std::vector<Secret>& known = {});

  /// Known secrets become `[redacted]`; so do GitHub tokens (ghs_, ghp_, gho_, ghu_, ghr_, github_pat_),
  /// Slack tokens (xox?-, xapp-), JWTs, PEM private keys, what follows `Bearer` or `Authorization:`, the
  /// secret part of Slack and Discord webhook URLs, the password in a URL, and query values named token, sig,
  /// secret, password or key.
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  std::vector<std::string> known_;  ///< Longest first, so that a part never hides the whole.
};

}  // namespace kedge::adapters::system
