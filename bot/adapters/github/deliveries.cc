// SPDX-License-Identifier: Apache-2.0
// The App's own webhook deliveries: GitHub never repeats one by itself.
#include <algorithm>
#include <map>

#include "bot/adapters/github/rest.h"

namespace kedge::adapters::github {
namespace {

constexpr int kPagesMax = 50;
/// Between two attempts, doubling from the first. The event is asked for at once after GitHub's own attempt.
constexpr Duration kRedeliverFirst = std::chrono::minutes{5};
constexpr Duration kRedeliverMax = std::chrono::hours{6};
/// In one look: what is left is asked for by the next.
constexpr int kRedeliveriesMax = 200;

/// All attempts at one event.
struct Event {
  std::int64_t newest_attempt = 0;  ///< Delivery id.
  TimePoint newest_at{};
  TimePoint first_at{};
  int attempts = 0;  ///< Since this server began: what came while it was down says nothing about it.
  bool delivered = false;
  bool under_way = false;  ///< An attempt has no result yet.
};

void add(std::map<std::string, Event>& events, const Json& delivery, TimePoint at, TimePoint began) {
  auto [place, fresh] = events.try_emplace(delivery["guid"].text());
  Event& event = place->second;
  if (fresh || at < event.first_at) event.first_at = at;
  if (fresh || at > event.newest_at) {
    event.newest_at = at;
    event.newest_attempt = delivery["id"].number();
  }
  if (at >= began) ++event.attempts;
  const std::string status = delivery["status"].text();
  const std::int64_t code = delivery["status_code"].number();
  // `status` is a word for the code, so another one for our own 202.
  event.delivered |= status == "OK" || (code >= 200 && code < 400);
  event.under_way |= status.empty() || status == "pending";
}

TimePoint next_at(const Event& event) {
  if (event.attempts <= 1) return event.newest_at;
  Duration wait = kRedeliverFirst;
  for (int i = 2; i < event.attempts && wait < kRedeliverMax; ++i) wait *= 2;
  return event.newest_at + std::min(wait, kRedeliverMax);
}

}  // namespace

Result<ports::Redelivered> RestGitHub::redeliver_failed(Duration window, TimePoint now, TimePoint began) {
  if (!rest_->is_app())
    return fail(Errc::denied, "cannot list webhook deliveries: that takes an App, and this is a plain token");
  std::map<std::string, Event> events;
  ports::Redelivered result;
  int pages = 0;
  KEDGE_CHECK(rest_->pages(nullptr, {.verb = "list webhook deliveries", .path = "/app/hook/deliveries"},
                           [&](const Json& page) {
                             const auto items = page.items();
                             bool older = false;
                             for (const Json& delivery : items) {
                               const auto at = parse_utc(delivery["delivered_at"].text());
                               older = at && *at < now - window;
                               if (at && !older && delivery["id"].number() != 0)
                                 add(events, delivery, *at, began);
                             }
                             if (older) return false;  // Newest first.
                             result.cut_off = ++pages == kPagesMax;
                             return !result.cut_off;
                           }));
  std::vector<Event> failed;
  for (const auto& [guid, event] : events)
    if (!event.delivered && !event.under_way && next_at(event) <= now) failed.push_back(event);
  std::ranges::sort(failed, {},
                    [](const Event& event) { return std::pair(event.first_at, event.newest_attempt); });
  for (const Event& event : failed) {
    if (result.asked == kRedeliveriesMax) break;
    const auto again =
        rest_->send(nullptr, {.verb = "redeliver a webhook delivery",
                              .method = "POST",
                              .path = fmt::format("/app/hook/deliveries/{}/attempts", event.newest_attempt)});
    if (again)
      ++result.asked;
    else if (again.error().code != Errc::not_found && again.error().code != Errc::invalid)
      return pass(again.error());  // One that GitHub has forgotten must not keep the others back.
  }
  return result;
}

}  // namespace kedge::adapters::github
