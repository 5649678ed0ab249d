# SPDX-License-Identifier: BSD-3-Clause
"""Which bounds of the double and double-double kernels are claimed?  Proved on intervals, from their text.

Refuted means here: the bound that follows from the text is greater than what is claimed, or the
text is another than that of which the lemmas are true.  It names no double that is wrong.
"""

from __future__ import annotations

import subprocess
import tempfile
from functools import partial
from math import inf, log2
from pathlib import Path

from proofs.bounds import kernel_circle_dd, kernel_proofs, kernel_proofs_dd
from proofs.bounds.kernel_bounds import COMPILER, GENERATED, Machine, generate, preprocessed
from proofs.bounds.kernel_bounds_dd import PairMachine
from proofs.bounds.kernel_domains import DOMAINS
from proofs.bounds.kernel_domains_dd import FUNCTIONS_2, domains
from proofs.bounds.kernel_lemmas import NotProvedError
from proofs.bounds.kernel_lemmas_dd import CIRCLE_ERROR, CIRCLE_ERROR_OF_PAIRS
from proofs.bounds.near_pairs import NotAPairError
from proofs.checkout import Checkout
from proofs.claim import PROVED, REFUTED, Claim, Instance, Mutant, Outcome

DOUBLES, PAIRS = "function_doubles.h", kernel_proofs_dd.HEADER.name
TRUTH = (
    "tests/support/mpfr_functions.py"  # what says the values of functions, ours for any checkout
)
U = 2.0**-53
known = {}  # texts of kernels, prepared once before processes start
TRUSTS = (
    "the lemmas of kernel_lemmas*.py, each of the text beside it; MPFR at points, that what is "
    "bounded is that function; the compiler, that a fused product is one"
)


def read(checkout, header, flags):
    """path: SHA-256 of the texts that a header is made of, and of the scripts which write some."""
    command = [*COMPILER, "-std=gnu11", "-MM", *flags, str(checkout.cbits / "levels" / header)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    words = done.stdout.replace("\\\n", " ").split()[1:]
    found = {Path(word).resolve() for word in words}
    found |= {checkout.cbits / path for path, *_ in GENERATED.values()}
    paths = [
        path.relative_to(checkout.root) for path in found if path.is_relative_to(checkout.root)
    ]
    return {str(path): checkout.digest(path) for path in paths if path.parts[0] == "cbits"}


def kernels_of(checkout, header):
    """The preprocessed text of a checkout's kernels with its constants, and of what it was made."""
    key = (checkout.root, header)
    if key not in known:
        with tempfile.TemporaryDirectory(prefix="proofs-") as name:
            folder = Path(name)
            files = read(checkout, header, generate(folder, checkout.cbits))
            files[TRUTH] = Checkout().digest(TRUTH)
            known[key] = preprocessed(folder, header, checkout.cbits), files
    return known[key]


def bounded(header, most):
    """A proof: `most(kernels, part, checkout)` gives a bound and what it has to be below."""

    def prove(instance, checkout, _seconds):
        kernels, files = kernels_of(checkout, header)
        outcome = Outcome(PROVED, solver="intervals", files=files)
        try:
            found, claimed = most(kernels, instance.part, checkout)
        except (NotProvedError, NotAPairError) as error:
            outcome.result, outcome.why = REFUTED, f"not of this text: {error}"
            return outcome
        if not found < claimed:
            bound = (
                "another function was bounded"
                if found == inf
                else f"a bound of 2^{log2(found):.2f}"
            )
            outcome.result, outcome.why = REFUTED, f"{bound}; claimed is 2^{log2(claimed):g}"
        return outcome

    return prove


def of_doubles(kernels, name, _checkout):
    return kernel_proofs.proved(Machine(*kernels), name), kernel_proofs.CLAIM


def of_pairs(kernels, name, _checkout):
    return kernel_proofs_dd.proved(PairMachine(*kernels), name), kernel_proofs_dd.claimed(name)


def of_circle(kernels, name, _checkout):
    """Arguments that are any double-doubles but those next to a zero or a pole."""
    machine = PairMachine(*kernels)
    machine.circle_error = CIRCLE_ERROR_OF_PAIRS
    error = kernel_circle_dd.error_of_reduction_of_pairs(kernels[0])
    kernel_proofs.need(error < CIRCLE_ERROR_OF_PAIRS, f"a reduction loses 2^{log2(error):.1f}")
    return kernel_proofs_dd.proved(machine, name), 2.0**kernel_proofs_dd.USUAL


def of_near_reduction(kernels, _part, _checkout):
    return kernel_proofs.near_reduction(kernels[0]), 4 * U * (1 + U)


def of_far_reduction(_kernels, _part, checkout):
    text = (checkout.cbits / "levels" / "circle.h").read_text("utf-8")
    return kernel_proofs.far_reduction(text), 4 * U * (1 + U)


def of_long_reduction(kernels, _part, _checkout):
    return float(kernel_circle_dd.error_of_reduction(kernels[0])), CIRCLE_ERROR


def parts(names):
    return tuple(Instance(part=name) for name in names)


def mutant(what, header, old, new, part=""):
    return Mutant(what, f"cbits/levels/{header}", old, new, Instance(part=part))


def bounds(name, says, functions, header, most, instances, mutants, slow=()):
    """`slow`: the parts that `make proofs` leaves out."""
    return Claim(
        f"bounds.{name}",
        says,
        "bounds",
        functions,
        bounded(header, most),
        instances,
        quick=lambda instance: instance.part not in slow,
        mutants=mutants,
        trusts=TRUSTS,
        prepare=partial(kernels_of, header=header),
    )


ONCE = (Instance(),)
LAST_PART = (
    "NF_FMA(-whole, NF_HALF_PI_3, NF_FMA(-whole, NF_HALF_PI_2, r))",
    "NF_FMA(-whole, NF_HALF_PI_2, r)",
)
LAST_LOW = ("nf_dd_of(NF_HALF_PI_3, NF_HALF_PI_LOW)", "nf_dd_of(NF_HALF_PI_3, 0)")
CLAIMS = [
    bounds(
        "doubles",
        "A double kernel is within 2^-46 of its function, or NaN",
        ("NF_STAGE_DOUBLES", "NF_CIRCULAR"),
        DOUBLES,
        of_doubles,
        parts(DOMAINS),
        (
            mutant("exp without the second part of ln 2", DOUBLES, "NF_FMA(-whole, NF_LN2_2, NF_FMA(-whole, NF_LN2_1, x))", "NF_FMA(-whole, NF_LN2_1, x)", "exp"),
            mutant("expm1 by a difference", DOUBLES, "NF_FMA(power, p, power - 1.0)", "NF_FMA(power, p, power) - 1.0", "expm1"),
            mutant("k ln 2 without its second part", DOUBLES, "NF_FMA(k, NF_LN2_1, NF_FMA(k, NF_LN2_2, part))", "NF_FMA(k, NF_LN2_1, part)", "log"),
            mutant("two parts of pi/2", "circle.h", *LAST_PART, "sin"),
            mutant("arctan from 1/2 on", DOUBLES, "n < 0.41421356237309503 * d", "n < 0.5 * d", "arctan"),
            mutant("cbrt with a short series", DOUBLES, "NF_FMA(40.0 / 81, h, 5.0 / 9)", "5.0 / 9", "cbrt"),
        ),
    ),
    bounds(
        "near_reduction",
        "r of x = k pi/2 + r, below 2^18.4, is known to 2^-51 of itself",
        ("nf_reduce_circle_near",),
        DOUBLES,
        of_near_reduction,
        ONCE,
        (mutant("two parts of pi/2", "circle.h", *LAST_PART),),
    ),
    bounds(
        "far_reduction",
        "r of any x of 32 bits beyond is known to 2^-51 of itself, too",
        ("nf_reduce_circle_far",),
        DOUBLES,
        of_far_reduction,
        ONCE,
        (mutant("the whole part is cut", "circle.h", "(f + ((nf_u128)1 << 125)) >> 126", "f >> 126"),),
    ),
    bounds(
        "double_doubles",
        "A double-double kernel is within 2^-99 of its function between 2^-500 and 2^500 (circle 2^-84, "
        "powers of ten 2^-94, powers 2^-91, angles of two 2^-96, sums of exponentials 2^-85), or NaN",
        ("NF_DD_NEAR", "NF_DD_NEAR_2"),
        PAIRS,
        of_pairs,
        parts((*domains(), *FUNCTIONS_2)),
        (
            mutant("pi/2 without its last part", "function_dd.h", *LAST_LOW, "sin"),
            mutant("e^x without the second part of ln 2", "function_dd.h", "return nf_dd_sub(r, nf_dd_times(nf_dd_of(NF_LN2_2, NF_LN2_LOW), whole));", "return r;", "exp"),
            mutant("ln(1 + x) by the sum alone", "function_dd.h", "x.hi > -0.25 && x.hi < 0.375", "x.hi > -0.25 && x.hi < 0", "log1p"),
            mutant("a quotient by the first part", "function_dd.h", "nf_dd_div(NF_DD_ONE, nf_dd_sqrt(x))", "nf_dd_of(1 / nf_dd_sqrt(x).hi, 0)", "rsqrt"),
            mutant("a product without a low", "double_double.h", "p.lo + NF_FMA(a.hi, b.lo, a.lo * b.hi)", "p.lo + a.lo * b.hi", "hypot"),
            mutant("a power of y.hi", "function_of_two_dd.h", "nf_dd_mul(y, nf_dd_of_log(x))", "nf_dd_times(nf_dd_of_log(x), y.hi)", "pow"),
        ),
        slow=("logaddexp", "logaddexp2"),  # 15 s each
    ),
    bounds(
        "circle_of_pairs",
        "Sine, cosine, tangent of double-doubles whose r of x = k pi/2 + r is above 2^-40 are within 2^-99",
        ("nf_dd_reduce_circle",),
        PAIRS,
        of_circle,
        parts(("sin", "cos", "tan")),
        (mutant("pi/2 without its last part", "function_dd.h", *LAST_LOW, "cos"),),
    ),
    bounds(
        "long_reduction",
        "r of x = k pi/2 + r, of 64 bits, is known to 2^-86 of itself",
        ("nf_dd_reduce_circle",),
        PAIRS,
        of_long_reduction,
        ONCE,
        (mutant("pi/2 without its last part", "function_dd.h", *LAST_LOW),),
    ),
]  # fmt: skip
