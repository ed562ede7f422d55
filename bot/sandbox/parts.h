// SPDX-License-Identifier: Apache-2.0
// What the faces of one sandbox share: the forge and everything beside it. Sandbox owns them all.
#pragma once

#include "bot/sandbox/chat.h"
#include "bot/sandbox/faults.h"
#include "bot/sandbox/forge/forge.h"
#include "bot/sandbox/git_http.h"
#include "bot/sandbox/journal.h"
#include "bot/sandbox/sender.h"

namespace kedge::sandbox {

struct Parts {
  forge::Forge& forge;
  Faults& faults;
  ChatDoubles& chat;
  GitHttp& git;
  Journal& journal;
  CiWorker& ci;
  std::string admin_token;
  std::string private_key_pem;
};

/// Waits until every webhook is handed over and every run is done; false after `timeout`.
bool wait_idle(forge::Forge& forge, Duration timeout);

/// `/_sandbox/…`: the control API (control.cc).
Response control(Parts& parts, const Request& request);
/// The pages for people (pages.cc).
Response pages(Parts& parts, const Request& request);

}  // namespace kedge::sandbox
