// SPDX-License-Identifier: Apache-2.0
// How the text of one setting becomes its value; the table in settings.cc names one for each row.
#pragma once

#include "bot/config/settings.h"

namespace kedge::config {

using Reader = std::function<Result<void>(Settings&, std::string_view)>;

Reader into(std::string Settings::*field);
Reader url_into(std::string Settings::*field);
Reader secret_into(Secret Settings::*field);
Reader secret_url_into(Secret Settings::*field);
Reader duration_into(Duration Settings::*field);
/// `500MiB`, `20GiB`, or plain bytes.
Reader bytes_into(std::uint64_t Settings::*field);
Result<void> read_state_dir(Settings& settings, std::string_view text);
Result<void> read_listen(Settings& settings, std::string_view text);
Result<void> read_webhook_secrets(Settings& settings, std::string_view text);
Result<void> read_smtp_url(Settings& settings, std::string_view text);
Result<void> read_mail_to(Settings& settings, std::string_view text);
Result<void> read_plan_limits(Settings& settings, std::string_view text);
Result<void> read_mirror_blobs(Settings& settings, std::string_view text);
Result<void> read_log(Settings& settings, std::string_view text);

}  // namespace kedge::config
