# SPDX-License-Identifier: BSD-3-Clause
"""Which points does a text or a CSV file mean?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from numformats.analysis.candidate import split_formats
from numformats.analysis.problems import one_line
from numformats.errors import FormatError
from numformats.parse import parse_format, reads_as_format
from numformats.sweep.problems import SweepError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["grid", "read_points", "value"]

MOST_STEPS = 10**7


def value(text: str) -> object:
    """An integer, a float, true or false, a format of this package; else the text itself.

    Raises FormatError for a format that cannot be.

    >>> value("3"), value("1e-3"), value("true"), value("posit16"), value("fast")
    (3, 0.001, True, <class 'numformats.posit16'>, 'fast')
    """
    word = text.strip()
    if reads_as_format(word):
        return parse_format(word)
    if word.lower() in {"true", "false"}:
        return word.lower() == "true"
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def grid(texts: list[str]) -> dict[str, list[object]]:
    """The values of each `name=...`: a list with commas, or first:last:count, evenly spaced.

    Commas within <...> belong to a format.  Raises SweepError, which names the text.

    >>> grid(["h=0:1:3", "format=posit16,float<exp=6,man=9>"])["h"]
    [0.0, 0.5, 1.0]
    """
    found: dict[str, list[object]] = {}
    for text in texts:
        name, equals, values = (part.strip() for part in text.partition("="))
        if not (name.isidentifier() and equals and values):
            raise SweepError(
                f"--param {text}: must be NAME=VALUE,VALUE... or NAME=FIRST:LAST:COUNT"
            )
        if name in found:
            raise SweepError(f"--param {text}: {name} is given twice")
        try:
            found[name] = _steps(text, values) or [value(word) for word in split_formats(values)]
        except FormatError as error:
            raise SweepError(f"--param {text}: {error}") from None
    return found


def _steps(text: str, values: str) -> list[object]:
    """The values of first:last:count; [] for anything else."""
    parts = values.split(":")
    if len(parts) == 1:
        return []
    try:
        first, last, count = float(parts[0]), float(parts[1]), int(parts[2])
    except (ValueError, IndexError):
        count = 0
    if len(parts) != 3 or not 0 < count <= MOST_STEPS or not np.isfinite([first, last]).all():
        raise SweepError(f"--param {text}: a range is FIRST:LAST:COUNT, two numbers and how many")
    return [float(x) for x in np.linspace(first, last, count)]


def read_points(path: Path) -> list[dict[str, object]]:
    """The points of a CSV file: names in the first line, then one point a line.

    Raises SweepError, which names the file and the line.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = csv.DictReader(stream, strict=True)
            points: list[dict[str, object]] = []
            for line in lines:
                if None in line or None in line.values():
                    raise SweepError(f"{path} line {lines.line_num}: not as many cells as names")
                points.append({name.strip(): value(cell) for name, cell in line.items()})
    except (OSError, UnicodeDecodeError, csv.Error, FormatError) as error:
        raise SweepError(f"{path} cannot be read: {one_line(error)}") from None
    if not points:
        raise SweepError(f"{path} holds no point: it needs a line of names and lines of values")
    return points
