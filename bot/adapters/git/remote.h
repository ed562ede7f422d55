// SPDX-License-Identifier: Apache-2.0
// One conversation with a remote: what refs it has, then fetch or push.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bot/adapters/git/repo.h"
#include "bot/adapters/git/smart_http.h"

namespace kedge::adapters::git {

enum class Direction { fetch, push };

struct PushedRef {
  std::string name;
  std::string refusal;  ///< The server's status; empty: done.
};

struct PushAnswer {
  std::vector<PushedRef> refs;
  std::string words;   ///< What the server printed, at most kServerWordsMax bytes.
  std::string unpack;  ///< Why it took no objects; empty: it took them.
};

inline constexpr std::size_t kServerWordsMax = 8UL * 1024;

struct Conversation;  ///< What libgit2's callbacks see.

class Remote {
 public:
  /// Connects to an http, https or file URL and reads its refs. `repo` must outlive it.
  /// Errors: denied, not_found, rate_limited, unavailable, invalid (another kind of URL).
  static Result<Remote> connect(const Repo& repo, const std::string& url, Direction direction,
                                NetworkSession session);

  /// Full name → id, as the server shows them; tags not peeled.
  [[nodiscard]] const std::map<std::string, std::string>& refs() const { return refs_; }

  /// Where it really is, after redirects within its host.
  [[nodiscard]] std::string url() const;

  /// The token that it took; empty: none was needed.
  [[nodiscard]] Secret token() const;

  /// Fetches exactly these refspecs. Once: it ends the conversation.
  /// Errors: as connect; corrupt (the repository here is damaged); is_not_given.
  Result<void> fetch(const std::vector<std::string>& refspecs);
  /// Pushes; `+src:dst` overwrites, but only the value that refs() showed: git's protocol names the old value
  /// of each ref, and the server refuses if it changed since. Answers with what became of every ref.
  Result<PushAnswer> push(const std::vector<std::string>& refspecs);

  Remote(Remote&&) noexcept;
  Remote& operator=(Remote&&) noexcept;
  ~Remote();

 private:
  Remote(std::unique_ptr<Conversation> talk, RemoteHandle handle);

  std::unique_ptr<Conversation> talk_;  // Outlives the handle, which points into it.
  RemoteHandle handle_;
  std::map<std::string, std::string> refs_;
};

/// True if a fetch failed because the server does not give out an object that was asked for by its id.
bool is_not_given(const Error& error);

}  // namespace kedge::adapters::git
