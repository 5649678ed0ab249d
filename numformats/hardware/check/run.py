# SPDX-License-Identifier: BSD-3-Clause
"""How is a whole file, stream or list of answers checked?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.hardware.check.checker import Checker
from numformats.hardware.check.source import batches
from numformats.hardware.operations import Operation, operation

if TYPE_CHECKING:
    from collections.abc import Callable

    from numformats.hardware.cases import Cases
    from numformats.hardware.check.report import Diagnosis, Report
    from numformats.hardware.check.source import Source
    from numformats.parse import FormatLike

__all__ = ["check", "diagnose"]


def check(  # noqa: PLR0913 - options of a command
    format_or_operation: FormatLike | Operation,
    op: str | None = None,
    source: Source = None,
    *,
    layout: str = "testfloat",
    mode: str | None = None,
    to: FormatLike | None = None,
    flags: str | bool = "auto",
    nans: str = "any",
    limit: int = 5,
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> Report:
    """Compare a device's answers with the right ones, and say what is wrong with it.

    Parameters
    ----------
    format_or_operation : a format, its class, dtype or text; or an Operation
    op : the operation's name, if a format was given
    source : the answers
        A path, an open file, an iterable of lines (text or bytes), Cases, or an iterable of Cases.
    layout : how a file or lines are laid out: "testfloat", ...
    mode, to : as for `numformats.hardware.operation`
    flags : "auto", True or False
        Whether flags are compared; "auto": where there are some.
    nans : "any" or "same"
        Whether any code of NaN is as good as any other.
    limit : how many examples each diagnosis has
    seed : of the sample of wrong answers that is taken apart, where there are very many
    progress : called after each batch with the number of rows checked so far

    Raises LayoutError (a ValueError) with the number of a malformed line, OSError for a file that
    cannot be read, ValueError for what is not allowed, TypeError for another source.

    >>> report = check("posit8", "add", ["40 40 48", "40 41 49"])
    >>> report.passed, report.checked, report.mismatches
    (False, 2, 1)
    """
    operation_ = _operation(format_or_operation, op, mode=mode, to=to)
    checker = Checker(operation_, flags=flags, nans=nans, limit=limit, seed=seed)
    for cases in batches(source, operation_, layout):
        checker.add(cases)
        if progress is not None:
            progress(checker.checked)
    return checker.report()


def diagnose(operation: Operation, cases: Cases, **options: Any) -> list[Diagnosis]:
    """The faults that explain the wrong answers among cases in memory; options as of Checker.

    >>> import numpy as np
    >>> from numformats.hardware import Cases, operation
    >>> nar, one = np.array([0x80], np.uint8), np.array([0x40], np.uint8)
    >>> [d.kind for d in diagnose(operation("posit8", "add"), Cases((nar, one), one))]
    ['nar']
    """
    checker = Checker(operation, **options)
    checker.add(cases)
    return checker.report().diagnoses


def _operation(given: FormatLike | Operation, op: str | None, **options: Any) -> Operation:
    if not isinstance(given, Operation):
        if op is None:
            raise ValueError("op=None: a format needs the name of an operation")
        return operation(given, op, **options)
    if op is not None or any(value is not None for value in options.values()):
        raise ValueError("op, mode and to belong to a format; an Operation was given")
    return given
