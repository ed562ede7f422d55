// SPDX-License-Identifier: Apache-2.0
#include "bot/sandbox/page.h"

#include <fmt/format.h>

#include "bot/base/text.h"
#include "bot/sandbox/markdown.h"

namespace kedge::sandbox::html {
namespace {

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--ground:#fff;--raised:#f6f8fa;--line:#d1d9e0;--text:#1f2328;--soft:#59636e;--link:#0969da;
--good:#1a7f37;--bad:#cf222e;--busy:#9a6700;--quiet:#59636e;--done:#8250df}
@media (prefers-color-scheme:dark){:root{--ground:#0d1117;--raised:#161b22;--line:#30363d;--text:#e6edf3;--soft:#9198a1;
--link:#4493f8;--good:#3fb950;--bad:#f85149;--busy:#d29922;--quiet:#9198a1;--done:#ab7df8}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.5 system-ui,"DejaVu Sans",sans-serif}
header{background:var(--raised);border-bottom:1px solid var(--line);padding:.6rem 0}
header nav,main{max-width:62rem;margin:0 auto}
header nav{display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;padding:0 1rem}
main{padding:1rem}
a{color:var(--link);text-decoration:none}a:hover,a:focus-visible{text-decoration:underline}
h1{font-size:1.5rem;line-height:1.25;margin:.3rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.6rem 0 .6rem}
.trail,.soft{color:var(--soft)}
.soft{font-size:.9em}
table{border-collapse:collapse;width:100%}
.list{border:1px solid var(--line);border-radius:6px;overflow-x:auto}
.list td,.list th{padding:.45rem .7rem;border-top:1px solid var(--line);text-align:left;vertical-align:top}
.list tr:first-child>*{border-top:0}.list th{background:var(--raised);font-weight:600}
.list td.tight{white-space:nowrap;width:1%}
.badge{display:inline-block;border:1px solid currentColor;border-radius:1em;padding:0 .55em;font-size:.8em;white-space:nowrap}
.good{color:var(--good)}.bad{color:var(--bad)}.busy{color:var(--busy)}.quiet{color:var(--quiet)}.done{color:var(--done)}
.label{display:inline-block;border-radius:1em;padding:0 .55em;font-size:.8em;white-space:nowrap}
.card{border:1px solid var(--line);border-radius:6px;margin:0 0 1rem;overflow:hidden}
.card>.top{background:var(--raised);border-bottom:1px solid var(--line);padding:.4rem .8rem}
.card>.body{padding:.3rem .8rem;overflow-x:auto;overflow-wrap:break-word}
.body table{width:auto;margin:.6rem 0}.body td,.body th{border:1px solid var(--line);padding:.25rem .6rem}
.body blockquote{margin:.6rem 0;padding:0 .9rem;border-left:.25rem solid var(--line);color:var(--soft)}
code,pre{font:.88em/1.5 ui-monospace,"DejaVu Sans Mono",monospace}
code{background:var(--raised);border-radius:4px;padding:.1em .3em;overflow-wrap:anywhere}
pre{background:var(--raised);border-radius:6px;padding:.7rem;overflow-x:auto;margin:.6rem 0}pre code{padding:0;background:none;overflow-wrap:normal}
.chat{white-space:pre-wrap;overflow-wrap:anywhere}
.reply{margin-left:2rem}
.body details{border-top:1px solid var(--line);margin-top:.5rem;padding:.3rem 0}
.add{color:var(--good)}.del{color:var(--bad)}
)css";

}  // namespace

Response page(int status, const std::string& title, const std::vector<std::string>& trail,
              const std::string& content) {
  std::string text = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">";
  text += "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>" +
          escape_html(title) + " · sandbox</title><style>" + kStyle + "</style></head><body>";
  text += "<header><nav aria-label=\"Sandbox\"><b>Kedge sandbox</b>" + link("/", "Repositories") +
          link("/-/chat", "Chat") + link("/-/deliveries", "Webhook deliveries") + "</nav></header><main>";
  if (!trail.empty()) text += "<div class=\"trail\">" + join(trail, " / ") + "</div>";
  text += "<h1>" + escape_html(title) + "</h1>" + content + "</main></body></html>\n";
  auto response = text_response(status, text, "text/html; charset=utf-8");
  // Nothing on these pages runs or loads: whatever slipped through stays text.
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'");
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  return response;
}

std::string link(const std::string& href, std::string_view text) {
  return "<a href=\"" + escape_html(href) + "\">" + escape_html(text) + "</a>";
}

std::string badge(std::string_view text, std::string_view kind) {
  return fmt::format("<span class=\"badge {}\">{}</span>", kind, escape_html(text));
}

std::string state_badge(const forge::Issue& issue) {
  if (issue.pull && issue.pull->merged_at) return badge("merged", "done");
  if (issue.pull && issue.pull->draft && issue.open) return badge("draft", "quiet");
  return issue.open ? badge("open", "good") : badge("closed", issue.pull ? "bad" : "done");
}

std::string result_badge(const std::string& status, const std::string& conclusion) {
  if (status != "completed") return badge(replace_all(status, "_", " "), "busy");
  if (conclusion == "success") return badge("success", "good");
  const bool quiet = conclusion == "neutral" || conclusion == "skipped" || conclusion == "cancelled";
  return badge(replace_all(conclusion, "_", " "), quiet ? "quiet" : "bad");
}

std::string label_badge(const forge::Label& label) {
  const auto bytes = from_hex(label.color);
  int light = 0;
  if (bytes.size() == 3) {
    light = (299 * static_cast<unsigned char>(bytes[0]) + 587 * static_cast<unsigned char>(bytes[1]) +
             114 * static_cast<unsigned char>(bytes[2])) /
            1000;
  }
  return fmt::format("<span class=\"label\" style=\"background:#{};color:{}\">{}</span>",
                     escape_html(label.color), light > 140 ? "#1f2328" : "#fff", escape_html(label.name));
}

std::string when(TimePoint at) {
  const std::string text = format_utc(at);  // To the second: a story here may be over within a minute.
  return "<time class=\"soft\" datetime=\"" + text + "\">" + text.substr(0, 10) + " " + text.substr(11, 8) +
         " UTC</time>";
}

std::string empty_note(std::string_view text) {
  return "<p class=\"soft\">" + escape_html(text) + "</p>";
}

std::string short_sha(const std::string& sha) {
  return sha.substr(0, 12);
}

std::vector<std::string> trail(const forge::Repository& repository) {
  const auto root = "/" + repository.full_name();
  return {link(root, repository.full_name()), link(root + "/issues", "issues"),
          link(root + "/pulls", "pull requests"), link(root + "/actions", "runs")};
}

}  // namespace kedge::sandbox::html
