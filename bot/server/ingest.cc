// SPDX-License-Identifier: Apache-2.0
#include "bot/server/ingest.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace kedge::server {
namespace {

/// One transaction takes at most so much: it bounds how long the first of a batch waits for the last.
constexpr std::size_t kBatchMax = 1024;
constexpr std::size_t kBatchBytesMax = std::size_t{32} * 1024 * 1024;

/// A gathering is a quarter of a commit, and never shorter than a thread takes to wake, nor long for a
/// sender.
constexpr std::chrono::microseconds kGatherMin{100};
constexpr std::chrono::milliseconds kGatherMax{5};

Response accepted_response(ports::Accepted accepted) {
  Response response;
  response.content_type = "application/json";
  switch (accepted) {
    case ports::Accepted::stored:
      response.status = 202;
      response.body = "{\"status\":\"stored\"}\n";
      break;
    case ports::Accepted::requeued:
      response.status = 202;
      response.body = "{\"status\":\"requeued\"}\n";
      break;
    case ports::Accepted::duplicate:
      response.status = 200;
      response.body = "{\"status\":\"duplicate\"}\n";
      break;
  }
  return response;
}

std::string_view result_of(ports::Accepted accepted) {
  switch (accepted) {
    case ports::Accepted::stored:
      return "stored";
    case ports::Accepted::requeued:
      return "requeued";
    case ports::Accepted::duplicate:
      return "duplicate";
  }
  return "stored";
}

/// Moves the deliveries of the longest beginning of `waiting` that fits one transaction, at least one.
std::vector<Waiting> take_batch(std::vector<Waiting>& waiting) {
  std::size_t count = 0;
  std::size_t bytes = 0;
  while (count < waiting.size() && count < kBatchMax) {
    bytes += waiting[count].delivery.body.size();
    if (count > 0 && bytes > kBatchBytesMax) break;
    ++count;
  }
  if (count == waiting.size()) return std::exchange(waiting, {});
  const auto end = waiting.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<Waiting> batch(std::make_move_iterator(waiting.begin()), std::make_move_iterator(end));
  waiting.erase(waiting.begin(), end);
  return batch;
}

}  // namespace

Response unavailable_response() {
  Response response = json_error(503, "the delivery is not stored: send it again later");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

Ingest::Ingest(ports::Store& store, ports::Log& log, Metrics& metrics, Monotonic monotonic,
               std::size_t waiting_max, Calls calls)
    : store_(store),
      log_(log),
      metrics_(metrics),
      monotonic_(std::move(monotonic)),
      waiting_max_(waiting_max),
      calls_(std::move(calls)),
      thread_([this] { work(); }) {}

Ingest::~Ingest() {
  stop();
}

bool Ingest::offer(Waiting& waiting) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || waiting_.size() >= waiting_max_) return false;
    waiting_.push_back(std::move(waiting));
    wake = waiting_.size() == 1 || waiting_.size() == wanted_;
  }
  if (wake) ready_.notify_one();
  return true;
}

bool Ingest::refuses() const {
  if (failing_) return true;
  const std::lock_guard lock(mutex_);
  return stopped_ || waiting_.size() >= waiting_max_;
}

void Ingest::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  ready_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Ingest::work() {
  while (true) {
    std::vector<Waiting> batch;
    {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      gather(lock);
      batch = take_batch(waiting_);
    }
    batch_before_ = std::exchange(last_batch_, batch.size());
    const auto begun = monotonic_();
    store_batch(batch);
    commit_time_ = (3 * commit_time_ + (monotonic_() - begun)) / 4;
  }
}

/// After a commit all its senders are answered at once and come back one after the other. Without a pause the
/// first of them would get a commit alone, and on a slow disk every second commit would be nearly empty.
void Ingest::gather(std::unique_lock<std::mutex>& lock) {
  const auto pause = std::min<std::chrono::nanoseconds>(commit_time_ / 4, kGatherMax);
  wanted_ = std::min(std::max(last_batch_, batch_before_), waiting_max_);
  if (pause >= kGatherMin && waiting_.size() < wanted_)
    ready_.wait_for(lock, pause, [this] { return stopped_ || waiting_.size() >= wanted_; });
  wanted_ = 0;
}

Result<std::vector<ports::Accepted>> Ingest::accept(const std::vector<ports::NewDelivery>& deliveries) {
  auto outcome = store_.accept(std::span(deliveries));
  if (outcome && outcome->size() != deliveries.size())
    return fail(Errc::corrupt, "cannot store deliveries: {} answers for {}", outcome->size(),
                deliveries.size());
  return outcome;
}

void Ingest::store_batch(std::vector<Waiting>& batch) {
  std::vector<ports::NewDelivery> deliveries;
  deliveries.reserve(batch.size());
  for (auto& waiting : batch) deliveries.push_back(std::move(waiting.delivery));
  metrics_.batch(deliveries.size());

  std::vector<Answer> answers;
  answers.reserve(batch.size());
  bool stored = false;
  const auto take = [&](const Result<std::vector<ports::Accepted>>& outcome, std::size_t from,
                        std::size_t count) {
    note(outcome);
    for (std::size_t i = 0; i < count; ++i) {
      const Waiting& waiting = batch[from + i];
      if (!outcome) {
        metrics_.delivery("unavailable");
        answers.push_back({waiting.ticket, unavailable_response()});
        continue;
      }
      const ports::Accepted accepted = (*outcome)[i];
      stored = stored || accepted != ports::Accepted::duplicate;
      metrics_.delivery(result_of(accepted));
      metrics_.acknowledged(monotonic_() - waiting.read_at);
      answers.push_back({waiting.ticket, accepted_response(accepted)});
    }
  };

  const auto outcome = accept(deliveries);
  if (!outcome && !is_retryable(outcome.error().code) && deliveries.size() > 1) {
    // One delivery that the store cannot take must not refuse its neighbours.
    for (std::size_t i = 0; i < deliveries.size(); ++i) take(accept({std::move(deliveries[i])}), i, 1);
  } else {
    take(outcome, 0, deliveries.size());
  }
  calls_.answer(std::move(answers));
  if (stored && calls_.on_accepted) calls_.on_accepted();
}

/// Says it once when storing begins to fail, and once when it works again.
void Ingest::note(const Result<std::vector<ports::Accepted>>& outcome) {
  const bool was_failing = failing_.exchange(!outcome);
  if (!outcome && !was_failing) {
    log_.error("deliveries are refused: the store does not take them", {{"cause", outcome.error().message}});
  } else if (outcome && was_failing) {
    log_.info("deliveries are stored again");
  }
}

}  // namespace kedge::server
