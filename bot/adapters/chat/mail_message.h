// SPDX-License-Identifier: Apache-2.0
// A status mail as bytes. Pure. Nothing that comes in can add a header or a recipient: addresses are checked,
// every other header value loses its control characters. Sources: RFC 5322 (form, threading), 2045 and 2047
// (text outside ASCII), 3834 (Auto-Submitted).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/time.h"

namespace kedge::adapters::chat {

struct Mailbox {
  std::string name;     ///< May be empty.
  std::string address;  ///< ASCII, one `@`.
  bool operator==(const Mailbox&) const = default;
};

/// Reads `Kedge <kedge@acme.example>` or a bare address. Errors: invalid, without the text.
Result<Mailbox> parse_mailbox(std::string_view text);
/// Mailboxes between commas, at least one; repeated addresses count once. Errors: invalid.
Result<std::vector<Mailbox>> parse_mailboxes(std::string_view text);

struct Mail {
  Mailbox from;
  std::vector<Mailbox> to;
  std::string subject;
  std::string text;
  std::string message_id;   ///< `<…@…>`
  std::string in_reply_to;  ///< The first mail's id, or empty for the first; anything else is left out.
  TimePoint date{};
};

/// The whole message, lines of at most 78 bytes (a header of one long address may have more) ending in CRLF.
std::string format_mail(const Mail& mail);

/// `<kedge.<32 hex>@domain>`, the same for the same `dedup` and sender.
std::string make_message_id(std::string_view dedup, const Mailbox& from);
/// True for `<…@…>` without blanks or control characters.
bool is_message_id(std::string_view text);

/// `Sat, 18 Apr 2026 09:05:07 +0000`
std::string format_mail_date(TimePoint at);
/// A header's text: as it is where it is plain ASCII and fits one line, else as encoded-words, folded.
std::string encode_header_text(std::string_view text, std::size_t used);
std::string quoted_printable(std::string_view text);

}  // namespace kedge::adapters::chat
