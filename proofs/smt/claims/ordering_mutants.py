# SPDX-License-Identifier: BSD-3-Clause
"""Which mistakes planted in comparisons, negation, extremes and neighbours have to be refuted?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant

ORDER = "cbits/core/order.h"
MUTANTS = {
    "less": (
        Mutant(
            "flushed codes",
            ORDER,
            "f->zero && !f->subnormals && m >> f->man == 0",
            "false",
            Instance("float<exp=3,man=4,subnormals=false>", 64),
        ),
        Mutant(
            "unsigned",
            ORDER,
            "f->is_signed ? top : top ^",
            "top ? top : top ^",
            Instance("fixed<16,frac=3,signed=false>", 64),
        ),
        Mutant(
            "NaN",
            ORDER,
            "return nf_is_float(f) && (nf_el_isnan(f, a) || nf_el_isnan(f, b));",
            "return false;",
            Instance("binary16", 64),
        ),
    ),
    "negation": (
        Mutant(
            "-NaR",
            ORDER,
            "return (0 - a) & nf_mask(f->bits);",
            "return (1 - a) & nf_mask(f->bits);",
            Instance("posit16", 64),
        ),
        Mutant(
            "sign of NaN",
            ORDER,
            "return nf_with_sign(f, a, !nf_decode_128_any(f, a).sign, env);",
            "return a ^ nf_sign_mask(f);",
            Instance("float8_e4m3fnuz", 64),
        ),
    ),
    "extremes": (
        Mutant(
            "-0 and +0",
            ORDER,
            "!nf_el_signbit(f, a) && nf_el_signbit(f, b)",
            "false",
            Instance("binary16", 64),
        ),
        Mutant(
            "a NaN wins",
            ORDER,
            "return (other) && !(a_nan && b_nan)",
            "return !(a_nan && b_nan)",
            Instance("binary16", 64),
        ),
    ),
    "neighbours": (
        Mutant(
            "through zero",
            ORDER,
            "bool negative = from ? from < 0 : to < 0;",
            "bool negative = from < 0;",
            Instance("binary16", 64),
        ),
        Mutant(
            "largest",
            ORDER,
            "return m >= end ? end : m < least",
            "return m < least",
            Instance("float8_e4m3fn", 64),
            "a step away goes toward a number that is farther out, so that it never begins at the end",
        ),
        Mutant(
            "least normal",
            ORDER,
            "m < least && f->zero ? least : m + 1",
            "m + 1",
            Instance("float<exp=3,man=4,subnormals=false>", 64),
        ),
    ),
}
