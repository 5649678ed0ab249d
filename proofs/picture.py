# SPDX-License-Identifier: BSD-3-Clause
"""How do the claims make a theorem about an operation?  A picture: python -m proofs.picture --write"""

from __future__ import annotations

import sys
from html import escape

from proofs.checkout import ROOT

PICTURE = ROOT / "docs" / "pictures" / "proofs.svg"
WIDTH, HEIGHT, LINE = 760, 470, 17
SHIPPED, MADE, SETTLED, TRUSTED = "#dbe9f6", "#f3f3f3", "#dff0d8", "#fdf3d8"
# name: (left, top, width, fill, lines); the first line is the title
BOXES = {
    "text": (20, 20, 200, SHIPPED, ["cbits/", "the C text that ships,", "unchanged"]),
    "translator": (20, 130, 200, TRUSTED, ["translator", "C text to terms,", "obligations: it is defined"]),
    "spec": (20, 350, 200, TRUSTED, ["definitions", "codes by case tables,", "exact integers"]),
    "crosscheck": (20, 240, 200, SETTLED, ["translator.agrees", "terms against the", "compiled core"]),
    "contracts": (280, 20, 200, SETTLED, ["lemmas: contracts", "jam, normalise, sum, product,", "quotient, step of the root"]),
    "codec": (280, 130, 200, SETTLED, ["codec", "decode is the definition,", "encode is nearest in cells"]),
    "lanes": (280, 240, 200, SETTLED, ["lanes", "one lane of vector code", "is the core"]),
    "exhaustion": (280, 350, 200, SETTLED, ["exhaustion, intervals", "every argument, compiled;", "kernels of functions"]),
    "coq": (540, 75, 200, SETTLED, ["Coq", "cells: the lemmas make", "a correct rounding"]),
    "operations": (540, 185, 200, SHIPPED, ["add, mul, div, sqrt, fma", "the exact result,", "rounded once"]),
    "bounds": (540, 295, 200, SETTLED, ["bounds of errors", "sums, dots, quires,", "in Coq with Flocq"]),
}  # fmt: skip
ARROWS = [
    ("text", "translator"),
    ("translator", "contracts"),
    ("translator", "codec"),
    ("translator", "lanes"),
    ("crosscheck", "translator"),
    ("spec", "codec"),
    ("spec", "lanes"),
    ("contracts", "coq"),
    ("codec", "coq"),
    ("coq", "operations"),
    ("lanes", "operations"),
    ("exhaustion", "operations"),
    ("operations", "bounds"),
]
TALL = 3 * LINE + 22
KEY = [(SHIPPED, "what runs"), (TRUSTED, "trusted"), (SETTLED, "claims with mutants")]


def box(left, top, width, fill, lines):
    """A box with its lines, the first of them bold."""
    out = [
        f'<rect x="{left}" y="{top}" width="{width}" height="{TALL}" rx="6" fill="{fill}" stroke="#555"/>'
    ]
    for i, line in enumerate(lines):
        weight = ' font-weight="bold"' * (i == 0)
        middle = left + width / 2
        out.append(f'<text x="{middle:g}" y="{top + 23 + LINE * i}"{weight}>{escape(line)}</text>')
    return out


def arrow(a, b):
    """From the side of one box to the nearest side of another."""
    ax, ay, aw, *_ = BOXES[a]
    bx, by, bw, *_ = BOXES[b]
    if ax == bx:
        down = by > ay
        points = (ax + aw / 2, ay + TALL * down, bx + bw / 2, by + TALL * (not down))
    else:
        points = (ax + aw, ay + TALL / 2, bx, by + TALL / 2)
    x1, y1, x2, y2 = (f"{p:g}" for p in points)
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#555" marker-end="url(#head)"/>'


def picture():
    """The text of the SVG."""
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" text-anchor="middle">',
        "<title>How the claims make a theorem about an operation</title>",
        (
            '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>'
        ),
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    out += [arrow(a, b) for a, b in ARROWS]
    for parts in BOXES.values():
        out += box(*parts)
    for i, (fill, name) in enumerate(KEY):
        left, top = 545, 395 + 20 * i
        out.append(
            f'<rect x="{left}" y="{top}" width="14" height="12" fill="{fill}" stroke="#555"/>'
        )
        out.append(f'<text x="{left + 22}" y="{top + 11}" text-anchor="start">{name}</text>')
    return "\n".join([*out, "</svg>", ""])


def main(arguments):
    """0: the picture is drawn (now), 1: it is another."""
    if arguments == ["--write"]:
        PICTURE.write_text(picture(), "utf-8")
    return int(PICTURE.read_text("utf-8") != picture())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
