// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/pusher.h"

#include "bot/adapters/git/pack.h"

namespace kedge::adapters::git {
namespace {

/// What is pushed under a name of ours: libgit2 pushes refs only, and refs/heads is the remote's.
std::string outgoing(const std::string& ref) {
  return "refs/kedge/out/" + ref;
}

}  // namespace

std::string refusal_of(const PushAnswer& answer, const std::string& ref) {
  for (const PushedRef& pushed : answer.refs) {
    if (pushed.name == ref) return pushed.refusal;
  }
  return answer.unpack.empty() ? "the server did not say what became of it"
                               : "unpacker error: " + answer.unpack;
}

Result<PushAnswer> Pusher::push(const std::vector<RefMove>& moves) {
  KEDGE_TRY(answer, server_.push(moves, pack_));
  if (answer && answer->unpack.empty()) return std::move(*answer);
  return push_by_libgit2(moves);
}

Result<PushAnswer> Pusher::push_by_libgit2(const std::vector<RefMove>& moves) {
  KEDGE_CHECK(keep_pack(repo_, pack_));
  KEDGE_TRY(remote, link_.connect(repo_, Direction::push));
  std::vector<std::string> specs;
  PushAnswer moved;
  for (const RefMove& move : moves) {
    const auto there = remote.refs().find(move.ref);
    const std::string now = there == remote.refs().end() ? "" : there->second;
    if (now != move.from) {
      moved.refs.push_back({.name = move.ref, .refusal = "stale info"});
      continue;
    }
    KEDGE_CHECK(set_ref(repo_, outgoing(move.ref), move.to));
    specs.push_back("+" + outgoing(move.ref) + ":" + move.ref);
  }
  if (specs.empty()) return moved;
  KEDGE_TRY(answer, remote.push(specs));
  answer.refs.insert(answer.refs.end(), moved.refs.begin(), moved.refs.end());
  return answer;
}

}  // namespace kedge::adapters::git
