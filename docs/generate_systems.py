# SPDX-License-Identifier: BSD-3-Clause
"""How do rotors drift, and what does rounding do to synapses?  Tables and pictures of two pages.

``python docs/generate_systems.py geometric`` rewrites docs/explanation/geometric-algebra.md and
docs/pictures/rotors.svg, ``... spiking`` docs/explanation/spiking.md and docs/pictures/spiking.svg.
"""

import datetime as dt
import os
import platform
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import numformats as nf
from numformats.training.geometric import (
    Algebra,
    RotorDescent,
    bivector_gradient,
    exp,
    norm_error,
    sandwich,
)
from numformats.training.spiking import STDP, Decay, DoubleSTDP

HERE = Path(__file__).parent
BEGIN, END = "<!-- begin figures -->", "<!-- end figures -->"
SPACE = Algebra(3)
EPS = {"posit16": 2.0**-11, "posit32": 2.0**-27, "binary16": 2.0**-10, "binary32": 2.0**-23}
COLOURS = {
    "posit16": "#0072B2",
    "posit32": "#56B4E9",
    "binary16": "#D55E00",
    "binary32": "#E69F00",
    "nearest_even": "#0072B2",
    "stochastic": "#009E73",
    "toward_zero": "#D55E00",
}
NAMES = {"nearest_even": "nearest", "stochastic": "stochastic", "toward_zero": "truncated"}


def about():
    """The machine and the date, as figures name them."""
    cores = f"{len(os.sched_getaffinity(0))}-core {platform.machine().replace('_', '-')}"
    return f"{cores}, {dt.datetime.now(tz=dt.UTC).date()}."


def write(page, picture, figure, lines):
    """Put a table between the marks of a page, and its picture beside the others."""
    path = HERE / "explanation" / page
    head, rest = path.read_text().split(BEGIN)
    table = "\n".join([about(), "", *lines])
    path.write_text(f"{head}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}")
    figure.savefig(HERE / "pictures" / picture, metadata={"Date": None})


def walk(name, renormalise, steps=10_000):
    """|R ~R - 1| in units of the last place of 1, along steps of random bivectors."""
    rng = np.random.default_rng(3)
    descent = RotorDescent(SPACE.scalar(1.0, name), lr=0.05, renormalise=renormalise)
    marks = np.unique(np.geomspace(1, steps, 60).astype(int))
    found = []
    for step, gradient in enumerate(rng.standard_normal((steps, 3)).astype(name), 1):
        descent.step(SPACE.bivector(gradient))
        if step in marks:
            found.append(abs(float(norm_error(descent.rotor))) / EPS[name])
    dense = descent.rotor.dense().astype(float)
    odd = max(abs(float(dense[b])) for b in range(8) if b.bit_count() % 2)
    return marks, np.array(found), odd


def pairs(name):
    """Degrees between the best rotation of 40 noisy pairs, by singular values, and ours."""
    rng = np.random.default_rng(6)
    truth, y = exp(SPACE.bivector([0.5, -0.9, 0.3])), rng.standard_normal((40, 3))
    target = sandwich(truth, SPACE.vector(y)).values + 0.05 * rng.standard_normal((40, 3))
    descent, points = RotorDescent(SPACE.scalar(1.0, name), lr=0.1), SPACE.vector(y, name)
    for _ in range(150):
        x = sandwich(descent.rotor, points)
        difference = (x.values.astype(float) - target) / len(y)
        descent.step(bivector_gradient(SPACE.vector(difference, name), x))
    u, _, v = np.linalg.svd(target.T @ y)
    best = u @ np.diag([1, 1, np.linalg.det(u @ v)]) @ v
    ours = sandwich(descent.rotor.astype(float), SPACE.vector(np.eye(3))).values.T
    return np.degrees(2 * np.arcsin(min(1, np.linalg.norm(ours - best) / np.sqrt(8))))


def geometric():
    """Drift with and without a norm restored at each step, and a rotation from noisy pairs."""
    figure = Figure(figsize=(7.5, 3.8), layout="constrained")
    axes = figure.add_subplot(xlabel="steps", ylabel="|R ~R - 1|, units in the last place of 1")
    lines = ["| format | without, 10⁴ steps | renormalised, largest | odd grades | pairs: degrees from the best |",
             "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for name in EPS:
        marks, free, _ = walk(name, 0)
        _, kept, odd = walk(name, 1)
        axes.plot(marks, np.maximum(free, 0.02), color=COLOURS[name], label=name)
        axes.plot(marks, np.maximum(kept, 0.02), ":", color=COLOURS[name])
        lines.append(
            f"| {name} | {free[-1]:,.1f} ulp | {kept.max():.2f} ulp | {odd:g} | {pairs(name):.2g} |"
        )
    axes.axhline(4, color="black", linewidth=0.7)
    axes.annotate("4", (1, 4.3), fontsize=8)
    axes.set(xscale="log", yscale="log")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(title="solid: as it comes\ndotted: renormalised", fontsize=8, title_fontsize=8)
    write("geometric-algebra.md", "rotors.svg", figure, lines)


def correlated(steps=20_000):
    """50 neurons of which 25 share a cause with the one that they drive."""
    rng = np.random.default_rng(0)
    cause = rng.random(steps) < 0.02
    pre = rng.random((steps, 50)) < 0.02
    shared = cause[:, np.newaxis] & (rng.random((steps, 25)) < 0.5)
    pre[:, :25] = (rng.random((steps, 25)) < 0.01) | shared
    post = np.zeros((steps, 1), bool)
    post[1:, 0] = (cause[:-1] & (rng.random(steps - 1) < 0.8)) | (rng.random(steps - 1) < 0.01)
    return pre, post


def change(rule, gap):
    """What one spike on each side, post `gap` steps after pre, does to a weight."""
    pre, post = np.zeros((2, abs(gap) + 1, 1), bool)
    first, second = (pre, post) if gap > 0 else (post, pre)
    first[0] = second[-1] = True
    rule.run(pre, post)
    return float(rule.weights[0, 0]) - 0.5


def spiking():
    """The window of a pair, the tail of a trace, and the weights of two groups of synapses."""
    figure = Figure(figsize=(11, 3.4), layout="constrained")
    window, tail, ends = figure.subplots(1, 3)
    gaps = [g for g in range(-60, 61, 2) if g]
    double = [change(DoubleSTDP(1, 1, a_plus=0.1, a_minus=0.12), g) for g in gaps]
    fixed = [change(STDP(1, 1, a_plus=0.1, a_minus=0.12, drive="event"), g) for g in gaps]
    window.plot(gaps, double, color="black", linewidth=0.8, label="float64")
    window.plot(gaps, fixed, ".", color=COLOURS["nearest_even"], label="Q1.7, nearest")
    window.set(xlabel="post after pre, steps", ylabel="change of the weight")
    window.legend(fontsize=8)
    every = np.arange(1, 401)
    for mode, title in NAMES.items():
        decay, codes, found = Decay(20.0, nf.q15, mode), np.array([32767]), []
        for step in every:
            codes = decay.after(codes, np.array([1]), now=int(step))
            found.append(max(int(codes[0]), 0.3))
        tail.plot(every, found, color=COLOURS[mode], label=title)
    tail.set(yscale="log", xlabel="steps", ylabel="trace, units of 2⁻¹⁵ (0 below)")
    tail.legend(fontsize=8)
    pre, post = correlated()
    truth = DoubleSTDP(50, 1, a_plus=0.01, a_minus=0.0105)
    truth.run(pre, post)
    w = truth.weights[:, 0]
    lines = ["| weights | rounding | mean abs difference from float64 | group with the cause | the others |",
             "| --- | --- | --- | --- | --- |",
             f"| float64 | | | {w[:25].mean():.3f} | {w[25:].mean():.3f} |"]  # fmt: skip
    for fraction in (7, 10, 14):
        for mode, title in NAMES.items():
            rule = STDP(50, 1, weight=nf.Fixed(fraction + 1, fraction, signed=False), rounding=mode,
                        a_plus=0.01, a_minus=0.0105, drive="event")  # fmt: skip
            rule.run(pre, post)
            v = rule.weights.astype(float)[:, 0]
            lines.append(f"| Q1.{fraction} | {title} | {np.abs(v - w).mean():.4f} "
                         f"| {v[:25].mean():.3f} | {v[25:].mean():.3f} |")  # fmt: skip
            if fraction == 7:
                ends.plot(w, v, ".", color=COLOURS[mode], label=title)
    ends.plot([0, 1], [0, 1], color="black", linewidth=0.6)
    ends.set(xlabel="weight in float64", ylabel="weight in Q1.7")
    ends.legend(fontsize=8)
    write("spiking.md", "spiking.svg", figure, lines)


if __name__ == "__main__":
    {"geometric": geometric, "spiking": spiking}[sys.argv[1]]()
