# SPDX-License-Identifier: BSD-3-Clause
"""What besides a number can a code mean, and which flags are raised?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from proofs.smt import terms as t
from proofs.smt.spec import parameters as p

if TYPE_CHECKING:
    from proofs.smt.spec.magnitude import Magnitude

ZERO, FINITE, INFINITE, NOT_A_NUMBER = range(4)


@dataclass(frozen=True)
class Decoded:
    """Boolean terms but for the magnitude, which counts where none of the first three holds."""

    zero: t.T
    infinite: t.T
    nan: t.T
    negative: t.T
    magnitude: Magnitude


@dataclass(frozen=True)
class Special:
    """What is no finite number but zero.  `pole`: an infinity made by a division by zero, whose
    flag is raised already; `by_zero`: its sign is the sign of that zero."""

    zero: t.T
    infinite: t.T
    nan: t.T
    negative: t.T
    pole: t.T
    by_zero: t.T


def special_of(x):
    """What a struct nf_number_W says of specials."""
    infinite = t.eq(x["cls"], t.bv(INFINITE, 8))
    return Special(
        t.eq(x["cls"], t.bv(ZERO, 8)),
        infinite,
        t.eq(x["cls"], t.bv(NOT_A_NUMBER, 8)),
        t.ne(x["sign"], t.bv(0, 8)),
        t.land(infinite, t.ne(x["exp"], t.bv(0, 32))),
        t.land(infinite, t.eq(x["exp"], t.bv(2, 32))),
    )


def raised(flags, which):
    """A term: exactly these flags."""
    return t.eq(flags, t.bv(which, flags.w))


def over(flags, special):
    """A term: the flag of an infinity that the format has not; a pole has raised its own."""
    return t.lite(special.pole, raised(flags, 0), raised(flags, p.OVERFLOW))
