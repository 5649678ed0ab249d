# SPDX-License-Identifier: BSD-3-Clause
"""Which results of many operations are exact and rounded once?  Sums, products, means, quires.

Read in this order: core_calls, outputs, axes, sums, products, models, quire_state, quire_values,
quire_sums, quire_operators, quire_array, quire, means, expressions, error_domains, error_free,
posit_standard.
"""

from numformats.exact.error_free import fast_two_sum, two_prod, two_sum
from numformats.exact.expressions import complex_multiply, det2, horner_exact
from numformats.exact.means import fmean, fstd, fvar, norm2
from numformats.exact.posit_standard import *  # noqa: F403 - its __all__
from numformats.exact.posit_standard import __all__ as _standard_names
from numformats.exact.products import fdot, matmul, vecdot
from numformats.exact.quire import Quire
from numformats.exact.quire_array import QuireArray
from numformats.exact.sums import fsum

__all__ = [  # noqa: PLE0604 - the Standard's names stand in posit_standard.py
    "Quire",
    "QuireArray",
    "complex_multiply",
    "det2",
    "fast_two_sum",
    "fdot",
    "fmean",
    "fstd",
    "fsum",
    "fvar",
    "horner_exact",
    "matmul",
    "norm2",
    "two_prod",
    "two_sum",
    "vecdot",
    *_standard_names,
]
