# SPDX-License-Identifier: BSD-3-Clause
"""Which mistakes do type checkers find?  Every line marked "error" is one, and no other is."""

from numpy.typing import NDArray

import numformats as nf


def take(x: NDArray[nf.posit32]) -> nf.posit32:
    """Arrays of one format in, a scalar out."""
    return nf.fsum(x)


s = nf.posit32(1.5)
wrong: nf.posit16 = s + s  # error
take(s)  # error
nf.quantize(0.1, nf.posit16, rounding="up")  # error
s.bitz  # error
name: str = nf.fsum(s)  # error
