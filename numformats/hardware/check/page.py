# SPDX-License-Identifier: BSD-3-Clause
"""How does a report look in a browser?  One file that needs no other, and may fetch nothing."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numformats as nf
from numformats.hardware.check.heat_map import heat_map
from numformats.hardware.check.kinds import KINDS

if TYPE_CHECKING:
    from numformats.hardware.check.mismatch import Decoded, Mismatch
    from numformats.hardware.check.report import Diagnosis, Report

__all__ = ["page"]

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 80rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; margin: .5rem 0; }
td, th { padding: .25rem .6rem; text-align: left; border-bottom: 1px solid #8884; }
.number { text-align: right; } code { font: 13px ui-monospace, monospace; }
.field { color: #111; border-radius: 3px; padding: 1px 3px; margin-right: 2px; }
.sign { background: #f4a3a0; } .regime, .direction { background: #f6d77a; }
.size { background: #f5b971; } .fraction { background: #a9dba4; }
.exponent, .characteristic, .integer { background: #9cd3e6; }
footer { margin-top: 2rem; opacity: .6; }
"""


def page(report: Report) -> str:
    """Summary, diagnoses, heat map, and examples with their fields in colour."""
    title = escape(report.title)
    notes = "".join(f"<p>{escape(note)}</p>" for note in report.notes)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
        f"<p><strong>{escape(report.summary)}</strong></p>\n{notes}{_diagnoses(report)}"
        "<h2>Where: share of wrong answers by the exponents of the operands</h2>\n"
        f'<div class="wide">{heat_map(report.grid)}</div>\n{_examples(report)}'
        f"<footer>numformats {escape(nf.__version__)}</footer>\n</body></html>\n"
    )


def _diagnoses(report: Report) -> str:
    if not report.diagnoses:
        return ""
    rows = "".join(
        f'<tr><td title="{escape(KINDS[d.kind])}"><code>{d.kind}</code></td>'
        f'<td class="number">{d.count:,}</td><td>{escape(d.sentence)}</td></tr>\n'
        for d in report.diagnoses
    )
    head = "<tr><th>kind</th><th>wrong answers</th><th>likely fault</th></tr>"
    return f"<h2>What is likely wrong</h2>\n<table>{head}\n{rows}</table>\n"


def _examples(report: Report) -> str:
    return "".join(_examples_of(d) for d in report.diagnoses if d.examples)


def _examples_of(diagnosis: Diagnosis) -> str:
    tables = "".join(map(_example, diagnosis.examples))
    return f"<h2>{escape(diagnosis.kind)}: {escape(diagnosis.sentence)}</h2>\n{tables}"


def _example(mismatch: Mismatch) -> str:
    heads = [mismatch.operation, *[""] * (len(mismatch.operands) - 1), "got", "expected"]
    codes = (*mismatch.operands, mismatch.got, mismatch.expected)
    rows = "".join(_row(head, code) for head, code in zip(heads, codes, strict=True))
    return f'<div class="wide"><table>{rows}</table></div><p>{escape(mismatch.summary)}</p>\n'


def _row(head: str, code: Decoded) -> str:
    fields = "".join(
        f'<span class="field {escape(name)}" title="{escape(name)}">{bits}</span>'
        for name, bits in code.fields
    )
    return (
        f"<tr><th>{escape(head)}</th><td><code>{code.code}</code></td>"
        f"<td><code>{fields}</code></td><td>{escape(code.value)}</td></tr>"
    )
