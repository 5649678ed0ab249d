# SPDX-License-Identifier: BSD-3-Clause
"""What errors do the formats make, and what does d_0 exp(n e) miss?  Tables of error-models.md.

``python docs/generate_error_models.py`` prints them; ``--write`` puts them between the page's marks,
``--check`` tells by its exit status whether they are there.
"""

import sys
from pathlib import Path

import mpmath
import numpy as np

import numformats as nf
from numformats._atomic_file import write_text
from numformats.analysis import (
    NoBoundError,
    exponential_model,
    linear_recurrence_bound,
    model,
    u_of_range,
)

PAGE = Path(__file__).parent / "explanation" / "error-models.md"
MODELS = [
    *("posit8", "posit16", "posit32", "posit64", "bposit16", "bposit32", "bposit64"),
    *("takum_linear16", "takum_linear32", "binary16", "binary32", "binary64", "bfloat16"),
    *("float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu", "mlu32"),
    *(
        "truncated<exp=8,man=23,compute_man=20,truncate=rounded>",
        "float<exp=8,man=7,rounding=stochastic>",
    ),
    *("q15", "fixed<16,frac=15,rounding=toward_negative>"),
]
# Ranges around 1 and far from it, in which a posit has a unit roundoff.
NEAR, FAR = (2.0**-4, 2.0**4), (2.0**-40, 2.0**40)
STEPS = (100, 1_000, 10_000, 100_000)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def power(x):
    """A power of two as one, other numbers to three digits."""
    m, e = np.frexp(x)
    return f"2^{e - 1}" if m == 0.5 and abs(e) > 3 else f"{x:.3g}"


def within(T, ends):
    try:
        return f"{u_of_range(T, *ends):.3g}"
    except NoBoundError:
        return "-"


def models():
    """One row per format: what model(T) says."""
    rows = []
    for name in MODELS:
        m = model(name)
        low, high = m.limits
        lean = (
            m.bias.direction
            if m.bias.direction == "none"
            else f"{m.bias.direction}, {m.bias.mean:.3g}"
        )
        rows.append((
            f"`{name}`", "-" if m.unit is None else power(m.unit), within(name, NEAR), within(name, FAR),
            power(m.absolute), f"{low:.4g} .. {high:.4g}", lean,
        ))  # fmt: skip
    head = [
        "format",
        "unit roundoff",
        "u in 2^-4 .. 2^4",
        "u in 2^-40 .. 2^40",
        "next to 0",
        "limits",
        "bias",
    ]
    return table(head, rows)


def relative_error(n):
    """Of a product of n + 1 factors in mlu32, each rounded: positive and measured in 60 digits."""
    rng = np.random.default_rng(n)
    halves = rng.uniform(0.5, 2, n // 2)
    factors = np.append(np.ravel(np.column_stack([halves, 1 / halves])), 1.5).astype(nf.mlu32)
    computed = float(np.multiply.accumulate(factors)[-1])
    with mpmath.workdps(60):
        exact = mpmath.fprod(float(f) for f in factors)
        return float(abs(computed / exact - 1))


def exponential():
    """One row per number of steps: measured, its bound, and the model that carries one error on."""
    unit = model(nf.mlu32).unit
    rows = []
    for n in STEPS:
        measured, modelled = relative_error(n), exponential_model(unit, n, initial=unit)
        bound = float(linear_recurrence_bound(unit, n))
        rows.append(
            (
                f"{n}",
                f"{measured:.2g}",
                f"{bound:.2g}",
                f"{modelled:.2g}",
                f"{measured / modelled:.0f}",
            )
        )
    head = [
        "steps n",
        "measured error",
        "(1 + u)^n - 1",
        "d_0 exp(n u), d_0 = u",
        "measured / model",
    ]
    return table(head, rows)


TABLES = {"error models": models, "exponential model": exponential}


def filled(text):
    for name, make in TABLES.items():
        begin, end = f"<!-- begin {name} -->\n", f"<!-- end {name} -->\n"
        before, rest = text.split(begin)
        text = before + begin + make() + end + rest.split(end)[1]
    return text


def main(arguments):
    if not arguments:
        for make in TABLES.values():
            print(make())
        return 0
    old = PAGE.read_text("utf-8")
    new = filled(old)
    if "--write" in arguments:
        write_text(PAGE, new)
    return int("--check" in arguments and new != old)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
