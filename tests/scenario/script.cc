// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/script.h"

#include <sstream>
#include <stdexcept>

#include "bot/base/text.h"
#include "tests/support/house.h"

namespace kedge::testing {
namespace {

class Player {
 public:
  void given(std::istringstream& words) {
    std::string what = next(words);
    if (what == "runbook") {
      house_.world.runbook = rest(words);
    } else if (what == "conflict") {
      conflict_ = next(words);
    } else if (what == "chat") {
      house_.world.mishap = [](std::string_view call) {
        return call.starts_with("chat_") ? Mishap::denied : Mishap::none;
      };
    } else if (what == "base") {
      // Once, just before the branch is pushed.
      house_.world.mishap = [this, moved = false](std::string_view call) mutable {
        if (call == "publish" && !std::exchange(moved, true)) house_.world.push({"main"}, false);
        return Mishap::none;
      };
    } else {
      throw std::runtime_error("given what: " + what);
    }
  }

  void when(std::istringstream& words) {
    const std::string who = next(words);
    if (who == "ci") return end_runs();
    if (who == "everything") return tell_again();
    if (who == "nothing") return house_.clock.move(*parse_duration(last(words)));
    if (const auto duration = parse_duration(who)) return pass(*duration);
    const std::string verb = next(words);
    if (verb == "pushes") {
      push(words);
    } else if (verb == "says") {
      const std::int64_t thread = std::stoll(next(words));
      house_.world.say(who, thread, replace_all(rest(words), "{bad}", bad_.substr(0, 12)));
    } else if (verb == "merges") {
      house_.world.merge(who, std::stoll(next(words)));
    } else {
      throw std::runtime_error("when what: " + who + " " + verb);
    }
    pass(Duration{3000});
  }

  /// What the bot did since the last call.
  std::vector<std::string> did() {
    // Hashes and times are not the story.
    return std::exchange(house_.world.transcript, {});
  }
  const std::string& bad() const { return bad_; }

 private:
  static std::string next(std::istringstream& words) {
    std::string word;
    words >> word;
    return word;
  }
  static std::string rest(std::istringstream& words) {
    std::string text;
    std::getline(words >> std::ws, text);
    return text;
  }
  static std::string last(std::istringstream& words) {
    std::string word;
    while (words >> word) {
    }
    return word;
  }

  void push(std::istringstream& words) {
    const bool bad = next(words) == "bad";
    std::vector<std::string> bases;
    for (std::string base = next(words); !base.empty(); base = next(words)) bases.push_back(base);
    const std::string sha = house_.world.push(bases, bad);
    if (!bad) return;
    bad_ = sha;
    if (!conflict_.empty()) house_.world.conflicts.emplace(sha, conflict_);
  }

  void end_runs() {
    for (const FakeRun& run : std::exchange(house_.world.runs, {})) {
      house_.world.end_run(run, run.red ? "failure" : "success");
    }
    pass(Duration{3000});
  }

  void tell_again() {
    house_.deliver(told_);
    pass(Duration{3000});
  }

  void pass(Duration duration) {
    told_.insert(told_.end(), house_.world.outgoing.begin(), house_.world.outgoing.end());
    if (!house_.pass(duration)) throw std::runtime_error("the engine does not come to rest");
  }

  House house_;
  std::string conflict_;
  std::string bad_;
  std::vector<Parcel> told_;
};

}  // namespace

std::string play(const std::string& story) {
  Player player;
  std::istringstream lines(story);
  std::string played;
  bool acted = false;
  const auto tell = [&] {
    if (!acted) return;
    const std::vector<std::string> did = player.did();
    for (const std::string& line : did) {
      played += "then " +
                (player.bad().empty() ? line : replace_all(line, player.bad().substr(0, 12), "{bad}")) + "\n";
    }
    if (did.empty()) played += "then silence\n";
    acted = false;
  };
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    words >> kind;
    if (kind == "then") continue;
    tell();
    played += line + "\n";
    if (kind == "given") player.given(words);
    if (kind == "when") {
      player.when(words);
      acted = true;
    }
  }
  tell();
  return played;
}

}  // namespace kedge::testing
