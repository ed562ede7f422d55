// SPDX-License-Identifier: Apache-2.0
#include "bot/server/pages.h"

namespace kedge::server {

std::string_view style_sheet() {
  return R"css(:root {
  color-scheme: light dark;
  --ink: #1c2024; --dim: #5b6570; --paper: #ffffff; --card: #f5f7f9; --line: #d8dee4;
  --link: #0b57b7; --bad: #b3261e; --warn: #8a5300; --good: #1b6e3c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9ec; --dim: #9aa5b1; --paper: #14181c; --card: #1d2329; --line: #343c44;
    --link: #7fb4ff; --bad: #ff8a80; --warn: #f2b861; --good: #74d49a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 1rem; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; }
h1 { font-size: 1.35rem; margin: 0; }
h2 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
a { color: var(--link); }
table { width: 100%; border-collapse: collapse; }
.wide { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; font-size: .875rem; }
td.number { font-variant-numeric: tabular-nums; }
time, .dim { color: var(--dim); }
time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.tag { display: inline-block; padding: 0 .45rem; border: 1px solid currentColor; border-radius: .3rem;
  font-size: .875rem; font-weight: 600; white-space: nowrap; }
.bad { color: var(--bad); } .warn { color: var(--warn); } .good { color: var(--good); }
.calm { background: var(--card); padding: .75rem 1rem; border-radius: .4rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
td { overflow-wrap: anywhere; } td.name { white-space: nowrap; overflow-wrap: normal; }
main { padding-top: 0; } main > :first-child { margin-top: .5rem; }
form.sign-in { max-width: 22rem; display: grid; gap: .6rem; }
input, button { font: inherit; color: inherit; padding: .45rem .7rem; border: 1px solid var(--line);
  border-radius: .4rem; background: var(--card); }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 40rem) { header { flex-wrap: wrap; } th, td { padding-right: .5rem; } }
)css";
}

}  // namespace kedge::server
