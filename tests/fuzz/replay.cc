// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without a fuzzer: over its committed corpus, then over mutations of it drawn from a
// fixed seed. KEDGE_FUZZ_SEED and KEDGE_FUZZ_RUNS choose others; a failure names the seed and prints its
// input.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "bot/base/random.h"
#include "bot/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace kedge {
namespace {

constexpr std::size_t kInputBytesMax = 16 * 1024;

std::vector<std::string> corpus() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(KEDGE_SOURCE_DIR) +
                                                               "/tests/fuzz/corpus/" KEDGE_FUZZ_CORPUS)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

/// A place in `input`, its end counted.
std::size_t place(SplitMix64& random, const std::string& input) {
  return static_cast<std::size_t>(random.below(input.size() + 1));
}

void mutate(std::string& input, const std::vector<std::string>& inputs, SplitMix64& random) {
  constexpr std::string_view kTelling = "\"\\{}[]<>`~>-*#/%&=+:;, \t\n\r!?@.|_0019aAfFzZ";
  const std::size_t at = place(random, input);
  const std::size_t length = static_cast<std::size_t>(random.below(16)) + 1;
  const std::string& other = inputs[static_cast<std::size_t>(random.below(inputs.size()))];
  switch (random.below(6)) {
    case 0:
      input.insert(at, 1, kTelling[static_cast<std::size_t>(random.below(kTelling.size()))]);
      break;
    case 1:
      input.insert(at, 1, static_cast<char>(random.below(256)));
      break;
    case 2:
      input.erase(at, length);
      break;
    case 3:
      if (at < input.size())
        input[at] = static_cast<char>(input[at] ^ static_cast<char>(1U << random.below(8)));
      break;
    case 4:
      input.insert(at, input.substr(place(random, input), length));
      break;
    default:
      input.insert(at, other.substr(place(random, other), 4 * length));
      break;
  }
  if (input.size() > kInputBytesMax) input.resize(kInputBytesMax);
}

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

TEST(KEDGE_FUZZ_SUITE, SurvivesItsCorpus) {
  const std::vector<std::string> inputs = corpus();
  ASSERT_GE(inputs.size(), 3U);
  run("");
  for (const std::string& input : inputs) {
    SCOPED_TRACE(to_base64(input));
    run(input);
  }
}

TEST(KEDGE_FUZZ_SUITE, SurvivesMutations) {
  const std::vector<std::string> inputs = corpus();
  ASSERT_FALSE(inputs.empty());
  const std::uint64_t seed = setting("KEDGE_FUZZ_SEED", 0x5eed);
  const std::uint64_t runs = setting("KEDGE_FUZZ_RUNS", 5000);
  RecordProperty("seed", std::to_string(seed));
  SplitMix64 random(seed);
  for (std::uint64_t i = 0; i < runs; ++i) {
    std::string input = inputs[static_cast<std::size_t>(random.below(inputs.size()))];
    const std::uint64_t steps = random.below(8) + 1;
    for (std::uint64_t step = 0; step < steps; ++step) mutate(input, inputs, random);
    // Printed before it runs: a crash leaves no time for it.
    if (std::getenv("KEDGE_FUZZ_PRINT") != nullptr) {
      std::fprintf(stderr, "run %llu: %s\n", static_cast<unsigned long long>(i), to_base64(input).c_str());
    }
    run(input);
  }
}

}  // namespace
}  // namespace kedge
