// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/smtp.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "bot/adapters/http/client.h"
#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

enum class Stage { connect, hello, login, sender, recipient, data, body };

/// What is seen of the conversation. libcurl reports one outcome for a whole mail; the replies to single
/// commands are read from its trace.
struct Conversation {
  std::vector<RecipientReply> recipients;
  std::size_t asked = 0;  ///< RCPT commands sent so far.
  Stage stage = Stage::connect;
  int code = 0;  ///< Of the last command's whole reply; 0: it has none yet.
  std::string text;
  bool quitting = false;  ///< What is said after QUIT changes nothing.
  std::string_view unsent;
  bool handed_over = false;  ///< libcurl has read the mail to its end, so the final dot may be out.

  void command(std::string_view line) {
    if (line.starts_with("QUIT")) quitting = true;
    if (quitting) return;
    code = 0;
    if (line.starts_with("EHLO") || line.starts_with("HELO") || line.starts_with("STARTTLS")) {
      stage = Stage::hello;
    } else if (line.starts_with("AUTH")) {
      stage = Stage::login;
    } else if (line.starts_with("MAIL")) {
      stage = Stage::sender;
    } else if (line.starts_with("RCPT")) {
      stage = Stage::recipient;
      ++asked;
    } else if (line.starts_with("DATA")) {
      stage = Stage::data;
    }
  }

  void reply(std::string_view line) {
    line = trim(line);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (quitting || line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return;
    if (line.size() > 3 && line[3] == '-') return;  // more lines follow
    code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    text = line.size() > 4 ? readable(line.substr(4)) : std::string();
    if (stage == Stage::recipient && asked >= 1 && asked <= recipients.size()) {
      recipients[asked - 1].code = code;
      recipients[asked - 1].text = text;
    }
    if (stage == Stage::data && code == 354) {
      stage = Stage::body;
      code = 0;
    }
  }

  static std::string readable(std::string_view text) {
    constexpr std::size_t kReplyMax = 160;
    std::string line = to_valid_utf8(text);
    std::ranges::replace_if(
        line, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return truncate_utf8(line, kReplyMax);
  }
};

int on_trace(CURL*, curl_infotype type, char* data, std::size_t size, void* user) {
  auto& conversation = *static_cast<Conversation*>(user);
  if (type == CURLINFO_HEADER_OUT) conversation.command({data, size});
  if (type == CURLINFO_HEADER_IN) conversation.reply({data, size});
  return 0;
}

std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& conversation = *static_cast<Conversation*>(user);
  const std::size_t length = std::min(size * count, conversation.unsent.size());
  std::copy_n(conversation.unsent.data(), length, buffer);
  conversation.unsent.remove_prefix(length);
  if (length == 0) conversation.handed_over = true;
  return length;
}

std::size_t on_write(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(user)->stop_requested() ? 1 : 0;
}

bool is_loopback(const std::string& host) {
  // As an address, not as text: `127.acme.example` is a name somebody else may own.
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24U) == 127U;
  return host == "localhost" || host == "::1";
}

Error failure(const Conversation& conversation, CURLcode outcome, const std::string& host) {
  const auto error = [&](Errc code, std::string_view cause, bool certain) {
    return Error{.code = code,
                 .message = fmt::format("cannot send mail through {}: {}", host, cause),
                 .certainly_not_done = certain};
  };
  const int code = conversation.code;
  if (conversation.stage == Stage::recipient && code >= 400) {
    // No recipient was accepted; one that may be later keeps the mail alive.
    const auto temporary = std::ranges::find_if(
        conversation.recipients, [](const RecipientReply& one) { return one.code >= 400 && one.code < 500; });
    if (temporary != conversation.recipients.end())
      return error(Errc::unavailable, fmt::format("{} {}", temporary->code, temporary->text), true);
    return error(Errc::not_found, fmt::format("no recipient is accepted: {} {}", code, conversation.text),
                 true);
  }
  if (conversation.stage == Stage::login && code >= 400) {
    // The text may repeat what was sent; the code says enough.
    if (code < 500) return error(Errc::unavailable, fmt::format("login put off with {}", code), true);
    return error(Errc::denied, fmt::format("login refused with {}", code), true);
  }
  if (code >= 400) {
    const std::string said = fmt::format("{} {}", code, conversation.text);
    if (code < 500) return error(Errc::unavailable, said, true);
    const bool mail_is_wrong = conversation.stage == Stage::data || conversation.stage == Stage::body;
    return error(mail_is_wrong ? Errc::invalid : Errc::denied, said, true);
  }
  if (outcome == CURLE_LOGIN_DENIED) return error(Errc::denied, "login refused", true);
  if (outcome == CURLE_USE_SSL_FAILED) return error(Errc::denied, "the server offers no STARTTLS", true);
  const std::string cause =
      outcome == CURLE_ABORTED_BY_CALLBACK ? "stopping" : to_lower(curl_easy_strerror(outcome));
  return error(Errc::unavailable, cause, !conversation.handed_over);
}

#if LIBCURL_VERSION_NUM >= 0x080200
constexpr CURLoption kAllowRefusedRecipients = CURLOPT_MAIL_RCPT_ALLOWFAILS;
#else
constexpr CURLoption kAllowRefusedRecipients = CURLOPT_MAIL_RCPT_ALLLOWFAILS;
#endif

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

long milliseconds(Duration duration) {
  return static_cast<long>(duration.count());
}

void set_server(CURL* curl, const SmtpServer& server) {
  const bool v6 = server.host.find(':') != std::string::npos;
  const std::string url = fmt::format("{}://{}{}{}:{}", server.tls ? "smtps" : "smtp", v6 ? "[" : "",
                                      server.host, v6 ? "]" : "", server.port);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  if (!server.tls) {
    const long use = server.start_tls == StartTls::required     ? CURLUSESSL_ALL
                     : server.start_tls == StartTls::if_offered ? CURLUSESSL_TRY
                                                                : CURLUSESSL_NONE;
    curl_easy_setopt(curl, CURLOPT_USE_SSL, use);
  }
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!server.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, server.ca_file.c_str());
  if (!server.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.reveal().c_str());
  }
  const auto reply_seconds = std::chrono::ceil<std::chrono::seconds>(server.reply_timeout).count();
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(server.reply_timeout));
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, static_cast<long>(reply_seconds));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, milliseconds(server.total_timeout));
}

}  // namespace

Result<SmtpServer> read_smtp_url(const Secret& url) {
  auto parsed = http::parse_url(url.reveal());
  if (!parsed || (parsed->scheme != "smtp" && parsed->scheme != "smtps"))
    return fail(Errc::invalid, "cannot read SMTP URL: expected smtp[s]://user:password@host:port");
  SmtpServer server{.host = parsed->host,
                    .port = parsed->port,
                    .tls = parsed->scheme == "smtps",
                    .user = parsed->user,
                    .password = Secret(parsed->password)};
  const std::string authority =
      url.reveal().substr(0, url.reveal().find_first_of("/?#", url.reveal().find("://") + 3));
  const bool has_port = authority.ends_with(":" + std::to_string(server.port));
  if (!server.tls && !has_port && !server.user.empty()) server.port = 587;
  if (is_loopback(server.host)) {
    server.start_tls = StartTls::never;
  } else {
    server.start_tls = server.user.empty() ? StartTls::if_offered : StartTls::required;
  }
  return server;
}

SmtpReport send_mail(const SmtpServer& server, const std::string& from, const std::vector<std::string>& to,
                     const std::string& message) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });

  Conversation conversation;
  conversation.unsent = message;
  List recipients(nullptr, curl_slist_free_all);
  for (const std::string& address : to) {
    conversation.recipients.push_back({.address = address});
    recipients.reset(curl_slist_append(recipients.release(), ("<" + address + ">").c_str()));
  }
  SmtpReport report;
  const bool in_the_clear = !server.tls && server.start_tls != StartTls::required;
  if (!server.user.empty() && in_the_clear && !is_loopback(server.host)) {
    report.recipients = std::move(conversation.recipients);
    report.error =
        Error{.code = Errc::denied,
              .message = fmt::format("cannot send mail through {}: no login without TLS", server.host),
              .certainly_not_done = true};
    return report;
  }
  const Handle curl(curl_easy_init(), curl_easy_cleanup);
  set_server(curl.get(), server);
  const std::string sender = "<" + from + ">";
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, sender.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
  // One bad recipient does not spoil the mail for the others.
  curl_easy_setopt(curl.get(), kAllowRefusedRecipients, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(curl.get(), CURLOPT_READDATA, &conversation);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_write);
  curl_easy_setopt(curl.get(), CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGFUNCTION, on_trace);
  curl_easy_setopt(curl.get(), CURLOPT_DEBUGDATA, &conversation);
  std::stop_token stop = server.stop;
  curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &stop);
  const CURLcode outcome = curl_easy_perform(curl.get());
  if (outcome != CURLE_OK) report.error = failure(conversation, outcome, server.host);
  report.recipients = std::move(conversation.recipients);
  return report;
}

}  // namespace kedge::adapters::chat
