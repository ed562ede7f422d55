// SPDX-License-Identifier: Apache-2.0
// What no seed may break.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "bot/journal/chain.h"
#include "bot/journal/codec.h"
#include "tests/simulation/simulation.h"

namespace kedge::testing {

namespace in = incident;

namespace {

constexpr std::int64_t kRepository = 7;

std::int64_t seq_of(const std::string& marker) {
  const std::size_t from = marker.find('/') + 1;
  std::int64_t seq = 0;
  std::from_chars(marker.data() + from, marker.data() + marker.size(), seq);
  return seq;
}

/// Ends of incidents agree with the ends of their rollbacks.
std::string dangling_rollback(const in::State& state) {
  for (const auto& [id, incident] : state.incidents) {
    if (incident.phase == in::Phase::candidate || in::is_open(incident.phase)) continue;
    if (const in::Rollback* active = in::active_rollback(incident)) {
      return fmt::format("incident {} is {} with rollback {} {}", id, to_string(incident.phase), active->id,
                         to_string(active->state));
    }
  }
  return "";
}

}  // namespace

Invariants::Invariants(House& house) : house_(house) {
  replayed_.repository.id = RepositoryId(kRepository);
}

std::string Invariants::replay_differs() {
  const auto records = house_.store().read(RepositoryId(kRepository), replayed_.seq, 10'000);
  if (!records) return records.error().message;
  for (const ports::Record& record : *records) {
    auto body = journal::decode_event(record.payload);
    if (!body) return body.error().message;
    in::apply(replayed_, {.seq = record.seq, .at = record.at, .body = std::move(*body)});
  }
  const auto live = house_.turns().state(RepositoryId(kRepository));
  if (!live) return live.error().message;
  return **live == replayed_ ? "" : "replaying the journal gives another state than the live one";
}

std::optional<in::Effect> Invariants::effect_of(const std::string& marker) {
  if (const auto known = effects_.find(marker); known != effects_.end()) return known->second;
  const auto row = house_.store().find_effect(EffectId(marker));
  if (!row || !*row) return std::nullopt;
  auto body = journal::decode_effect((*row)->item.payload);
  if (!body) return std::nullopt;
  effects_[marker] = {
      .id = EffectId(marker), .incident = IncidentId((*row)->item.incident), .body = std::move(*body)};
  return effects_[marker];
}

std::string Invariants::unjustified() const {
  const auto check = [&](const std::string& marker) {
    return !marker.empty() && seq_of(marker) > replayed_.seq;
  };
  for (const auto& [number, issue] : house_.world.issues) {
    if (check(issue.marker)) return fmt::format("issue #{} is justified by no event", number);
  }
  for (const FakeComment& comment : house_.world.comments) {
    if (check(comment.marker)) return fmt::format("comment {} is justified by no event", comment.id);
  }
  for (const auto& [number, pull] : house_.world.pulls) {
    if (check(pull.marker)) return fmt::format("pull request #{} is justified by no event", number);
  }
  return "";
}

std::string Invariants::doubled() {
  std::set<std::string> markers;
  std::set<std::string> incidents;
  std::set<std::string> bases;
  for (const auto& [number, issue] : house_.world.issues) {
    if (issue.marker.empty()) continue;
    if (!markers.insert(issue.marker).second && !issue.deleted) return "two issues of effect " + issue.marker;
    const auto effect = effect_of(issue.marker);
    if (!effect) return "no effect is known for issue marker " + issue.marker;
    if (!issue.deleted && !incidents.insert(effect->incident.value).second) {
      return "two issues of incident " + effect->incident.value;
    }
  }
  markers.clear();
  for (const FakeComment& comment : house_.world.comments) {
    if (!comment.marker.empty() && !markers.insert(comment.marker).second) {
      return "two comments of effect " + comment.marker;
    }
  }
  for (const auto& [number, pull] : house_.world.pulls) {
    if (!markers.insert(pull.marker).second) return "two pull requests of effect " + pull.marker;
    const auto effect = effect_of(pull.marker);
    if (!effect) return "no effect is known for pull request marker " + pull.marker;
    const auto& asked = std::get<in::OpenPullRequest>(effect->body);
    if (!bases.insert(effect->incident.value + asked.rollback + asked.base).second) {
      return fmt::format("two pull requests of {} {} on {}", effect->incident.value, asked.rollback,
                         asked.base);
    }
  }
  return "";
}

std::string Invariants::updates_out_of_order() {
  std::map<std::string, int> newest;
  std::map<std::string, int> times;
  for (const FakePost& post : house_.world.posts) {
    const auto effect = effect_of(post.marker);
    if (!effect) return "no effect is known for chat marker " + post.marker;
    const auto& update = std::get<in::PostUpdate>(effect->body);
    const std::string place = effect->incident.value + " " + post.channel;
    int& last = newest[place];
    int& seen = times[post.marker];
    if (update.number < last) return fmt::format("update {} after {} in {}", update.number, last, place);
    if (update.number == last && seen == 0)
      return fmt::format("update {} from two effects in {}", last, place);
    if (++seen > 2) return fmt::format("update {} was posted {} times in {}", update.number, seen, place);
    last = update.number;
  }
  return "";
}

std::string Invariants::broken() {
  const auto live = house_.turns().state(RepositoryId(kRepository));
  if (!live) return live.error().message;
  const FakeWorld& world = house_.world;
  const std::array<std::size_t, 5> now{static_cast<std::size_t>((*live)->seq), world.issues.size(),
                                       world.comments.size(), world.pulls.size(), world.posts.size()};
  if (std::exchange(seen_, now) == now) return "";  // Nothing was recorded or written since the last look.
  for (const std::string& found : {replay_differs(), dangling_rollback(replayed_), unjustified()}) {
    if (!found.empty()) return found;
  }
  if (std::string found = doubled(); !found.empty()) return found;
  return updates_out_of_order();
}

std::string Invariants::broken_at_rest() {
  const auto chain = journal::verify_chain(house_.store(), RepositoryId(kRepository));
  if (!chain || !chain->whole()) return "the chain is broken";
  const ports::QueueDepth depth = house_.depth();
  std::int64_t pending = depth.inbox_queued + depth.inbox_held + depth.outbox_in_flight;
  for (const std::int64_t one : depth.outbox_pending) pending += one;
  if (pending != 0) return fmt::format("{} rows wait for ever", pending);
  const auto parked = house_.store().parked_effects();
  if (!parked) return parked.error().message;
  for (const ports::EffectRow& row : *parked) {
    if (row.last_error.empty()) return "an effect is parked without a reason: " + row.item.id.value;
  }
  if (!replayed_.commands.empty())
    return "a command was never answered: " + replayed_.commands.begin()->first;
  if (!replayed_.pending_signals.empty()) return "a signal was never decided";
  for (const auto& [id, incident] : replayed_.incidents) {
    if (incident.phase == in::Phase::candidate) return "a candidate waits for ever: " + id;
    const in::Rollback* active = in::active_rollback(incident);
    if (active == nullptr) continue;
    const bool preparing =
        active->state == in::RollbackState::proposed || active->state == in::RollbackState::prepared;
    if (preparing)
      return fmt::format("rollback {} of {} is {} for ever", active->id, id, to_string(active->state));
  }
  return "";
}

}  // namespace kedge::testing
