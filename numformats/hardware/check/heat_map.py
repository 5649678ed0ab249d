# SPDX-License-Identifier: BSD-3-Clause
"""How are the wrong answers drawn over the exponents of the operands?  An SVG, as text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numformats.hardware.check.exponents import Grid

__all__ = ["heat_map"]

CELL, LEFT, TOP, BELOW = 17, 96, 12, 110
LEGEND = 190
# Shares of wrong answers, and their colours: one hue, lighter is less; right answers are grey.
STEPS = (0.0, 0.001, 0.01, 0.1, 0.5, 1.0)
COLOURS = ("#d8dde3", "#fde0c5", "#facba6", "#f8a07e", "#dd4b50", "#8a1538")
WORDS = ("all right", "up to 0.1 % wrong", "up to 1 %", "up to 10 %", "up to 50 %", "up to all")


def heat_map(grid: Grid, *, background: str = "none") -> str:
    """The picture: first operand downward, second across; only one row for a single operand.

    Cells without a row of the device's are left out.  `background`: a colour behind it all.
    """
    rows, wrong = (np.atleast_2d(table) for table in (grid.rows, grid.wrong))
    labels = [axis.labels for axis in grid.axes]
    down, across = labels if len(labels) == 2 else ([""], labels[0])
    names = ("first operand", "second operand") if len(labels) == 2 else ("", "operand")
    cells = "".join(
        _cell(i, j, int(rows[i, j]), int(wrong[i, j]), f"{down[i]}, {across[j]}".strip(", "))
        for i, j in zip(*np.nonzero(rows), strict=True)
    )
    wide, high = CELL * len(across), CELL * len(down)
    width, height = LEFT + wide + LEGEND, TOP + max(high, CELL * len(STEPS)) + BELOW
    texts = [_text(LEFT - 4, TOP + CELL * (i + 0.7), t, anchor="end") for i, t in enumerate(down)]
    for j, label in enumerate(across):
        x, y = LEFT + CELL * (j + 0.7), TOP + high + 6
        texts.append(_text(x, y, label, anchor="end", turn=-60))
    texts.append(_text(LEFT + wide / 2, TOP + high + BELOW - 14, names[1], anchor="middle"))
    if names[0]:
        texts.append(_text(12, TOP + high / 2, names[0], anchor="middle", turn=-90))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="share of wrong answers by exponents" '
        f'font-family="system-ui, sans-serif" font-size="10">'
        f'<rect width="100%" height="100%" fill="{background}"/>'
        f"{cells}{''.join(texts)}{_legend(LEFT + wide + 16)}</svg>\n"
    )


def _cell(i: int, j: int, rows: int, wrong: int, name: str) -> str:
    share = wrong / rows
    step = next(k for k, most in enumerate(STEPS) if share <= most)
    return (
        f'<rect x="{LEFT + CELL * j}" y="{TOP + CELL * i}" width="{CELL - 1}" height="{CELL - 1}" '
        f'fill="{COLOURS[step]}"><title>{escape(name)}: {wrong} of {rows} wrong</title></rect>'
    )


def _text(x: float, y: float, text: str, *, anchor: str = "start", turn: int = 0) -> str:
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor"{turned}>'
        f"{escape(text)}</text>"
    )


def _legend(x: float) -> str:
    return "".join(
        f'<rect x="{x}" y="{TOP + CELL * k}" width="{CELL - 1}" height="{CELL - 1}" '
        f'fill="{colour}"/>{_text(x + CELL + 4, TOP + CELL * (k + 0.7), words)}'
        for k, (colour, words) in enumerate(zip(COLOURS, WORDS, strict=True))
    )
