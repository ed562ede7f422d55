// SPDX-License-Identifier: Apache-2.0
// Deliveries a second, tail and memory of the public door beside a plain cpp-httplib server, in one run. All
// of them do the same for a delivery: HMAC, JSON check, append and fdatasync, then 202. Load comes from one
// epoll thread on the same machine, closed loop, 13 kB bodies, each with its own id; rounds are interleaved
// and medians are printed.
//   bench_ingest [--deliveries N] [--rounds N] [--directory DIR]
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

Figures& measure(Figures& figures, const Server& server, const Case& one, std::size_t deliveries,
                 const std::string& directory) {
  const Child child(server.kind, directory);
  if (child.port() == 0) throw std::runtime_error("cannot start the server under test");
  Load load{.port = child.port(), .connections = one.connections, .silent = one.silent, .run = "r"};
  load.deliveries = one.connections == 1 ? deliveries / 4 : deliveries;
  const Outcome outcome = run_load(load);
  const double answered = static_cast<double>(outcome.accepted);
  figures.rate.push_back(outcome.seconds > 0 ? answered / outcome.seconds : 0);
  if (!outcome.latencies_ms.empty())
    figures.p99.push_back(outcome.latencies_ms[outcome.latencies_ms.size() * 99 / 100]);
  figures.memory.push_back(child.memory("VmHWM:"));
  if (answered > 0) figures.cpu.push_back(child.cpu_seconds() * 1e6 / answered);
  figures.unanswered = std::max(figures.unanswered, outcome.unanswered);
  figures.refused += outcome.refused;
  return figures;
}

int run(std::size_t deliveries, std::size_t rounds, const std::string& directory) {
  fmt::print(
      "| connections | silent | server | deliveries/s | p99 ms | CPU us | peak MiB | never answered |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const Case& one : kCases) {
    std::map<Child::Kind, Figures> figures;
    for (std::size_t round = 0; round < rounds; ++round)
      for (const Server& server : kServers) measure(figures[server.kind], server, one, deliveries, directory);
    for (const Server& server : kServers) {
      const Figures& got = figures[server.kind];
      fmt::print("| {} | {} | {} | {:.0f} | {:.1f} | {:.0f} | {:.1f} | {} |\n", one.connections, one.silent,
                 server.name, median(got.rate), median(got.p99), median(got.cpu), median(got.memory),
                 got.unanswered);
      if (got.refused > 0) fmt::print("  {} answers were not 202\n", got.refused);
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  std::size_t deliveries = 20'000;
  std::size_t rounds = 3;
  std::string directory = (std::filesystem::temp_directory_path() / "kedge_bench").string();
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    if (name == "--deliveries") deliveries = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--rounds") rounds = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--directory") directory = argv[i + 1];
  }
  if (deliveries == 0 || deliveries > 1'000'000 || rounds == 0 || rounds > 100) {
    fmt::print(stderr, "usage: bench_ingest [--deliveries 1..1000000] [--rounds 1..100] [--directory DIR]\n");
    return 2;
  }
  try {
    std::filesystem::create_directories(directory);
    return kedge::bench::run(deliveries, rounds, directory);
  } catch (const std::exception& failure) {
    fmt::print(stderr, "bench_ingest: {}\n", failure.what());
    return 1;
  }
}
