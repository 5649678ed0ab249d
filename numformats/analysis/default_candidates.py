# SPDX-License-Identifier: BSD-3-Clause
"""Which formats are tried when the user names none?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numformats as nf
from numformats.analysis.candidate import NUMPY_FLOATS, Candidate, as_candidate, split_formats
from numformats.analysis.problems import CompareError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["chosen"]


def chosen(candidates: Iterable[object] | object | None) -> list[Candidate]:
    """The candidates that were asked for, each once; None: the named formats and NumPy's floats.

    One format may stand alone, and a text may list several: "posit16, float<exp=5,man=9>".
    """
    if candidates is None:
        candidates = [*nf.formats(), *NUMPY_FLOATS]
    elif isinstance(candidates, str):
        candidates = split_formats(candidates)
    elif isinstance(candidates, type) or not hasattr(candidates, "__iter__"):
        candidates = [candidates]
    found = {c.name: c for c in (as_candidate(T) for T in candidates)}
    if not found:
        raise CompareError("candidates is empty: name a format, or leave it out")
    return list(found.values())
