# SPDX-License-Identifier: BSD-3-Clause
"""Draw the bits of each block format, and the errors of its blocks: pictures/blocks*.svg.

python docs/generate_blocks.py
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import numformats as nf

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from numformats.number_format import Format

PICTURES = Path(__file__).parent / "pictures"
COLOURS = {"sign": "#D55E00", "exponent": "#E69F00", "fraction": "#56B4E9", "integer": "#009E73"}
NAMES = {
    "sign": "sign",
    "exponent": "exponent",
    "fraction": "fraction",
    "integer": "two's complement",
}
SHOWN = 3  # elements that are drawn bit by bit


def fields(f: Format) -> list[str]:
    """What each bit of a code is, from the top."""
    if f.family == "fixed":
        return ["integer"] * f.bits
    return ["sign"] * f.is_signed + ["exponent"] * f.exp + ["fraction"] * f.man


def draw_code(axes: Axes, x: float, y: float, f: Format) -> float:
    """Draw its bits from x on; where they end."""
    for name in fields(f):
        axes.add_patch(
            Rectangle((x, y), 1, 0.6, facecolor=COLOURS[name], edgecolor="white", linewidth=0.8)
        )
        x += 1
    return x


def draw_bits() -> Figure:
    figure = Figure(figsize=(8.5, 4.4), layout="constrained")
    axes = figure.add_subplot()
    kinds = list(nf.blocks.KINDS.values())
    for row, kind in enumerate(reversed(kinds)):
        axes.text(-0.6, row + 0.3, kind.name, ha="right", va="center", fontsize=9)
        end = draw_code(axes, 0, row, kind.scale) + 1
        for _ in range(SHOWN):
            end = draw_code(axes, end, row, kind.element) + 0.4
        note = f"…  {kind.block} elements, {kind.bits:g} bits each"
        if kind.tensor is not None:
            note += f"; one {kind.tensor.name} for all"
        axes.text(end + 0.3, row + 0.3, note, va="center", fontsize=8.5)
    top = len(kinds)
    axes.text(4, top + 0.05, "scale of the block", ha="center", fontsize=9)
    axes.text(21, top + 0.05, "elements", ha="center", fontsize=9)
    for i, name in enumerate(NAMES):
        x = 10 + 12 * i
        axes.text(x, -0.75, f"■ {NAMES[name]}", color=COLOURS[name], fontsize=9)
    axes.set_xlim(-9, 60)
    axes.set_ylim(-1, top + 0.6)
    axes.axis("off")
    return figure


def worst_errors(kind: str, below: np.ndarray, trials: int) -> np.ndarray:
    """The largest relative error of numbers that lie 2**-below under the largest of their block."""
    rng, block = np.random.default_rng(3), nf.blocks.KINDS[kind].block
    largest = rng.uniform(1, 2, size=(trials, 1, 1))
    x = np.exp2(-rng.uniform(0, 0.25, (trials, len(below), block)) - below[:, None]) * largest
    x[..., :1] = largest
    errors = np.abs(nf.blocks.quantize(x, kind).dequantize(np.float64) / x - 1)
    return errors[..., 1:].max(axis=(0, 2))


def draw_errors() -> Figure:
    figure = Figure(figsize=(8.5, 3.8), layout="constrained")
    axes = figure.add_subplot()
    below = np.arange(0, 18, 0.25)
    for kind in nf.blocks.KINDS:
        axes.plot(below, worst_errors(kind, below, 300), label=kind)
    axes.set_yscale("log", base=2)
    axes.set_xlabel("how many powers of two a number lies below the largest of its block")
    axes.set_ylabel("worst relative error")
    axes.grid(color="#DDDDDD", linewidth=0.6)
    axes.legend(ncols=4, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.5, 1))
    return figure


def main() -> None:
    import matplotlib as mpl  # noqa: PLC0415 - settings for this run only

    mpl.rcParams["svg.hashsalt"] = "numformats"
    for name, draw in (("blocks", draw_bits), ("blocks-errors", draw_errors)):
        draw().savefig(PICTURES / f"{name}.svg", metadata={"Date": None})
        print(f"{name}.svg")


if __name__ == "__main__":
    main()
