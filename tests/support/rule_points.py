# SPDX-License-Identifier: BSD-3-Clause
"""Where are the functions with a rule smooth?  Operands for tests of their derivatives."""

import numpy as np

import numformats as nf

# Both signs where there are both; one row for each operand.
INSIDE = [[-0.7, -0.11, 0.2, 0.93]]
POSITIVE = [[0.125, 0.9, 3.3, 40.0]]
BEYOND_ONE = [[1.25, 2.0, 17.0, 300.0]]
TWO = [[-2.5, -0.3, 0.7, 3.1], [1.75, -4.0, 0.6, -0.9]]
POINTS = {
    np.arccosh: BEYOND_ONE,
    np.power: [[0.3, 1.7, 2.5, 9.0], [2.0, -1.5, 0.4, 1.1]],
    np.remainder: [[5.3, 7.9, 0.4, 11.1], [1.7, 2.2, 3.1, 0.9]],
    nf.fma: [*TWO, [0.1, 0.9, -3.0, 5.0]],
} | dict.fromkeys([np.log, np.log2, np.log10, np.sqrt, np.cbrt, nf.rsqrt, np.exp2], POSITIVE)


def points_of(f):
    return np.array(POINTS.get(f, INSIDE if f.nin == 1 else TWO))
