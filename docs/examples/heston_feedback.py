# SPDX-License-Identifier: BSD-3-Clause
"""Can an option be priced with 16-bit registers?  Yes, when what truncation drops is kept.

    python docs/examples/heston_feedback.py

Heston's variance, its integral I and the integral J of sqrt(v) dW live in 16-bit fixed-point
registers; a 32-bit adder computes their increments.  Writing a register drops low bits.  With error
feedback the dropped part e waits in a residue register and is added to the next increment,

    y[t] = floor(y[t-1] + increment + e[t]),   e[t+1] = y[t-1] + increment + e[t] - y[t],

so that the sum of all that was written differs from the exact sum by e alone: one quantum, after any
number of steps.  All of that is exact: the adder's grid holds every term.  Plain truncation loses
half a quantum in each step, always downwards.

Given the path of the variance the log price is normal (Romano and Touzi 1997, Willard 1997), so each path
gives a Black and Scholes price; antithetic paths and the discounted price as a control variate do
the rest.  The analytic price is that of heston.py; the step is full truncation Euler's.
"""

import math

import numpy as np
from heston import BROADIE_KAYA, STRIKE, analytic_call

import numformats as nf

MODEL = BROADIE_KAYA
STEPS, PAIRS, CHUNK, SEED = 128, 320_000, 20_000, 7
ADDER = nf.Fixed(32, 28)


def registers(rounding):
    """The formats of v, I (below 1/2) and J (below 2)."""
    small, large = (nf.Fixed(16, frac, rounding=rounding) for frac in (16, 14))
    return small, small, large


def write(registers, values, increments, residues):
    """The registers' new values and what was dropped; residues None: that is forgotten."""
    written, left = [], []
    for i, (T, y, step) in enumerate(zip(registers, values, increments, strict=True)):
        total = y.astype(ADDER) + step
        if residues is not None:
            total = total + residues[i]
        written.append(total.astype(T))
        left.append(total - written[-1].astype(ADDER))
    return written, left


def in_fixed_point(normals, rounding, *, feedback):
    """I and J at the end of each path, as doubles; normals: one step a row, one path a column."""
    kinds, (steps, paths) = registers(rounding), normals.shape
    dt = MODEL.years / steps
    kappa_dt, theta, xi, width = (ADDER(c) for c in (MODEL.kappa * dt, MODEL.theta, MODEL.xi, dt))
    zero = np.zeros(paths)
    values = [a.astype(T) for a, T in zip((zero + MODEL.v0, zero, zero), kinds, strict=True)]
    residues = [zero.astype(ADDER) for _ in kinds] if feedback else None
    for z in normals.astype(ADDER):
        positive = np.maximum(values[0].astype(ADDER), 0)
        area = positive * width
        noise = np.sqrt(area) * z
        steps_of = (kappa_dt * (theta - positive) + xi * noise, area, noise)
        values, left = write(kinds, values, steps_of, residues)
        residues = left if feedback else None
    return values[1].astype(float), values[2].astype(float)


def in_doubles(normals):
    """The same in float64."""
    dt = MODEL.years / len(normals)
    v = np.full(normals.shape[1], MODEL.v0)
    area_sum, noise_sum = np.zeros_like(v), np.zeros_like(v)
    for z in normals:
        positive = np.maximum(v, 0)
        noise = np.sqrt(positive * dt) * z
        v = v + MODEL.kappa * (MODEL.theta - positive) * dt + MODEL.xi * noise
        area_sum, noise_sum = area_sum + positive * dt, noise_sum + noise
    return area_sum, noise_sum


_normal = np.frompyfunc(lambda x: 0.5 * math.erfc(-x / math.sqrt(2)), 1, 1)


def conditional_prices(area, noise):
    """Discounted call price of each path, and its discounted price of the asset (mean: the spot)."""
    rho, years = MODEL.rho, MODEL.years
    spot = MODEL.spot * np.exp(rho * noise - rho**2 * area / 2)
    spread = np.sqrt(np.maximum((1 - rho**2) * area, 1e-12))
    d = (np.log(spot / STRIKE) + MODEL.r * years) / spread + spread / 2
    paid = STRIKE * math.exp(-MODEL.r * years)
    return spot * _normal(d).astype(float) - paid * _normal(d - spread).astype(float), spot


def price(area, noise):
    """Mean and standard error, from antithetic pairs, with the asset as control variate."""
    call, spot = (x.reshape(2, -1).mean(axis=0) for x in conditional_prices(area, noise))
    slope = np.cov(call, spot)[0, 1] / spot.var(ddof=1)
    fair = call - slope * (spot - MODEL.spot)
    return fair.mean(), fair.std(ddof=1) / math.sqrt(fair.size)


RUNS = {
    "float64": in_doubles,
    "16 bits, truncated": lambda z: in_fixed_point(z, "toward_negative", feedback=False),
    "16 bits, to nearest": lambda z: in_fixed_point(z, "nearest_even", feedback=False),
    "16 bits, truncated, error feedback": lambda z: in_fixed_point(z, "toward_negative", feedback=True),
}  # fmt: skip


def run(pairs=PAIRS, steps=STEPS, seed=SEED, chunk=CHUNK):
    """For each arithmetic the price and its standard error; all take the same normal numbers."""
    rng, ends = np.random.default_rng(seed), {name: [] for name in RUNS}
    for _ in range(pairs // chunk):
        half = rng.standard_normal((steps, chunk))
        normals = np.concatenate([half, -half], axis=1)
        for name, simulate in RUNS.items():
            ends[name].append(simulate(normals))
    found = {}
    for name, parts in ends.items():
        area, noise = (  # halves of all chunks beside one another, so that pairs stay pairs
            np.stack(x).reshape(len(parts), 2, -1).swapaxes(0, 1).ravel()
            for x in zip(*parts, strict=True)
        )
        found[name] = price(area, noise)
    return found


def main():
    truth = analytic_call(MODEL, STRIKE)
    print(f"analytic price {truth:.6f}; {STEPS} steps, {PAIRS} antithetic pairs")
    print("| arithmetic                         | price    | off by    | standard error |")
    print("|------------------------------------|----------|-----------|----------------|")
    for name, (value, error) in run().items():
        print(f"| {name:34} | {value:.6f} | {value / truth - 1:+8.3%} | {error / truth:14.3%} |")


if __name__ == "__main__":
    main()
