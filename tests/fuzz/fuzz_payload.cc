// SPDX-License-Identifier: Apache-2.0
// The first line is the event's name, the rest its JSON. Parsing never fails and never takes the stack down.
#include <cstdint>
#include <string_view>
#include <variant>

#include "bot/base/assert.h"
#include "webhooks/event.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kedge::webhooks;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string_view name = input.substr(0, input.find('\n'));
  const std::string_view json = input.substr(name.size() < size ? name.size() + 1 : size);
  const Event event = parse(name, json);
  KEDGE_ASSERT(event.name == name, "an event keeps its name");
  if (const auto* ignored = std::get_if<Ignored>(&event.body)) {
    KEDGE_ASSERT(!ignored->reason.empty(), "what is ignored has a reason");
  }
  if (const auto* run = std::get_if<WorkflowRun>(&event.body)) {
    KEDGE_ASSERT(!run->path.empty() && run->path.find(".yml@") == std::string::npos, "a path has no ref");
  }
  return 0;
}
