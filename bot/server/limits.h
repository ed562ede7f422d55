// SPDX-License-Identifier: Apache-2.0
// Every bound of the public door in one place. A client can make the server hold at most connections_max
// heads of header_bytes_max and body_bytes_total_max of bodies; nothing it does or leaves undone keeps a
// connection longer than the times below.
#pragma once

#include <cstddef>

#include "bot/base/time.h"
#include "webhooks/delivery.h"

namespace kedge::server {

struct Limits {
  std::size_t connections_max = 4096;
  std::size_t header_bytes_max = std::size_t{16} * 1024;  ///< Request line and headers.
  std::size_t headers_max = 100;
  std::size_t body_bytes_max = webhooks::kBodyBytesMax;      ///< Of the GitHub endpoint.
  std::size_t page_body_bytes_max = std::size_t{64} * 1024;  ///< Of every other route.
  /// Bodies being read or waiting for the store. A body over `big_body_bytes` may use three quarters of it,
  /// so that big ones never shut out the small.
  std::size_t body_bytes_total_max = std::size_t{128} * 1024 * 1024;
  std::size_t big_body_bytes = std::size_t{1024} * 1024;

  Duration header_time = std::chrono::seconds{10};  ///< From a connection's or request's first moment.
  Duration body_time = std::chrono::seconds{30};    ///< From the end of the headers.
  Duration answer_time = std::chrono::seconds{20};  ///< From the whole request until its answer is written.
  Duration idle_time = std::chrono::seconds{30};    ///< Between two requests of one connection.
  Duration linger_time = std::chrono::seconds{5};   ///< For a client to read the last answer and to hang up.
  Duration stop_time = std::chrono::seconds{8};     ///< For stop(): the container runtimes kill after ten.

  std::size_t linger_bytes_max =
      std::size_t{32} * 1024 * 1024;          ///< Read and thrown away after the last answer.
  std::size_t deliveries_waiting_max = 8192;  ///< For the store's writer.
  std::size_t pages_waiting_max = 256;        ///< For the threads that make pages.
  std::size_t page_threads = 2;

  /// No request takes longer from its first byte to the last byte of its answer.
  [[nodiscard]] Duration request_time() const { return header_time + body_time + answer_time; }
};

}  // namespace kedge::server
