# SPDX-License-Identifier: BSD-3-Clause
"""How do values look in a notebook?  HTML with nothing from elsewhere, on light and dark pages.

Bit fields have a background and a dark text of their own; all other text takes the page's colours.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from numformats._show import anatomy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numformats._dtypes import Scalar
    from numformats.format_info import FormatInfo

__all__ = ["info", "scalar", "table"]

# The background of each bit field.  Its name stands below it for readers who see no colours.
_COLOURS = {
    "sign": "#f4a3a0",
    "regime": "#f6d77a",
    "direction": "#f6d77a",
    "regime size": "#f5b971",
    "exponent": "#9cd3e6",
    "characteristic": "#9cd3e6",
    "integer": "#9cd3e6",
    "fraction": "#a9dba4",
}
_MONO = "font-family:monospace"
_CELL = "padding:2px 8px;text-align:left;vertical-align:top;background:none;border:none"


def scalar(x: Scalar) -> str:
    """One number: its fields in colour, what they mean, and the exact value."""
    rows = dict(anatomy_rows(x.format, x.bits))
    parts = [(name.strip(), cells) for name, cells in rows.items() if name.startswith("  ")]
    bits = "".join(_cell(text, _field_style(field)) for _, ((text, field), *_) in parts)
    names = "".join(_cell(name) for name, _ in parts)
    meanings = "".join(_cell(cells[1][0].partition(" (")[0].strip()) for _, cells in parts)
    code = _plain(rows["code"])
    value = " = ".join(dict.fromkeys(_plain(rows[k]) for k in ("value", "decimal") if k in rows))
    lines = [f"code {code}"]
    if "negated" in rows:
        lines.append(f"bits {_plain(rows['bits'])}: the fields are those of its two's complement")
    body = "".join(f"<tr>{cells}</tr>" for cells in (bits, names, meanings))
    first = f"<b>{escape(repr(x))}</b> = {escape(value)}"
    return (
        f'<div><div style="{_MONO};overflow-wrap:anywhere">{first}</div>'
        f'<div style="{_MONO}">{escape("; ".join(lines))}</div>{_table(body)}</div>'
    )


def info(limits: FormatInfo) -> str:
    """The limits of a format."""
    f = limits.format
    names = ("bits", "minpos", "maxpos", "lowest", "smallest_normal", "exact_eps", "nmant",
             "smallest_exponent", "largest_exponent", "contiguous_integers", "precision",
             "nan_count", "inf_count", "lossless_in_float32", "lossless_in_float64")  # fmt: skip
    rows = [(name, str(getattr(limits, name))) for name in names]
    return table(f"{f.name or f}: {f!r}", ("limit", "value"), rows)


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of texts, the first column bold."""
    top = "".join(f'<th style="{_CELL}">{escape(text)}</th>' for text in head)
    body = "".join(
        f"<tr>{_cell(first, 'font-weight:bold')}{''.join(_cell(c, _MONO) for c in rest)}</tr>"
        for first, *rest in rows
    )
    heading = f"<tr>{top}</tr>" if any(head) else ""
    return f"<div><div><b>{escape(title)}</b></div>{_table(heading + body)}</div>"


def _table(body: str) -> str:
    """A wide one scrolls."""
    return (
        '<div style="overflow-x:auto"><table style="border-collapse:separate;border-spacing:2px;'
        f'margin:4px 0;font-size:90%">{body}</table></div>'
    )


def _cell(text: str, style: str = "") -> str:
    return f'<td style="{_CELL};{style}">{escape(text)}</td>'


def _field_style(field: str) -> str:
    return f"{_MONO};background:{_COLOURS[field]};color:#111;border-radius:3px;font-size:120%"


def _plain(parts: Iterable[tuple[str, str]]) -> str:
    return "".join(text for text, _ in parts)
