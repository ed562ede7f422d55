// SPDX-License-Identifier: Apache-2.0
// What the front keeps of one client. Only the front's own thread touches it.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <string>

#include "bot/server/head.h"
#include "bot/server/http.h"

namespace kedge::server {

using Ticket =
    std::uint64_t;  ///< Names a connection and the one request of it being answered; never used twice.

enum class Stage : std::uint8_t {
  fresh,      ///< Accepted, no byte yet.
  idle,       ///< Between two requests.
  head,       ///< A head has begun.
  body,       ///< The head is read, the body is not.
  answering,  ///< The request is handed over, or its answer is being written.
  linger,     ///< The last answer is written; waits for the client to hang up.
};
inline constexpr std::size_t kStages = 6;

struct Connection {
  int fd = -1;
  Ticket ticket = 0;
  Stage stage = Stage::fresh;
  std::chrono::nanoseconds since{};          ///< When it entered the stage.
  std::list<Connection*>::iterator place{};  ///< In the stage's list.
  std::uint32_t watched = 0;                 ///< epoll events.
  std::string peer;

  std::string in;  ///< Bytes not yet understood: a head, or what was pipelined behind the request.
  HeadScan scan;
  Request request;
  std::size_t body_length = 0;
  std::size_t charged = 0;  ///< Of body_bytes_total_max.

  bool keep_alive = true;
  bool head_only = false;
  int minor_version = 1;
  bool pending = false;  ///< Handed over, not yet answered.
  bool close_after = false;
  bool gone = false;
  std::string out;
  std::size_t out_sent = 0;
  std::size_t discarded = 0;
};

}  // namespace kedge::server
