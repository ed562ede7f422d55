// SPDX-License-Identifier: Apache-2.0
#include "bot/adapters/git/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "bot/base/text.h"

namespace kedge::adapters::git {
namespace {

constexpr std::size_t kNameMax = 40;

/// The name comes from whoever made the commit, and iconv reads slashes as paths and options.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && std::ranges::all_of(name, [](char c) {
    return c == '-' || c == '_' || c == '.' || c == ':' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  });
}

class Converter {
 public:
  explicit Converter(const std::string& from) : handle_(::iconv_open("UTF-8", from.c_str())) {}
  ~Converter() {
    if (is_open()) ::iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  [[nodiscard]] bool is_open() const {
    // iconv's own way to say no.
    return handle_ != reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr)
  }

  std::string convert(std::string text) {
    char* in = text.data();
    std::size_t left = text.size();
    std::string out;
    while (left > 0) {
      const std::size_t before = left;
      const int error = step(in, left, out);
      if (error == E2BIG && left < before) continue;
      if (left == 0) break;
      // A byte that means nothing here, or the beginning of a character that never ends.
      out += "\xef\xbf\xbd";
      ++in;
      --left;
    }
    char* nothing = nullptr;
    std::size_t none = 0;
    step(nothing, none, out);
    return out;
  }

 private:
  int step(char*& in, std::size_t& left, std::string& out) {
    std::array<char, 1024> buffer{};
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const bool done = ::iconv(handle_, in == nullptr ? nullptr : &in, &left, &to, &room) != std::size_t(-1);
    const int error = done ? 0 : errno;
    out.append(buffer.data(), buffer.size() - room);
    return error;
  }

  iconv_t handle_;
};

}  // namespace

std::string decode_text(std::string_view bytes, const std::string& encoding) {
  const bool utf8 = encoding.empty() || equals_ignore_case(encoding, "UTF-8") ||
                    equals_ignore_case(encoding, "UTF8") || !is_plain_name(encoding);
  if (utf8) return to_valid_utf8(bytes);
  Converter converter(encoding);
  if (!converter.is_open()) return to_valid_utf8(bytes);
  return to_valid_utf8(converter.convert(std::string(bytes)));
}

}  // namespace kedge::adapters::git
