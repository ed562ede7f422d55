// SPDX-License-Identifier: Apache-2.0
// The dashboard's routes, and signing in and out.
#include "bot/base/text.h"
#include "bot/server/pages.h"
#include "bot/server/site.h"

namespace kedge::server {
namespace {

/// Wrong admin tokens in kGuessesTime, whoever sends them: behind a proxy all come from one address.
constexpr int kGuessesMax = 10;
constexpr std::chrono::seconds kGuessesTime{60};

Response page_response(int status, std::string html) {
  Response response;
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(html);
  response.headers = {
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; "
       "base-uri 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  };
  return response;
}

Response to_dashboard(std::string cookie) {
  Response response = page_response(303, message_page("Dashboard", "The dashboard is at /."));
  response.headers.emplace_back("Location", "/");
  response.headers.emplace_back("Set-Cookie", std::move(cookie));
  return response;
}

bool from_another_site(const Request& request) {
  return equals_ignore_case(request.header("sec-fetch-site").value_or(""), "cross-site");
}

}  // namespace

std::optional<Response> Site::page_refusal(const Request& request) const {
  switch (access_.page(request, clock_.now())) {
    case Verdict::allowed:
      return std::nullopt;
    case Verdict::sign_in:
      return page_response(401, sign_in_page(""));
    case Verdict::closed:
      break;
  }
  return page_response(403,
                       message_page("Closed",
                                    "Set KEDGE_ADMIN_TOKEN to read the dashboard from here; without it the "
                                    "dashboard answers on loopback only, and not through a proxy."));
}

Response Site::dashboard(const Request& request) {
  if (auto refusal = page_refusal(request)) return *refusal;
  const auto states = views_.states();
  const auto depth = views_.queue();
  Dashboard dashboard{.states = &states,
                      .queue = std::nullopt,
                      .freeze = freeze_of(states),
                      .now = clock_.now(),
                      .signed_in = access_.has_token()};
  if (depth) dashboard.queue = *depth;
  return page_response(200, dashboard_page(dashboard));
}

Response Site::incident(const Request& request) {
  if (auto refusal = page_refusal(request)) return *refusal;
  const std::string_view id = std::string_view(request.path).substr(std::string_view("/incidents/").size());
  const auto states = views_.states();
  for (const Listed& one : list_incidents(states))
    if (one.incident->id.value == id)
      return page_response(200, incident_page(one, clock_.now(), access_.has_token()));
  return page_response(404, message_page("No such incident", "There is no incident of this id."));
}

bool Site::may_guess() {
  const std::lock_guard lock(mutex_);
  const auto now = monotonic_();
  if (now - guesses_since_ >= kGuessesTime) {
    guesses_since_ = now;
    guesses_ = 0;
  }
  return guesses_ < kGuessesMax;
}

Response Site::sign_in(const Request& request) {
  if (!access_.has_token())
    return page_response(403, message_page("Closed", "There is no admin token to sign in with."));
  if (from_another_site(request))
    return page_response(403, message_page("Refused", "Sign in from the dashboard's own page."));
  if (!may_guess()) {
    Response response = page_response(429, sign_in_page("Too many wrong tokens. Wait a minute."));
    response.headers.emplace_back("Retry-After", std::to_string(kGuessesTime.count()));
    return response;
  }
  if (!access_.is_token(form_value(request.body, "token").value_or(""))) {
    {
      const std::lock_guard lock(mutex_);
      ++guesses_;
    }
    log_.warn("sign-in refused", {{"peer", request.peer}});
    return page_response(401, sign_in_page("This is not the admin token."));
  }
  log_.info("signed in", {{"peer", request.peer}});
  return to_dashboard(access_.session_cookie(request, clock_.now()));
}

Response Site::sign_out(const Request& request) {
  if (from_another_site(request))
    return page_response(403, message_page("Refused", "Sign out from the dashboard's own page."));
  return to_dashboard(Access::ended_cookie());
}

Response Site::style(const Request&) {
  Response response;
  response.content_type = "text/css; charset=utf-8";
  response.body = style_sheet();
  response.headers = {{"Cache-Control", "public, max-age=300"}, {"X-Content-Type-Options", "nosniff"}};
  return response;
}

}  // namespace kedge::server
