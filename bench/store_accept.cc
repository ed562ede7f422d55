// SPDX-License-Identifier: Apache-2.0
// How many deliveries a second the store makes durable, and how long a batch takes. Method: one thread calls
// accept() with batches of a given size, as the server's group commit does; bodies are JSON of the size and
// repetitiveness of a `workflow_run` delivery, each with its own ids; every batch is one synced transaction.
// The CPU time tells the store's part from the disk's and from what else the machine does. The same
// deliveries are then claimed and finished. Usage: store_accept [FOLDER [DELIVERIES [BATCH]]]
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

#include "bot/adapters/store/store.h"
#include "bot/base/random.h"

using namespace kedge;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// About 13 kB with the repeated addresses of GitHub's payloads.
std::string payload(SplitMix64& random) {
  std::string body = R"({"action":"completed","workflow_run":{)";
  for (int i = 0; body.size() < 13'000; ++i) {
    body += fmt::format(R"("field_{}_url":"https://api.github.com/repos/acme/api/actions/runs/{}/{:016x}",)",
                        i % 60, 1'700'000'000 + random.below(1000), i % 4 == 0 ? random.next() : 0x5eedU);
  }
  return body + R"("id":1}})";
}

std::vector<ports::NewDelivery> make_batch(SplitMix64& random, const std::vector<std::string>& bodies,
                                           std::size_t size) {
  std::vector<ports::NewDelivery> batch;
  for (std::size_t i = 0; i < size; ++i) {
    batch.push_back({.guid = DeliveryGuid(fmt::format("{:016x}-{:016x}", random.next(), random.next())),
                     .event = "workflow_run",
                     .body = bodies[random.below(bodies.size())]});
  }
  return batch;
}

template <typename T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().message);
  std::exit(1);
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path folder = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  const std::size_t deliveries = argc > 2 ? std::stoul(argv[2]) : 50'000;
  const std::size_t batch_size = argc > 3 ? std::stoul(argv[3]) : 64;
  const std::filesystem::path file = folder / "kedge-bench-store.db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  const auto store = must(store::open_store("sqlite://" + std::filesystem::absolute(file).string()));

  SplitMix64 random(0x5eed);
  std::vector<std::string> bodies;
  for (int i = 0; i < 64; ++i) bodies.push_back(payload(random));
  std::vector<double> times;
  double spent = 0;
  std::clock_t cpu = 0;
  for (std::size_t done = 0; done < deliveries; done += batch_size) {
    const auto batch = make_batch(random, bodies, batch_size);
    const auto start = Clock::now();
    const std::clock_t cpu_start = std::clock();
    (void)must(store->accept(batch));
    cpu += std::clock() - cpu_start;
    times.push_back(seconds_since(start));
    spent += times.back();
  }
  std::ranges::sort(times);
  const double stored = static_cast<double>(times.size() * batch_size);
  fmt::print(
      "accept: {:.0f} deliveries/s in batches of {}; a batch p50 {:.2f} ms, p99 {:.2f} ms, max {:.2f} ms\n",
      stored / spent, batch_size, times[times.size() / 2] * 1e3, times[times.size() * 99 / 100] * 1e3,
      times.back() * 1e3);
  fmt::print("cpu: {:.0f} us a delivery\n", static_cast<double>(cpu) / CLOCKS_PER_SEC / stored * 1e6);
  fmt::print("on disk: {:.1f} kB a delivery of {:.1f} kB\n",
             static_cast<double>(std::filesystem::file_size(file)) / stored / 1e3,
             static_cast<double>(bodies[0].size()) / 1e3);

  const auto start = Clock::now();
  std::size_t claimed = 0;
  while (claimed < std::min<std::size_t>(deliveries, 10'000)) {
    const auto items = must(store->claim_inbox(batch_size, {}, Duration{60'000}));
    if (items.empty()) break;
    claimed += items.size();
  }
  fmt::print("claim: {:.0f} deliveries/s in batches of {}\n",
             static_cast<double>(claimed) / seconds_since(start), batch_size);
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
}
