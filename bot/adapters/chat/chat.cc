// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/chat.h"

#include <algorithm>
#include <optional>

#include "bot/adapters/chat/discord.h"
#include "bot/adapters/chat/mail.h"
#include "bot/adapters/chat/pagerduty.h"
#include "bot/adapters/chat/slack.h"
#include "bot/base/text.h"
#include "bot/incident/channel_keys.h"

namespace kedge::adapters::chat {
namespace {

using incident::ChannelKind;
using Settings = std::map<std::string, Secret>;
using Made = Result<std::unique_ptr<ports::ChatChannel>>;

struct Value {
  Secret text;
  bool of_server = false;  ///< It came from a setting, not from the runbook.
};

/// Looks up the keys of one definition.
class Reader {
 public:
  Reader(const incident::Channel& definition, const Settings& settings)
      : definition_(definition), settings_(settings) {}

  [[nodiscard]] bool has(const std::string& key) const { return definition_.settings.contains(key); }

  template <typename... Args>
  [[nodiscard]] tl::unexpected<Error> refuse(fmt::format_string<Args...> cause, Args&&... args) const {
    return fail(Errc::invalid, "cannot use channel {}: {}", definition_.name,
                fmt::format(cause, std::forward<Args>(args)...));
  }

  /// The key's value; where the key is left out, `fallback`'s setting, or nothing where that is not set.
  [[nodiscard]] Result<std::optional<Value>> optional(const std::string& key,
                                                      std::string_view fallback) const {
    if (has(key)) {
      KEDGE_TRY(value, required(key));
      return std::optional<Value>(std::move(value));
    }
    const auto found = settings_.find(std::string(fallback));
    if (found == settings_.end() || found->second.empty()) return std::optional<Value>();
    return std::optional<Value>(Value{found->second, true});
  }

  /// Assumes: channel_problem() found nothing, so the key is there and no other setting stands in it.
  [[nodiscard]] Result<Value> required(const std::string& key) const {
    const std::string_view text = trim(definition_.settings.at(key));
    const std::string name(incident::setting_named(text));
    if (name.empty()) return Value{Secret(std::string(text)), false};
    const auto found = settings_.find(name);
    if (found == settings_.end() || found->second.empty()) return refuse("{} is not set on the server", name);
    return Value{found->second, true};
  }

  /// A URL over http or https; one that the runbook wrote is https already.
  [[nodiscard]] Result<void> check_url(const std::string& key, const Value& value) const {
    const auto url = http::parse_url(value.text.reveal());
    if (!url || (url->scheme != "https" && url->scheme != "http"))
      return refuse("`{}` is no http or https URL", key);
    return {};
  }

 private:
  const incident::Channel& definition_;
  const Settings& settings_;
};

Made make_slack(const Reader& reader, http::Client& client) {
  if (!reader.has("token") && !reader.has("channel")) {
    KEDGE_TRY(url, reader.required("url"));
    KEDGE_CHECK(reader.check_url("url", url));
    return std::make_unique<SlackWebhook>(client, url.text);
  }
  KEDGE_TRY(token, reader.required("token"));
  KEDGE_TRY(channel, reader.required("channel"));
  KEDGE_TRY(api, reader.optional("api_url", "KEDGE_SLACK_API_URL"));
  if (!api) api = Value{Secret("https://slack.com/api"), true};
  KEDGE_CHECK(reader.check_url("api_url", *api));
  if (token.of_server && !api->of_server)
    return reader.refuse("the server's token goes only to the server's `api_url`");
  return std::make_unique<SlackBot>(client, api->text.reveal(), token.text, channel.text.reveal());
}

Made make_discord(const Reader& reader, http::Client& client, const incident::Channel& definition) {
  KEDGE_TRY(url, reader.required("url"));
  KEDGE_CHECK(reader.check_url("url", url));
  auto mentions = read_discord_mentions(definition.mentions);
  if (!mentions) return reader.refuse("{}", mentions.error().message);
  return std::make_unique<DiscordWebhook>(client, url.text, *std::move(mentions));
}

Made make_pagerduty(const Reader& reader, http::Client& client) {
  KEDGE_TRY(key, reader.required("key"));
  KEDGE_TRY(url, reader.optional("url", "KEDGE_PAGERDUTY_URL"));
  if (!url) url = Value{Secret("https://events.pagerduty.com"), true};
  KEDGE_CHECK(reader.check_url("url", *url));
  if (key.of_server && !url->of_server)
    return reader.refuse("the server's key goes only to the server's `url`");
  return std::make_unique<PagerDuty>(client, url->text.reveal(), key.text);
}

Made make_mail(const Reader& reader, ports::Clock& clock, ports::Log& log, const ChatOptions& options) {
  KEDGE_TRY(url, reader.required("smtp_url"));
  KEDGE_TRY(from_text, reader.optional("from", "KEDGE_MAIL_FROM"));
  KEDGE_TRY(to_text, reader.optional("to", "KEDGE_MAIL_TO"));
  if (!from_text) return reader.refuse("`from` is missing");
  if (!to_text) return reader.refuse("`to` is missing");
  auto server = read_smtp_url(url.text);
  if (!server) return reader.refuse("`smtp_url` is not of the form smtp[s]://user:password@host:port");
  auto from = parse_mailbox(from_text->text.reveal());
  if (!from) return reader.refuse("`from` is no mail address");
  auto to = parse_mailboxes(to_text->text.reveal());
  if (!to) return reader.refuse("`to` is no list of mail addresses");
  server->ca_file = options.ca_file;
  server->reply_timeout = options.mail_reply_timeout;
  server->total_timeout = options.mail_total_timeout;
  server->stop = options.stop;
  return std::make_unique<MailChannel>(*std::move(server), *std::move(from), *std::move(to), clock, log);
}

}  // namespace

ConfiguredChat::ConfiguredChat(std::map<std::string, Secret> settings, http::Client& client,
                               ports::Clock& clock, ports::Log& log, ChatOptions options)
    : settings_(std::move(settings)),
      client_(client),
      clock_(clock),
      log_(log),
      options_(std::move(options)) {}

Result<ports::ChatChannel*> ConfiguredChat::channel(const incident::Channel& definition) {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find_if(made_, [&](const Made& made) { return made.definition == definition; });
  if (found != made_.end()) return found->channel.get();
  KEDGE_TRY(channel, make(definition));
  made_.push_back({definition, std::move(channel)});
  return made_.back().channel.get();
}

Result<std::unique_ptr<ports::ChatChannel>> ConfiguredChat::make(const incident::Channel& definition) const {
  const Reader reader(definition, settings_);
  if (const std::string problem = incident::channel_problem(definition); !problem.empty())
    return reader.refuse("{}", problem);
  switch (definition.kind) {
    case ChannelKind::slack:
      return make_slack(reader, client_);
    case ChannelKind::discord:
      return make_discord(reader, client_, definition);
    case ChannelKind::mail:
      return make_mail(reader, clock_, log_, options_);
    case ChannelKind::pagerduty:
      return make_pagerduty(reader, client_);
  }
  return reader.refuse("its kind is not known");
}

}  // namespace kedge::adapters::chat
