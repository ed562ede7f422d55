// SPDX-License-Identifier: Apache-2.0
// A chat message as its product would show it: bold and links, nothing else.
#include "bot/base/text.h"
#include "bot/sandbox/markdown.h"
#include "bot/sandbox/page.h"

namespace kedge::sandbox::html {
namespace {

/// `<a>` only where it leads to a page; anything else stays text.
std::string link_or_text(const std::string& url, const std::string& text) {
  return url.starts_with("http://") || url.starts_with("https://") ? link(url, text) : escape_html(text);
}

std::string unescaped(std::string text) {
  text = replace_all(text, "&lt;", "<");
  text = replace_all(text, "&gt;", ">");
  return replace_all(text, "&amp;", "&");
}

/// Takes pieces of text, raw, and turns bold on and off between them.
class Shown {
 public:
  explicit Shown(bool unescape) : unescape_(unescape) {}
  void add(char c) { pending_ += c; }
  void add_html(const std::string& html) {
    flush();
    html_ += html;
  }
  void toggle_bold() {
    add_html(bold_ ? "</b>" : "<b>");
    bold_ = !bold_;
  }
  std::string end() {
    flush();
    return bold_ ? html_ + "</b>" : html_;
  }

 private:
  void flush() {
    html_ += escape_html(unescape_ ? unescaped(pending_) : pending_);
    pending_.clear();
  }

  bool unescape_;
  bool bold_ = false;
  std::string pending_, html_;
};

/// `<url|text>`, `*bold*`; `&`, `<` and `>` come escaped.
std::string slack_text(const std::string& text) {
  Shown shown(true);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t end = text[i] == '<' ? text.find('>', i) : std::string::npos;
    if (end != std::string::npos) {
      const std::string inner = unescaped(text.substr(i + 1, end - i - 1));
      const std::size_t bar = inner.find('|');
      shown.add_html(
          link_or_text(inner.substr(0, bar), bar == std::string::npos ? inner : inner.substr(bar + 1)));
      i = end;
    } else if (text[i] == '*') {
      shown.toggle_bold();
    } else {
      shown.add(text[i]);
    }
  }
  return shown.end();
}

/// `[text](<url>)`, `**bold**`, `\` before a sign that stands for itself.
std::string discord_text(const std::string& text) {
  Shown shown(false);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t middle = text[i] == '[' ? text.find("](<", i) : std::string::npos;
    const std::size_t end = middle == std::string::npos ? middle : text.find(">)", middle);
    if (text[i] == '\\' && i + 1 < text.size()) {
      shown.add(text[++i]);
    } else if (end != std::string::npos && text.find('\n', i) > end) {
      shown.add_html(
          link_or_text(text.substr(middle + 3, end - middle - 3), text.substr(i + 1, middle - i - 1)));
      i = end + 1;
    } else if (text.compare(i, 2, "**") == 0) {
      shown.toggle_bold();
      ++i;
    } else {
      shown.add(text[i]);
    }
  }
  return shown.end();
}

}  // namespace

std::string chat_text(const std::string& service, const std::string& text) {
  const std::string valid = to_valid_utf8(text);
  return service.starts_with("slack") ? slack_text(valid) : discord_text(valid);
}

}  // namespace kedge::sandbox::html
