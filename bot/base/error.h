// SPDX-License-Identifier: Apache-2.0
// What can go wrong in the world, as a value. `Errc` lists what a caller can do about it, not where it came
// from. Outcomes of the domain are data of their own types, and bugs stop the program (assert.h); neither
// belongs here.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace kedge {

enum class Errc {
  invalid,       ///< The request can never succeed as it is: mend it, do not repeat it.
  not_found,     ///< The object is not there, or we may not see it.
  conflict,      ///< Somebody else changed it first: read again, decide again.
  denied,        ///< A permission is missing; the message names it where the peer does.
  rate_limited,  ///< Repeat after `Error::retry_after`.
  unavailable,   ///< Network, time-out or 5xx: the outcome may be unknown; repeat, with look-before-write.
  corrupt,       ///< Stored data does not say what it must: stop and tell people.
};

std::string_view to_string(Errc code);

/// True for the codes that time can heal: rate_limited and unavailable.
bool is_retryable(Errc code);

struct Error {
  Errc code = Errc::invalid;
  std::string message;  ///< Reads `cannot <verb> <object>: <cause>`; never a secret, never a payload.
  std::optional<std::chrono::milliseconds> retry_after{};
  /// True where the peer certainly did not carry the request out (refused connection, 4xx, 429): a repeat
  /// cannot double anything. False means unknown.
  bool certainly_not_done = false;
};

template <typename T>
using Result = tl::expected<T, Error>;

template <typename... Args>
[[nodiscard]] tl::unexpected<Error> fail(Errc code, fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(
      Error{.code = code, .message = fmt::format(format, std::forward<Args>(args)...)});
}

/// Passes an error on unchanged from a function that returns another Result type.
[[nodiscard]] inline tl::unexpected<Error> pass(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace kedge

#define KEDGE_CONCAT_INNER(a, b) a##b
#define KEDGE_CONCAT(a, b) KEDGE_CONCAT_INNER(a, b)
/// KEDGE_TRY(name, expression): returns the error of a Result, or names its value.
#define KEDGE_TRY(name, expression)                                                             \
  auto KEDGE_CONCAT(kedge_try_, __LINE__) = (expression);                                       \
  if (!KEDGE_CONCAT(kedge_try_, __LINE__))                                                      \
    return tl::unexpected<kedge::Error>(std::move(KEDGE_CONCAT(kedge_try_, __LINE__)).error()); \
  auto name = std::move(*KEDGE_CONCAT(kedge_try_, __LINE__))
/// KEDGE_CHECK(expression): the same for a Result<void>.
#define KEDGE_CHECK(expression)                                             \
  do {                                                                      \
    if (auto kedge_check_ = (expression); !kedge_check_)                    \
      return tl::unexpected<kedge::Error>(std::move(kedge_check_).error()); \
  } while (false)
