# SPDX-License-Identifier: BSD-3-Clause
"""What do the formats look like?  ``python docs/generate_gallery.py`` draws docs/pictures/*.svg.

Numbers are those that the library computes; needs the extra ``numformats[plot]``.
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import numformats as nf
from numformats.analysis import load_workload
from numformats.analysis.compare import compare
from numformats.analysis.plotting import plot_comparison

PICTURES = Path(__file__).parent / "pictures"
# Okabe and Ito's colours, told apart by colour-blind readers, too.
COLOURS = {"posit": "#0072B2", "takum_linear": "#009E73", "float": "#D55E00", "fixed": "#E69F00"}


def positive(T):
    """All positive finite values of a format of up to 16 bits, in order, as doubles."""
    codes = np.arange(1 << T.format.bits, dtype=np.uint64)
    with np.errstate(all="ignore"):
        values = np.unique(nf.from_bits(codes, T).astype(float))
    return values[(values > 0) & np.isfinite(values)]


def accuracy():
    """Decimal digits that the nearest number of a 16-bit format gives, against the magnitude."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axes = figure.add_subplot(xlabel="magnitude", ylabel="decimal digits, at the least")
    for name, family in (
        ("posit16", "posit"),
        ("takum_linear16", "takum_linear"),
        ("binary16", "float"),
        ("bfloat16", "float"),
        ("q15", "fixed"),
    ):
        values = positive(getattr(nf, name))
        # the farthest real number between neighbours: half a gap away from both
        middles = (values[:-1] + values[1:]) / 2
        digits = -np.log10((values[1:] - values[:-1]) / 2 / middles)
        powers = np.floor(np.log2(middles))
        steps = np.unique(powers)
        least = [digits[powers == p].min() for p in steps]
        style = "--" if name == "bfloat16" else "-"
        axes.plot(
            2.0**steps, least, style, color=COLOURS[family], label=name, drawstyle="steps-post"
        )
    axes.set(xscale="log", xlim=(1e-30, 1e30), ylim=(0, 5.2))
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    return figure


def values():
    """The positive numbers of 8-bit formats, each a line."""
    names = ("posit8", "takum_linear8", "float8_e4m3fn", "float8_e5m2", "float6_e2m3fn", "q7")
    figure = Figure(figsize=(8, 3), layout="constrained")
    axes = figure.add_subplot(xlabel="value", xscale="log", xlim=(1e-8, 1e8))
    for place, name in enumerate(names):
        T = getattr(nf, name)
        x = positive(T)
        colour = COLOURS[T.format.family]
        axes.plot(x, np.full(x.size, place), "|", color=colour, markersize=18, markeredgewidth=0.7)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    return figure


def sums():
    """The running sum of 0.1 in three accumulators, divided by the right one."""
    n = 2 ** np.arange(15)
    terms = np.full(n[-1], 0.1, nf.bfloat16)
    right = n * float(terms[0])
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axes = figure.add_subplot(
        xlabel="terms of 0.1 in bfloat16", ylabel="sum / exact sum", xscale="log"
    )
    for label, model, style in (
        ("rounded at each step", "sequential", "o-"),
        ("pairwise", "pairwise", "s--"),
        ("exact, rounded once (nf.fsum)", "exact", "^-"),
    ):
        got = [float(nf.fsum(terms[:k], accumulate=model)) for k in n]
        axes.plot(n, got / right, style, markersize=4, label=label)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    return figure


def digits():
    """What ``numformats compare docs/examples/digits.py:classify --plot`` draws."""
    formats = (
        "posit8 takum_linear8 float8_e4m3fn float8_e5m2 posit16 takum_linear16 binary16 bfloat16"
    )
    workload = load_workload(str(PICTURES.parent / "examples" / "digits.py:classify"))
    return plot_comparison(compare(workload, formats.split()))


def main():
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "numformats", "font.size": 10}
    PICTURES.mkdir(exist_ok=True)
    for draw in (accuracy, values, sums, digits):
        draw().savefig(PICTURES / f"{draw.__name__}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
