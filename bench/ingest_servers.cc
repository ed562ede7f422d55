// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "bench/ingest.h"
#include "bot/server/server.h"
#include "webhooks/delivery.h"

namespace kedge::bench {
namespace {

constexpr std::size_t kThreads = 64;

/// Durable and no more: one append and one fdatasync a batch, GUIDs in memory. The same for every server.
class AppendStore {
 public:
  AppendStore(const std::string& path, std::chrono::microseconds sync)
      : sync_(sync), fd_(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600)) {}
  ~AppendStore() { ::close(fd_); }
  AppendStore(const AppendStore&) = delete;
  AppendStore& operator=(const AppendStore&) = delete;

  Result<std::vector<ports::Accepted>> accept(std::span<const ports::NewDelivery> batch) {
    const std::lock_guard lock(mutex_);
    std::string bytes;
    std::vector<ports::Accepted> answers;
    for (const auto& delivery : batch) {
      const bool fresh = guids_.insert(delivery.guid.value).second;
      answers.push_back(fresh ? ports::Accepted::stored : ports::Accepted::duplicate);
      if (fresh) bytes += delivery.guid.value + delivery.event + delivery.body;
    }
    if (::write(fd_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()) || !sync())
      return fail(Errc::unavailable, "cannot append deliveries");
    return answers;
  }

 private:
  bool sync() const {
    if (sync_.count() < 0) return ::fdatasync(fd_) == 0;
    // A disk whose sync takes always as long, whatever else the machine writes.
    if (sync_.count() > 0) std::this_thread::sleep_for(sync_);
    return true;
  }

  const std::chrono::microseconds sync_;
  int fd_;
  std::mutex mutex_;
  std::unordered_set<std::string> guids_;
};

/// The port's face of it; the rest is never called.
class BenchStore : public ports::Store {
 public:
  BenchStore(const std::string& path, std::chrono::microseconds sync) : file_(path, sync) {}
  Result<std::vector<ports::Accepted>> accept(std::span<const ports::NewDelivery> batch) override {
    return file_.accept(batch);
  }
  Result<ports::QueueDepth> depth(TimePoint) override { return ports::QueueDepth{}; }
  Result<std::vector<ports::InboxItem>> claim_inbox(std::size_t, TimePoint, Duration) override {
    return no();
  }
  Result<void> retry_inbox(std::int64_t, TimePoint, std::string_view) override { return no(); }
  Result<void> park_inbox(std::int64_t, std::string_view) override { return no(); }
  Result<std::optional<ports::InboxItem>> find_delivery(const DeliveryGuid&, bool) override { return no(); }
  Result<std::vector<ports::Record>> read(RepositoryId, std::int64_t, std::size_t) override { return no(); }
  Result<std::vector<ports::Head>> heads() override { return no(); }
  Result<std::vector<ports::IncidentRow>> incidents() override { return no(); }
  Result<std::int64_t> commit(const ports::Turn&) override { return no(); }
  Result<std::vector<ports::OutboxItem>> claim_effects(std::size_t, TimePoint, Duration, int) override {
    return no();
  }
  Result<void> retry_effect(const ports::EffectClaim&, TimePoint, bool, std::string_view) override {
    return no();
  }
  Result<std::optional<ports::EffectRow>> find_effect(const EffectId&) override { return no(); }
  Result<std::vector<ports::EffectRow>> parked_effects() override { return no(); }
  Result<void> unpark_effect(const EffectId&, TimePoint) override { return no(); }
  Result<std::vector<ports::TimerRow>> due_timers(TimePoint, std::size_t) override { return no(); }
  Result<std::optional<TimePoint>> next_due() override { return no(); }
  Result<void> take_over() override { return no(); }
  Result<void> forget(TimePoint) override { return no(); }

 private:
  static tl::unexpected<Error> no() { return fail(Errc::unavailable, "cannot: not part of the benchmark"); }
  AppendStore file_;
};

class WallClock : public ports::Clock {
 public:
  TimePoint now() override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  void sleep_for(Duration, std::stop_token) override {}
};

class NoLog : public ports::Log {
 public:
  void write(ports::LogLevel, std::string_view, Fields) override {}
};

/// Threads hand a delivery in and wait for the commit that one of its batches gets.
class GroupCommit {
 public:
  explicit GroupCommit(BenchStore& store) : store_(store), thread_([this] { work(); }) {}
  ~GroupCommit() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    ready_.notify_one();
    thread_.join();
  }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  bool accept(ports::NewDelivery delivery) {
    std::promise<bool> done;
    auto result = done.get_future();
    {
      const std::lock_guard lock(mutex_);
      deliveries_.push_back(std::move(delivery));
      promises_.push_back(std::move(done));
    }
    ready_.notify_one();
    return result.get();
  }

 private:
  void work() {
    while (true) {
      std::vector<ports::NewDelivery> batch;
      std::vector<std::promise<bool>> promises;
      {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return stopped_ || !deliveries_.empty(); });
        if (deliveries_.empty()) return;
        batch.swap(deliveries_);
        promises.swap(promises_);
      }
      const bool good = store_.accept(batch).has_value();
      for (auto& one : promises) one.set_value(good);
    }
  }

  BenchStore& store_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::vector<ports::NewDelivery> deliveries_;
  std::vector<std::promise<bool>> promises_;
  bool stopped_ = false;
  std::thread thread_;
};

void tell_port(int out, int port) {
  (void)!::write(out, &port, sizeof port);
}
void wait_for_end(int stop) {
  char byte = 0;
  (void)!::read(stop, &byte, 1);
}

void run_door(BenchStore& store, int out, int stop) {
  WallClock clock;
  NoLog log;
  server::Options options;
  options.listen = "127.0.0.1:0";
  options.webhook_secrets = {Secret{kSecret}};
  server::Views views{.states = [] { return std::vector<incident::State>{}; },
                      .queue = [] { return Result<ports::QueueDepth>{}; },
                      .ready = [] { return Result<void>{}; }};
  auto started = server::Server::start(std::move(options), store, std::move(views), log, clock);
  if (!started) return;
  tell_port(out, (*started)->port());
  wait_for_end(stop);
  (*started)->stop();
}

void run_httplib(BenchStore& store, bool group, int out, int stop) {
  const std::vector<Secret> secrets{Secret{kSecret}};
  WallClock clock;
  std::unique_ptr<GroupCommit> commits;
  if (group) commits = std::make_unique<GroupCommit>(store);
  httplib::Server server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_keep_alive_max_count(1'000'000'000);
  server.set_keep_alive_timeout(30);
  server.set_tcp_nodelay(true);
  server.Post("/webhooks/github", [&](const httplib::Request& request, httplib::Response& response) {
    const std::string type = request.get_header_value("Content-Type");
    const std::string event = request.get_header_value("X-GitHub-Event");
    const std::string guid = request.get_header_value("X-GitHub-Delivery");
    const std::string signature = request.get_header_value("X-Hub-Signature-256");
    auto delivery = webhooks::read_delivery(
        {.content_type = type, .event = event, .delivery = guid, .signature = signature}, request.body,
        secrets);
    if (!delivery) {
      response.status = delivery.error().status;
      return;
    }
    ports::NewDelivery row{.guid = DeliveryGuid{delivery->guid},
                           .event = delivery->event,
                           .body = std::move(delivery->body),
                           .received_at = clock.now()};
    const bool good =
        commits ? commits->accept(std::move(row)) : store.accept(std::span(&row, 1)).has_value();
    response.status = good ? 202 : 503;
    response.set_content("{\"status\":\"stored\"}\n", "application/json");
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::thread loop([&server] { server.listen_after_bind(); });
  tell_port(out, port);
  wait_for_end(stop);
  // stop() waits for its silent clients: the process ends without asking them.
  ::_exit(0);
}

}  // namespace

Child::Child(Kind kind, const std::string& directory, std::chrono::microseconds sync) {
  int out[2];
  int stop[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(stop, O_CLOEXEC) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::close(stop[1]);
    BenchStore store(fmt::format("{}/{}", directory, static_cast<int>(kind)), sync);
    if (kind == Kind::door) {
      run_door(store, out[1], stop[0]);
    } else {
      run_httplib(store, kind == Kind::httplib_group, out[1], stop[0]);
    }
    ::_exit(0);
  }
  ::close(out[1]);
  ::close(stop[0]);
  stop_ = stop[1];
  if (::read(out[0], &port_, sizeof port_) != sizeof port_) port_ = 0;
  ::close(out[0]);
}

Child::~Child() {
  if (stop_ >= 0) ::close(stop_);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
}

double Child::memory(const char* line) const {
  std::ifstream status(fmt::format("/proc/{}/status", pid_));
  std::string word;
  while (status >> word) {
    if (word != line) continue;
    double kib = 0;
    status >> kib;
    return kib / 1024;
  }
  return 0;
}

double Child::cpu_seconds() const {
  std::ifstream stat(fmt::format("/proc/{}/stat", pid_));
  std::string word;
  double user = 0;
  double system = 0;
  for (int field = 1; field <= 13; ++field) stat >> word;
  stat >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace kedge::bench
