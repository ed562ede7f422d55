// SPDX-License-Identifier: Apache-2.0
#include "tests/scenario/player.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>
#include <stdexcept>

#include "bot/base/text.h"

namespace kedge::testing {
namespace {

/// Whatever people do, Kedge has this long for its part.
constexpr auto kAWhile = std::chrono::seconds{3};

/// The rest of `line` where it begins with `words`.
std::optional<std::string> after(const std::string& line, std::string_view words) {
  if (!line.starts_with(words)) return std::nullopt;
  return std::string(trim(std::string_view(line).substr(words.size())));
}

/// `#12`
std::int64_t number_of(const std::string& word) {
  if (!word.starts_with('#')) throw std::runtime_error("expected a number like #1: " + word);
  return std::stoll(word.substr(1));
}

std::string first_word(const std::string& text) {
  return text.substr(0, text.find(' '));
}

std::string without_first_word(const std::string& text) {
  const std::size_t space = text.find(' ');
  return space == std::string::npos ? "" : text.substr(space + 1);
}

}  // namespace

Player::Player() {
  house_.world.mishap = [this](std::string_view call) { return mishap(call); };
}

Mishap Player::mishap(std::string_view call) {
  const std::string_view name = call.substr(0, call.find(':'));
  if (name == suspended_before_) house_.world.suspended = true;
  if (const auto wrong = always_.find(name); wrong != always_.end()) return wrong->second;
  if (call == "publish" && std::exchange(base_moves_, false)) house_.world.push({"main"}, false);
  if (const auto death = deaths_.find(name); death != deaths_.end()) {
    deaths_.erase(death);
    return Mishap::crash;
  }
  if (const auto loss = losses_.find(name); loss != losses_.end()) {
    losses_.erase(loss);
    return Mishap::lost_after;
  }
  return Mishap::none;
}

void Player::given(const std::string& line) {
  if (const auto runbook = after(line, "the runbook ")) {
    house_.world.runbook = *runbook;
  } else if (const auto base = after(line, "a conflict on ")) {
    conflicts_.insert(*base);
  } else if (line == "chat refuses") {
    always_ = {{"chat_post", Mishap::denied}, {"chat_edit", Mishap::denied}};
  } else if (line == "chat is dead") {
    always_ = {{"chat_post", Mishap::refused}, {"chat_edit", Mishap::refused}};
  } else if (line == "chat is limited") {
    always_ = {{"chat_post", Mishap::limited}, {"chat_edit", Mishap::limited}};
  } else if (const auto refused = after(line, "github refuses ")) {
    always_.emplace(*refused, Mishap::denied);
  } else if (const auto lag = after(line, "lists lag by ")) {
    house_.world.lists_lag = parse_duration(*lag).value();
  } else if (const auto suspended = after(line, "the app is suspended before ")) {
    suspended_before_ = *suspended;
  } else if (line == "ci is instant") {
    house_.world.instant_ci = "success";
  } else if (line == "ci is red in an instant") {
    house_.world.instant_ci = "failure";
  } else if (line == "somebody merges right before the push") {
    base_moves_ = true;
  } else if (line == "deliveries come in reverse") {
    reversed_ = true;
  } else if (const auto call = after(line, "the server dies in ")) {
    deaths_.insert(*call);
  } else if (const auto lost = after(line, "the answer is lost of ")) {
    losses_.insert(*lost);
  } else {
    throw std::runtime_error("given what: " + line);
  }
}

void Player::when(const std::string& line) {
  if (line == "ci ends") {
    end_runs();
  } else if (line == "everything is told again") {
    house_.deliver(std::vector(house_.told));
  } else if (line == "the server dies") {
    die();
  } else if (line == "the app may go on") {
    suspended_before_.clear();
    house_.world.suspended = false;
    house_.world.install("unsuspend");
  } else if (const auto dead = after(line, "nothing runs for ")) {
    house_.clock.move(parse_duration(*dead).value());
    return;
  } else if (line.ends_with(" passes")) {
    return pass(parse_duration(first_word(line)).value());
  } else {
    const std::string rest = without_first_word(line);
    if (!person_acts(first_word(line), first_word(rest), without_first_word(rest)))
      throw std::runtime_error("when what: " + line);
  }
  pass(kAWhile);
}

bool Player::person_acts(const std::string& who, const std::string& verb, const std::string& rest) {
  FakeWorld& world = house_.world;
  if (verb == "pushes") {
    push(rest);
  } else if (verb == "says") {
    world.say(who, number_of(first_word(rest)),
              replace_all(without_first_word(rest), "{bad}", bad_.substr(0, 12)));
  } else if (verb == "opens") {
    const std::string label = first_word(rest);
    world.open_issue_by(who, without_first_word(rest), label);
  } else if (verb == "closes" || verb == "reopens") {
    const std::int64_t number = number_of(rest);
    if (world.pulls.contains(number)) {
      world.close_pull(who, number);
    } else {
      world.set_open_by(who, number, verb == "reopens");
    }
  } else if (verb == "merges") {
    world.merge(who, number_of(rest));
  } else if (verb == "approves") {
    world.review(who, number_of(rest));
  } else if (verb == "commits") {
    world.push_to_head(who, number_of(after(rest, "to ").value()));
  } else {
    return false;
  }
  return true;
}

void Player::push(const std::string& what) {
  const std::string kind = first_word(what);
  const std::vector<std::string> bases = split_words(without_first_word(what));
  for (const std::string& base : bases) {
    if (kind == "touching") ++house_.world.touched[{bad_, base}];
    if (kind == "clashing") house_.world.conflicts.emplace(bad_, base);
  }
  const std::string sha = house_.world.push(bases, kind == "bad");
  for (FakeRun& run : house_.world.runs)
    if (run.sha == sha && kind == "flaky") run.red = true;  // Not by the code: green when it runs again.
  if (kind != "bad") return;
  bad_ = sha;
  for (const std::string& base : conflicts_) house_.world.conflicts.emplace(sha, base);
}

void Player::end_runs() {
  for (const FakeRun& run : std::exchange(house_.world.runs, {}))
    house_.world.end_run(run, run.red ? "failure" : "success");
}

void Player::die() {
  house_.restart();
  house_.world.transcript.push_back("the server starts again");
}

void Player::pass(Duration duration) {
  if (reversed_) std::ranges::reverse(house_.world.outgoing);
  const TimePoint end = house_.clock.now() + duration;
  while (true) {
    try {
      if (!house_.pass(end - house_.clock.now()))
        throw std::runtime_error("the engine does not come to rest");
      return;
    } catch (const Crash&) {
      die();
    }
  }
}

std::string Player::with_names(std::string text) {
  static const std::regex kLink(R"(\[([^\]]*)\]\([^)]*\))");
  static const std::regex kRun(R"(CI run \d+)");
  text = std::regex_replace(std::regex_replace(text, kLink, "$1"), kRun, "CI run");
  const auto name = [&](const std::string& hash, const std::string& given) {
    if (hash.size() < 12) return;
    text = replace_all(replace_all(std::move(text), hash, given), hash.substr(0, 12), given);
  };
  name(bad_, "{bad}");
  for (const auto& [branch, head] : house_.world.heads) name(head.sha, "{head of " + head.base + "}");
  for (const auto& [number, pull] : house_.world.pulls)
    name(FakeWorld::sha_of(fmt::format("merge {}", number)), fmt::format("{{merge of #{}}}", number));
  for (const auto& [id, incident] : house_.state().incidents) {
    for (const incident::Rollback& one : incident.rollbacks)
      if (one.plan) name(one.plan->id, "{plan}");
  }
  return text;
}

std::vector<std::string> Player::did() {
  std::vector<std::string> lines;
  for (const std::string& line : std::exchange(house_.world.transcript, {}))
    lines.push_back(with_names(line));
  return lines;
}

}  // namespace kedge::testing
