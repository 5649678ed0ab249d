# SPDX-License-Identifier: BSD-3-Clause
"""Are extractions, slices and estimates of roots within their bounds, whatever the doubles?

An extraction is scaled so that its terms are below 1: 2^-top of a double is a double whose exponents
begin 2^-top lower, so that a goal is asked at the least exponent -1074 - top.  Constants come from
the C text (constants.py).
"""

from __future__ import annotations

import time
from fractions import Fraction

from proofs.claim import PROVED, REFUTED, SKIPPED, UNKNOWN, Claim, Instance, Mutant, Outcome
from proofs.gappa import goals
from proofs.gappa.constants import (
    NoNumberError,
    digit_bits,
    digit_level,
    enumerators,
    extraction,
    finish_core,
    levels_core,
    root_doubles,
    slices_core,
)
from proofs.gappa.gappa import MISSING, ask, is_installed
from proofs.smt.c.types import UnsupportedError
from proofs.smt.smt_claim import core_of


def gappa_claim(name, says, functions, goals_of, instances, **more):
    """`goals_of(checkout, instance)` yields goals and sentences on constants that are wrong."""

    def prove(instance, checkout, seconds):
        start = time.monotonic()
        outcome = Outcome(PROVED, solver="gappa")
        if not is_installed():
            return Outcome(SKIPPED, why=MISSING)
        try:
            for goal in goals_of(checkout, instance):
                if not settled(goal, outcome, seconds):
                    break
            outcome.files = core_of(checkout, levels_core).digests()
        except NoNumberError as error:
            outcome.result, outcome.why, outcome.counterexample = REFUTED, str(error), [str(error)]
        except UnsupportedError as error:
            outcome.result, outcome.why = UNKNOWN, str(error)
        outcome.seconds = time.monotonic() - start
        return outcome

    return Claim(name, says, "gappa", tuple(functions), prove, tuple(instances), **more)


def settled(goal, outcome, seconds):
    """Ask about one goal; False where it is not proved, and the outcome says why."""
    if isinstance(goal, str):
        outcome.result, outcome.why, outcome.counterexample = REFUTED, goal, [goal]
        return False
    point, count = goal.counterexample()
    said = ask(goal, seconds) if point is None else None
    outcome.vacuity = "satisfiable" if count else "no point satisfies the hypotheses"
    if point is not None:
        outcome.result, outcome.why = REFUTED, goal.template
        names = goal.holds.__code__.co_varnames
        outcome.counterexample = [
            f"{name} = {float(x).hex() if isinstance(x, float) else x}"
            for name, x in zip(names, point, strict=False)
        ]
    elif not said.proved:
        outcome.result, outcome.why = UNKNOWN, f"{goal.template}: {said.why}"
    elif said.certificate.startswith("refused"):
        outcome.result, outcome.why = UNKNOWN, f"{goal.template}: {said.certificate}"
    else:
        outcome.nodes += goal.text.count("\n")
        if said.certificate == "checked by coqc":
            outcome.solver = "gappa, coqc"
    return outcome.result == PROVED and count > 0


def of_extraction(checkout, instance):
    """Terms below 2^top at both levels of a pass; what remains is below the next pass's top."""
    enums = enumerators(checkout)
    tops = range(enums["LEAST_TOP"] + 1, enums["TOP_MAX"] + 1)
    one = {"least": tops[0], "middle": 0, "most": tops[-1]}
    for top in tops if instance.part == "every top" else [one[instance.part]]:
        pass_ = extraction(checkout, top)
        last = goals.unit_of(pass_.levels[1].sigma)
        if last < goals.LEAST:
            yield f"terms below 2^{top} would be cut at 2^{last}, below the least double"
        for level in pass_.levels:
            yield from goals.of_level(
                level.top,
                level.sigma,
                terms=2 * enums["NF_BLOCK"],
                certified=instance.part == "middle" and level is pass_.levels[0],
            )
        first, second = pass_.levels
        left = goals.unit_of(second.sigma) - 1
        if left > pass_.next_top:
            yield f"what two levels leave is below 2^{left}, and the next pass begins at 2^{pass_.next_top}"
        if goals.unit_of(first.sigma) - 1 > second.top:
            yield f"the first level leaves up to 2^{goals.unit_of(first.sigma) - 1}, and the second takes 2^{second.top}"
        if 2 * enums["NF_BLOCK"] * Fraction(2) ** top + first.sigma >= Fraction(2) ** 1024:
            yield f"sigma or a sum of terms below 2^{top} overflows"


def widths(checkout):
    """Digit bits for every k that slices take: each width with the largest k that has it."""
    found, k_max = {}, enumerators(checkout, slices_core)["K_MAX"]
    k = 1
    while k <= k_max:
        found[digit_bits(checkout, k)] = k
        k *= 2
    return found


def of_digits(checkout, _instance):
    """Every digit of a line whose numbers are below 2^top, and sums of products of digits."""
    enums = enumerators(checkout, finish_core)
    if enumerators(checkout, slices_core)["K_MAX"] > 1 << enums["COUNT_BITS"]:
        yield f"sums of more than 2^{enums['COUNT_BITS']} products are not counted with"
    if 2 * enums["LINE_BITS"] + enums["COUNT_BITS"] > enums["WIDE_BITS"]:
        yield f"two lines of {enums['LINE_BITS']} bits and the count do not fit {enums['WIDE_BITS']} bits"
    for width, k in widths(checkout).items():
        for digit in range(2):
            level, scale = digit_level(checkout, width, 0, digit)
            unit = goals.unit_of(level.sigma)
            yield from goals.of_level(level.top, level.sigma, terms=None)
            if scale * Fraction(2) ** unit != 1:
                yield f"digit {digit} of width {width} counts units of {1 / scale}, not of 2^{unit}"
            if level.top - unit != width - 1:
                yield f"digit {digit} of width {width} has {level.top - unit} bits, not {width - 1}"
        most = 2 ** (2 * width - 2)
        if k * most > 2**53:
            yield f"a sum of {k} products of digits of {width} bits may be {k * most}, above 2^53"
        yield goals.sum_of(0, most, (k - 1) * most)


def of_root(checkout, _instance):
    scale, most = root_doubles(checkout)
    if 2 * most >= Fraction(2) ** 64:
        yield f"the estimate may be {2 * most}, which is no word"
    yield from goals.of_root(scale, most)


def of_newton(checkout, _instance):
    """The step has no constant to read: its statements are quoted, and have to be there."""
    text = (checkout.root / SQRT_H).read_text("utf-8")
    for statement in NEWTON:
        if statement not in text:
            yield f"nf_sqrt_long does not take the step that newton.g models: {statement}"
    yield goals.of_newton()


SQRT_H = "cbits/core/sqrt.h"
NEWTON = ("nf_u128 quotient = radicand / guess;", "nf_u128 mean = (quotient + guess) / 2;")
EXTRACT_H, SLICES_C = "cbits/levels/extract.h", "cbits/exact/slices.c"
CUT_C, CUT_H = "cbits/exact/cut.c", "cbits/exact/cut.h"
MIDDLE, HERE = Instance("", 0, "middle"), Instance()
CLAIMS = [
    gappa_claim(
        "gappa.extract",
        "A level of an extraction takes a multiple of its unit out of each term, exactly, leaves at most half a unit, and a block's parts add exactly",
        ("nf_extract_levels", "nf_extract_pass", "nf_extract"),
        of_extraction,
        [Instance("", 0, part) for part in ("least", "middle", "most", "every top")],
        quick=lambda instance: instance.part != "every top",
        mutants=(
            Mutant(
                "room for fewer terms", EXTRACT_H, "ROOM_BITS = 10, ", "ROOM_BITS = 9, ", MIDDLE
            ),
            Mutant(
                "sigma of half a unit",
                EXTRACT_H,
                "1.5 * nf_power_of_two(t.top + ROOM_BITS - 1)",
                "1.5 * nf_power_of_two(t.top - 2)",
                MIDDLE,
            ),
            Mutant(
                "second level too low",
                EXTRACT_H,
                "nf_power_of_two(-LEVEL_BITS - 1)",
                "nf_power_of_two(-LEVEL_BITS - 12)",
                MIDDLE,
            ),
            Mutant(
                "next pass too low",
                EXTRACT_H,
                "t.top -= 2 * (LEVEL_BITS + 1);",
                "t.top -= 2 * (LEVEL_BITS + 12);",
                MIDDLE,
            ),
            Mutant(
                "units that underflow",
                EXTRACT_H,
                "LEAST_TOP = -850",
                "LEAST_TOP = -1000",
                Instance("", 0, "least"),
            ),
            Mutant(
                "sums that overflow",
                "cbits/levels/exact_kernels.c",
                "TOP_MAX = 1000,",
                "TOP_MAX = 1015,",
                Instance("", 0, "most"),
            ),
        ),
    ),
    gappa_claim(
        "gappa.digits",
        "A digit of a slice is a whole number of its width, what it leaves is exact, and sums of products of digits are exact in any order",
        ("cut", "set_units", "nf_digit_bits"),
        of_digits,
        [HERE],
        mutants=(
            Mutant(
                "a bit more",
                CUT_C,
                "return (53 - count + 2) / 2;",
                "return (53 - count + 3) / 2;",
                HERE,
            ),
            Mutant(
                "unit of a digit",
                CUT_C,
                "- (c->width - 1) - s * c->width;",
                "- c->width - s * c->width;",
                HERE,
            ),
            Mutant("more places", SLICES_C, "K_MAX = 1 << 20", "K_MAX = 1 << 24", HERE),
            Mutant("wider lines", CUT_H, "LINE_BITS = 116", "LINE_BITS = 128", HERE),
        ),
    ),
    gappa_claim(
        "gappa.root",
        "The estimate of a full field's root is within 2^14 of it, in whichever direction the host rounds",
        ("nf_sqrt_long",),
        of_root,
        [HERE],
        mutants=(
            Mutant(
                "half the root",
                SQRT_H,
                "_mm_set_sd(4294967296.0)",
                "_mm_set_sd(2147483648.0)",
                HERE,
            ),
            Mutant(
                "no clip", SQRT_H, "_mm_set_sd(0x1.fffffffffffffp62)", "_mm_set_sd(0x1p63)", HERE
            ),
        ),
    ),
    gappa_claim(
        "gappa.newton",
        "A step of Newton's from there leaves the root or one of its neighbours",
        ("nf_sqrt_long",),
        of_newton,
        [HERE],
        mutants=(
            Mutant(
                "a mean above",
                SQRT_H,
                NEWTON[1],
                "nf_u128 mean = (quotient + guess + 4) / 2;",
                HERE,
            ),
        ),
    ),
]
