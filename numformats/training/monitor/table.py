# SPDX-License-Identifier: BSD-3-Clause
"""What does a monitor show while training runs?  A table: live in a terminal, as text elsewhere."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats.training.monitor.tensor_errors import Total

__all__ = ["LiveTable", "text_table"]

_HEADINGS = ("tensor", "format", "steps", "bias", "mean ulps", "max ulps", "max relative")
_COUNTS = ("saturated", "nans", "infinities", "underflows")


def _figure(x: float) -> str:
    if math.isnan(x):
        return "-"
    return f"{x:.3g}"


def _rows(totals: Iterable[Total]) -> list[list[str]]:
    """Headings and cells; counts that are 0 everywhere have no column."""
    totals = list(totals)
    counts = [c for c in _COUNTS if any(getattr(t, c) for t in totals)]
    rows = [[*_HEADINGS, *counts]]
    for t in totals:
        errors = (f"{t.bias:+.3g}" if t.known else "-", _figure(t.mean_ulps))
        largest = _figure(t.max_ulps), _figure(t.max_relative)
        numbers = [str(getattr(t, c)) for c in counts]
        rows.append([t.name, t.dtype, str(t.steps), *errors, *largest, *numbers])
    return rows


def text_table(totals: Iterable[Total]) -> str:
    """The figures of all steps as plain text, a tensor per line.

    >>> print(text_table([]))
    no tensor has been measured yet
    """
    rows = _rows(totals)
    if len(rows) == 1:
        return "no tensor has been measured yet"
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i < 2 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


class LiveTable:
    """The table on a stream: redrawn in a terminal, written once at the end elsewhere.

    A terminal needs rich, the extra numformats[cli]; ModuleNotFoundError says so.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._live: Any = None
        self.is_drawn = self._stream.isatty()

    def begin(self) -> None:
        """From now on it is shown."""
        if not self.is_drawn:
            return
        try:
            from rich.console import Console  # noqa: PLC0415 - an extra
            from rich.live import Live  # noqa: PLC0415
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "a live table needs rich: pip install 'numformats[cli]'"
            ) from error
        console = Console(file=self._stream)
        self._live = Live(console=console, auto_refresh=False, transient=False)
        self._live.start()

    def show(self, totals: Iterable[Total]) -> None:
        """The figures have changed."""
        if self._live is not None:
            self._live.update(_rich_table(totals), refresh=True)

    def end(self, totals: Iterable[Total]) -> None:
        """The last figures stay."""
        if self._live is not None:
            self._live.update(_rich_table(totals), refresh=True)
            self._live.stop()
            self._live = None
        elif not self.is_drawn:
            self._stream.write(text_table(totals) + "\n")


def _rich_table(totals: Iterable[Total]) -> Any:
    from rich.table import Table  # noqa: PLC0415 - an extra

    headings, *rows = _rows(totals)
    table = Table()
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="left" if i < 2 else "right")
    for row in rows:
        table.add_row(*row)
    return table
