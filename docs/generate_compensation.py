# SPDX-License-Identifier: BSD-3-Clause
"""Which figures and pictures has the page on compensation?  ``python docs/generate_compensation.py``.

It measures, writes the tables between the markers of explanation/compensation.md, and draws
pictures/compensation.svg (needs ``numformats[plot]``); ``--print`` prints the tables only.  The forms
of the article that do not work are here, for comparison, and nowhere in the library.
"""

import datetime as dt
import os
import platform
import sys
from pathlib import Path

import numpy as np

import numformats as nf
from numformats.accelerator import ErrorCache
from numformats.analysis.canvas import new_figure, save
from numformats.training.compensation import (
    CompensatedSum,
    CompensationUnit,
    ErrorFeedback,
    compensated_matmul,
)

DOCS = Path(__file__).resolve().parent
PAGE = DOCS / "explanation" / "compensation.md"
PICTURE = DOCS / "pictures" / "compensation.svg"
STEPS, SEED = 10_000, 1
ROUNDINGS = {"floor": "toward_negative", "nearest": "nearest_even"}
FRAC, FINE = 8, 24  # the grid, and that of the updates: all sums of float64 here are exact


def grid(rounding):
    return nf.Fixed(32, FRAC, rounding=rounding)


def updates(steps=STEPS):
    """Numbers of 0 to 0.9 steps of the grid."""
    whole = np.random.default_rng(SEED).integers(0, int(0.9 * 2 ** (FINE - FRAC)), steps)
    return whole / 2.0**FINE


def fed_back(x, rounding, **options):
    """The library's error feedback."""
    feedback = ErrorFeedback(grid(rounding), **options)
    return np.array([float(feedback(v)) for v in x])


def wrong_sign(x, rounding, alpha):
    """The article's equation: e = Q(x) - x is added, and taken of x."""
    y = x.astype(grid(rounding)).astype(float)
    e = np.concatenate([[0], (y - x)[:-1]])
    return (x + alpha * e).astype(grid(rounding)).astype(float)


def error_of_x(x, rounding):
    """The right sign, but the error is that of x, not of what was rounded."""
    y = x.astype(grid(rounding)).astype(float)
    e = np.concatenate([[0], (x - y)[:-1]])
    return (x + e).astype(grid(rounding)).astype(float)


FORMS = {
    "none": lambda x, r: fed_back(x, r, alpha=0),
    "article's equation (wrong sign), alpha = 0.1": lambda x, r: wrong_sign(x, r, 0.1),
    "right sign, alpha = 0.1": lambda x, r: fed_back(x, r, alpha=0.1),
    "alpha = 0.15": lambda x, r: fed_back(x, r, alpha=0.15),
    "alpha = 0.2": lambda x, r: fed_back(x, r, alpha=0.2),
    "alpha = 0.9": lambda x, r: fed_back(x, r, alpha=0.9),
    "alpha = 1, error of x in place of v": error_of_x,
    "alpha = 1, reset every 10 calls": lambda x, r: fed_back(x, r, reset_every=10),
    "alpha = 1": fed_back,
}


def prefix_errors(form, rounding, x):
    """|sum of y - sum of x| in steps, at every t."""
    return np.abs(np.cumsum(FORMS[form](x, ROUNDINGS[rounding]) - x)) * 2**FRAC


def forms_table(x=None):
    x = updates() if x is None else x
    rows = [["feedback", *ROUNDINGS]]
    for form in FORMS:
        worst = [prefix_errors(form, r, x).max() for r in ROUNDINGS]
        rows.append([form, *(f"{w:.1f}" if w < 100 else f"{w:.0f}" for w in worst)])
    return rows


def layer_errors(T, samples=64, inputs=96, outputs=32):
    """Mean square errors of a layer's outputs: rounded, with the article's term, corrected."""
    rng = np.random.default_rng(SEED)
    w = rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))
    before, x = (np.clip(rng.normal(size=(samples, inputs)), -4, 4) for _ in range(2))
    coarse = [a.astype(T).astype(float) for a in (before, w)]
    found = {
        "uncompensated": compensated_matmul(x, w, T, compensate=False),
        "article: the last batch's error": compensated_matmul(x, w, T, compensate=False)
        + (before - coarse[0]) @ coarse[1],
        "corrected form": compensated_matmul(x, w, T),
    }
    return {name: float(((y - x @ w) ** 2).mean()) for name, y in found.items()}


def layers_table():
    formats = [nf.Fixed(8, 4), nf.Fixed(12, 8), nf.Fixed(16, 12)]
    found = [layer_errors(T) for T in formats]
    rows = [["mean square error", *(str(T.dtype) for T in formats)]]
    rows += [[name, *(f"{f[name]:.2e}" for f in found)] for name in found[0]]
    ratios = (f["uncompensated"] / f["corrected form"] for f in found)
    return [*rows, ["smaller by a factor", *(f"{r:.0f}" for r in ratios)]]


def kahan(terms, T):
    """Kahan's sum by the machine's own operations."""
    s = c = np.zeros(terms.shape[1]).astype(T)
    for x in terms.astype(T):
        y = x + c
        t = s + y
        s, c = t, y - (t - s)
    return s.astype(float)


def kept(terms, T, **options):
    s = CompensatedSum(T, np.zeros(terms.shape[1]), **options)
    for x in terms:
        total = s.add(x)
    return total.astype(float)


def sums_table(n=STEPS, repeats=8):
    """Signed relative error of sums of n uniform terms, the farthest of eight, in units of 2^-20."""
    whole = np.random.default_rng(SEED).integers(0, 2**20, (n, repeats))
    terms, exact = whole / 2**20, whole.sum(axis=0) / 2**20
    rows = [
        [
            "what is cut",
            "plain",
            "Kahan, its own operations",
            "residual in 20 bits",
            "exact residual",
        ]
    ]
    for cut in ("result", "operand", "align", "product", "rounded"):
        T = nf.TruncatedFloat(8, 23, 20, truncate=cut)
        plain = np.cumsum(terms.astype(T), axis=0)[-1].astype(float)
        found = [plain, kahan(terms, T), kept(terms, T, residual=T), kept(terms, T)]
        errors = [(f / exact - 1) * 2**20 for f in found]
        rows.append([cut, *(f"{e[np.argmax(np.abs(e))]:+.2f}" for e in errors)])
    return rows


def unit_table():
    """Share of outputs on the grid, and the gain that is learned."""
    rng, T = np.random.default_rng(SEED), grid("toward_negative")
    x = rng.normal(size=(2000, 1))
    e = x - x.astype(T).astype(float)
    article = (x - e)[1:] + 0.15 * e[:-1] + 0.85 * e[1:]
    unit = CompensationUnit(T, 0.15)
    losses = unit.learn(rng.uniform(0, 0.9 * 2.0**-FRAC, (200, 8)), steps=30)
    ours = unit(x).astype(float)
    on = [np.mean(y * 2**FRAC == np.rint(y * 2**FRAC)) for y in (article, ours)]
    return [
        ["unit", "outputs on the grid", "gain", "squared drift, steps"],
        ["article, alpha = 0.15, beta = 0.85", f"{on[0]:.1%}", "0.15", "-"],
        ["ours, before learning", "100.0%", "0.15", f"{losses[0] * 4**FRAC:.0f}"],
        [
            "ours, after learning",
            f"{on[1]:.1%}",
            f"{unit.alpha:.3f}",
            f"{losses[-1] * 4**FRAC:.2f}",
        ],
    ]


def cache_table():
    """Cycles for a tile of 32 x 32 errors, 32 lanes."""
    cache, rows = ErrorCache(), [["pitch", "by rows", "by columns"]]
    for pitch in (32, 64, 128, 132, 181):
        cells = [
            cache.traffic(cache.tile(32, 32, pitch=pitch, order=o)).cycles
            for o in ("rows", "columns")
        ]
        rows.append([str(pitch), *(str(c) for c in cells)])
    return rows


TABLES = {
    "forms": forms_table,
    "layers": layers_table,
    "sums": sums_table,
    "unit": unit_table,
    "cache": cache_table,
}


def markdown(rows):
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([lines[0], "| --- |" + " ---: |" * (len(rows[0]) - 1), *lines[1:]])


def picture(steps=STEPS):
    """The drift of each form with floor, against the number of updates."""
    x, t = updates(steps), np.arange(1, steps + 1)
    figure = new_figure(7.2, 4.2)
    axes = figure.subplots()
    for form in FORMS:
        worst = np.maximum.accumulate(prefix_errors(form, "floor", x))
        axes.plot(
            t, np.maximum(worst, 0.05), label=form, linewidth=2.5 if form == "alpha = 1" else 1.1
        )
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="updates",
        ylabel="largest error of the sum so far, steps",
    )
    axes.legend(fontsize=7)
    return figure


def main(arguments=()):
    tables = {name: markdown(make()) for name, make in TABLES.items()}
    if "--print" in arguments:
        print("\n\n".join(tables.values()))
        return
    machine = f"{len(os.sched_getaffinity(0))}-core {platform.machine().replace('_', '-')}"
    text = PAGE.read_text("utf-8")
    for name, table in tables.items():
        head, rest = text.split(f"<!-- begin {name} -->")
        tail = rest.split(f"<!-- end {name} -->")[1]
        text = f"{head}<!-- begin {name} -->\n\n{table}\n\n<!-- end {name} -->{tail}"
    head, rest = text.split("<!-- begin when -->")
    tail = rest.split("<!-- end when -->")[1]
    when = f"{machine}, {dt.datetime.now(tz=dt.UTC).date()}"
    PAGE.write_text(f"{head}<!-- begin when -->{when}<!-- end when -->{tail}", "utf-8")
    save(picture(), PICTURE)


if __name__ == "__main__":
    main(sys.argv[1:])
