# SPDX-License-Identifier: BSD-3-Clause
"""What does error analysis cost?  Tables of medians and ratios, one for each section.

    python benchmarks/analysis.py              all sections
    python benchmarks/analysis.py truths       only these

A section is a function of SECTIONS that gives a Table; `timed` makes one of calls, which are timed in
turn, one thread, medians of the rounds.  PROGRAMS are sections that have options when they are run alone.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

import numformats as nf
from numformats.analysis.algebra import (
    Algebra,
    DoubleDouble,
    Float64,
    digits_algebra,
    fraction_algebra,
    mp_algebra,
)
from numformats.analysis.figures import rows_of_text
from numformats.analysis.numbers_gmpy2 import is_installed

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 7
LEAST_SECONDS = 0.02  # a shorter call is repeated within its round


@dataclass(frozen=True)
class Table:
    """A title, headings, and rows of cells: the first cell of a row is its name."""

    title: str
    headings: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Case:
    """A call, the cell in which its time stands, and over how many elements it is shared."""

    row: str
    column: str
    call: Callable[[], object]
    elements: int


def seconds(call: Callable[[], object], times: int) -> float:
    start = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - start) / times


def medians(cases: list[Case]) -> dict[tuple[str, str], float]:
    """Nanoseconds to an element, by row and column."""
    repeats = [max(1, int(LEAST_SECONDS / max(seconds(case.call, 1), 1e-9))) for case in cases]
    rounds = [
        [seconds(c.call, n) for c, n in zip(cases, repeats, strict=True)] for _ in range(ROUNDS)
    ]
    found = zip(cases, zip(*rounds, strict=True), strict=True)
    return {(c.row, c.column): 1e9 * statistics.median(each) / c.elements for c, each in found}


def timed(title: str, cases: list[Case]) -> Table:
    """Medians, and in brackets how many times that of the first row of the column."""
    found = medians(cases)
    rows, columns = (list(dict.fromkeys(getattr(c, k) for c in cases)) for k in ("row", "column"))
    first = {c.column: found[c.row, c.column] for c in reversed(cases)}
    cells = [
        [
            row,
            *(
                f"{found[row, c]:.3g} ({found[row, c] / first[c]:.3g})"
                if (row, c) in found
                else "-"
                for c in columns
            ),
        ]
        for row in rows
    ]
    return Table(title, ["", *columns], cells)


OPERATIONS = {"+": np.add, "*": np.multiply, "/": np.divide, "sqrt": np.sqrt, "exp": np.exp,
              "log": np.log, "tanh": np.tanh}  # fmt: skip
RATIONAL = {"+", "*", "/"}
SAMPLE = 3000


def algebras() -> dict[str, tuple[Algebra, int]]:
    """Each with the number of elements that it computes in a moment."""
    found: dict[str, tuple[Algebra, int]] = {
        "float64": (Float64(), 100_000),
        "double": (DoubleDouble(), 100_000),
    }
    if is_installed():
        found["50 digits, gmpy2"] = digits_algebra(50), 2_000
    found["50 digits, mpmath"] = mp_algebra(50), 1_000
    found["exact"] = fraction_algebra(), 1_000
    return found


def truths() -> Table:
    """Each algebra on operands of its full length; the last row is a format for scale."""
    cases = []
    for name, (algebra, n) in algebras().items():
        rng = np.random.default_rng(0)
        x, y = (algebra.lift(rng.uniform(0.5, 2, n)) for _ in "xy")
        if algebra.exact is False:
            x, y = (algebra.ufunc(np.divide, v, algebra.lift(3.0)) for v in (x, y))
        cases += [
            Case(name, column, lambda f=f, a=algebra, xs=(x, y)[: f.nin]: a.ufunc(f, *xs), n)
            for column, f in OPERATIONS.items()
            if not algebra.exact or column in RATIONAL
        ]
    x, y = (np.random.default_rng(0).uniform(0.5, 2, 100_000).astype(nf.posit32) for _ in "xy")
    cases += [
        Case("posit32", column, lambda f=f: f(*(x, y)[: f.nin]), x.size)
        for column, f in OPERATIONS.items()
    ]
    return timed("truths: ns per element (times float64)", cases)


ARGUMENTS = {
    "2^-100 to 2^100": lambda rng, n: np.exp2(rng.uniform(-100, 100, n)) * rng.choice([-1, 1], n),
    "-300 to 300": lambda rng, n: rng.uniform(-300, 300, n),
    "1 +- 2^-52 to 0.5": lambda rng, n: (
        1 + np.exp2(rng.uniform(-52, -1, n)) * rng.choice([-1, 1], n)
    ),
    "+-2^-60 to 1": lambda rng, n: np.exp2(rng.uniform(-60, 0, n)) * rng.choice([-1, 1], n),
}
PAIR_FUNCTIONS = (np.add, np.multiply, np.divide, np.sqrt, np.exp, np.expm1, np.exp2, np.log,
                  np.log1p, np.log2, np.log10, np.tanh, np.sinh, np.cosh, np.logaddexp,
                  nf.sigmoid, nf.softplus)  # fmt: skip


def pairs() -> Table:
    """The largest relative errors of pairs of doubles, as powers of two, against 90 digits."""
    rows = []
    for f in PAIR_FUNCTIONS:
        rng = np.random.default_rng(1)
        row = [f.__name__]
        for arguments in ARGUMENTS.values():
            high = [arguments(rng, SAMPLE) for _ in range(f.nin)]
            row.append(
                f"{worst_of_pairs(f, [(h, h * rng.uniform(-1, 1, SAMPLE) * 2.0**-54) for h in high]):.1f}"
            )
        rows.append(row)
    return Table(f"double: log2 of the largest of {SAMPLE} errors", ["", *ARGUMENTS], rows)


def worst_of_pairs(f: np.ufunc, xs: list[tuple[np.ndarray, np.ndarray]]) -> float:
    sure = digits_algebra(90)
    high, low = (sure.lift(part) for part in DoubleDouble().ufunc(f, *xs))
    exact = sure.ufunc(f, *(sure.ufunc(np.add, *map(sure.lift, x)) for x in xs))
    apart = sure.ufunc(np.subtract, sure.ufunc(np.add, high, low), exact)
    errors = np.abs(sure.f64(sure.ufunc(np.divide, apart, exact)))
    size = np.abs(sure.f64(exact))
    normal = (size > 2.0**-960) & (size < 2.0**990)  # elsewhere low parts are lost
    return float(np.log2(errors[normal].max()))


SECTIONS: dict[str, Callable[[], Table]] = {
    "pairs": pairs,
    "truths": truths,
}
# The overhead of shadow runs by reference and size; arrays of double-doubles; how tight bounds are;
# static bounds of FPBench's expressions, with the time of each.
PROGRAMS = {
    "shadow": "shadow.py",
    "double-doubles": "double_double.py",
    "tightness": "analysis_bounds.py",
    "fpbench": "fpbench.py",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    known = [*SECTIONS, *PROGRAMS]
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(known)}")
    wanted = parser.parse_args().sections or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        parser.error(f"no section {unknown[0]!r}: there are {', '.join(known)}")
    nf.set_num_threads(1)
    for name in wanted:
        if name in PROGRAMS:
            program = Path(__file__).with_name(PROGRAMS[name])
            subprocess.run([sys.executable, program], check=True)
            continue
        table = SECTIONS[name]()
        print(table.title)
        print("\n".join(rows_of_text(table.headings, table.rows)), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
