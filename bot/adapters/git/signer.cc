// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/signer.h"

#include "bot/adapters/git/child.h"
#include "bot/adapters/git/refusal.h"
#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

using OdbObjectHandle = std::unique_ptr<git_odb_object, FreedBy<git_odb_object_free>>;

tl::unexpected<Error> cannot_sign(const std::string& why) {
  return fail(Errc::denied, "signing: {}", why);
}

Result<std::vector<std::string>> program_for(incident::CommitMode mode, const SigningKeys& keys) {
  if (mode == incident::CommitMode::ssh) {
    if (keys.ssh_key_file.empty()) {
      return cannot_sign("the runbook asks for `rollback.commit: ssh`, and KEDGE_SSH_KEY_FILE is not set");
    }
    return std::vector<std::string>{"ssh-keygen", "-Y", "sign", "-n", "git", "-f", keys.ssh_key_file};
  }
  if (keys.gpg_key.empty()) {
    return cannot_sign("the runbook asks for `rollback.commit: gpg`, and KEDGE_GPG_KEY is not set");
  }
  return std::vector<std::string>{"gpg",     "--batch",       "--no-tty",     "--pinentry-mode", "error",
                                  "--armor", "--detach-sign", "--local-user", keys.gpg_key};
}

Result<std::string> signature_of(const std::string& text, incident::CommitMode mode, const SigningKeys& keys,
                                 const std::stop_token& stop) {
  KEDGE_TRY(line, program_for(mode, keys));
  const std::string program = line.front();
  const Result<Ran> ran = run_child({.line = std::move(line),
                                     .environment = {{"LC_ALL", "C"}, {"SSH_ASKPASS_REQUIRE", "never"}},
                                     .without = {"LANGUAGE=", "SSH_ASKPASS=", "DISPLAY="},
                                     .input = text,
                                     .time_max = keys.time_max,
                                     .give_up = [&] { return stop.stop_requested(); },
                                     .hear_err = {}});
  if (!ran && ran.error().code == Errc::invalid) return cannot_sign(program + " is not installed");
  if (!ran) return pass(ran.error());
  if (ran->status != 0 || ran->out.find("-----BEGIN ") == std::string::npos) {
    return cannot_sign(fmt::format("{} refuses: {}", program, clean_words(ran->err)));
  }
  return std::string(trim(ran->out));
}

}  // namespace

Result<std::string> sign_commit(const Repo& repo, const std::string& commit, incident::CommitMode mode,
                                const SigningKeys& keys, const std::stop_token& stop) {
  const git_oid oid = to_oid(commit);
  git_odb_object* raw = nullptr;
  if (git_odb_read(&raw, repo.odb(), &oid) != 0) {
    return fail(Errc::corrupt, "cannot read commit {}: {}", commit, last_error());
  }
  const OdbObjectHandle object(raw);
  const std::string text(static_cast<const char*>(git_odb_object_data(raw)), git_odb_object_size(raw));
  KEDGE_TRY(signature, signature_of(text, mode, keys, stop));
  git_oid made{};
  if (git_commit_create_with_signature(&made, repo.raw(), text.c_str(), signature.c_str(), nullptr) != 0) {
    return fail(Errc::unavailable, "cannot write the signed commit: {}", last_error());
  }
  return to_sha(made);
}

}  // namespace kedge::adapters::git
