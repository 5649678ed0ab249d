# SPDX-License-Identifier: BSD-3-Clause
"""Which operation does a user's script define?  `SCRIPT.py:name`."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import TYPE_CHECKING

from numformats.hardware.abstract import Operation

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["from_script", "is_script"]


def is_script(op: str) -> bool:
    """Does the name of an operation mean a script?"""
    return ".py:" in op


def from_script(op: str, f: Format) -> Operation:
    """The operation of that name in the script: an Operation, or what makes one of a Format.

    The script runs with the caller's rights, as any program that is started by its name.  Raises
    ValueError for a file or a name that is not there, TypeError for what is no Operation; errors of
    the script itself are its own.
    """
    path, _, name = op.rpartition(":")
    if not Path(path).is_file():
        raise ValueError(f"operation {op!r}: there is no file {path!r}")
    scope = runpy.run_path(path)
    if name not in scope:
        known = sorted(k for k, v in scope.items() if not k.startswith("_") and callable(v))
        raise ValueError(f"operation {op!r}: {path} has no {name!r}; known: {', '.join(known)}")
    found = scope[name]
    if not isinstance(found, Operation) and callable(found):
        found = found(f)
    if not isinstance(found, Operation):
        raise TypeError(f"operation {op!r} is {found!r}; allowed: a numformats.hardware.Operation")
    return found
