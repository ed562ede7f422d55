// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/seed.h"

#include <fmt/format.h>

namespace kedge::sandbox {
namespace {

using forge::CommitRequest;
using forge::Files;

constexpr const char* kWorkflow = R"(name: CI
on:
  push:
    branches: ['**']
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make test
)";

constexpr const char* kRunbook = R"(extends: aegis
branches: {protected: [main, develop]}
rollback:
  branches: [main, develop]
)";

/// Writes the history one commit after the other, six hours apart, ending before now.
class History {
 public:
  History(forge::Forge& forge, forge::Repository& repository)
      : forge_(forge), repository_(repository), at_(forge.now() - std::chrono::hours{24 * 9}) {}

  std::string commit(const std::string& branch, const std::string& who, const std::string& message,
                     Files files, const std::string& from = {}) {
    return add({.branch = branch, .from = from, .merged = {}, .files = std::move(files), .message = message},
               who);
  }

  std::string merge(const std::string& branch, const std::string& other, const std::string& who,
                    const std::string& message) {
    const auto& git = repository_.git;
    const auto ours = git.resolve(branch).value_or("");
    const auto theirs = git.resolve(other).value_or("");
    const auto tree = git.merge_tree(ours, theirs);
    const auto* person = forge_.account(who);
    if (!tree || person == nullptr) return "";
    at_ += std::chrono::hours{6};
    const auto sha = git.commit_tree(*tree, {ours, theirs}, message, {person->name, person->email, ""}, at_);
    if (!sha || !git.update_ref("refs/heads/" + branch, *sha, ours)) return "";
    return *sha;
  }

 private:
  std::string add(CommitRequest request, const std::string& who) {
    const auto* person = forge_.account(who);
    at_ += std::chrono::hours{6};
    request.name = person->name;
    request.email = person->email;
    request.at = at_;
    return repository_.git.write(request).value_or("");
  }

  forge::Forge& forge_;
  forge::Repository& repository_;
  TimePoint at_;
};

void add_people(forge::Forge& forge, forge::Repository& repository) {
  struct Person {
    const char *login, *name, *role;
  };
  for (const auto& each :
       {Person{"alice", "Alice Example", "maintain"}, Person{"bob", "Bob Example", "write"},
        Person{"carol", "Carol Example", "triage"}, Person{"mallory", "Mallory Example", "read"}}) {
    auto& account = forge.add_account(each.login, "User");
    account.name = each.name;
    repository.collaborators[account.login] = each.role;
    (void)forge.person_token(each.login);
  }
}

std::string source(const std::string& name, const std::vector<std::string>& lines) {
  std::string text = "// " + name + "\n";
  for (const auto& line : lines) text += line + "\n";
  return text;
}

void write_first_half(History& history) {
  history.commit("main", "alice", "Start the API",
                 {{"README.md", "# acme/api\n\nThe API of acme.\n"},
                  {"src/server.js",
                   source("server", {"export function start(port) {", "  return listen(port);", "}"})}});
  history.commit("main", "alice", "Add CI",
                 {{".github/workflows/ci.yml", kWorkflow}, {"Makefile", "test:\n\t@node --test\n"}});
  history.commit("main", "bob", "Route requests by path",
                 {{"src/router.js",
                   source("router", {"export const routes = new Map();", "export function route(path) {",
                                     "  return routes.get(path);", "}"})}});
  history.commit("main", "bob", "Answer 404 for unknown paths",
                 {{"src/router.js",
                   source("router", {"export const routes = new Map();", "export function route(path) {",
                                     "  return routes.get(path) ?? notFound;", "}"})}});
  const auto fork =
      history.commit("main", "alice", "Add a health endpoint",
                     {{"src/health.js", source("health", {"export const health = () => ({ok: true});"})}});
  history.commit("develop", "bob", "Start the sessions",
                 {{"src/session.js", source("session", {"export const sessions = new Map();"})}}, fork);
  history.commit(
      "add-login", "carol", "Add the login form",
      {{"src/login.js", source("login", {"export function login(name) {", "  return {name};", "}"})}}, fork);
  history.commit(
      "add-login", "carol", "Check the password's length",
      {{"src/login.js", source("login", {"export function login(name, password) {",
                                         "  if (password.length < 12) throw new Error('too short');",
                                         "  return {name};", "}"})}});
  history.merge("main", "add-login", "alice",
                "Merge pull request #1 from acme/add-login\n\nAdd the login form");
  history.merge("develop", "main", "bob", "Merge branch 'main' into develop");
}

void write_second_half(History& history) {
  history.commit("develop", "bob", "Expire sessions after an hour",
                 {{"src/session.js", source("session", {"export const sessions = new Map();",
                                                        "export const lifetime = 3600;"})}});
  const auto fork =
      history.commit("main", "alice", "Log every request",
                     {{"src/log.js", source("log", {"export const log = (line) => console.log(line);"})}});
  history.commit("rate-limit", "bob", "Count requests per client",
                 {{"src/limit.js", source("limit", {"export const counts = new Map();"})}}, fork);
  history.commit(
      "rate-limit", "bob", "Refuse clients over the limit",
      {{"src/limit.js", source("limit", {"export const counts = new Map();", "export const limit = 100;"})}});
  history.merge("main", "rate-limit", "alice",
                "Merge pull request #2 from acme/rate-limit\n\nLimit the request rate");
  history.commit("main", "carol", "Document the endpoints",
                 {{"docs/endpoints.md", "# Endpoints\n\n- `GET /health`\n- `POST /login`\n"}});
  history.commit("main", "alice", "Describe the rollback runbook", {{".github/kedge.yml", kRunbook}});
  history.merge("develop", "main", "bob", "Merge branch 'main' into develop");
  history.commit(
      "main", "bob", "Read the port from the environment",
      {{"src/config.js", source("config", {"export const port = Number(process.env.PORT ?? 8080);"})}});
  history.merge("develop", "main", "bob", "Merge branch 'main' into develop");
}

}  // namespace

forge::Answer<forge::Repository*> seed_demo(forge::Forge& forge) {
  const std::lock_guard lock(forge.mutex());
  auto made = forge.create_repository("acme", "api", "main", false);
  if (!made) return made;
  auto& repository = **made;
  repository.description = "The API that the demo breaks";
  add_people(forge, repository);
  History history(forge, repository);
  write_first_half(history);
  write_second_half(history);
  for (const auto* merged : {"add-login", "rate-limit"}) {
    const auto tip = repository.git.resolve(merged).value_or("");
    (void)repository.git.update_ref(std::string("refs/heads/") + merged, "", tip);
  }
  forge.adopt_refs(repository);
  // Both branches start with a green run: the last known good.
  for (const auto* branch : {"main", "develop"}) {
    const auto tip = repository.refs.at(std::string("refs/heads/") + branch);
    forge.start_runs(repository, "push", branch, tip, forge::kNoCommit, "bob");
  }
  return made;
}

}  // namespace kedge::sandbox
