# SPDX-License-Identifier: BSD-3-Clause
"""How tight are the error bounds?  Measured, running and a-priori, by format, kernel and length.

``python benchmarks/analysis_bounds.py`` prints a table and writes analysis_bounds.json beside it.  Errors are
measured with fractions; operands are uniform in [0.25, 1] or of both signs ("mixed"), from a fixed
seed.  Posits, b-posits and takums get the range of the exact results that were rounded, which a caller would
have to know.
"""

import argparse
import datetime as dt
import json
from fractions import Fraction
from pathlib import Path

import numpy as np

import numformats as nf
from numformats.analysis import (
    NoBoundError,
    dot_bound,
    horner_bound,
    running_dot,
    running_horner,
    running_sum,
    sum_bound,
)

FORMATS = [
    *(
        "posit16",
        "posit32",
        "bposit16",
        "bposit32",
        "takum_linear16",
        "binary16",
        "binary32",
        "bfloat16",
    ),
    *(
        "mlu32",
        "truncated<exp=8,man=23,compute_man=20,truncate=align>",
        "float<exp=8,man=7,rounding=toward_zero>",
        "q15",
        "q31",
    ),
]
LENGTHS = (10, 100, 1000)
FORMS = ("product", "linear", "probabilistic")
HERE = Path(__file__).parent


def exact(a):
    return [Fraction(*v.as_integer_ratio()) for v in a]


def sums(T, x):
    partial, values = exact(np.add.accumulate(x)), exact(x)
    rounded = [s + v for s, v in zip(partial, values[1:], strict=False)]
    return (
        abs(partial[-1] - sum(values)),
        rounded,
        running_sum(T, x),
        lambda **k: sum_bound(T, x, **k),
    )


def dots(T, x, y):
    products = x * y
    true = [p * q for p, q in zip(exact(x), exact(y), strict=True)]
    _, rounded, _, _ = sums(T, products)
    computed = exact([np.add.accumulate(products)[-1]])[0]
    return (
        abs(computed - sum(true)),
        true + rounded,
        running_dot(T, x, y),
        lambda **k: dot_bound(T, x, y, **k),
    )


def polynomials(T, a, x):
    value, true, at, rounded = a[0], exact(a[:1])[0], exact([x])[0], []
    for c in a[1:]:
        term = value * x
        rounded += [exact([value])[0] * at, exact([term])[0] + exact([c])[0]]
        value, true = term + c, true * at + exact([c])[0]
    error = abs(exact([value])[0] - true)
    return error, rounded, running_horner(T, a, x), lambda **k: horner_bound(T, a, x, **k)


def cases(T, n):
    """Kernel and its measured error, rounded exact results, running value and bound."""
    rng = np.random.default_rng(n)
    room = 0.9 / n if T.format.family == "fixed" else 1.0  # so that nothing saturates
    x, y = (rng.uniform(0.25, 1, n) * room for _ in range(2))
    signs = rng.choice([-1.0, 1.0], n)
    yield "sum", sums(T, x.astype(T))
    yield "sum, mixed", sums(T, (x * signs).astype(T))
    yield "dot", dots(T, x.astype(T), y.astype(T))
    yield "dot, mixed", dots(T, (x * signs).astype(T), y.astype(T))
    if n <= 100:
        yield "Horner", polynomials(T, (x / 2).astype(T), T(0.75))


def row(name, n, kernel, parts):
    measured, rounded, running, bound = parts
    sizes = [abs(z) for z in rounded if z]
    ends = {"lo": min(sizes), "hi": max(sizes)} if nf.parse_format(name).format.is_tapered else {}
    found = {
        "format": name,
        "n": n,
        "kernel": kernel,
        "measured": float(measured),
        "running": float(running.error),
    }
    for form in FORMS:
        try:
            found[form] = float(bound(form=form, **ends))
        except NoBoundError:
            found[form] = None
    return found


def shown(found):
    def ratio(x):
        return "-" if x is None else f"{found['measured'] / x:.2g}" if x else "exact"

    numbers = [found["running"], *(found[form] for form in FORMS)]
    return (
        f"{found['format'][:34]:34} {found['kernel']:11} {found['n']:5} {found['measured']:10.2e}  "
        + "  ".join(f"{ratio(x):>8}" for x in numbers)
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    parser.add_argument("--output", type=Path, default=HERE / "analysis_bounds.json")
    arguments = parser.parse_args()
    print(
        f"{'tightness: measured / bound':34} {'kernel':11} {'n':>5} {'measured':>10}  {'running':>8}  {'product':>8}  {'linear':>8}  {'probab.':>8}"
    )
    rows = []
    for name in FORMATS:
        T = nf.parse_format(name)
        for n in arguments.lengths:
            for kernel, parts in cases(T, n):
                found = row(name, n, kernel, parts)
                assert found["measured"] <= found["running"] <= found["product"] * (1 + 1e-9)
                rows.append(found)
                print(shown(found))
    date = dt.datetime.now(tz=dt.UTC).date().isoformat()
    for found in rows:
        found |= {k: float(f"{v:.4g}") for k, v in found.items() if isinstance(v, float)}
    lines = ",\n  ".join(json.dumps(found) for found in rows)
    head = f'"machine": "2-core x86-64", "date": "{date}"'
    arguments.output.write_text(f'{{{head}, "rows": [\n  {lines}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
