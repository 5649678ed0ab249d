# SPDX-License-Identifier: BSD-3-Clause
"""How does ``numformats bound`` go from its arguments to text and JSON?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from numformats._atomic_file import STDOUT, write_text
from numformats.analysis.bound import bound
from numformats.analysis.problems import CompareError
from numformats.analysis.workload import find_function
from numformats.cli.run import Targets, check_targets
from numformats.cli.tables import console
from numformats.errors import FormatError
from numformats.progress import progress
from numformats.tracing import TraceError

if TYPE_CHECKING:
    from pathlib import Path

    from numformats.analysis.bounds.certificate import StaticBound

__all__ = ["parse_range", "run_bound"]


def run_bound(
    target: str, format_name: str, ranges: list[str], *, json_file: Path | None, **options: Any
) -> None:
    """The command: everything that can be wrong is found before the long run starts."""
    check_targets(Targets(json_file=json_file))
    box = dict(parse_range(text) for text in ranges)
    function = find_function(target)
    try:
        found = _with_progress(function, box, format_name, options)
    except (FormatError, TraceError) as error:
        raise CompareError(str(error)) from None
    out = console(stderr=json_file is not None and str(json_file) == STDOUT)
    out.print(repr(found), markup=False, highlight=False, soft_wrap=True)
    if json_file is not None:
        text = json.dumps(found.to_dict(), indent=2, allow_nan=False)
        write_text(json_file, f"{text}\n", dash=True)


def parse_range(text: str) -> tuple[str, Any]:
    """The name and the range of NAME=LOW:HIGH, NAME=LOW:HIGH:SHAPE (3x4) or NAME=NUMBER.

    >>> parse_range("x=0:1"), parse_range("w=-1:1:3x4"), parse_range("n=5")
    (('x', ('0', '1')), ('w', ('-1', '1', (3, 4))), ('n', 5))
    """
    name, equals, value = text.partition("=")
    parts = value.split(":")
    if not equals or not name.isidentifier() or not 1 <= len(parts) <= 3:
        raise CompareError(f"--range {text}: must be NAME=LOW:HIGH, NAME=LOW:HIGH:3x4 or NAME=1.5")
    if len(parts) == 1:
        return name, int(value) if value.removeprefix("-").isdigit() else (value, value)
    if len(parts) == 2:
        return name, (parts[0], parts[1])
    if not all(n.isdigit() for n in parts[2].split("x")):
        raise CompareError(f"--range {text}: the shape must be written 5 or 3x4")
    return name, (parts[0], parts[1], tuple(int(n) for n in parts[2].split("x")))


def _with_progress(
    function: Any, box: dict[str, Any], format_name: str, options: dict[str, Any]
) -> StaticBound:
    """The bound under a bar of its boxes."""
    with progress("boxes") as bar:

        def step(done: int, most: int) -> None:
            bar.update(completed=done, total=most)

        return bound(function, box, format_name, progress=step, **options)
