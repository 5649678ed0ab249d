# SPDX-License-Identifier: BSD-3-Clause
"""Which pictures has the page on the accelerator as a device?  ``python docs/generate_accelerator.py``.

It runs the cycle-level models and draws what they held: pictures/accelerator-pipeline.svg,
accelerator-wavefront.svg and accelerator-banks.svg (needs ``numformats[plot]``).
"""

from pathlib import Path

import numpy as np

from numformats.accelerator import ErrorCache
from numformats.analysis.canvas import COLOURS, new_figure, save
from numformats.hardware.accelerator import BankedMemory, SystolicArray, Vacc

PICTURES = Path(__file__).resolve().parent / "pictures"
BLUE, ORANGE, GREEN = COLOURS[:3]
PRODUCTS = 5


def occupancy(hazards, count=PRODUCTS):
    """(edge, stage, number of the product) for products of one accumulator, as the model holds them."""
    unit = Vacc(8, 32, hazards=hazards)
    found, sent, inside = [], 0, [None] * unit.latency
    while sent < count or any(h is not None for h in unit.held[:-1]):
        ready = unit.ready
        before = list(unit.held)
        unit.step({"a": 1, "b": 1, "d": 0} if sent < count else None)
        # Which product a stage has: that of the stage before, unless it stayed.
        moved = [sent if ready and sent < count else None, *inside[:-1]]
        inside = [
            None if h is None else inside[i] if h is before[i] else moved[i]
            for i, h in enumerate(unit.held)
        ]
        sent += ready and sent < count
        found += [(unit.activity.cycles, i, n) for i, n in enumerate(inside) if n is not None]
    return unit, found


def draw_pipeline(path):
    figure = new_figure(9, 4.6)
    for panel, (hazards, title) in zip(
        figure.subplots(2, 1, sharex=True),
        [("forward", "forwarding: a product at every edge"),
         ("interlock", "interlock: a product waits for the one before")],
        strict=True,
    ):  # fmt: skip
        unit, found = occupancy(hazards)
        for edge, stage, number in found:
            panel.broken_barh(
                [(edge - 0.5, 1)], (stage - 0.4, 0.8), facecolors=COLOURS[number], alpha=0.75
            )
            panel.text(edge, stage, number, ha="center", va="center", color="white", fontsize=9)
        panel.set_yticks(range(unit.latency), [s.name for s in unit.stages])
        panel.invert_yaxis()
        panel.set_title(
            f"VACC, {title}: {PRODUCTS} products in {unit.activity.cycles} edges", fontsize=10
        )
        panel.grid(axis="x", alpha=0.2)
        panel.set_xticks(range(1, 18))
    panel.set_xlabel("clock edge; the number is that of the product in the stage's registers")
    save(figure, path)


def working_cells(size=4, k=6):
    """For each edge, which cells added a product; of an output-stationary array."""

    class Watched(SystolicArray):
        def step(self, *inputs):
            super().step(*inputs)
            edges.append(self.right_valid & self.down_valid)

    edges = []
    unit = Watched(size, size, 8, 32)
    unit.multiply(np.ones((size, k), int), np.ones((k, size), int))
    return edges


def draw_wavefront(path):
    edges = working_cells()
    figure = new_figure(10, 1.9)
    panels = figure.subplots(1, len(edges))
    for edge, (panel, works) in enumerate(zip(panels, edges, strict=True), 1):
        panel.imshow(works, cmap="Blues", vmin=0, vmax=1.4)
        panel.set_xticks(np.arange(-0.5, 4), [])
        panel.set_yticks(np.arange(-0.5, 4), [])
        panel.grid(color="white", linewidth=1.5)
        panel.tick_params(length=0)
        panel.set_title(f"{edge}", fontsize=10)
        panel.set_xlabel(f"{int(works.sum())} of 16", fontsize=8)
    figure.suptitle(
        "cells that add a product at each edge: 4 x 6 times 6 x 4 on 4 x 4 cells", fontsize=10
    )
    save(figure, path)


def edges_of_stride(stride):
    memory = BankedMemory()
    memory.read([stride * i % memory.geometry.errors for i in range(32)])
    return memory.cycles


def draw_banks(path):
    figure = new_figure(9, 3.6)
    left, right = figure.subplots(1, 2, width_ratios=[2.4, 1])
    strides = np.arange(1, 133)
    edges = np.array([edges_of_stride(int(s)) for s in strides])
    words = strides % 4 == 0
    left.vlines(
        strides[~words], 0.8, edges[~words], color=BLUE, linewidth=1.5, label="other strides"
    )
    left.vlines(
        strides[words],
        0,
        edges[words],
        color=ORANGE,
        linewidth=2.2,
        label="whole words: gcd(stride / 4, 32)",
    )
    left.set_xlabel("stride, in errors of 32 bits")
    left.set_ylabel("edges for 32 accesses")
    left.set_yscale("log", base=2)
    left.set_ylim(0.8, 40)
    left.set_yticks([1, 2, 4, 8, 16, 32], ["1", "2", "4", "8", "16", "32"])
    left.set_xticks(range(0, 129, 16))
    left.legend(fontsize=8, loc="upper left")
    cache = ErrorCache()
    tiles = {
        "rows": cache.tile(64, 64),
        "columns": cache.tile(64, 64, order="columns"),
        "columns,\nrows of 68": cache.tile(64, 64, pitch=68, order="columns"),
        "random": (np.random.Philox(key=[20, 11]).random_raw(4096) % cache.errors).astype(np.int64),
    }
    counts = [cache.traffic(errors).cycles for errors in tiles.values()]
    bars = right.bar(range(len(tiles)), counts, color=GREEN)
    right.bar_label(bars, fontsize=8)
    right.set_xticks(range(len(tiles)), tiles, fontsize=8)
    right.set_ylabel("edges for 4096 errors")
    right.set_title("a tile of 64 x 64", fontsize=10)
    save(figure, path)


def main():
    draw_pipeline(PICTURES / "accelerator-pipeline.svg")
    draw_wavefront(PICTURES / "accelerator-wavefront.svg")
    draw_banks(PICTURES / "accelerator-banks.svg")


if __name__ == "__main__":
    main()
