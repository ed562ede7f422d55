// SPDX-License-Identifier: Apache-2.0
// The SMTP server of smtp_peer.mjs as a child process, and what it says. Ends with this object.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>

namespace kedge::adapters::chat {

class SmtpPeer {
 public:
  /// Starts it and waits until it listens; port() is 0 where it did not start.
  explicit SmtpPeer(const nlohmann::json& options = nlohmann::json::object());
  ~SmtpPeer();
  SmtpPeer(const SmtpPeer&) = delete;
  SmtpPeer& operator=(const SmtpPeer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  /// The next line it says; blocks. Null where it ended.
  nlohmann::json next();

 private:
  pid_t child_ = -1;
  int to_child_ = -1;
  int from_child_ = -1;
  int port_ = 0;
  std::string buffer_;
};

/// A key and a certificate for localhost and 127.0.0.1 that it signed itself, made by openssl in `folder`.
struct Certificate {
  std::string key;
  std::string cert;
};
Certificate make_certificate(const std::string& folder);

}  // namespace kedge::adapters::chat
