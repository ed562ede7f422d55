// SPDX-License-Identifier: Apache-2.0
// Health, dashboard and API over real sockets.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/unit/server/door.h"

namespace kedge::server::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;

class SiteTest : public ::testing::Test, public Door {
 protected:
  SiteTest() { states.push_back(sample_state()); }
  void use_token() { options.admin_token = Secret{std::string(kToken)}; }
  [[nodiscard]] std::string sign_in(const std::string& token) const {
    const std::string body = "token=" + token;
    return fmt::format("POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{}", body.size(),
                       body);
  }
};

TEST_F(SiteTest, HealthIsAliveWhateverTheStoreDoes) {
  views.ready = []() -> Result<void> {
    return fail(Errc::unavailable, "cannot reach the store: /var/lib/x");
  };
  open();
  EXPECT_EQ(ask(get("/healthz")).status, 200);
  EXPECT_EQ(ask(get("/readyz")).status, 503);
}

TEST_F(SiteTest, WhyItIsNotReadyIsForTheAdminAndTheLog) {
  use_token();
  views.ready = []() -> Result<void> {
    return fail(Errc::unavailable, "cannot reach the store: /var/lib/x");
  };
  open();
  EXPECT_THAT(ask(get("/readyz")).body, Not(HasSubstr("store")));
  EXPECT_THAT(ask(with_token("/readyz")).body, HasSubstr("/var/lib/x"));
  EXPECT_EQ(log.lines(), (std::vector<std::string>{"not ready cause=cannot reach the store: /var/lib/x"}));
}

TEST_F(SiteTest, TheDashboardShowsWhatIsOpenAndEscapesIt) {
  open();
  const Reply reply = ask(get("/"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at("content-type"), "text/html; charset=utf-8");
  EXPECT_THAT(reply.body, HasSubstr("acme/api#42"));
  EXPECT_THAT(reply.body, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"));
  EXPECT_THAT(reply.body, Not(HasSubstr("<script")));
  EXPECT_THAT(reply.body, Not(HasSubstr("<img")));
  EXPECT_THAT(reply.body, Not(HasSubstr("javascript:")));
  EXPECT_THAT(reply.body, HasSubstr("awaiting approval"));
  EXPECT_THAT(reply.body, HasSubstr("alice"));
  EXPECT_THAT(reply.body, HasSubstr("in 5m"));
  EXPECT_THAT(reply.body, HasSubstr("not enforced"));
  EXPECT_THAT(reply.body, HasSubstr("Deliveries waiting"));
}

TEST_F(SiteTest, AnEndedIncidentOwesNoUpdate) {
  incident::Incident& incident = states[0].incidents.begin()->second;
  incident.phase = incident::Phase::resolved;
  incident.next_update_due = TimePoint{};
  open();
  const Reply reply = ask(get("/incidents/kabcdefghijkl"));
  EXPECT_THAT(reply.body, HasSubstr("none due"));
  EXPECT_THAT(reply.body, Not(HasSubstr("overdue")));
}

TEST_F(SiteTest, PagesForbidScriptsFramesAndCaches) {
  open();
  for (const char* path : {"/", "/incidents/kabcdefghijkl"}) {
    const Reply reply = ask(get(path));
    ASSERT_EQ(reply.status, 200) << path;
    EXPECT_THAT(reply.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(reply.headers.at("content-security-policy"), HasSubstr("frame-ancestors 'none'"));
    EXPECT_EQ(reply.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(reply.headers.at("referrer-policy"), "no-referrer");
    EXPECT_EQ(reply.headers.at("cache-control"), "no-store");
  }
}

TEST_F(SiteTest, AnEmptyDashboardSaysSo) {
  states.clear();
  open();
  const std::string page = ask(get("/")).body;
  EXPECT_THAT(page, HasSubstr("No incident is open."));
  EXPECT_THAT(page, HasSubstr("No branch is frozen."));
}

TEST_F(SiteTest, ADashboardWithoutAStoreIsStillAPage) {
  store.fail_with(Error{.code = Errc::unavailable, .message = "cannot read the queue: busy"});
  open();
  const Reply reply = ask(get("/"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("The store does not answer."));
}

TEST_F(SiteTest, WithATokenThePageAsksForItAndTheCookieOpensIt) {
  use_token();
  open();
  const Reply asked = ask(get("/"));
  EXPECT_EQ(asked.status, 401);
  EXPECT_THAT(asked.body, HasSubstr("Admin token"));
  EXPECT_THAT(asked.body, Not(HasSubstr("acme/api")));
  EXPECT_EQ(ask(sign_in("wrong")).status, 401);
  const Reply in = ask(sign_in("an+admin%20token"));
  EXPECT_EQ(in.status, 303);
  EXPECT_EQ(in.headers.at("location"), "/");
  const std::string cookie = in.headers.at("set-cookie");
  const std::string pair = cookie.substr(0, cookie.find(';'));
  const Reply page = ask(get("/", "Cookie: " + pair + "\r\n"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Sign out"));
  EXPECT_EQ(ask(get("/api/v1/queue", "Cookie: " + pair + "\r\n")).status, 401) << "the API takes no cookie";
  EXPECT_EQ(log.lines(),
            (std::vector<std::string>{"sign-in refused peer=127.0.0.1", "signed in peer=127.0.0.1"}));
}

TEST_F(SiteTest, TheAdminTokenCannotBeGuessedFast) {
  use_token();
  open();
  for (int i = 0; i < 10; ++i) ASSERT_EQ(ask(sign_in("wrong")).status, 401);
  const Reply reply = ask(sign_in("an+admin%20token"));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.headers.at("retry-after"), "60");
}

TEST_F(SiteTest, SigningInFromAnotherSiteIsRefused) {
  use_token();
  open();
  EXPECT_EQ(ask("POST /sign-in HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: cross-site\r\nContent-Length: "
                "20\r\n\r\ntoken=an+admin+token")
                .status,
            403);
}

TEST_F(SiteTest, WithoutATokenForeignNamesAndProxiesAreRefused) {
  open();
  EXPECT_EQ(ask("GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n").status, 403);
  EXPECT_EQ(ask(get("/", "X-Forwarded-For: 192.0.2.1\r\n")).status, 403);
  EXPECT_EQ(ask("GET /api/v1/queue HTTP/1.1\r\nHost: rebound.example\r\n\r\n").status, 403);
  EXPECT_EQ(ask("GET /healthz HTTP/1.1\r\nHost: rebound.example\r\n\r\n").status, 200);
}

TEST_F(SiteTest, WithoutATokenAPublicListenerShowsNothing) {
  options.listen = "0.0.0.0:0";
  open();
  EXPECT_EQ(ask(get("/")).status, 403);
  EXPECT_EQ(ask(get("/api/v1/incidents")).status, 403);
  EXPECT_EQ(ask(posted()).status, 202);
}

TEST_F(SiteTest, TheApiAsksForTheTokenOnEveryPath) {
  use_token();
  open();
  for (const char* path :
       {"/api/v1/incidents", "/api/v1/incidents/kabcdefghijkl", "/api/v1/queue", "/api/v1/freeze"}) {
    const Reply refused = ask(get(path));
    EXPECT_EQ(refused.status, 401) << path;
    EXPECT_EQ(refused.headers.at("www-authenticate"), "Bearer realm=\"kedge\"");
    EXPECT_EQ(ask(get(path, "Authorization: Bearer an admin tokem\r\n")).status, 401) << path;
    EXPECT_EQ(ask(with_token(path)).status, 200) << path;
  }
}

TEST_F(SiteTest, TheApiListsIncidents) {
  use_token();
  open();
  const auto list = Json::parse(ask(with_token("/api/v1/incidents")).body);
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0]["id"], "kabcdefghijkl");
  EXPECT_EQ(list[0]["repository"], "acme/api");
  EXPECT_EQ(list[0]["number"], 42);
  EXPECT_EQ(list[0]["severity"], "P0");
  EXPECT_EQ(list[0]["state"], "mitigating");
  EXPECT_EQ(list[0]["title"], "CI is red on main: <script>alert('x')</script>");
  EXPECT_EQ(list[0]["declared_at"], "2026-04-18T08:55:07Z");
}

TEST_F(SiteTest, TheListIsNewestFirstFilteredAndBounded) {
  use_token();
  auto& incidents = states[0].incidents;
  const auto first = incidents.begin()->second;
  for (int i = 0; i < 5; ++i) {
    auto next = first;
    next.id = IncidentId{"k" + std::to_string(i)};
    next.declared_at = *first.declared_at + std::chrono::hours{i + 1};
    next.phase = i == 2 ? incident::Phase::resolved : incident::Phase::monitoring;
    incidents[next.id.value] = next;
  }
  incidents["kcandidate"] = first;
  incidents["kcandidate"].declared_at.reset();
  open();
  const auto ids = [this](const std::string& query) {
    std::vector<std::string> out;
    for (const auto& one : Json::parse(ask(with_token("/api/v1/incidents" + query)).body))
      out.push_back(one["id"]);
    return out;
  };
  EXPECT_EQ(ids(""), (std::vector<std::string>{"k4", "k3", "k2", "k1", "k0", "kabcdefghijkl"}));
  EXPECT_EQ(ids("?state=open&limit=3"), (std::vector<std::string>{"k4", "k3", "k1"}));
  for (const char* wrong : {"?limit=0", "?limit=1001", "?limit=x", "?state=closed"})
    EXPECT_EQ(ask(with_token(std::string("/api/v1/incidents") + wrong)).status, 400) << wrong;
}

TEST_F(SiteTest, TheApiTellsOneIncidentWhole) {
  use_token();
  open();
  const auto one = Json::parse(ask(with_token("/api/v1/incidents/kabcdefghijkl")).body);
  EXPECT_EQ(one["roles"]["commander"], "alice");
  EXPECT_EQ(one["rollbacks"][0]["state"], "awaiting_approval");
  EXPECT_EQ(one["rollbacks"][0]["branches"][0]["pull_request"], 43);
  EXPECT_EQ(one["suspects"][0]["author"], "alice");
  EXPECT_EQ(one["timeline"].size(), 2U);
  EXPECT_TRUE(one["resolved_at"].is_null());
  EXPECT_EQ(ask(with_token("/api/v1/incidents/knone")).status, 404);
}

TEST_F(SiteTest, TheApiTellsQueueAndFreeze) {
  use_token();
  views.parked = []() -> Result<std::vector<ports::EffectRow>> {
    return std::vector<ports::EffectRow>{
        {.item = {.id = EffectId{"7/3/0"}, .priority = 1, .kind = "post_chat"},
         .status = ports::EffectStatus::parked,
         .last_error = "cannot post \xff: no such channel"}};
  };
  open();
  EXPECT_EQ(ask(posted()).status, 202);
  const auto queue = Json::parse(ask(with_token("/api/v1/queue")).body);
  EXPECT_EQ(queue["inbox"]["queued"], 1);
  EXPECT_EQ(queue["outbox"]["pending"]["P0"], 0);
  EXPECT_EQ(queue["parked_effects"][0]["id"], "7/3/0");
  const auto freeze = Json::parse(ask(with_token("/api/v1/freeze")).body);
  EXPECT_EQ(freeze["state"], "not_enforced");
  EXPECT_EQ(freeze["active"], false);
  EXPECT_EQ(freeze["holds"][0]["incident"], "kabcdefghijkl");
}

TEST_F(SiteTest, AQueueThatCannotBeReadIs503) {
  use_token();
  store.fail_with(Error{.code = Errc::unavailable, .message = "cannot read the queue: busy"});
  open();
  EXPECT_EQ(ask(with_token("/api/v1/queue")).status, 503);
}

TEST_F(SiteTest, AlertmanagerIsToldThatItsFeatureIsNotThere) {
  open();
  const Reply reply = ask("POST /webhooks/alertmanager HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr("Alertmanager"));
}

TEST_F(SiteTest, WrongMethodsAndPathsAreNamed) {
  open();
  const Reply reply = ask("DELETE /api/v1/queue HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(reply.headers.at("allow"), "GET, HEAD");
  for (const char* path : {"/api/v2", "/api/v1/incidents/", "/api/v1/incidents/a/b", "/index.html",
                           "/../etc/passwd", "//", "/%2e%2e/"})
    EXPECT_EQ(ask(get(path)).status, 404) << path;
}

TEST_F(SiteTest, ACrowdOfPagesIsRefusedNotQueuedForEver) {
  options.limits.page_threads = 1;
  options.limits.pages_waiting_max = 2;
  std::mutex gate;
  views.ready = [&gate]() -> Result<void> {
    const std::lock_guard lock(gate);
    return {};
  };
  open();
  std::unique_lock lock(gate);
  std::vector<Client> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(client());
    clients.back().send(get("/readyz"));
  }
  EXPECT_EQ(ask(get("/healthz")).status, 200);
  EXPECT_EQ(ask(posted()).status, 202) << "deliveries do not wait for pages";
  lock.unlock();
  int refused = 0;
  for (auto& one : clients) refused += one.read().status == 503 ? 1 : 0;
  EXPECT_GE(refused, 7);
}

}  // namespace
}  // namespace kedge::server::testing
