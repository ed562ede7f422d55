// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/sandbox.h"

#include <openssl/rand.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "bot/base/assert.h"
#include "bot/sandbox/front.h"
#include "bot/sandbox/jwt.h"
#include "bot/sandbox/seed.h"

namespace kedge::sandbox {
namespace {

namespace fs = std::filesystem;
constexpr const char* kMarker = "kedge-sandbox";

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  const auto drawn = RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count));
  KEDGE_ASSERT(drawn == 1, "the operating system has randomness");
  return bytes;
}

TimePoint real_now() {
  return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

std::string read_file(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Makes the directory ready and empty of repositories; refuses one that holds something else.
Result<void> prepare(const fs::path& directory) {
  std::error_code problem;
  fs::create_directories(directory, problem);
  if (!fs::is_directory(directory))
    return fail(Errc::invalid, "cannot use {}: not a directory", directory.string());
  const bool ours = fs::exists(directory / kMarker);
  if (!ours && !fs::is_empty(directory)) {
    return fail(Errc::invalid, "cannot use {}: it holds something else; give an empty directory",
                directory.string());
  }
  fs::remove_all(directory / "repositories", problem);
  fs::create_directories(directory / "repositories", problem);
  std::ofstream(directory / kMarker) << "Made by kedge sandbox; repositories/ is emptied at each start.\n";
  if (problem) return fail(Errc::invalid, "cannot use {}: {}", directory.string(), problem.message());
  return {};
}

}  // namespace

struct Sandbox::Inside {
  Options options;
  fs::path directory;
  bool temporary = false;
  bool running = false;
  forge::Forge forge;
  Faults faults;
  ChatDoubles chat;
  GitHttp git;
  Journal journal;
  CiWorker ci;
  Sender sender;
  Parts parts;
  Front front;

  Inside(Options wanted, fs::path where, bool is_temporary)
      : options(std::move(wanted)),
        directory(std::move(where)),
        temporary(is_temporary),
        forge({.directory = (directory / "repositories").string(),
               .url = "",
               .now = options.now,
               .random_bytes = random_bytes}),
        chat(options.now),
        git(forge, (directory / "repositories").string()),
        journal(options.record_file),
        ci(forge, options.ci_delay),
        sender(forge),
        parts{forge, faults, chat, git, journal, ci, "", ""},
        front(parts) {
    parts.admin_token = forge.random_text(32);
  }

  Result<void> read_key() {
    const auto file = directory / "app.pem";
    auto pem = options.private_key_pem;
    if (pem.empty() && fs::exists(file)) pem = read_file(file);
    if (pem.empty()) pem = make_key_pair().private_pem;
    const auto public_pem = public_pem_of(pem);
    if (public_pem.empty()) return fail(Errc::invalid, "cannot read the App's private key");
    std::ofstream(file) << "";
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream(file) << pem;
    parts.private_key_pem = pem;
    forge.app().public_key_pem = public_pem;
    return {};
  }
};

Sandbox::Sandbox(Options options) {
  if (!options.now) options.now = real_now;
  const bool temporary = options.directory.empty();
  fs::path directory = options.directory;
  if (temporary) {
    auto pattern = (fs::temp_directory_path() / "kedge-sandbox-XXXXXX").string();
    KEDGE_ASSERT(mkdtemp(pattern.data()) != nullptr, "the temporary directory can be written");
    directory = pattern;
  }
  inside_ = std::make_unique<Inside>(std::move(options), fs::absolute(directory), temporary);
}

Sandbox::~Sandbox() {
  stop();
  std::error_code ignored;
  if (inside_->temporary) fs::remove_all(inside_->directory, ignored);
}

Result<void> Sandbox::start() {
  auto& in = *inside_;
  KEDGE_CHECK(prepare(in.directory));
  KEDGE_CHECK(in.read_key());
  KEDGE_TRY(port, in.front.bind(in.options.host, in.options.port));
  auto url = in.options.public_url;
  if (url.empty()) url = fmt::format("http://{}:{}", in.options.host, port);
  while (url.ends_with('/')) url.pop_back();
  {
    const std::lock_guard lock(in.forge.mutex());
    in.forge.set_url(url);
    const auto secret =
        in.options.webhook_secret.empty() ? in.forge.random_text(32) : in.options.webhook_secret;
    in.forge.set_hook(in.options.webhook_url, secret);
  }
  if (in.options.seed_demo) {
    if (const auto seeded = seed_demo(in.forge); !seeded) {
      return fail(Errc::unavailable, "cannot seed the sandbox: {}", seeded.error().message);
    }
  }
  in.sender.start();
  in.ci.start();
  in.front.start();
  in.running = true;
  return {};
}

void Sandbox::stop() {
  if (!inside_->running) return;
  inside_->running = false;
  inside_->front.stop();
  inside_->ci.stop();
  inside_->sender.stop();
}

std::string Sandbox::url() const {
  return inside_->forge.url();
}
std::string Sandbox::api_url() const {
  return inside_->forge.api_url();
}
std::string Sandbox::directory() const {
  return inside_->directory.string();
}
std::string Sandbox::admin_token() const {
  return inside_->parts.admin_token;
}
std::string Sandbox::app_id() const {
  return std::to_string(inside_->forge.app().id);
}
std::string Sandbox::private_key_pem() const {
  return inside_->parts.private_key_pem;
}
std::string Sandbox::private_key_file() const {
  return (inside_->directory / "app.pem").string();
}
std::string Sandbox::slack_webhook_url() const {
  return url() + ChatDoubles::kSlackHook;
}
std::string Sandbox::slack_api_url() const {
  return url() + ChatDoubles::kSlackApi;
}
std::string Sandbox::slack_token() const {
  return ChatDoubles::kSlackToken;
}
std::string Sandbox::slack_channel() const {
  return ChatDoubles::kSlackChannel;
}
std::string Sandbox::discord_webhook_url() const {
  return url() + ChatDoubles::kDiscordHook;
}

std::string Sandbox::webhook_secret() const {
  const std::lock_guard lock(inside_->forge.mutex());
  return inside_->forge.hook().secret;
}

std::string Sandbox::token_of(const std::string& login) {
  const std::lock_guard lock(inside_->forge.mutex());
  return inside_->forge.person_token(login);
}

void Sandbox::set_webhook(const std::string& url) {
  const std::lock_guard lock(inside_->forge.mutex());
  inside_->forge.set_hook(url, inside_->forge.hook().secret);
}

bool Sandbox::wait_idle(Duration timeout) {
  return sandbox::wait_idle(inside_->forge, timeout);
}

forge::Forge& Sandbox::forge() {
  return inside_->forge;
}
Faults& Sandbox::faults() {
  return inside_->faults;
}
Journal& Sandbox::journal() {
  return inside_->journal;
}
ChatDoubles& Sandbox::chat() {
  return inside_->chat;
}

}  // namespace kedge::sandbox
