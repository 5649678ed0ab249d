# SPDX-License-Identifier: BSD-3-Clause
"""Which functions are traced, as what, and which are not, as rows of text for a page?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numformats.tracing.dispatch import public_name
from numformats.tracing.functions import KINDS
from numformats.tracing.not_traced import NOT_TRACED
from numformats.tracing.registry import OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["not_traced", "traced"]


def _names_of(functions: Iterable[Any]) -> str:
    """The public names of functions; those without one are NumPy's own business."""
    names = sorted({name for f in functions if (name := public_name(f))})
    return ", ".join(f"`{name}`" for name in names)


def traced() -> list[tuple[str, str, str]]:
    """One row per kind of functions that are traced: the kind, what it means, their names.

    >>> [kind for kind, meaning, names in traced() if "`np.sort`" in names]
    ['selection']
    """
    return [
        (kind, meaning, _names_of(members))
        for kind, (meaning, members) in KINDS.items()
        if kind != "not traced"
    ]


def not_traced() -> list[tuple[str, str]]:
    """One row per reason why functions are not traced: their names, and the reason.

    >>> [reason for names, reason in not_traced() if "`np.fft.fft`" in names]
    ['its results are complex numbers']
    """
    reasons = dict.fromkeys(NOT_TRACED.values())
    rows = [(_names_of(f for f in NOT_TRACED if NOT_TRACED[f] == r), r) for r in reasons]
    rows += [(f"all of `{name.replace('numpy', 'np')}`", why) for name, why in OTHERS.items()]
    return [row for row in rows if row[0]]
