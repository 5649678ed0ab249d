# SPDX-License-Identifier: BSD-3-Clause
"""What does the page of a report always say?  Its columns, its style and the script that sorts."""

__all__ = ["HELP", "SCRIPT", "STYLE"]

# In the order of the columns of numformats/analysis/report_table.py; the last two are the page's.
HELP = {
    "line": "where in the program",
    "code": "its text",
    "blame": "share of the line's rounding errors in the error of the result, to first order; "
    "negative: they made up for others",
    "introduced": "largest relative error that an operation of the line introduced: its rounding",
    "inherited": "largest relative error that its operands brought along, as magnified or damped",
    "max ulps": "largest whole error, in spacings of the format at the true result",
    "mean ulps": "mean of the same",
    "cancel": "results that cancelled catastrophically",
    "diverged": "comparisons, argmax and the like that truth takes otherwise",
    "sat": "results held at the ends of the format, or overflowed",
    "NaN": "results that are NaN or NaR although no operand was",
    "elements": "results computed",
    "ulps": "how many results are how many ulps off; the first bar is exact results, the next less "
    "than 1/8, and each further one a power of two",
    "operations": "what the line does",
}

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 100rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; overflow-wrap: anywhere; }
code { font: 13px/1.45 ui-monospace, monospace; white-space: pre; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
#lines { font-size: 13px; }
#lines td, #lines th { padding: .25rem .45rem; text-align: right; white-space: nowrap;
  border-bottom: 1px solid #8884; }
#lines td:nth-child(2), #lines th:nth-child(2), #lines th:first-child,
#lines :is(td, th):nth-child(n+13) { text-align: left; }
#lines td:last-child { white-space: normal; }
#lines thead th { position: sticky; top: 0; background: Canvas; }
button { font: inherit; font-weight: 600; border: 0; padding: 0; background: none;
  color: inherit; cursor: pointer; }
[aria-sort=descending] button::after { content: " \\2193"; }
[aria-sort=ascending] button::after { content: " \\2191"; }
tr[style] > * { background: rgb(214 69 65 / calc(var(--share) * .55)); }
tr.less > * { background: rgb(59 111 182 / calc(var(--share) * .45)); }
.source td { padding: 0 .6rem; white-space: nowrap; }
.source td:nth-child(-n+2) { text-align: right; opacity: .8; }
.source td:nth-child(3) { width: 100%; }
.gap { opacity: .5; }
svg rect { fill: #3b6fb6; }
dt { font-weight: 600; } footer { margin-top: 2rem; opacity: .6; }
"""

SCRIPT = """
"use strict";
const table = document.getElementById("lines");
const body = table.tBodies[0];
const key = (row, i) => row.cells[i].dataset.v ?? row.cells[i].textContent;
function compare(a, b) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const x = Number(a), y = Number(b);
  return Number.isNaN(x) || Number.isNaN(y) ? (a < b ? 1 : a > b ? -1 : 0) : y - x || 0;
}
table.tHead.addEventListener("click", (event) => {
  const head = event.target.closest("th");
  if (!head) return;
  const down = head.getAttribute("aria-sort") !== "descending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const rows = [...body.rows].map((row) => [key(row, head.cellIndex), row]);
  rows.sort((a, b) => (a[0] === "" || b[0] === "" ? compare(a[0], b[0]) :
    down ? compare(a[0], b[0]) : compare(b[0], a[0])));
  body.append(...rows.map((pair) => pair[1]));
});
"""
