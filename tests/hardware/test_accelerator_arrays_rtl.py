# SPDX-License-Identifier: BSD-3-Clause
"""Have the systolic array and the bank arbiter in Verilog the models' registers, edge by edge?"""

from __future__ import annotations

import numpy as np
import pytest

from accelerator_rtl import OVERFLOW_NUMBERS, compare, needs_icarus, trace
from numformats.hardware.accelerator import BankedMemory, SystolicArray, grants, stride_traffic
from numformats.hardware.accelerator.bits import pattern

pytestmark = needs_icarus
SIZE, WORD = 4, 8
ARRAY = {"clear": 1, "drain": 1, "left": SIZE * WORD, "left_valid": SIZE,
         "top": SIZE * WORD, "top_valid": SIZE}  # fmt: skip


def joined(words, bits):
    return sum(pattern(int(w), bits) << (i * bits) for i, w in enumerate(words))


class Recorded(SystolicArray):
    """A model that keeps what goes in and what its cells hold after each edge."""

    def clear(self):
        super().clear()
        self.rows_in, self.held = [(1, 0, 0, 0, 0, 0)], [{}]

    def step(self, left, left_valid, top, top_valid, at=None):
        super().step(left, left_valid, top, top_valid, at)
        self.rows_in.append((0, 0, joined(left, WORD), joined(left_valid, 1), joined(top, WORD), joined(top_valid, 1)))  # fmt: skip
        found = {}
        for i, j in np.ndindex(SIZE, SIZE):
            cell = f"row[{i}].column[{j}].cell_of"
            found[f"{cell}.sum"] = pattern(int(self.sums[i, j]), self.bits)
            found[f"{cell}.right_valid"] = int(self.right_valid[i, j])
            found[f"{cell}.down_valid"] = int(self.down_valid[i, j])
            if self.right_valid[i, j]:
                found[f"{cell}.right"] = pattern(int(self.right[i, j]), WORD)
            if self.down_valid[i, j]:
                found[f"{cell}.down"] = pattern(int(self.down[i, j]), WORD)
        self.held.append(found)


def traced(folder, bits, overflow, defines=()):
    """The model after a product of 4 x 9 and 9 x 4, the product, and the design's edges."""
    rng = np.random.default_rng(bits)
    a, b = rng.integers(-128, 128, (4, 9)), rng.integers(-128, 128, (9, 4))
    a[rng.random(a.shape) < 0.3] = b[rng.random(b.shape) < 0.3] = -128
    unit = Recorded(SIZE, SIZE, WORD, bits, overflow)
    product = unit.multiply(a, b)
    names = ("sum", "right", "down", "right_valid", "down_valid")
    watched = [
        f"row[{i}].column[{j}].cell_of.{n}" for i, j in np.ndindex(SIZE, SIZE) for n in names
    ]
    rows = [*unit.rows_in, *[(0, 1, 0, 0, 0, 0)] * SIZE]
    edges = trace(folder, "systolic_array", ARRAY, [*watched, "bottom"], rows, defines=defines,
                  parameters={"BITS": bits, "OVERFLOW": OVERFLOW_NUMBERS[overflow]})  # fmt: skip
    return unit, product, edges


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("bits", [16, 17, 32])
def test_cells_edge_by_edge(tmp_path, bits, overflow):
    unit, product, edges = traced(tmp_path, bits, overflow)
    assert not compare(edges[: len(unit.held)], unit.held)
    # Before each edge of the drain the lowest row that is left is at the bottom.
    bottoms = [edges[len(unit.held) - 1 + i]["bottom"] for i in range(SIZE)]
    assert bottoms == [joined(row, bits) for row in product[::-1]]
    assert len(edges) - 1 == unit.activity.cycles == unit.cycles(4, 9, 4)


def test_a_skew_of_one_edge_in_the_design_is_seen(tmp_path):
    unit, product, edges = traced(tmp_path, 32, "wrap", ["PLANT_SKEW"])
    assert "row[1].column[0].cell_of" in compare(edges[: len(unit.held)], unit.held)
    bottoms = [edges[len(unit.held) - 1 + i]["bottom"] for i in range(SIZE)]
    wrong = [i for i, row in enumerate(product[::-1]) if bottoms[i] != joined(row, 32)]
    assert wrong == [2]  # row 1, from below


LANES, BANKS, ROWS = 8, 8, 32
ARBITER = {"rst": 1, "in_valid": 1, "wanted": LANES, "words": LANES * 8}


def groups_of_words():
    """Strides, the same word, and random ones; bank in the low bits."""
    found = [[s * i % 256 for i in range(LANES)] for s in (0, 1, 2, 3, 4, 5, 7, 8, 12, 16)]
    words = np.random.Philox(key=[1, 2]).random_raw(40 * LANES) % 48
    return found + words.reshape(-1, LANES).tolist()


def arbiter_edges(groups):
    """Rows for the ports, and what waits and is served after each edge, by the model's rule."""
    rows, expected = [(1, 0, 0, 0)], [{"waiting": 0}]
    for words in groups:
        waiting = [True] * LANES
        rows.append((0, 1, (1 << LANES) - 1, joined(words, 8)))
        while any(waiting):
            served = grants(waiting, [w % BANKS for w in words], [w // BANKS for w in words])
            expected.append({"waiting": joined(waiting, 1), "grant": joined(served, 1),
                             "in_ready": int(served == waiting)})  # fmt: skip
            waiting = [w and not s for w, s in zip(waiting, served, strict=True)]
            if any(waiting):
                rows.append((0, 0, 0, 0))
    return [*rows, (0, 0, 0, 0)], [*expected, {"waiting": 0, "in_ready": 1}]


@pytest.mark.parametrize("plant", ["", "PLANT_BANK"])
def test_the_arbiter_edge_by_edge(tmp_path, plant):
    groups = groups_of_words()
    rows, expected = arbiter_edges(groups)
    watched = ["waiting", "grant", "in_ready"]
    edges = trace(tmp_path, "bank_arbiter", ARBITER, watched, rows, defines=[plant] * bool(plant))
    assert bool(compare(edges, expected)) == bool(plant)
    if plant:
        # A stride of one word has a conflict where the closed form has none.
        one = trace(tmp_path, "bank_arbiter", ARBITER, watched,
                    [(1, 0, 0, 0), (0, 1, 255, joined(range(LANES), 8)), (0, 0, 0, 0)], defines=[plant])  # fmt: skip
        assert one[1]["grant"] != 255
        assert stride_traffic(4, lanes=LANES, size=4096, banks=BANKS).conflicts == 0


def test_the_arbiter_takes_the_edges_of_the_memory():
    from numformats.accelerator import ErrorCache

    memory = BankedMemory(ErrorCache(size=BANKS * ROWS * 16, banks=BANKS), LANES)
    for words in groups_of_words():
        memory.read([4 * w for w in words])
    rows, _ = arbiter_edges(groups_of_words())
    assert memory.cycles == len(rows) - 2  # the edges of reset, and of the last one's way out
