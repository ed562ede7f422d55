// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/mail.h"

#include <algorithm>

namespace kedge::adapters::chat {
namespace {

constexpr std::size_t kMailsRemembered = 256;

bool is_accepted(int code) {
  return code >= 200 && code < 300;
}

}  // namespace

MailChannel::MailChannel(SmtpServer server, Mailbox from, std::vector<Mailbox> to, ports::Clock& clock,
                         ports::Log& log)
    : server_(std::move(server)), from_(std::move(from)), to_(std::move(to)), clock_(clock), log_(log) {}

MailChannel::Settled MailChannel::settled(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = memory_.find(id);
  return found == memory_.end() ? Settled{} : found->second;
}

void MailChannel::remember(const std::string& id, const Settled& settled) {
  const std::lock_guard lock(mutex_);
  if (memory_.insert_or_assign(id, settled).second) order_.push_back(id);
  if (order_.size() > kMailsRemembered) {
    memory_.erase(order_.front());
    order_.pop_front();
  }
}

Result<std::string> MailChannel::post(const ports::ChatText& text, const std::string& below,
                                      const std::string& dedup) {
  const std::string id = make_message_id(dedup, from_);
  Settled done = settled(id);
  std::vector<std::string> open;
  for (const Mailbox& mailbox : to_) {
    if (!done.contains(mailbox.address)) open.push_back(mailbox.address);
  }
  const Mail mail{.from = from_,
                  .to = to_,
                  .subject = text.subject.empty() ? "Incident" : text.subject,
                  .text = text.text,
                  .message_id = id,
                  .in_reply_to = below,
                  .date = clock_.now()};
  std::optional<Error> put_off;
  if (!open.empty()) {
    SmtpReport report = send_mail(server_, from_.address, open, format_mail(mail));
    for (const RecipientReply& reply : report.recipients) {
      if (!report.error && is_accepted(reply.code)) done[reply.address] = true;
      if (reply.code >= 500) done[reply.address] = false;
      if (reply.code < 400) continue;
      log_.warn(reply.code >= 500 ? "a mail's recipient was refused" : "a mail's recipient was put off",
                {{"recipient", reply.address}, {"code", std::to_string(reply.code)}, {"reply", reply.text}});
      if (reply.code < 500)
        put_off = Error{
            .code = Errc::unavailable,
            .message = fmt::format("cannot send mail to every recipient: {} {}", reply.code, reply.text),
            .certainly_not_done = true};
    }
    remember(id, done);
    if (report.error) return pass(*std::move(report.error));
  }
  // Those who accepted are not asked again, so that a repeat for the others doubles nothing.
  if (put_off) return pass(*std::move(put_off));
  const bool any = std::ranges::any_of(done, [](const auto& entry) { return entry.second; });
  if (!any)
    return pass(Error{.code = Errc::not_found,
                      .message = "cannot send mail: no recipient is accepted",
                      .certainly_not_done = true});
  return id;
}

Result<void> MailChannel::edit(const std::string&, const ports::ChatText&) {
  return pass(
      Error{.code = Errc::invalid, .message = "cannot edit mail: it was sent", .certainly_not_done = true});
}

}  // namespace kedge::adapters::chat
