# SPDX-License-Identifier: BSD-3-Clause
"""Does the climate of a chaotic model depend on how its arithmetic rounds?

    python docs/examples/lorenz96.py

Lorenz's model of 1996, dx_i/dt = (x_{i+1} - x_{i-2}) x_{i-1} - x_i + 8, 40 variables, by classical
Runge and Kutta with dt = 0.05, 10^4 steps, an ensemble of 16.  Its climate mean, the mean of x over
time, variables and ensemble, beside that of float64.  In each arithmetic every operation is rounded:

* truncation: mlu32, which keeps 20 fraction bits and drops the rest;
* nearest, stochastic: floats of 20 fraction bits with that rounding;
* error feedback: mlu32, and what the update of the state drops is added to the next update;
* the same with 5 fraction bits.

Single trajectories say nothing here, since any two part within weeks; means do, within their confidence
interval: batch means (Law and Kelton, Simulation Modeling and Analysis, 9.5.3), 20 batches in time.
"""

import math

import numpy as np

import numformats as nf

VARIABLES, FORCING, DT = 40, 8.0, 0.05
STEPS, SPIN_UP, MEMBERS, BATCHES, SEED = 10_000, 500, 16, 20, 4
STUDENT_95 = 2.093  # two-sided, 19 degrees of freedom
_NEXT, _BEFORE, _TWO_BEFORE = (np.roll(np.arange(VARIABLES), k) for k in (-1, 1, 2))


def roundings(bits):
    """Name: (format, error feedback?), all with the same number of fraction bits."""
    truncated = nf.mlu32 if bits == 20 else nf.TruncatedFloat(compute_man=bits)
    return {
        "truncation": (truncated, False),
        "nearest": (nf.Float(8, bits), False),
        "stochastic": (nf.Float(8, bits, rounding="stochastic"), False),
        "error feedback": (truncated, True),
    }


def tendency(x):
    return (x[:, _NEXT] - x[:, _TWO_BEFORE]) * x[:, _BEFORE] - x + FORCING


def increment(x):
    """What a step of Runge and Kutta adds to x."""
    k1 = tendency(x)
    k2 = tendency(x + k1 * (DT / 2))
    k3 = tendency(x + k2 * (DT / 2))
    k4 = tendency(x + k3 * DT)
    return (k1 + (k2 + k3) * 2.0 + k4) * (DT / 6)


def start(members, seed):
    """Members around x = 8, where all would rest; far enough that no format rounds them to it."""
    return FORCING + np.random.default_rng(seed).standard_normal((members, VARIABLES))


def means(T, *, feedback, steps=STEPS, members=MEMBERS, seed=SEED):
    """The mean of x after each step behind the spin-up, rounded nowhere."""
    x = start(members, seed).astype(T)
    residue = np.zeros_like(x)
    found = np.empty(steps)
    for i in range(-SPIN_UP, steps):
        step = increment(x)
        if feedback:  # Kahan: the residue is exact where abs(step) <= abs(x)
            step = step + residue
        new = x + step
        if feedback:
            residue = step - (new - x)
        x = new
        if i >= 0:
            found[i] = x.astype(float).mean()
    return found


def climate(series, batches=BATCHES):
    """The mean and its standard error, from the means of successive batches."""
    parts = series[: len(series) // batches * batches].reshape(batches, -1).mean(axis=1)
    return parts.mean(), parts.std(ddof=1) / math.sqrt(batches)


def table(widths=(20, 5), **options):
    """Rows (bits, arithmetic, mean, bias, half width of the bias's 95 % interval)."""
    nf.seed(SEED)
    truth, error = climate(means(np.float64, feedback=False, **{**options, "seed": SEED + 1}))
    rows = [("52", "float64", truth, 0.0, STUDENT_95 * error)]
    for bits in widths:
        for name, (T, feedback) in roundings(bits).items():
            mean, own = climate(means(T, feedback=feedback, **options))
            rows.append((bits, name, mean, mean - truth, STUDENT_95 * math.hypot(own, error)))
    return rows


def main():
    print("| bits | arithmetic     | mean of x | bias    | 95 % interval | beyond chance |")
    print("|------|----------------|-----------|---------|---------------|---------------|")
    for bits, name, mean, bias, half in table():
        beyond = "" if name == "float64" else "yes" if abs(bias) > half else "no"
        print(
            f"| {bits:>4} | {name:14} | {mean:9.4f} | {bias:+.4f} | +- {half:10.4f} | {beyond:13} |"
        )


if __name__ == "__main__":
    main()
