// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/github/rest.h"

#include <algorithm>

#include "bot/adapters/github/errors.h"
#include "bot/adapters/github/jwt.h"
#include "bot/base/text.h"

namespace kedge::adapters::github {
namespace {

constexpr int kRedirectsMax = 5;
constexpr std::string_view kApiVersion = "2022-11-28";

std::string origin_of(const http::Url& url) {
  return fmt::format("{}://{}:{}", url.scheme,
                     url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]", url.port);
}

std::string query_of(const Call& call) {
  std::vector<std::string> parts;
  for (const auto& [name, value] : call.query) parts.push_back(name + "=" + http::percent_encode(value));
  return join(parts, "&");
}

/// The URL of `rel="next"` in a Link header; empty: none.
std::string next_of(const std::map<std::string, std::string>& headers) {
  const auto link = headers.find("link");
  if (link == headers.end()) return {};
  std::string_view rest = link->second;
  while (true) {
    const std::size_t open = rest.find('<');
    const std::size_t close = open == std::string_view::npos ? open : rest.find('>', open);
    if (close == std::string_view::npos) return {};
    const std::string_view url = rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
    const std::string_view attributes = rest.substr(0, rest.find('<'));
    if (attributes.find("rel=\"next\"") != std::string_view::npos) return std::string(url);
  }
}

bool is_redirect(const std::string& method, int status) {
  if (status == 307 || status == 308) return true;  // These keep method and body.
  return method == "GET" && (status == 301 || status == 302);
}

}  // namespace

Result<std::string> repository_path(const Repository& repository) {
  const auto parts = split(repository.full_name, '/');
  if (parts.size() != 2 || parts[0].empty() || parts[1].empty() || parts[1] == "." || parts[1] == "..")
    return fail(Errc::invalid, "cannot address repository {}: its name is not owner/name",
                repository.id.value);
  return "/repos/" + http::percent_encode(parts[0]) + "/" + http::percent_encode(parts[1]);
}

Rest::Rest(const Options& options, http::Client& client, ports::Clock& clock)
    : options_(options),
      client_(client),
      clock_(clock),
      tokens_(*this, clock),
      limits_(clock, options.write_pace, options.stop) {
  if (const auto url = http::parse_url(options.api_url)) {
    origin_ = origin_of(*url);
    prefix_ = url->target;
    while (prefix_.ends_with('/')) prefix_.pop_back();
  }
}

Result<Answer> Rest::send(const Repository* repository, const Call& call) {
  const std::string query = query_of(call);
  return send_to(repository, call, prefix_ + call.path + (query.empty() ? "" : "?" + query));
}

Result<void> Rest::pages(const Repository* repository, Call call,
                         const std::function<bool(const Json&)>& visit) {
  call.query.emplace_back("per_page", "100");
  call.of_list = true;
  auto answer = send(repository, call);
  for (int page = 1; answer; ++page) {
    if (!visit(answer->body)) return {};
    const std::string next = next_of(answer->headers);
    if (next.empty()) return {};
    // A look that ended early is no look: a write after it could double.
    if (page == kPagesMax) return fail(Errc::invalid, "cannot {}: more than {} pages", call.verb, kPagesMax);
    auto target = target_of(next);
    if (!target) return fail(Errc::unavailable, "cannot {}: the next page is on another host", call.verb);
    answer = send_to(repository, call, *target);
  }
  return pass(answer.error());
}

Result<Answer> Rest::send_to(const Repository* repository, const Call& call, const std::string& target) {
  if (origin_.empty()) return fail(Errc::invalid, "cannot {}: the API's address is no URL", call.verb);
  for (bool renewed = false;;) {
    KEDGE_TRY(credential, authorize(repository, call));
    std::optional<Limits::Turn> turn;
    if (call.creates_content) {
      auto granted = limits_.write_turn(credential.who);
      if (!granted) return pass(granted.error());
      if (*granted) turn.emplace(std::move(**granted));
    }
    if (const auto wait = limits_.blocked(credential.who)) {
      return tl::unexpected(
          Error{.code = Errc::rate_limited,
                .message = fmt::format("cannot {}: waiting for GitHub's limit to end", call.verb),
                .retry_after = *wait,
                .certainly_not_done = true});
    }
    KEDGE_TRY(response, follow(call, credential, target));
    if (response.status == 401 && credential.kind == "installation" && !renewed) {
      tokens_.drop(*repository, credential.secret);
      renewed = true;
      continue;
    }
    return read(call, credential, response);
  }
}

Result<Rest::Credential> Rest::authorize(const Repository* repository, const Call& call) {
  if (call.anonymous) return Credential{.kind = "", .who = "anonymous", .secret = {}};
  if (!is_app()) return Credential{.kind = "token", .who = "token", .secret = options_.token};
  if (repository == nullptr) {
    KEDGE_TRY(jwt, sign_jwt(options_.private_key, options_.app_id, clock_.now()));
    return Credential{.kind = "jwt", .who = "app", .secret = std::move(jwt)};
  }
  KEDGE_TRY(installation, tokens_.installation(*repository));
  KEDGE_TRY(token, tokens_.get(*repository));
  return Credential{.kind = "installation", .who = std::to_string(installation), .secret = std::move(token)};
}

Result<http::Response> Rest::follow(const Call& call, const Credential& credential, std::string target) {
  for (int hop = 0;; ++hop) {
    KEDGE_TRY(response, exchange(call, credential, target));
    const auto location = response.headers.find("location");
    if (!is_redirect(call.method, response.status) || location == response.headers.end()) return response;
    auto next = target_of(location->second);
    if (!next || hop == kRedirectsMax) {
      return tl::unexpected(Error{.code = Errc::denied,
                                  .message = fmt::format("cannot {}: refused to follow a redirect {}",
                                                         call.verb, next ? "yet again" : "to another host"),
                                  .certainly_not_done = true});
    }
    target = std::move(*next);
  }
}

Result<http::Response> Rest::exchange(const Call& call, const Credential& credential,
                                      const std::string& target) {
  http::Request request{.method = call.method,
                        .url = origin_ + target,
                        .headers = {{"User-Agent", options_.user_agent},
                                    {"Accept", "application/vnd.github+json"},
                                    {"X-GitHub-Api-Version", std::string(kApiVersion)}},
                        .body = call.body,
                        .content_type = "application/json",
                        .timeout = options_.timeout};
  const std::string key = fmt::format("{} {} {}", credential.kind, credential.who, target);
  const bool conditional = call.method == "GET" && credential.kind != "jwt" && !call.of_list;
  std::optional<http::Response> cached;
  if (conditional) cached = cache_.find(key);
  if (cached) request.headers.emplace_back("If-None-Match", cached->headers.at("etag"));
  if (!credential.kind.empty())
    request.headers.emplace_back("Authorization", "Bearer " + credential.secret.reveal());

  auto response = client_.send(request);
  if (!response) {
    Error error = std::move(response.error());
    error.message = fmt::format("cannot {}: {}", call.verb, error.message);
    return pass(std::move(error));
  }
  if (options_.observe) {
    if (!credential.kind.empty()) request.headers.back().second = credential.kind;
    const std::size_t mark = std::min(target.find('?'), target.size());
    options_.observe({.method = call.method,
                      .path = target.substr(prefix_.size(), mark - prefix_.size()),
                      .query = mark == target.size() ? "" : target.substr(mark + 1),
                      .headers = request.headers,
                      .body = call.body,
                      .status = response->status,
                      .response = response->body});
  }
  if (response->status == 304 && cached) return std::move(*cached);
  if (conditional) cache_.put(key, *response);
  return response;
}

Result<Answer> Rest::read(const Call& call, const Credential& credential, const http::Response& response) {
  if (response.status < 200 || response.status >= 300) {
    const std::string words = words_of(Json::parse(response.body).value_or(Json()));
    if (const auto wait = limits_.over(credential.who, response, words)) {
      return tl::unexpected(Error{.code = Errc::rate_limited,
                                  .message = fmt::format("cannot {}: GitHub's limit is reached", call.verb),
                                  .retry_after = *wait,
                                  .certainly_not_done = true});
    }
    return tl::unexpected(error_of(call.verb, response));
  }
  limits_.passed(credential.who);
  Answer answer{.status = response.status, .headers = response.headers, .body = {}};
  if (response.body.empty()) return answer;
  auto body = Json::parse(response.body);
  if (!body) return fail(Errc::unavailable, "cannot {}: the answer is not JSON", call.verb);
  answer.body = std::move(*body);
  return answer;
}

Result<std::string> Rest::target_of(const std::string& url) const {
  const bool absolute = !url.starts_with('/') || url.starts_with("//");
  KEDGE_TRY(parsed, http::parse_url(absolute ? url : origin_ + url));
  if (origin_of(parsed) != origin_ || !parsed.target.starts_with(prefix_ + "/"))
    return fail(Errc::denied, "cannot follow a link that leaves the API");
  return parsed.target;
}

}  // namespace kedge::adapters::github
