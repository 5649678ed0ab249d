# SPDX-License-Identifier: BSD-3-Clause
"""What is the value of a kernel's function at a point, by MPFR?"""

from __future__ import annotations

import gmpy2

from proofs.bounds.kernel_bounds import CBITS, script
from proofs.bounds.kernel_domains import CIRCLE

BITS = 1200  # of reference values: x + k/4 of least x is exact
mpfr_functions = script(CBITS.parent / "tests" / "support" / "mpfr_functions.py")


def truth(name, x, quadrant=0):
    """The magnitude of the function's value, of x and some quarters of a turn."""
    other = {"sin": "cos", "cos": "sin"}.get(name, name) if quadrant else name
    with gmpy2.context(precision=BITS):
        f = mpfr_functions.table(BITS)[other]
        if name in CIRCLE:
            y = f(gmpy2.mpfr(x))
            return abs(1 / y if quadrant and name == "tan" else y)
        return abs(f(gmpy2.mpfr(x) + gmpy2.mpfr(quadrant) / 2))
