// SPDX-License-Identifier: Apache-2.0
#include "bot/base/error.h"

namespace kedge {

std::string_view to_string(Errc code) {
  switch (code) {
    case Errc::invalid:
      return "invalid";
    case Errc::not_found:
      return "not_found";
    case Errc::conflict:
      return "conflict";
    case Errc::denied:
      return "denied";
    case Errc::rate_limited:
      return "rate_limited";
    case Errc::unavailable:
      return "unavailable";
    case Errc::corrupt:
      return "corrupt";
  }
  return "invalid";
}

bool is_retryable(Errc code) {
  return code == Errc::rate_limited || code == Errc::unavailable;
}

}  // namespace kedge
