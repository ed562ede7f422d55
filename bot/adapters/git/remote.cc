// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/remote.h"

#include "bot/base/text.h"

namespace kedge::adapters::git {

struct Conversation {
  NetworkSession session;
  std::string url;
  PushAnswer answer;

  [[nodiscard]] Error failure(int code, std::string_view verb) const {
    if (session.error) return *session.error;
    const std::string said = answer.words.empty() ? "" : fmt::format(" ({})", to_valid_utf8(answer.words));
    return {.code = code == GIT_ENOTFOUND ? Errc::not_found : Errc::unavailable,
            .message = fmt::format("cannot {} {}: {}{}", verb, url, last_error(), said)};
  }
};

namespace {

Conversation& conversation(void* payload) {
  return *static_cast<Conversation*>(payload);
}

int use_our_http(git_transport** out, git_remote* owner, void* payload) {
  return make_transport(out, owner, &conversation(payload).session);
}

int hear_words(const char* text, int length, void* payload) {
  std::string& words = conversation(payload).answer.words;
  const std::size_t room = kServerWordsMax - words.size();
  words.append(text, std::min(room, static_cast<std::size_t>(length)));
  return 0;
}

int note_status(const char* ref, const char* status, void* payload) {
  conversation(payload).answer.refs.push_back({.name = ref, .refusal = status == nullptr ? "" : status});
  return 0;
}

/// Called while a pack is indexed, where the network is not asked: the other place to stop at.
int stop_if_asked(const git_indexer_progress* at, void* payload) {
  const NetworkSession& session = conversation(payload).session;
  session.progress.tell(fmt::format("receiving objects: {} of {}, {} KiB", at->received_objects,
                                    at->total_objects, at->received_bytes / 1024));
  return session.stop.stop_requested() ? GIT_EUSER : 0;
}

git_remote_callbacks callbacks_of(Conversation& talk) {
  git_remote_callbacks callbacks;
  git_remote_init_callbacks(&callbacks, GIT_REMOTE_CALLBACKS_VERSION);
  callbacks.payload = &talk;
  callbacks.sideband_progress = hear_words;
  callbacks.transfer_progress = stop_if_asked;
  callbacks.push_update_reference = note_status;
  if (talk.url.starts_with("http")) callbacks.transport = use_our_http;
  return callbacks;
}

/// libgit2's form of a list of texts, which it does not change.
struct Strings {
  explicit Strings(const std::vector<std::string>& texts) : owned(texts) {
    for (std::string& text : owned) pointers.push_back(text.data());
    array.strings = pointers.data();
    array.count = pointers.size();
  }
  std::vector<std::string> owned;
  std::vector<char*> pointers;
  git_strarray array{};
};

}  // namespace

Remote::Remote(std::unique_ptr<Conversation> talk, RemoteHandle handle)
    : talk_(std::move(talk)), handle_(std::move(handle)) {}
Remote::Remote(Remote&&) noexcept = default;
Remote& Remote::operator=(Remote&& other) noexcept {
  handle_ = std::move(other.handle_);
  talk_ = std::move(other.talk_);
  refs_ = std::move(other.refs_);
  return *this;
}
Remote::~Remote() = default;

Result<Remote> Remote::connect(const Repo& repo, const std::string& url, Direction direction,
                               NetworkSession session) {
  const bool known = url.starts_with("http://") || url.starts_with("https://") || url.starts_with("file://");
  if (!known) return fail(Errc::invalid, "cannot reach {}: only http, https and file addresses", url);
  auto talk = std::make_unique<Conversation>();
  talk->session = std::move(session);
  talk->url = url;
  git_remote_create_options options;
  git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
  options.repository = repo.raw();
  // Addresses are not rewritten by the machine's configuration. libgit2 1.5 also loses 20 KB for every entry
  // of it that it compares with `url.*.insteadOf`.
  options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
  git_remote* raw = nullptr;
  if (git_remote_create_with_opts(&raw, url.c_str(), &options) != 0) {
    return fail(Errc::invalid, "cannot use the address {}: {}", url, last_error());
  }
  Remote remote(std::move(talk), RemoteHandle(raw));
  const git_remote_callbacks callbacks = callbacks_of(*remote.talk_);
  const git_direction way = direction == Direction::fetch ? GIT_DIRECTION_FETCH : GIT_DIRECTION_PUSH;
  if (const int code = git_remote_connect(raw, way, &callbacks, nullptr, nullptr); code != 0) {
    return pass(remote.talk_->failure(code, "reach"));
  }
  const git_remote_head** heads = nullptr;
  std::size_t count = 0;
  if (const int code = git_remote_ls(&heads, &count, raw); code != 0) {
    return pass(remote.talk_->failure(code, "list the refs of"));
  }
  for (std::size_t i = 0; i < count; ++i) remote.refs_[heads[i]->name] = to_sha(heads[i]->oid);
  return remote;
}

std::string Remote::url() const {
  return talk_->session.at.empty() ? talk_->url : talk_->session.at;
}

Secret Remote::token() const {
  return talk_->session.accepted;
}

Result<void> Remote::fetch(const std::vector<std::string>& refspecs) {
  git_fetch_options options;
  git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
  options.callbacks = callbacks_of(*talk_);
  options.update_fetchhead = 0;
  options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
  const Strings specs(refspecs);
  git_error_clear();
  if (const int code = git_remote_fetch(handle_.get(), &specs.array, &options, nullptr); code != 0) {
    Error error = talk_->failure(code, "fetch from");
    // It also fails where what is here already cannot be read, or does not fit what comes.
    const bool here = !talk_->session.error && code != GIT_EUSER && last_error_code() == Errc::corrupt;
    if (here) error.code = Errc::corrupt;
    return pass(std::move(error));
  }
  return {};
}

bool is_not_given(const Error& error) {
  // The server's words, and libgit2's where the server does not even offer it.
  return error.message.find("not our ref") != std::string::npos ||
         error.message.find("cannot fetch a specific object") != std::string::npos;
}

Result<PushAnswer> Remote::push(const std::vector<std::string>& refspecs) {
  talk_->answer = {};
  git_push_options options;
  git_push_options_init(&options, GIT_PUSH_OPTIONS_VERSION);
  options.callbacks = callbacks_of(*talk_);
  const Strings specs(refspecs);
  if (const int code = git_remote_upload(handle_.get(), &specs.array, &options); code != 0) {
    return pass(talk_->failure(code, "push to"));
  }
  return talk_->answer;
}

}  // namespace kedge::adapters::git
