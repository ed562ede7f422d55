// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/git_server.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kAnswerMax = 4UL * 1024 * 1024;
constexpr std::size_t kLengthDigits = 4;
constexpr std::size_t kShaDigits = 40;
constexpr std::string_view kFlush = "0000";
constexpr std::string_view kDelimiter = "0001";

std::string packet(std::string_view text) {
  return fmt::format("{:04x}{}", text.size() + kLengthDigits, text);
}

/// Cuts an answer into its packets; nothing is left of one that is none.
class Packets {
 public:
  explicit Packets(std::string_view bytes) : left_(bytes) {}

  /// The next packet's bytes, empty for a flush or delimiter; nothing at the end.
  std::optional<std::string_view> next() {
    std::size_t length = 0;
    if (left_.size() < kLengthDigits) return std::nullopt;
    const char* end = left_.data() + kLengthDigits;
    const auto [at, error] = std::from_chars(left_.data(), end, length, 16);
    if (error != std::errc{} || at != end || length > left_.size()) {
      sound_ = false;
      return std::nullopt;
    }
    const std::size_t taken = std::max(length, kLengthDigits);
    const std::string_view packet = left_.substr(kLengthDigits, taken - kLengthDigits);
    left_.remove_prefix(taken);
    return packet;
  }
  /// True if all of it was packets.
  [[nodiscard]] bool is_sound() const { return sound_ && left_.empty(); }

 private:
  std::string_view left_;
  bool sound_ = true;
};

std::string_view line_of(std::string_view packet) {
  if (packet.ends_with('\n')) packet.remove_suffix(1);
  return packet;
}

bool has_bands(std::string_view answer) {
  return answer.size() > kLengthDigits && answer[kLengthDigits] >= 1 && answer[kLengthDigits] <= 3;
}

void read_status(std::string_view line, PushAnswer& answer) {
  constexpr std::string_view kUnpack = "unpack ";
  constexpr std::string_view kOk = "ok ";
  constexpr std::string_view kRefused = "ng ";
  if (line.starts_with(kUnpack)) {
    const std::string_view state = line.substr(kUnpack.size());
    if (state != "ok") answer.unpack = to_valid_utf8(state);
  } else if (line.starts_with(kOk)) {
    answer.refs.push_back({.name = std::string(line.substr(kOk.size())), .refusal = {}});
  } else if (line.starts_with(kRefused)) {
    const std::string_view rest = line.substr(kRefused.size());
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string why = to_valid_utf8(trim(rest.substr(space)));
    answer.refs.push_back(
        {.name = std::string(rest.substr(0, space)), .refusal = why.empty() ? "refused" : why});
  }
}

}  // namespace

std::optional<PushAnswer> read_push_answer(std::string_view answer) {
  PushAnswer read;
  std::string report;
  if (has_bands(answer)) {
    Packets packets(answer);
    while (const auto packet = packets.next()) {
      if (packet->empty()) continue;
      if (packet->front() == 1) {
        report += packet->substr(1);
      } else {
        read.words += packet->substr(1, kServerWordsMax - read.words.size());
      }
    }
  } else {
    report = answer;
  }
  Packets packets(report);
  while (const auto packet = packets.next()) read_status(line_of(*packet), read);
  if (!packets.is_sound() || (read.refs.empty() && read.unpack.empty())) return std::nullopt;
  return read;
}

GitServer::GitServer(const Link& link) : url_(link.url), session_(link.session()), http_(session_) {}

Result<std::string> GitServer::ask(const std::string& service, const std::string& protocol,
                                   std::string body) {
  HttpRequest request{.url = url_ + "/" + service,
                      .body = std::move(body),
                      .content_type = fmt::format("application/x-{}-request", service),
                      .accept = fmt::format("application/x-{}-result", service),
                      .git_protocol = protocol,
                      .token = {}};
  KEDGE_CHECK(http_.send(request, url_));
  std::string answer;
  std::array<char, 16384> buffer{};
  while (true) {
    KEDGE_TRY(count, http_.exchange().read(buffer.data(), buffer.size()));
    if (count == 0) return answer;
    answer.append(buffer.data(), count);
    if (answer.size() > kAnswerMax) return fail(Errc::unavailable, "cannot talk to {}: endless answer", url_);
  }
}

Result<std::optional<GitServer::Refs>> GitServer::look(const std::vector<std::string>& names) {
  if (!url_.starts_with("http")) return std::nullopt;
  std::string body = packet("command=ls-refs\n") + packet("agent=kedge") + std::string(kDelimiter);
  for (const std::string& name : names) body += packet("ref-prefix " + name + "\n");
  body += kFlush;
  const Result<std::string> answer = ask("git-upload-pack", "version=2", std::move(body));
  if (!answer) {
    // A server without protocol 2 fails in its own way on what it cannot read, and a renamed one redirects.
    const Error& error = answer.error();
    const bool final = error.code == Errc::denied || error.code == Errc::rate_limited;
    if (!final && !session_.stop.stop_requested()) return std::nullopt;
    return pass(error);
  }
  Refs refs;
  Packets packets(*answer);
  while (const auto packet = packets.next()) {
    const std::string_view line = line_of(*packet);
    if (line.empty()) continue;
    if (line.size() <= kShaDigits + 1 || !is_full_sha(line.substr(0, kShaDigits))) return std::nullopt;
    const std::string name(line.substr(kShaDigits + 1));
    if (std::ranges::count(names, name) > 0) refs[name] = line.substr(0, kShaDigits);
  }
  if (!packets.is_sound()) return std::nullopt;
  return refs;
}

Result<std::optional<PushAnswer>> GitServer::push(const std::vector<RefMove>& moves,
                                                  const std::string& pack) {
  if (!url_.starts_with("http")) return std::nullopt;
  const std::string none(kShaDigits, '0');
  std::string body;
  for (const RefMove& move : moves) {
    std::string line = fmt::format("{} {} {}", move.from.empty() ? none : move.from,
                                   move.to.empty() ? none : move.to, move.ref);
    if (body.empty()) line += std::string(1, '\0') + " report-status side-band-64k agent=kedge";
    body += packet(line);
  }
  body += kFlush;
  const bool brings = std::ranges::any_of(moves, [](const RefMove& move) { return !move.to.empty(); });
  if (brings) body += pack;
  const Result<std::string> answer = ask("git-receive-pack", "", std::move(body));
  if (!answer) {
    if (answer.error().code == Errc::invalid) return std::nullopt;
    return pass(answer.error());
  }
  return read_push_answer(*answer);
}

}  // namespace kedge::adapters::git
