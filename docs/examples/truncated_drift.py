# SPDX-License-Identifier: BSD-3-Clause
"""How far does a truncating accumulator drift, and which formula bounds that?

    python docs/examples/truncated_drift.py

Running sums of uniform numbers of [0, 1) in mlu32, whose every addition keeps 20 fraction bits and
drops the rest: fl(z) = z (1 - t), 0 <= t < u = 2^-20.  The partial sums are positive, so a sum of n
numbers is the exact one times n - 1 such factors at most, and its relative error is in
[-(1 - (1 - u)^(n - 1)), 0]: it is proved, and -n u where n u is small.  The model delta_0 exp(n u), which lets
the first error grow and forgets the n - 1 that each step adds, stands beside it.  Rounding to
nearest at the same 20 bits is the control.
"""

import math

import numpy as np

import numformats as nf
from numformats.analysis import plots

U = 2.0**-20
LENGTHS = (100, 316, 1_000, 3_162, 10_000, 31_623, 100_000)
REPEATS = 8
SEED = 1
STEPS = 2**20  # the terms are multiples of 1/STEPS, exact in both formats, and so are exact sums
NEAREST = nf.Float(8, 20)


def drifts(T, lengths=LENGTHS, repeats=REPEATS, seed=SEED):
    """Signed relative errors of running sums, shape (lengths, repeats); exact but for one rounding."""
    whole = np.random.default_rng(seed).integers(0, STEPS, (repeats, max(lengths)))
    exact = np.cumsum(whole, axis=1)
    sums = np.cumsum((whole / STEPS).astype(T), axis=1).astype(float)
    at = np.array(lengths) - 1
    return ((sums * STEPS - exact) / exact)[:, at].T


def proved(n):
    """1 - (1 - u)^(n - 1), without its cancellation."""
    return -math.expm1((n - 1) * math.log1p(-U))


def model(n):
    """The formula of the article, with one unit roundoff as its first error."""
    return U * math.exp(n * U)


def table(lengths=LENGTHS, repeats=REPEATS):
    """One row a length: the farthest drift, what is proved of it, and the model."""
    cut, near = (drifts(T, lengths, repeats) for T in (nf.mlu32, NEAREST))
    rows = []
    for i, n in enumerate(lengths):
        worst, mean = np.abs(cut[i]).max(), cut[i].mean()
        rows.append((n, mean, worst, np.abs(near[i]).max(), proved(n), model(n), worst / model(n)))
    return rows


def draw(lengths=LENGTHS, repeats=REPEATS):
    """The table as a picture."""
    cut, near = (drifts(T, lengths, repeats) for T in (nf.mlu32, NEAREST))
    return plots.plot_growth(
        lengths,
        {"mlu32: truncated sums": cut, "float<exp=8,man=20>: rounded sums": near},
        {
            "proved for truncation: 1 - (1 - u)^(n-1)": [proved(n) for n in lengths],
            "model: delta_0 exp(n u)": [model(n) for n in lengths],
        },
    )


def main():
    print(
        "|      n | mean drift | farthest drift | to nearest | proved bound | delta_0 exp(n u) | too small by |"
    )
    print(
        "|--------|------------|----------------|------------|--------------|------------------|--------------|"
    )
    for n, mean, worst, near, bound, article, ratio in table():
        print(
            f"| {n:6} | {mean:10.2e} | {worst:14.2e} | {near:10.2e} | {bound:12.2e} | {article:16.2e} | {ratio:12.0f} |"
        )


if __name__ == "__main__":
    main()
