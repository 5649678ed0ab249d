# SPDX-License-Identifier: BSD-3-Clause
"""What does a comparison look like as a page?  One file, all text of the user escaped."""

from __future__ import annotations

import base64
import importlib.util
import io
from html import escape
from typing import TYPE_CHECKING

import numformats as nf
from numformats._html import table
from numformats.analysis.figures import (
    HEADINGS,
    WORST_HEADINGS,
    cells,
    notes,
    own_figures,
    title,
    worst_cells,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from numformats.analysis.comparison import Comparison

__all__ = ["to_page"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font-family: system-ui, sans-serif; max-width: 70em; margin: 2em auto; padding: 0 1em; }}
img {{ max-width: 100%; background: #fff; }}
pre {{ overflow-x: auto; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
<p><small>numformats {version}</small></p>
</body>
</html>
"""


def to_page(comparison: Comparison) -> str:
    """A comparison as HTML: tables, notes, the worst elements, and pictures if matplotlib is there.

    The page needs no other file and no network.
    """
    body = "\n".join(_sections(comparison))
    return _PAGE.format(
        title=escape(comparison.function), body=body, version=escape(nf.__version__)
    )


def _sections(comparison: Comparison) -> Iterator[str]:
    results = comparison.results
    yield table(title(comparison), HEADINGS, [cells(result) for result in results])
    names, rows = own_figures(comparison)
    if names:
        yield table("Its own figures", ("format", *names), rows)
    yield table("The worst elements", WORST_HEADINGS, [worst_cells(result) for result in results])
    left = comparison.departure
    if left is not None and left.code:
        yield f"<p>{escape(str(left))}</p><pre>{escape(left.code)}</pre>"
    lines = "".join(f"<li>{escape(line)}</li>" for line in notes(comparison))
    yield f"<h2>Notes</h2><ul>{lines}</ul>" if lines else ""
    yield from _pictures(comparison)
    inputs = [
        (f"input {i}", str(tuple(item["shape"])), item["dtype"], "yes" if item["converted"] else "")
        for i, item in enumerate(comparison.inputs)
    ]
    yield table("Inputs", ("", "shape", "dtype", "in each format"), inputs)


def _pictures(comparison: Comparison) -> Iterator[str]:
    if importlib.util.find_spec("matplotlib") is None:
        return
    from numformats.analysis.plotting import plot_comparison, plot_errors  # noqa: PLC0415 - needs an extra

    yield _picture(plot_comparison(comparison), "relative errors of all formats")
    yield _picture(plot_errors(comparison), "the error of each element")


def _picture(figure: Figure, what: str) -> str:
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=110)
    data = base64.b64encode(stream.getvalue()).decode()
    return f'<img alt="{escape(what)}" src="data:image/png;base64,{data}">'
