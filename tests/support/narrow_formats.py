# SPDX-License-Identifier: BSD-3-Clause
"""Which narrow formats are tested code by code?"""

from __future__ import annotations

import numformats as nf
from helpers import named

NARROW = named(8)

# Narrow formats without a name: other parameters of the same codecs.
PARAMETRIC = [
    "posit<2,es=2>",
    "posit<3,es=1>",
    "posit<6,es=0>",
    "posit<10,es=1>",
    "posit<7,es=5>",
    "bposit<8,rs=3,es=4>",
    "bposit<12,rs=4,es=2>",
    "takum_linear<10>",
    "takum_linear<12>",
    "float<exp=4,man=5>",
    "float<exp=4,man=3,subnormals=false>",
    "float<exp=4,man=3,signed=false>",
    "float<exp=3,man=2,inf=top,nan=negative_zero>",
    "float<exp=1,man=4,inf=none,nan=none>",
    "float<exp=5,man=3,bias=-20>",
    "float<exp=3,man=3,inf=none,nan=none,signed=false>",
    "truncated<exp=4,man=5,compute_man=3>",
    "truncated<exp=4,man=5,compute_man=2,truncate=align,ftz=false,daz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=product,daz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=operand,ftz=false>",
    "truncated<exp=3,man=4,compute_man=2,truncate=rounded>",
    "fixed<8,frac=-3>",
    "fixed<7,frac=12,signed=false>",
    "fixed<8,frac=4,overflow=wrap>",
    "fixed<8,frac=4,overflow=saturate_symmetric,rounding=nearest_positive>",
    "fixed<8,frac=3,overflow=zero,rounding=nearest_negative>",
    "fixed<7,frac=6,signed=false,overflow=zero,rounding=nearest_zero>",
    "float<exp=4,man=3,rounding=nearest_zero,overflow=saturate_finite>",
    "float<exp=3,man=2,inf=top,nan=negative_zero,rounding=nearest_negative,overflow=saturate>",
    "float<exp=4,man=3,signed=false,inf=top,nan=all_ones,rounding=toward_negative>",
    "float<exp=3,man=2,signed=false,inf=none,nan=all_ones,overflow=saturate>",
    "fixed<12,frac=5,signed=false,overflow=wrap,rounding=toward_negative>",
]
SMALL = [*NARROW.values(), *map(nf.parse_format, PARAMETRIC)]
