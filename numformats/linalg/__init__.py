# SPDX-License-Identifier: BSD-3-Clause
"""How are linear systems solved in any format?  Every inner product is exact, with one rounding.

Names, shapes and errors are those of numpy.linalg (`lu` and `qr` those of scipy.linalg).  Leading
dimensions are stacks.  float16, float32 and float64 are formats here, too.

Read in this order: operands, factor, solving, measures.
"""

from __future__ import annotations

from numformats.linalg.factor import cholesky, lu, qr
from numformats.linalg.measures import cond, norm
from numformats.linalg.solving import Refined, det, inv, lstsq, solve

__all__ = ["Refined", "cholesky", "cond", "det", "inv", "lstsq", "lu", "norm", "qr", "solve"]
