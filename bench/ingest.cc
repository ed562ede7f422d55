// SPDX-License-Identifier: Apache-2.0
// Deliveries a second, tail and memory of the public door beside a plain cpp-httplib server, in one run. All
// of them do the same for a delivery: HMAC, JSON check, append and fdatasync, then 202. Load comes from one
// epoll thread on the same machine, closed loop, 13 kB bodies, each with its own id; rounds are interleaved
// and medians are printed.
//   bench_ingest [--deliveries N] [--rounds N] [--connections N] [--sync-us N] [--directory DIR]
// With --sync-us a sync takes that long instead of what the disk happens to need while others write to it.
#include "bench/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string_view>

namespace kedge::bench {
namespace {

struct Case {
  std::size_t connections;
  std::size_t silent;
};
constexpr Case kCases[] = {{1, 0}, {8, 0}, {64, 0}, {256, 0}, {8, 64}};

struct Server {
  Child::Kind kind;
  std::string_view name;
};
constexpr Server kServers[] = {{Child::Kind::door, "kedge"},
                               {Child::Kind::httplib_each, "cpp-httplib"},
                               {Child::Kind::httplib_group, "cpp-httplib, group commit"}};

struct Figures {
  std::vector<double> rate, p99, memory, cpu;
  std::size_t unanswered = 0, refused = 0;
};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct Settings {
  std::size_t deliveries = 20'000;
  std::size_t rounds = 3;
  std::size_t connections = 0;  ///< 0: every case.
  std::chrono::microseconds sync{-1};
  std::string directory = (std::filesystem::temp_directory_path() / "kedge_bench").string();
};

void measure(Figures& figures, const Server& server, const Case& one, const Settings& settings) {
  const Child child(server.kind, settings.directory, settings.sync);
  if (child.port() == 0) throw std::runtime_error("cannot start the server under test");
  Load load{.port = child.port(), .connections = one.connections, .silent = one.silent, .run = "r"};
  load.deliveries = one.connections == 1 ? settings.deliveries / 4 : settings.deliveries;
  const Outcome outcome = run_load(load);
  const double answered = static_cast<double>(outcome.accepted);
  figures.rate.push_back(outcome.seconds > 0 ? answered / outcome.seconds : 0);
  if (!outcome.latencies_ms.empty())
    figures.p99.push_back(outcome.latencies_ms[outcome.latencies_ms.size() * 99 / 100]);
  figures.memory.push_back(child.memory("VmHWM:"));
  if (answered > 0) figures.cpu.push_back(child.cpu_seconds() * 1e6 / answered);
  figures.unanswered = std::max(figures.unanswered, outcome.unanswered);
  figures.refused += outcome.refused;
}

void run(const Settings& settings) {
  fmt::print(
      "| connections | silent | server | deliveries/s | p99 ms | CPU us | peak MiB | never answered |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const Case& one : kCases) {
    if (settings.connections != 0 && one.connections != settings.connections) continue;
    std::map<Child::Kind, Figures> figures;
    for (std::size_t round = 0; round < settings.rounds; ++round)
      for (const Server& server : kServers) measure(figures[server.kind], server, one, settings);
    for (const Server& server : kServers) {
      const Figures& got = figures[server.kind];
      fmt::print("| {} | {} | {} | {:.0f} | {:.1f} | {:.0f} | {:.1f} | {} |\n", one.connections, one.silent,
                 server.name, median(got.rate), median(got.p99), median(got.cpu), median(got.memory),
                 got.unanswered);
      if (got.refused > 0) fmt::print("  {} answers were not 202\n", got.refused);
      std::fflush(stdout);
    }
  }
}

bool read_settings(int argc, char** argv, Settings& settings) {
  if (argc % 2 == 0) return false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::size_t number = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--deliveries") {
      settings.deliveries = number;
    } else if (name == "--rounds") {
      settings.rounds = number;
    } else if (name == "--connections") {
      settings.connections = number;
    } else if (name == "--sync-us") {
      settings.sync = std::chrono::microseconds{number};
    } else if (name == "--directory") {
      settings.directory = argv[i + 1];
    } else {
      return false;
    }
  }
  return settings.deliveries >= 4 && settings.deliveries <= 1'000'000 && settings.rounds >= 1 &&
         settings.rounds <= 100 && settings.sync <= std::chrono::seconds{1};
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  kedge::bench::Settings settings;
  if (!kedge::bench::read_settings(argc, argv, settings)) {
    fmt::print(stderr,
               "usage: bench_ingest [--deliveries 4..1000000] [--rounds 1..100] [--connections 1|8|64|256]\n"
               "                    [--sync-us 0..1000000] [--directory DIR]\n");
    return 2;
  }
  try {
    std::filesystem::create_directories(settings.directory);
    kedge::bench::run(settings);
    return 0;
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_ingest: {}\n", failure.what());
    return 1;
  }
}
