// SPDX-License-Identifier: Apache-2.0
#include "bot/engine/turns.h"

#include <algorithm>

#include "bot/journal/codec.h"

namespace kedge::engine {
namespace {

/// Records read at a time when a stream is folded.
constexpr std::size_t kReadBatch = 1000;
/// Another replica may win the stream this often before the input goes back to its queue.
constexpr int kConflictsMax = 5;

bool is_runbook_answer(const incident::Input& input) {
  const auto* finished = std::get_if<incident::EffectFinished>(&input.body);
  return finished != nullptr && std::holds_alternative<incident::LoadRunbook>(finished->effect.body);
}

/// Whether deciding needs the runbook, which is not known yet.
bool must_wait(const incident::State& state, const incident::Input& input) {
  return !state.runbook_known && !std::holds_alternative<incident::EffectFinished>(input.body) &&
         !std::holds_alternative<incident::TimerFired>(input.body) &&
         !std::holds_alternative<incident::RepositoryAdded>(input.body);
}

ports::TimerRow row_of(RepositoryId repository, const incident::Timer& timer) {
  return {.repository = repository,
          .incident = timer.incident.value,
          .kind = std::string(journal::name_of(timer.kind)),
          .due_at = timer.due_at.value_or(TimePoint{})};
}

/// Of several settings of one timer in a turn the last one counts.
void add_timers(ports::Turn& turn, const incident::Decision& decision) {
  std::map<std::pair<std::string, std::string>, std::pair<ports::TimerRow, bool>> last;
  for (const incident::Timer& timer : decision.timers) {
    ports::TimerRow row = row_of(turn.repository, timer);
    const auto key = std::pair(row.incident, row.kind);
    last[key] = {std::move(row), timer.due_at.has_value()};
  }
  for (auto& [key, entry] : last) {
    (entry.second ? turn.timers : turn.timers_cleared).push_back(std::move(entry.first));
  }
}

ports::Turn turn_of(const incident::State& state, const incident::Input& input, incident::Decision& decision,
                    TimePoint at, TimePoint clock_now) {
  ports::Turn turn{.repository = input.repository.id, .expected_seq = state.seq, .at = at};
  for (const incident::EventBody& event : decision.events) {
    turn.records.push_back(
        {.payload = journal::encode(event), .incident = incident::incident_of(event).value});
  }
  const std::int64_t seq = state.seq + static_cast<std::int64_t>(decision.events.size());
  int index = 0;
  for (incident::Effect& effect : decision.effects) {
    effect.id = EffectId(fmt::format("{}/{}/{}", input.repository.id.value, seq, index++));
    turn.effects.push_back({.id = effect.id,
                            .incident = effect.incident.value,
                            .priority = static_cast<int>(effect.priority),
                            .lane = effect.lane,
                            .coalesce = effect.coalesce,
                            .not_before = effect.wait > Duration{} ? clock_now + effect.wait : TimePoint{},
                            .kind = std::string(incident::kind_of(effect.body)),
                            .payload = journal::encode(effect.body)});
  }
  turn.effects_retried = std::move(decision.retries);
  add_timers(turn, decision);
  return turn;
}

}  // namespace

Turns::Turns(ports::Store& store, ports::Clock& clock, PolicySource policies, std::string web_url, bool app)
    : store_(store), clock_(clock), policies_(std::move(policies)), web_url_(std::move(web_url)), app_(app) {}

void Turns::set_self_login(std::string login) {
  const std::lock_guard lock(mutex_);
  self_login_ = std::move(login);
}

std::string Turns::self_login() const {
  const std::lock_guard lock(mutex_);
  return self_login_;
}

incident::Context Turns::context_for(const incident::State& state) const {
  return {.policy = policies_(state.runbook_text.value_or("")).policy,
          .now = std::max(clock_.now(), state.last_at),
          .self_login = self_login_,
          .app = app_,
          .web_url = web_url_};
}

incident::Decision Turns::decide_on(const incident::State& state, const incident::Input& input, bool held,
                                    const incident::Context& context) {
  if (!held) return incident::decide(state, input, context);
  // The first word from a repository: its runbook comes before any decision about it.
  incident::Input added = input;
  added.body = incident::RepositoryAdded{};
  return incident::decide(state, added, context);
}

Result<bool> Turns::try_take(const incident::Input& given, const Answer& answer) {
  KEDGE_TRY(current, load(given.repository.id));
  incident::Input input = given;
  // Timers and outcomes name the repository by its id only.
  if (input.repository.full_name.empty()) input.repository = current->repository;
  const bool held = must_wait(*current, input);
  const incident::Context context = context_for(*current);
  const TimePoint at = context.now;
  incident::Decision decision = decide_on(*current, input, held, context);
  ports::Turn turn = turn_of(*current, input, decision, at, clock_.now());
  if (answer.inbox_row) (held ? turn.inbox_held : turn.inbox_done) = answer.inbox_row;
  turn.timer_fired = answer.timer;
  turn.effect_done = answer.effect;
  turn.effect_parked_reason = answer.parked_reason;
  turn.effect_replaces_parked = answer.replaces_parked;
  turn.release_held = is_runbook_answer(input);
  const auto committed = store_.commit(turn);
  if (!committed) {
    if (answer.timer && committed.error().code == Errc::not_found) return true;
    if (committed.error().code != Errc::conflict) return pass(committed.error());
    states_.erase(given.repository.id);
    return false;
  }
  if (!turn.records.empty()) {
    auto next = std::make_shared<incident::State>(*current);
    for (const ports::NewRecord& record : turn.records) {
      // What is folded is what was stored, so that this state and a replayed one cannot differ.
      KEDGE_TRY(body, journal::decode_event(record.payload));
      incident::apply(*next, {.seq = next->seq + 1, .at = at, .body = std::move(body)});
    }
    states_[given.repository.id] = std::move(next);
  }
  return true;
}

Result<void> Turns::take(const incident::Input& input, const Answer& answer) {
  const std::lock_guard lock(mutex_);
  for (int conflicts = 0; conflicts < kConflictsMax; ++conflicts) {
    KEDGE_TRY(done, try_take(input, answer));
    if (done) return {};
  }
  return fail(Errc::unavailable, "cannot commit a turn of repository {}: other writers keep winning",
              input.repository.id.value);
}

Result<void> Turns::ignore(std::int64_t inbox_row, const std::string& why) {
  const std::lock_guard lock(mutex_);
  const ports::Turn turn{.at = clock_.now(), .inbox_done = inbox_row, .inbox_note = why};
  KEDGE_TRY(seq, store_.commit(turn));
  static_cast<void>(seq);
  return {};
}

Result<StatePtr> Turns::load(RepositoryId repository) {
  const auto known = states_.find(repository);
  if (known != states_.end()) return known->second;
  auto state = std::make_shared<incident::State>();
  state->repository.id = repository;
  while (true) {
    KEDGE_TRY(records, store_.read(repository, state->seq, kReadBatch));
    for (const ports::Record& record : records) {
      KEDGE_TRY(body, journal::decode_event(record.payload));
      incident::apply(*state, {.seq = record.seq, .at = record.at, .body = std::move(body)});
    }
    if (records.size() < kReadBatch) break;
  }
  states_[repository] = state;
  return StatePtr(state);
}

Result<StatePtr> Turns::state(RepositoryId repository) {
  const std::lock_guard lock(mutex_);
  return load(repository);
}

Result<std::vector<StatePtr>> Turns::states() {
  const std::lock_guard lock(mutex_);
  KEDGE_TRY(heads, store_.heads());
  std::vector<StatePtr> states;
  for (const ports::Head& head : heads) {
    KEDGE_TRY(state, load(head.repository));
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace kedge::engine
