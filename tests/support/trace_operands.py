# SPDX-License-Identifier: BSD-3-Clause
"""Which arrays do calls of traced functions take?"""

from __future__ import annotations

import numpy as np

X = np.array([0.5, -1.25, 2.0, 0.25, -0.75, 0.5])


Y = np.array([1.0, 0.5, 1.5, 3.0, 0.25, 2.0])


Z = np.array([0.125, 0.25, 0.75, 1.0, 2.5, 3.0])


M = np.array([[2.0, 1.0, 0.5], [4.0, -3.0, 1.0], [0.5, 2.5, 1.0]])


S = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 1.0], [0.5, 1.0, 2.0]])


W = np.array([[1.0, -0.5, 2.0, 0.25], [3.0, 1.5, -1.0, 0.5], [0.25, 2.0, 1.0, -4.0]])


N = np.array([0.5, np.nan, 2.0, -1.0, np.nan, 3.0])


OPERANDS = {"x": X, "y": Y, "z": Z, "m": M, "s": S, "w": W, "n": N}


def in_place(f, of="x"):
    """The target of a function that writes, afterwards."""

    def call(o):
        target = getattr(o, of).copy()
        f(target, o)
        return target

    return call
