// SPDX-License-Identifier: Apache-2.0
// One turn: an input → decide → one commit. Turns are taken one at a time (a mutex), whoever asks; states are
// kept in memory as folds of their streams and read again when another replica wrote first.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bot/incident/decide.h"
#include "bot/ports/clock.h"
#include "bot/ports/store.h"

namespace kedge::engine {

using StatePtr = std::shared_ptr<const incident::State>;

struct PolicyReading {
  incident::Policy policy;
  std::vector<std::string> problems;  ///< Not empty: the text is invalid and `policy` the default.
  std::vector<std::string> remarks;   ///< What is valid and this version does not act on.
};
/// A runbook's text → the policy, with the server's own channels filled in. Pure; called with the same texts
/// again and again, so it may keep its answers.
using PolicySource = std::function<PolicyReading(const std::string& text)>;

/// What a turn answers besides its input: the row of inbox, timers or outbox that brought it.
struct Answer {
  std::optional<std::int64_t> inbox_row;
  std::optional<ports::TimerRow> timer;  ///< Set anew or cleared since it was read: then nothing is decided.
  std::optional<ports::EffectClaim> effect;
  std::string parked_reason;
  bool replaces_parked = false;  ///< As in ports::Turn.
};

class Turns {
 public:
  Turns(ports::Store& store, ports::Clock& clock, PolicySource policies, std::string web_url, bool app);

  /// Known once GitHub was asked; turns before that would not know their own echoes.
  void set_self_login(std::string login);
  std::string self_login() const;

  /// Decides about `input` and commits. A first input of an unknown repository is held until its runbook was
  /// read. Errors: unavailable and corrupt of the store; nothing was changed then.
  Result<void> take(const incident::Input& input, const Answer& answer);
  /// An inbox row from which nothing follows.
  Result<void> ignore(std::int64_t inbox_row, const std::string& why);

  /// The state as of the last commit; an empty one for a stream that does not exist yet.
  Result<StatePtr> state(RepositoryId repository);
  /// All repositories that have a stream.
  Result<std::vector<StatePtr>> states();

 private:
  Result<StatePtr> load(RepositoryId repository);
  Result<bool> try_take(const incident::Input& input, const Answer& answer);
  static incident::Decision decide_on(const incident::State& state, const incident::Input& input, bool held,
                                      const incident::Context& context);
  incident::Context context_for(const incident::State& state) const;

  ports::Store& store_;
  ports::Clock& clock_;
  PolicySource policies_;
  std::string web_url_;
  bool app_;
  mutable std::mutex mutex_;
  std::string self_login_;
  std::map<RepositoryId, StatePtr> states_;
};

}  // namespace kedge::engine
