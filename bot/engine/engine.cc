// SPDX-License-Identifier: Apache-2.0
#include "bot/engine/engine.h"

#include <algorithm>
#include <set>

#include "bot/base/overloaded.h"
#include "bot/engine/translate.h"
#include "bot/journal/codec.h"

namespace kedge::engine {
namespace {

namespace in = incident;

/// Reads that a decision waits for give up sooner than writes.
bool is_read(const in::EffectBody& body) {
  return !in::writes(body);
}

bool is_chat(const in::EffectBody& body) {
  return std::holds_alternative<in::PostUpdate>(body) || std::holds_alternative<in::EditLiving>(body);
}

/// What is found by listing only, so that a list that lags would have it written twice. A second pull request
/// GitHub refuses by itself.
bool is_found_in_lists(const in::EffectBody& body) {
  return std::holds_alternative<in::OpenIssue>(body) || std::holds_alternative<in::PostComment>(body);
}

/// How the reason of a parked effect begins; by `denied` those are found that a permission can wake.
std::string reason_of(const in::Failed& failed) {
  return failed.message.empty() ? failed.code : failed.code + ": " + failed.message;
}

bool waits_for_permission(const ports::EffectRow& row) {
  const bool chat =
      row.item.kind == in::kind_of(in::PostUpdate{}) || row.item.kind == in::kind_of(in::EditLiving{});
  return !chat && row.last_error.starts_with(to_string(Errc::denied));
}

}  // namespace

Engine::Engine(ports::Store& store, ports::Clock& clock, ports::Log& log, Turns& turns,
               const Performer& performer, Limits limits, std::function<void(const Finished&)> observe)
    : store_(store),
      clock_(clock),
      log_(log),
      turns_(turns),
      performer_(performer),
      limits_(limits),
      observe_(std::move(observe)),
      began_(clock.now()) {}

Duration Engine::backoff(int attempts, std::string_view salt) const {
  Duration wait = limits_.backoff_first;
  for (int i = 1; i < attempts && wait < limits_.backoff_max; ++i) wait *= 2;
  wait = std::min(wait, limits_.backoff_max);
  // Up to a quarter more, by the id and not by chance, so that a simulation can be repeated.
  unsigned hash = static_cast<unsigned>(attempts);
  for (const char c : salt) hash = hash * 31U + static_cast<unsigned char>(c);
  return wait + wait * static_cast<int>(hash % 100U) / 400;
}

Duration Engine::unlisted(const in::EffectBody& body, int crashes) const {
  const TimePoint now = clock_.now();
  const bool may_be_there = crashes > 0 && is_found_in_lists(body) && now >= began_;
  return may_be_there ? std::max(Duration{}, began_ + limits_.lists_catch_up - now) : Duration{};
}

Step Engine::take_deliveries() {
  if (turns_.self_login().empty()) return Step::idle;
  const auto items = store_.claim_inbox(limits_.inbox_batch, clock_.now(), limits_.inbox_lease);
  if (!items) {
    log_.error("cannot claim deliveries", {{"error", items.error().message}});
    return Step::idle;
  }
  for (const ports::InboxItem& item : *items) take_delivery(item);
  return items->empty() ? Step::idle : Step::worked;
}

void Engine::take_delivery(const ports::InboxItem& item) {
  if (item.attempts > limits_.inbox_attempts_max) {
    // It took us down, or the store failed, that often: people look at it, the rest goes on.
    const std::string reason = fmt::format("given up after {} attempts", item.attempts - 1);
    log_.error("delivery parked", {{"delivery", item.guid.value}, {"event", item.event}, {"reason", reason}});
    if (const auto parked = store_.park_inbox(item.row, reason); !parked) {
      log_.error("cannot park a delivery",
                 {{"delivery", item.guid.value}, {"error", parked.error().message}});
    }
    return;
  }
  const Result<void> decided = decide_delivery(item);
  if (decided) return;
  log_.warn("cannot decide about a delivery",
            {{"delivery", item.guid.value}, {"event", item.event}, {"error", decided.error().message}});
  const TimePoint next = clock_.now() + backoff(item.attempts, item.guid.value);
  if (const auto put_back = store_.retry_inbox(item.row, next, decided.error().message); !put_back) {
    log_.error("cannot put a delivery back",
               {{"delivery", item.guid.value}, {"error", put_back.error().message}});
  }
}

Result<void> Engine::decide_delivery(const ports::InboxItem& item) {
  const webhooks::Event event = webhooks::parse(item.event, item.body);
  Translation translation = translate(event, item.received_at);
  if (!translation.notice.empty()) log_.warn(translation.notice, {{"delivery", item.guid.value}});
  const std::int64_t allowed = translation.allowed_installation;
  if (translation.inputs.empty() && allowed == 0) {
    log_.debug("delivery ignored",
               {{"delivery", item.guid.value}, {"event", item.event}, {"reason", translation.ignored}});
    return turns_.ignore(item.row, translation.ignored);
  }
  for (in::Input& input : translation.inputs) {
    // The row is answered by the last input; until then a crash takes all of them again, which changes
    // nothing.
    const bool last = allowed == 0 && &input == &translation.inputs.back();
    KEDGE_CHECK(turns_.take(input, {.inbox_row = last ? std::optional(item.row) : std::nullopt}));
  }
  if (allowed != 0) {
    KEDGE_CHECK(wake_parked(allowed));
    KEDGE_CHECK(turns_.ignore(item.row, ""));
  }
  log_.info(
      "delivery decided",
      {{"delivery", item.guid.value},
       {"event", item.event},
       {"repository", translation.inputs.empty() ? "" : translation.inputs.back().repository.full_name}});
  return {};
}

Result<void> Engine::wake_parked(std::int64_t installation) {
  KEDGE_TRY(parked, store_.parked_effects());
  for (const ports::EffectRow& row : parked) {
    if (!waits_for_permission(row)) continue;
    KEDGE_TRY(state, turns_.state(row.item.repository));
    if (state->repository.installation_id != installation) continue;
    const auto woken = store_.unpark_effect(row.item.id, clock_.now());
    // Somebody else may have woken it meanwhile.
    if (!woken && woken.error().code != Errc::not_found) return pass(woken.error());
    log_.info("effect woken", {{"effect", row.item.id.value}, {"kind", row.item.kind}});
  }
  return {};
}

Step Engine::fire_timers() {
  const auto due = store_.due_timers(clock_.now(), limits_.inbox_batch);
  if (!due) {
    log_.error("cannot read timers", {{"error", due.error().message}});
    return Step::idle;
  }
  bool worked = false;
  std::set<RepositoryId> stuck;
  for (const ports::TimerRow& row : *due) {
    if (stuck.contains(row.repository)) continue;
    const auto kind = journal::timer_kind(row.kind);
    if (!kind) {
      log_.error("timer of an unknown kind", {{"kind", row.kind}});
      continue;
    }
    const in::Input input{
        .repository = {.id = row.repository},
        .received_at = clock_.now(),
        .body = in::TimerFired{.kind = *kind, .incident = IncidentId(row.incident), .due_at = row.due_at}};
    if (const auto taken = turns_.take(input, {.timer = row}); !taken) {
      log_.error("cannot fire a timer", {{"incident", row.incident}, {"error", taken.error().message}});
      stuck.insert(row.repository);
    } else {
      worked = true;
    }
  }
  return worked ? Step::worked : Step::idle;
}

Step Engine::perform_effect(int priority_most) {
  std::optional<std::pair<in::Input, Answer>> waiting;
  {
    const std::lock_guard lock(mutex_);
    if (!unrecorded_.empty()) {
      waiting = std::move(unrecorded_.front());
      unrecorded_.pop_front();
    }
  }
  if (waiting) record(std::move(waiting->first), std::move(waiting->second));
  const auto items = store_.claim_effects(1, clock_.now(), limits_.effect_lease, priority_most);
  if (!items) {
    log_.error("cannot claim effects", {{"error", items.error().message}});
    return Step::idle;
  }
  if (items->empty()) return Step::idle;
  perform_item(items->front());
  return Step::worked;
}

/// A bug in one effect is that effect's failure: people look at it, the rest goes on.
Performed Engine::perform(const in::State& state, const in::Effect& effect, const ports::OutboxItem& item,
                          TimePoint started) const {
  try {
    return performer_.perform(state, effect, item, turns_.self_login(), started);
  } catch (const std::exception& bug) {
    log_.error("a bug of Kedge stopped an effect",
               {{"effect", item.id.value}, {"kind", item.kind}, {"what", bug.what()}});
    return in::Outcome(
        in::Failed{.code = "corrupt",
                   .message = fmt::format("a bug of Kedge stopped this ({}); please report it", bug.what()),
                   .outcome_unknown = true});
  }
}

void Engine::perform_item(const ports::OutboxItem& item) {
  in::Effect effect{.id = item.id, .incident = IncidentId(item.incident)};
  auto body = journal::decode_effect(item.payload);
  const auto state = turns_.state(item.repository);
  if (!state) {
    again(item, std::move(effect), {.error = state.error().message});
    return;
  }
  if (!body) {
    // A body from which nothing follows stands for the one that cannot be read, but deliveries may be held
    // until the runbook's answer.
    effect.body = in::React{};
    if (item.kind == in::kind_of(in::LoadRunbook{})) effect.body = in::LoadRunbook{};
    finish(item, std::move(effect), in::Failed{.code = "corrupt", .message = body.error().message});
    return;
  }
  effect.body = std::move(*body);
  if (item.crashes > limits_.effect_crashes_max) {
    // It takes the process down each time: people look at it, the rest goes on.
    finish(item, std::move(effect),
           in::Failed{.code = "corrupt", .message = fmt::format("given up after {} crashes", item.crashes)});
    return;
  }
  if (const Duration wait = unlisted(effect.body, item.crashes); wait > Duration{}) {
    again(item, std::move(effect), {.after = wait, .error = "waiting for GitHub's lists"});
    return;
  }
  const TimePoint started = clock_.now();
  Performed performed = perform(**state, effect, item, started);
  const bool retry = std::holds_alternative<Again>(performed);
  if (observe_) {
    const auto* outcome = std::get_if<in::Outcome>(&performed);
    const auto* failed = outcome == nullptr ? nullptr : std::get_if<in::Failed>(outcome);
    const bool parked = failed != nullptr && !is_answer(effect, *failed);
    observe_({.kind = item.kind,
              .result = retry    ? "retry"
                        : parked ? "parked"
                                 : "done",
              .took = clock_.now() - started});
  }
  if (retry) {
    again(item, std::move(effect), std::get<Again>(performed));
  } else {
    finish(item, std::move(effect), std::get<in::Outcome>(std::move(performed)));
  }
}

void Engine::log_runbook(const ports::OutboxItem& item, const in::RunbookRead& read) {
  const std::string repository = std::to_string(item.repository.value);
  for (const std::string& problem : read.problems)
    log_.warn("the runbook is not valid", {{"repository", repository}, {"problem", problem}});
  for (const std::string& remark : read.remarks)
    log_.warn("the runbook asks for more than is done", {{"repository", repository}, {"remark", remark}});
}

void Engine::finish(const ports::OutboxItem& item, in::Effect effect, in::Outcome outcome) {
  if (const auto* read = std::get_if<in::RunbookRead>(&outcome)) log_runbook(item, *read);
  // What people are shown as given up stays as it is until they act on it.
  Answer answer{.effect = ports::EffectClaim{item.id, item.attempts},
                .replaces_parked = !in::is_left_to_people(item.kind)};
  if (const auto* failed = std::get_if<in::Failed>(&outcome);
      failed != nullptr && !is_answer(effect, *failed)) {
    answer.parked_reason = reason_of(*failed);
    log_.warn("effect parked", {{"effect", item.id.value},
                                {"incident", item.incident},
                                {"kind", item.kind},
                                {"reason", answer.parked_reason}});
  } else {
    log_.info("effect done", {{"effect", item.id.value}, {"incident", item.incident}, {"kind", item.kind}});
  }
  record({.repository = {.id = item.repository},
          .received_at = clock_.now(),
          .body = in::EffectFinished{.effect = std::move(effect), .outcome = std::move(outcome)}},
         std::move(answer));
}

void Engine::record(in::Input outcome, Answer answer) {
  const auto taken = turns_.take(outcome, answer);
  if (taken) return;
  log_.error("cannot record an outcome",
             {{"effect", answer.effect->id.value}, {"error", taken.error().message}});
  // Another worker has the effect, or the stream cannot be read: what is known here counts no more.
  if (!is_retryable(taken.error().code)) return;
  // What is known is kept while this process lives; after a crash the effect looks before it writes.
  const std::lock_guard lock(mutex_);
  unrecorded_.emplace_back(std::move(outcome), std::move(answer));
}

/// How often is tried what nobody answers; nothing: until somebody does.
std::optional<int> Engine::attempts_max(const in::EffectBody& body) const {
  if (in::is_patient(body)) return std::nullopt;
  if (is_read(body)) return limits_.read_attempts_max;
  if (is_chat(body)) return limits_.effect_attempts_max;
  return std::nullopt;
}

void Engine::again(const ports::OutboxItem& item, in::Effect effect, const Again& again) {
  const auto most = attempts_max(effect.body);
  const bool counts = again.after != kLinkWaitStep;
  if (counts && most && item.attempts >= *most) {
    finish(item, std::move(effect),
           in::Failed{.code = "unavailable",
                      .message = fmt::format("{} ({} attempts)", again.error, item.attempts),
                      .outcome_unknown = again.doubt});
    return;
  }
  Duration wait = again.after ? *again.after : backoff(item.attempts, item.id.value);
  if (again.doubt && is_found_in_lists(effect.body)) wait = std::max(wait, limits_.lists_catch_up);
  if (counts) {
    log_.warn("effect to be tried again", {{"effect", item.id.value},
                                           {"incident", item.incident},
                                           {"kind", item.kind},
                                           {"error", again.error},
                                           {"in", format_duration(wait)}});
  }
  // A read that timed out has done nothing.
  const bool doubt = again.doubt && !is_read(effect.body);
  const auto put_back =
      store_.retry_effect({item.id, item.attempts}, clock_.now() + wait, doubt, again.error);
  if (!put_back) {
    log_.error("cannot put an effect back", {{"effect", item.id.value}, {"error", put_back.error().message}});
  }
}

}  // namespace kedge::engine
