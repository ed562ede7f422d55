// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/git_http.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "bot/base/text.h"
#include "bot/sandbox/auth.h"
#include "bot/sandbox/forge/process.h"

namespace kedge::sandbox {
namespace {

const std::string kEmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

struct Target {
  std::string owner, name, rest;
};

std::optional<Target> target_of(const Request& request) {
  if (request.segments.size() < 3) return std::nullopt;
  auto name = request.segments[1];
  const bool bare = name.ends_with(".git");
  if (bare) name.resize(name.size() - 4);
  const auto rest = join({request.segments.begin() + 2, request.segments.end()}, "/");
  const bool smart = rest == "info/refs" || rest == "git-upload-pack" || rest == "git-receive-pack";
  if (!bare && !(smart && request.path.find("/info/refs") == std::string::npos) &&
      !request.query.contains("service")) {
    return std::nullopt;
  }
  return Target{.owner = request.segments[0], .name = name, .rest = rest};
}

struct RefCommand {
  std::string before, after, ref;
};

struct Push {
  std::vector<RefCommand> commands;
  std::string capabilities;
  std::string pack;
};

std::string packet(const std::string& text) {
  return fmt::format("{:04x}{}", text.size() + 4, text);
}

Push parse_push(const std::string& body) {
  Push push;
  std::size_t at = 0;
  while (at + 4 <= body.size()) {
    std::size_t length = 0;
    std::from_chars(body.data() + at, body.data() + at + 4, length, 16);
    if (length < 4 || at + length > body.size()) {
      at += 4;
      break;
    }
    auto line = body.substr(at + 4, length - 4);
    at += length;
    if (const auto zero = line.find('\0'); zero != std::string::npos) {
      push.capabilities = line.substr(zero + 1);
      line.resize(zero);
    }
    while (line.ends_with('\n')) line.pop_back();
    if (line.size() > 82) push.commands.push_back({line.substr(0, 40), line.substr(41, 40), line.substr(82)});
  }
  push.pack = body.substr(std::min(at, body.size()));
  return push;
}

struct PushRefusal {
  std::string ref, reason, message;
};

/// GitHub's rules before git's own.
std::optional<PushRefusal> judge_push(const forge::Repository& repository, const Push& push,
                                      const forge::Identity& who) {
  for (const auto& command : push.commands) {
    const auto branch = command.ref.starts_with("refs/heads/") ? command.ref.substr(11) : "";
    const auto rules = repository.protection.find(branch);
    if (rules != repository.protection.end() && rules->second.no_direct_push) {
      return PushRefusal{.ref = command.ref,
                         .reason = "protected branch hook declined",
                         .message = "error: GH006: Protected branch update failed for " + command.ref +
                                    ".\nerror: Changes must be made through a pull request.\n"};
    }
  }
  if (!who.is_app() || auth::has_permission(who, "workflows", "write")) return std::nullopt;
  if (push.pack.starts_with("PACK")) (void)repository.git.unpack(push.pack);
  for (const auto& command : push.commands) {
    if (command.after == forge::kNoCommit) continue;
    auto base = command.before;
    if (base == forge::kNoCommit) {
      base = repository.git.merge_base(repository.default_branch, command.after).value_or(kEmptyTree);
    }
    for (const auto& change : repository.git.changes(base, command.after)) {
      if (!change.path.starts_with(".github/workflows/")) continue;
      return PushRefusal{.ref = command.ref,
                         .reason = "refusing to allow a GitHub App to create or update workflow `" +
                                   change.path + "` without `workflows` permission",
                         .message = ""};
    }
  }
  return std::nullopt;
}

Response refused_push(const Push& push, const PushRefusal& refusal) {
  std::string report = packet("unpack ok\n");
  for (const auto& command : push.commands) {
    const auto reason = command.ref == refusal.ref ? refusal.reason : "pre-receive hook declined";
    report += packet("ng " + command.ref + " " + reason + "\n");
  }
  report += "0000";
  std::string body = report;
  if (push.capabilities.find("side-band") != std::string::npos) {
    body =
        (refusal.message.empty() ? "" : packet("\x02" + refusal.message)) + packet("\x01" + report) + "0000";
  }
  return text_response(200, body, "application/x-git-receive-pack-result");
}

Response plain(int status, const std::string& text) {
  auto response = text_response(status, text + "\n");
  if (status == 401) response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"GitHub\"");
  return response;
}

Response parse_cgi(const std::string& output) {
  Response response;
  std::size_t at = 0;
  while (at < output.size()) {
    const auto end = output.find('\n', at);
    if (end == std::string::npos) break;
    const auto line = std::string(trim(output.substr(at, end - at)));
    at = end + 1;
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto name = line.substr(0, colon);
    const auto value = std::string(trim(line.substr(colon + 1)));
    if (equals_ignore_case(name, "Status")) {
      std::from_chars(value.data(), value.data() + value.size(), response.status);
    } else if (equals_ignore_case(name, "Content-Type")) {
      response.content_type = value;
    } else if (!equals_ignore_case(name, "Content-Length")) {
      response.headers.emplace_back(name, value);
    }
  }
  response.body = output.substr(at);
  return response;
}

Response run_backend(const std::string& root, const std::string& path, const Request& request,
                     const forge::Identity& who) {
  const auto question = request.target.find('?');
  forge::Program program{
      .arguments = {"git", "http-backend"}, .environment = {}, .directory = {}, .input = request.body};
  program.environment = {
      {"GIT_PROJECT_ROOT", root},
      {"GIT_HTTP_EXPORT_ALL", "1"},
      {"PATH_INFO", path},
      {"REQUEST_METHOD", request.method},
      {"QUERY_STRING", question == std::string::npos ? "" : request.target.substr(question + 1)},
      {"CONTENT_TYPE", request.header("content-type")},
      {"CONTENT_LENGTH", std::to_string(request.body.size())},
      {"REMOTE_USER", who.login},
      {"REMOTE_ADDR", "127.0.0.1"},
      {"GIT_PROTOCOL", request.header("git-protocol")},
      {"GIT_COMMITTER_NAME", who.login.empty() ? "nobody" : who.login},
      {"GIT_COMMITTER_EMAIL", "noreply@forge.invalid"},
      {"GIT_CONFIG_NOSYSTEM", "1"},
      {"GIT_CONFIG_GLOBAL", "/dev/null"}};
  const auto finished = forge::run(program);
  if (finished.out.empty()) return plain(500, "git http-backend failed");
  return parse_cgi(finished.out);
}

}  // namespace

bool GitHttp::is_git(const Request& request) {
  return target_of(request).has_value();
}

Response GitHttp::answer(const Request& request, forge::Identity& who) {
  const auto target = *target_of(request);
  const bool writes = target.rest == "git-receive-pack" || request.parameter("service") == "git-receive-pack";
  std::unique_lock lock(forge_.mutex());
  const auto header = request.header("authorization");
  if (!header.empty()) {
    const auto [user, password] = basic_credentials(header);
    const auto* token = forge_.token(password.empty() || password == "x-oauth-basic" ? user : password);
    if (token == nullptr) return plain(401, "remote: Invalid username or token.");
    who = token->identity;
  }
  auto* repository = forge_.repository(target.owner, target.name);
  const bool known = who.kind != forge::Identity::Kind::nobody;
  if (repository == nullptr || !auth::may_access(forge_, who, *repository, false)) {
    return known ? plain(404, "Repository not found.") : plain(401, "Authentication required.");
  }
  if (writes && !known) return plain(401, "Authentication required.");
  if (writes && !auth::may_access(forge_, who, *repository, true)) {
    return plain(403, "Permission to " + repository->full_name() + ".git denied to " + who.login + ".");
  }
  const auto path = "/" + repository->full_name() + ".git/" + target.rest;
  const auto id = repository->id;
  if (target.rest != "git-receive-pack") {
    lock.unlock();
    return run_backend(root_, path, request, who);
  }
  const auto push = parse_push(request.body);
  if (const auto refusal = judge_push(*repository, push, who)) return refused_push(push, *refusal);
  lock.unlock();
  const std::lock_guard one(pushes_);
  auto response = run_backend(root_, path, request, who);
  lock.lock();
  if (auto* pushed = forge_.repository(id)) forge_.notice_push(*pushed, who.login);
  return response;
}

}  // namespace kedge::sandbox
