// SPDX-License-Identifier: Apache-2.0
// Signing commits as git does, by the programs git uses: ssh-keygen and gpg.
#pragma once

#include <stop_token>
#include <string>

#include "bot/adapters/git/repo.h"
#include "bot/base/time.h"
#include "bot/incident/policy.h"

namespace kedge::adapters::git {

struct SigningKeys {
  std::string ssh_key_file;  ///< A private key without a passphrase.
  std::string gpg_key;       ///< A key in gpg's keyring, which is where GNUPGHOME says.
  Duration time_max = std::chrono::seconds{30};
};

/// Writes the commit once more with a signature and answers with that one's id. Mode ssh or gpg. Errors:
/// denied with `signing: …` (no key is set, the program is missing or refuses), unavailable (stopped, took
/// too long).
Result<std::string> sign_commit(const Repo& repo, const std::string& commit, incident::CommitMode mode,
                                const SigningKeys& keys, const std::stop_token& stop);

}  // namespace kedge::adapters::git
