# SPDX-License-Identifier: BSD-3-Clause
"""How accurate are solutions of hard systems in each format?  The table of how-to/linear-algebra.md.

``python docs/generate_accuracy.py`` prints it; ``--write`` puts it between the page's marks.
"""

import sys
from fractions import Fraction
from pathlib import Path

import mpmath
import numpy as np

import numformats as nf
from numformats import linalg
from numformats._atomic_file import write_text

PAGE = Path(__file__).parent / "how-to" / "linear-algebra.md"
BEGIN, END = "<!-- begin accuracy -->\n", "<!-- end accuracy -->\n"
FORMATS = (nf.posit32, nf.bposit32, nf.binary32, nf.bfloat16)


def hilbert(n):
    return 1 / (np.arange(n)[:, None] + np.arange(n) + 1.0)


def vandermonde(n):
    return np.vander(np.linspace(0.1, 1, n))


def normal(n):
    return np.random.default_rng(n).standard_normal((n, n))


SYSTEMS = [
    (hilbert, 4),
    (hilbert, 6),
    (vandermonde, 5),
    (vandermonde, 7),
    (normal, 10),
    (normal, 40),
]


def exact_solution(a, b):
    """Solve the system that the format holds, with 60 digits."""
    with mpmath.workdps(60):
        numbers = [
            [mpmath.mpf(x.as_integer_ratio()[0]) / x.as_integer_ratio()[1] for x in r] for r in a
        ]
        right = [mpmath.mpf(x.as_integer_ratio()[0]) / x.as_integer_ratio()[1] for x in b]
        return list(mpmath.lu_solve(mpmath.matrix(numbers), mpmath.matrix(right)))


def error(x, exact):
    """The largest error, relative to the largest number."""
    worst = max(abs(mpmath.mpf(v.as_integer_ratio()[0]) / v.as_integer_ratio()[1] - w)
                for v, w in zip(x, exact, strict=True))  # fmt: skip
    return float(worst / max(map(abs, exact)))


def backward(a, x, b):
    """|b - a x| / (|a| |x| + |b|) in the maximum norm, exactly."""
    m, u, v = (
        [[Fraction(*q.as_integer_ratio()) for q in r] for r in np.atleast_2d(p)] for p in (a, x, b)
    )
    rest = max(
        abs(t - sum(p * q for p, q in zip(r, u[0], strict=True)))
        for r, t in zip(m, v[0], strict=True)
    )
    scale = max(sum(map(abs, r)) for r in m) * max(map(abs, u[0])) + max(map(abs, v[0]))
    return float(rest / scale)


def row(make, n, T):
    a, b = make(n).astype(T), np.cos(np.arange(n)).astype(T)
    head = f"| {make.__name__} {n} | {T.__name__} |"
    try:
        x, r = linalg.solve(a, b), linalg.solve(a, b, refine=True)
    except np.linalg.LinAlgError:
        return f"{head} singular in this format | | | | |"
    exact = exact_solution(a, b)
    return (f"{head} {error(x, exact):.1e} | {backward(a, x, b):.1e} | {error(r.x, exact):.1e} |"
            f" {r.backward_error:.1e} | {r.iterations} |")  # fmt: skip


def main():
    lines = ["| matrix | format | error | backward error | refined: error | backward error | steps |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    lines += [row(make, n, T) for make, n in SYSTEMS for T in FORMATS]
    text = "\n".join(lines) + "\n"
    if "--write" not in sys.argv:
        print(text, end="")
        return
    head, rest = PAGE.read_text("utf-8").split(BEGIN)
    write_text(PAGE, head + BEGIN + text + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
