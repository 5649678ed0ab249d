# SPDX-License-Identifier: BSD-3-Clause
"""Which narrow formats, and which of their values, do the tests of comparisons try?"""

from __future__ import annotations

from fractions import Fraction

import numformats as nf
from numformats.analysis import find_candidate

NARROW = [name for name, made in nf.formats().items() if made.format.bits <= 8]


def finite_values(name: str) -> list[Fraction]:
    """All finite values >= 0 of a format, ascending."""
    candidate = find_candidate(name)
    decoded = [candidate.decode(code) for code in range(candidate.sign_code)]
    return sorted({value for value in decoded if isinstance(value, Fraction)})
