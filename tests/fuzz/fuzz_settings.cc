// SPDX-License-Identifier: Apache-2.0
// The input is the YAML file of --config, and the text of every variable.
#include <cstdint>
#include <string>

#include "bot/base/assert.h"
#include "bot/config/settings.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kedge;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto from_file = config::read_settings({.file_text = text, .file_name = "kedge.yml"});
  KEDGE_ASSERT(from_file || !from_file.error().message.empty(), "an error says what is wrong");
  config::Sources sources;
  for (const config::SettingRow& row : config::settings_table())
    sources.environment[std::string(row.environment)] = text;
  const auto from_environment = config::read_settings(sources);
  KEDGE_ASSERT(from_environment || !from_environment.error().message.empty(), "an error says what is wrong");
  return 0;
}
