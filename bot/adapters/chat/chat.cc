// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/chat/chat.h"

#include <algorithm>
#include <optional>

#include "bot/adapters/chat/discord.h"
#include "bot/adapters/chat/mail.h"
#include "bot/adapters/chat/pagerduty.h"
#include "bot/adapters/chat/slack.h"
#include "bot/base/text.h"

namespace kedge::adapters::chat {
namespace {

using incident::ChannelKind;
using Settings = std::map<std::string, Secret>;
using Made = Result<std::unique_ptr<ports::ChatChannel>>;

/// Which setting may stand in which key. A runbook's author must not be able to send one of the server's
/// secrets where it does not belong.
struct KeyRow {
  ChannelKind kind;
  std::string_view key;
  std::string_view setting;
};
constexpr KeyRow kKeys[] = {
    {ChannelKind::slack, "url", "KEDGE_SLACK_WEBHOOK_URL"},
    {ChannelKind::slack, "token", "KEDGE_SLACK_TOKEN"},
    {ChannelKind::slack, "channel", "KEDGE_SLACK_CHANNEL"},
    {ChannelKind::slack, "api_url", "KEDGE_SLACK_API_URL"},
    {ChannelKind::discord, "url", "KEDGE_DISCORD_WEBHOOK_URL"},
    {ChannelKind::mail, "smtp_url", "KEDGE_SMTP_URL"},
    {ChannelKind::mail, "from", "KEDGE_MAIL_FROM"},
    {ChannelKind::mail, "to", "KEDGE_MAIL_TO"},
    {ChannelKind::pagerduty, "key", "KEDGE_PAGERDUTY_KEY"},
    {ChannelKind::pagerduty, "url", "KEDGE_PAGERDUTY_URL"},
};

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

  [[nodiscard]] Result<Value> required(const std::string& key) const {
    const auto found = definition_.settings.find(key);
    if (found == definition_.settings.end()) return refuse("`{}` is missing", key);
    const std::string_view text = trim(found->second);
    if (text.empty()) return refuse("`{}` is empty", key);
    if (text.find("${") == std::string_view::npos) return Value{Secret(std::string(text)), false};
    if (!text.starts_with("${") || text.find('}') != text.size() - 1)
      return refuse("`{}` must be one ${{NAME}} or a plain text, not a mixture", key);
    return setting(key, std::string(trim(text.substr(2, text.size() - 3))));
  }

  /// A URL over http or https; one that the runbook wrote must be https.
  [[nodiscard]] Result<void> check_url(const std::string& key, const Value& value) const {
    const auto url = http::parse_url(value.text.reveal());
    if (!url || (url->scheme != "https" && url->scheme != "http"))
      return refuse("`{}` is no http or https URL", key);
    if (!value.of_server && url->scheme != "https")
      return refuse("`{}` must be https where a runbook writes it out", key);
    return {};
  }

 private:
  [[nodiscard]] Result<Value> setting(const std::string& key, const std::string& name) const {
    const auto is_known = [&](const KeyRow& row) { return row.setting == name; };
    const auto belongs = [&](const KeyRow& row) {
      return row.setting == name && row.kind == definition_.kind && row.key == key;
    };
    const auto found = settings_.find(name);
    if (found == settings_.end() && std::ranges::none_of(kKeys, is_known))
      return refuse("${{{}}} is no setting of the server that a channel may name", name);
    if (std::ranges::none_of(kKeys, belongs)) return refuse("${{{}}} does not belong in `{}`", name, key);
    if (found == settings_.end() || found->second.empty()) return refuse("{} is not set on the server", name);
    return Value{found->second, true};
  }

  const incident::Channel& definition_;
  const Settings& settings_;
};

Made make_slack(const Reader& reader, http::Client& client) {
  if (!reader.has("token") && !reader.has("channel")) {
    if (!reader.has("url")) return reader.refuse("`url`, or `token` and `channel`, is missing");
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
