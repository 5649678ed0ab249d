# SPDX-License-Identifier: BSD-3-Clause
"""What is said where nothing can be proved, because the question is not one?"""

from __future__ import annotations

__all__ = ["EquivalenceError"]


class EquivalenceError(ValueError):
    """A design that cannot be read, ports that do not fit, or a claim that is not there.

    >>> raise EquivalenceError("no module 'adder' in adder.v")
    Traceback (most recent call last):
    numformats.hardware.equivalence.problems.EquivalenceError: no module 'adder' in adder.v
    """
