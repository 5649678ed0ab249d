# SPDX-License-Identifier: BSD-3-Clause
"""Which mistakes in what holds the chain of an operation together have to be refuted?"""

from __future__ import annotations

from proofs.claim import Instance, Mutant

ARITH, OPS, DIV, SQRT, FMA = (
    f"cbits/core/{name}.h" for name in ("arith", "ops", "div", "sqrt", "fma")
)
ELEMENTS, ARITHMETIC = "cbits/core/elements.h", "cbits/core/arithmetic.h"
HALF, DOUBLE, POSIT = Instance("binary16"), Instance("binary64"), Instance("posit16")
MUTANTS = {
    "add": (
        Mutant(
            "zero of unlike signs",
            ARITH,
            "f->rounding == NF_TOWARD_NEGATIVE, env);",
            "true, env);",
            HALF,
        ),
        Mutant("0 + x", OPS, "|| b.cls == NF_ZERO ? a : b;", "|| b.cls == NF_ZERO ? a : a;", POSIT),
        Mutant(
            "inf - inf",
            OPS,
            "b.cls == NF_INFINITE && a.sign != b.sign)",
            "b.cls == NF_INFINITE && 0)",
            HALF,
        ),
        Mutant("-0 + -0", OPS, "a.sign == b.sign ? a.sign : down", "down", HALF),
        Mutant(
            "cut of the wrong operand",
            ARITH,
            "if (a->exp > b->exp)",
            "if (a->exp < b->exp)",
            Instance("truncated<exp=8,man=23,compute_man=20,truncate=align>"),
        ),
    ),
    "mul": (
        Mutant(
            "inf * 0",
            OPS,
            "return a.cls == NF_ZERO || b.cls == NF_ZERO ? NF_N(nf_invalid)(env)",
            "return a.cls == NF_ZERO && b.cls == NF_ZERO ? NF_N(nf_invalid)(env)",
            HALF,
        ),
        Mutant(
            "a * a",
            OPS,
            "return NF_N(nf_mul_finite)(a, b);",
            "return NF_N(nf_mul_finite)(a, a);",
            POSIT,
        ),
        Mutant(
            "no cut of a product",
            ARITH,
            "return NF_N(nf_keep)(x, f->compute_man + 1);",
            "return NF_N(nf_keep)(x, f->compute_man + 2);",
            Instance("truncated<exp=8,man=23,compute_man=20,truncate=product>"),
        ),
    ),
    "div": (
        Mutant("b / a", ARITHMETIC, "nf_div_long(x, y)", "nf_div_long(y, x)", DOUBLE),
        Mutant("flag of x / 0", DIV, "b.cls == NF_ZERO && a.cls == NF_FINITE", "false", HALF),
        Mutant(
            "inf / inf", DIV, "if (a.cls == b.cls)", "if (a.cls == b.cls && a.cls == NF_ZERO)", HALF
        ),
        Mutant(
            "x / 0 of posits",
            DIV,
            "if (b.cls == NF_ZERO && a.cls",
            "if (b.cls == NF_ZERO && !a.sign && a.cls",
            POSIT,
        ),
    ),
    "sqrt": (
        Mutant(
            "root of a negative number",
            SQRT,
            "if (a.cls == NF_FINITE && !a.sign)",
            "if (a.cls == NF_FINITE)",
            HALF,
        ),
        Mutant("root of -inf", SQRT, "|| (a.cls == NF_INFINITE && a.sign))", ")", HALF),
        Mutant(
            "fine",
            ARITH,
            "f->rounding == NF_STOCHASTIC, env);",
            "f->rounding != NF_STOCHASTIC, env);",
            POSIT,
        ),
    ),
    "fma": (
        Mutant(
            "half of the field",
            ELEMENTS,
            "f->bits <= 32, x, y, z, env)",
            "f->bits <= 64, x, y, z, env)",
            DOUBLE,
        ),
        Mutant(
            "b*b + c",
            ELEMENTS,
            "nf_fma_of_numbers(f, f->bits <= 32, x, y, z",
            "nf_fma_of_numbers(f, f->bits <= 32, y, y, z",
            POSIT,
        ),
        Mutant(
            "c of a special product",
            FMA,
            "return nf_add_128(product, c, down, env);",
            "return nf_add_128(product, product, down, env);",
            DOUBLE,
        ),
    ),
}
