// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/mail_message.h"

#include <algorithm>
#include <array>

#include "bot/base/sha256.h"
#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

constexpr std::size_t kLineMax = 78;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}
bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_address(std::string_view text) {
  constexpr std::size_t kAddressMax = 254;
  constexpr std::size_t kLocalMax = 64;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > kLocalMax || text.size() > kAddressMax) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  constexpr std::string_view kAtoms = "!#$%&'*+-/=?^_`{|}~.";
  const bool local_ok = std::ranges::all_of(
      local, [&](char c) { return is_alnum(c) || kAtoms.find(c) != std::string_view::npos; });
  const bool domain_ok =
      std::ranges::all_of(domain, [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
  return local_ok && domain_ok && !domain.empty() && is_alnum(domain.front()) && is_alnum(domain.back());
}

/// Control characters become blanks, so that a value stays one value.
std::string one_line(std::string_view text) {
  std::string line = to_valid_utf8(text);
  std::ranges::replace_if(line, is_control, ' ');
  return std::string(trim(line));
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; }) &&
         text.find("=?") == std::string_view::npos;
}

std::string mailbox_text(const Mailbox& mailbox, std::size_t used) {
  const std::string name = one_line(mailbox.name);
  if (name.empty()) return mailbox.address;
  constexpr std::size_t kQuotedMax = 60;
  if (!is_plain(name) || name.size() > kQuotedMax)
    return encode_header_text(name, kLineMax) + "\r\n <" + mailbox.address + ">";
  const std::string quoted = "\"" + replace_all(replace_all(name, "\\", "\\\\"), "\"", "\\\"") + "\"";
  const bool fits = used + quoted.size() + mailbox.address.size() + 3 <= kLineMax;
  return quoted + (fits ? " <" : "\r\n <") + mailbox.address + ">";
}

std::string mailboxes_text(const std::vector<Mailbox>& mailboxes) {
  std::string text;
  for (const Mailbox& mailbox : mailboxes) {
    if (!text.empty()) text += ",\r\n ";
    text += mailbox_text(mailbox, 4);
  }
  return text;
}

}  // namespace

Result<Mailbox> parse_mailbox(std::string_view text) {
  text = trim(text);
  Mailbox mailbox{.name = "", .address = std::string(text)};
  if (const std::size_t open = text.rfind('<'); open != std::string_view::npos && text.ends_with('>')) {
    std::string_view name = trim(text.substr(0, open));
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"'))
      name = name.substr(1, name.size() - 2);
    mailbox = {.name = std::string(name),
               .address = std::string(text.substr(open + 1, text.size() - open - 2))};
  }
  if (!is_address(mailbox.address))
    return fail(Errc::invalid, "cannot read mail address: expected name@domain or Name <name@domain>");
  if (std::ranges::any_of(mailbox.name, is_control))
    return fail(Errc::invalid, "cannot read mail address: its name holds control characters");
  return mailbox;
}

Result<std::vector<Mailbox>> parse_mailboxes(std::string_view text) {
  std::vector<Mailbox> mailboxes;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at < text.size() && text[at] == '"') quoted = !quoted;
    if (at < text.size() && (text[at] != ',' || quoted)) continue;
    const std::string_view part = trim(text.substr(begin, at - begin));
    begin = at + 1;
    if (part.empty()) continue;
    KEDGE_TRY(mailbox, parse_mailbox(part));
    const bool known = std::ranges::any_of(
        mailboxes, [&](const Mailbox& other) { return equals_ignore_case(other.address, mailbox.address); });
    if (!known) mailboxes.push_back(std::move(mailbox));
  }
  if (mailboxes.empty()) return fail(Errc::invalid, "cannot read mail addresses: there is none");
  return mailboxes;
}

std::string format_mail_date(TimePoint at) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{midnight};
  const std::string stamp = format_utc(at);  // 2026-04-18T09:05:07Z
  return fmt::format("{}, {} {} {} {} +0000", kDays[std::chrono::weekday{midnight}.c_encoding()],
                     stamp.substr(8, 2), kMonths[static_cast<unsigned>(date.month()) - 1], stamp.substr(0, 4),
                     stamp.substr(11, 8));
}

std::string encode_header_text(std::string_view text, std::size_t used) {
  const std::string line = one_line(text);
  if (is_plain(line) && used + line.size() <= kLineMax) return line;
  constexpr std::size_t kBytesAWord = 45;  // 60 in base64, 72 with its marks: under RFC 2047's 75
  std::string encoded;
  for (std::size_t begin = 0; begin < line.size();) {
    std::size_t end = std::min(begin + kBytesAWord, line.size());
    while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) --end;
    if (!encoded.empty()) encoded += "\r\n ";
    encoded += "=?UTF-8?B?" + to_base64(std::string_view(line).substr(begin, end - begin)) + "?=";
    begin = end;
  }
  // The first word may not fit behind the header's name.
  return used > 4 && used < kLineMax && !encoded.empty() ? "\r\n " + encoded : encoded;
}

std::string quoted_printable(std::string_view text) {
  constexpr std::size_t kEncodedLineMax = 76;
  std::string out;
  for (const std::string& line : split_lines(text)) {
    std::size_t column = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      const auto byte = static_cast<unsigned char>(line[at]);
      const bool blank = byte == ' ' || byte == '\t';
      const bool last = at + 1 == line.size();
      // A dot alone ends a mail, and `From ` at a line's start is changed by mailboxes: neither stands first.
      const bool risky_start = column == 0 && (byte == '.' || byte == 'F');
      const bool plain = ((byte > 0x20 && byte < 0x7f && byte != '=') || (blank && !last)) && !risky_start;
      const std::size_t width = plain ? 1 : 3;
      if (column + width > kEncodedLineMax - 1) {
        out += "=\r\n";
        column = 0;
        --at;  // It is looked at again, now at a line's start.
        continue;
      }
      out += plain ? std::string(1, line[at]) : fmt::format("={:02X}", byte);
      column += width;
    }
    out += "\r\n";
  }
  return out;
}

std::string make_message_id(std::string_view dedup, const Mailbox& from) {
  const std::string domain = from.address.substr(from.address.find('@') + 1);
  return fmt::format("<kedge.{}@{}>", to_hex(sha256(dedup)).substr(0, 32), domain);
}

bool is_message_id(std::string_view text) {
  constexpr std::size_t kIdMax = 400;
  if (text.size() < 5 || text.size() > kIdMax || !text.starts_with('<') || !text.ends_with('>')) return false;
  const std::string_view inside = text.substr(1, text.size() - 2);
  return std::ranges::count(inside, '@') == 1 &&
         std::ranges::all_of(inside, [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

std::string format_mail(const Mail& mail) {
  std::string out;
  const auto header = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\r\n", name, value);
  };
  const bool answers = is_message_id(mail.in_reply_to);
  const std::string subject =
      answers && !mail.subject.starts_with("Re: ") ? "Re: " + mail.subject : mail.subject;
  header("Date", format_mail_date(mail.date));
  header("From", mailbox_text(mail.from, 6));
  header("To", mailboxes_text(mail.to));
  header("Subject", encode_header_text(subject, 9));
  header("Message-ID", mail.message_id);
  if (answers) {
    header("In-Reply-To", mail.in_reply_to);
    header("References", mail.in_reply_to);
  }
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  out += "\r\n";
  out += quoted_printable(to_valid_utf8(mail.text));
  return out;
}

}  // namespace kedge::adapters::chat
