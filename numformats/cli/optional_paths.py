# SPDX-License-Identifier: BSD-3-Clause
"""What do ``--json`` and ``--html`` say without a path?  Standard output, and FUNCTION.html."""

from __future__ import annotations

import re

__all__ = ["with_paths"]

_TARGET = re.compile(r".*\.py:(?P<function>[^:/]+)")


def with_paths(arguments: list[str]) -> list[str]:
    """Arguments in which each of these options has its path.

    An option is without one where the arguments end, or an option or SCRIPT.py:function follows.

    >>> with_paths(["analyze", "work.py:f", "--json", "--format", "posit16"])
    ['analyze', 'work.py:f', '--json', '-', '--format', 'posit16']
    >>> with_paths(["analyze", "--html", "work.py:f"])
    ['analyze', '--html', 'f.html', 'work.py:f']
    >>> with_paths(["compare", "work.py:f", "--json", "out.json"])
    ['compare', 'work.py:f', '--json', 'out.json']
    """
    targets = [found for found in map(_TARGET.fullmatch, arguments) if found]
    page = f"{targets[0]['function']}.html" if targets else "report.html"
    paths = {"--json": "-", "--html": page}
    found = []
    for here, following in zip(arguments, [*arguments[1:], "--"], strict=True):
        found.append(here)
        is_next = following.startswith("-") or _TARGET.fullmatch(following)
        if here in paths and is_next and following != "-":
            found.append(paths[here])
    return found
