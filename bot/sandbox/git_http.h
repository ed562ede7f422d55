// SPDX-License-Identifier: Apache-2.0
// Git's smart HTTP protocol through `git http-backend`, with GitHub's rules in front: Basic authentication
// (`x-access-token` and a token), read and write rights, protected branches, workflow files. What a push
// moved is told to the forge before the answer leaves.
#pragma once

#include <mutex>

#include "bot/sandbox/forge/forge.h"
#include "bot/sandbox/http.h"

namespace kedge::sandbox {

class GitHttp {
 public:
  GitHttp(forge::Forge& forge, std::string root) : forge_(forge), root_(std::move(root)) {}
  static bool is_git(const Request& request);
  /// Takes the forge's mutex for short moments; git itself runs without it.
  Response answer(const Request& request, forge::Identity& who);

 private:
  forge::Forge& forge_;
  std::string root_;
  std::mutex pushes_;  // One push at a time, so that each is told under its own name.
};

}  // namespace kedge::sandbox
