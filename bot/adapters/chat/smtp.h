// SPDX-License-Identifier: Apache-2.0
// One mail to one server, over libcurl: SMTP, STARTTLS or TLS from the start. Tells of each recipient what
// the server said, and of a failure whether the mail may have been taken all the same. A password goes over
// TLS alone, except to this very machine; certificates are always verified.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "bot/base/error.h"
#include "bot/base/secret.h"
#include "bot/base/time.h"

namespace kedge::adapters::chat {

enum class StartTls { never, if_offered, required };

struct SmtpServer {
  std::string host;
  int port = 0;
  bool tls = false;  ///< From the first byte (`smtps`).
  StartTls start_tls = StartTls::required;
  std::string user;
  Secret password;
  std::string ca_file;  ///< PEM; empty: the system's.
  /// For connecting and for each reply. RFC 5321 asks for minutes; in earnest not under 60 s.
  Duration reply_timeout = std::chrono::seconds{60};
  Duration total_timeout = std::chrono::minutes{5};
  std::stop_token stop{};  ///< Ends a mail under way within about a second.
};

/// Reads `smtp[s]://[user:password@]host[:port]`. Ports where none is given: 465 for smtps; for smtp 587 with
/// a user, else 25. STARTTLS: required with a user, else taken where offered; never on loopback, whose mail
/// servers have certificates nobody signed. Errors: invalid, without the text.
Result<SmtpServer> read_smtp_url(const Secret& url);

struct RecipientReply {
  std::string address;
  int code = 0;      ///< 250 …; 0: the server was not asked.
  std::string text;  ///< What the server said, one short line.
};

struct SmtpReport {
  std::vector<RecipientReply> recipients;  ///< In the order given.
  /// None: the server took the mail for every recipient with a code of 2xx, of whom there is at least one.
  std::optional<Error> error;
};

/// Sends `message` (CRLF lines). Blocks up to total_timeout; thread-safe. Errors: unavailable (no connection,
/// 4xx, time-out, stopping; `certainly_not_done` until the whole mail was handed over unanswered), denied
/// (login or sender refused, no TLS), not_found (no recipient accepted), invalid (mail refused).
SmtpReport send_mail(const SmtpServer& server, const std::string& from, const std::vector<std::string>& to,
                     const std::string& message);

}  // namespace kedge::adapters::chat
