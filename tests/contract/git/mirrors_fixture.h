// SPDX-License-Identifier: Apache-2.0
// A repository acme/api on a server of its own, and GitMirrors that work on it.
#pragma once

#include <gtest/gtest.h>

#include "bot/adapters/git/mirrors.h"
#include "tests/support/git_http_host.h"
#include "tests/support/git_shell.h"

namespace kedge::adapters::git {

inline const std::string kToken = "ghs_example_token";

/// main and develop both hold `bad`, and main went on.
class Mirrors : public ::testing::Test {
 protected:
  Mirrors() : work_(test::make_clone(scratch_.path() / "work")), bare_(test::make_bare(repository_dir())) {
    work_.commit("First", {{"a.txt", "1\n2\n3\n"}, {"b.txt", "b\n"}});
    bad_ = work_.commit("Break it (#7)", {{"a.txt", "1\nbroken\n3\n"}});
    work_.git({"branch", "develop"});
    tip_ = work_.commit("Go on", {{"c.txt", "c\n"}});
    push();
    host_ = std::make_unique<test::GitHttpHost>(
        scratch_.path() / "server", [this](const test::GitHttpHost::Asked& asked) {
          if (auto instead = intercept_ ? intercept_(asked) : std::nullopt) return instead;
          return test::require_token(kToken)(asked);
        });
    mirrors_ = make_mirrors();
  }

  std::filesystem::path repository_dir() { return scratch_.path() / "server/acme/api.git"; }

  void push() { work_.git({"push", "--quiet", "--mirror", bare_.directory().string()}); }

  std::unique_ptr<GitMirrors> make_mirrors() {
    return std::make_unique<GitMirrors>(
        MirrorOptions{.state_dir = scratch_.path() / "state",
                      .git_url = host_->url(),
                      .token = [this](const ports::Repository&) -> Result<Secret> {
                        ++token_calls_;
                        return Secret(kToken);
                      }});
  }

  ports::Repository repository() { return {.id = RepositoryId{42}, .full_name = "acme/api"}; }

  Result<rollback::Plan> plan(const std::string& target) {
    return mirrors_->plan(repository(), {.targets = {target}, .branches = {"main", "develop"}});
  }

  ports::GitRepo::Publish publish_request(const rollback::Plan& plan, std::size_t branch = 0) {
    return {.branch = plan.branches[branch],
            .plan = plan,
            .incident_id = "kabc",
            .incident_url = "https://example.com/acme/api/issues/42",
            .reason = "It is broken.",
            .date = from_unix_ms(1'700'100'000'000),
            .author_name = "kedge[bot]",
            .author_email = "kedge@example.com"};
  }

  void install_hook(const std::string& name, const std::string& script) {
    const std::filesystem::path hook = repository_dir() / "hooks" / name;
    test::write_file(hook, "#!/bin/sh\n" + script);
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
  }

  test::ScratchDir scratch_;
  test::GitShell work_;
  test::GitShell bare_;
  std::string bad_;
  std::string tip_;
  int token_calls_ = 0;
  test::GitHttpHost::Interceptor intercept_;
  std::unique_ptr<test::GitHttpHost> host_;
  std::unique_ptr<GitMirrors> mirrors_;
};

}  // namespace kedge::adapters::git
