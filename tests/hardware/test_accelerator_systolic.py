# SPDX-License-Identifier: BSD-3-Clause
"""Is a systolic product the oracle's, sum by sum, in as many edges as the formula says?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.accelerator import TrapError
from numformats.hardware.accelerator import ArrayActivity, SystolicArray
from numformats.oracle import accelerator as twin

SHAPES = [(1, 1, 1), (4, 4, 4), (7, 10, 5), (2, 9, 8), (8, 3, 1)]
ARRAYS = [(1, 1), (3, 2), (4, 4), (2, 7)]


def operands(shape, bits, seed=0):
    """Integers that are often at an end."""
    m, k, n = shape
    rng = np.random.default_rng(seed)
    top = 1 << (bits - 1)
    a, b = (rng.integers(-top, top, s) for s in ((m, k), (k, n)))
    a[rng.random(a.shape) < 0.4] = -top
    b[rng.random(b.shape) < 0.4] = -top
    return a, b


def by_oracle(a, b, unit):
    """The same product by the definition of VACC: one sum, or slices of K that are added."""
    step = a.shape[1] if unit.dataflow == "output" else unit.rows
    found = np.zeros((len(a), b.shape[1]), object)
    for i, j in np.ndindex(*found.shape):
        total = 0
        for k in range(0, a.shape[1], step):
            x, y = a[i, k : k + step].tolist(), b[k : k + step, j].tolist()
            part, _ = twin.vacc_dot(x, y, 0, unit.bits, unit.overflow)
            total = twin.vacc(total, part, 1, unit.bits, unit.overflow)
        found[i, j] = total
    return found


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("dataflow", ["output", "weight"])
@pytest.mark.parametrize("cells", ARRAYS, ids=str)
def test_products_and_cycles(cells, dataflow, overflow):
    for shape in SHAPES:
        for bits in (9, 16, 17, 32):
            unit = SystolicArray(*cells, 8, bits, overflow, dataflow)
            a, b = operands(shape, 8)
            assert unit.multiply(a, b).tolist() == by_oracle(a, b, unit).tolist()
            assert unit.activity.cycles == unit.cycles(*shape)
            assert unit.activity.macs == np.prod(shape)


@pytest.mark.parametrize("bits", [64, 65, 128])
@pytest.mark.parametrize("dataflow", ["output", "weight"])
def test_long_words(dataflow, bits):
    unit = SystolicArray(2, 3, 32, bits, "wrap", dataflow)
    a, b = operands((3, 5, 4), 32)
    assert unit.multiply(a, b).tolist() == by_oracle(a, b, unit).tolist()


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("rows", [1, 3, 16])
@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_the_models_of_accumulate(rows, overflow):
    """Weight-stationary is accumulate=("systolic", F, rows), output-stationary accumulate=F."""
    a, b = operands((6, 10, 5), 8)
    operand, wide = nf.Fixed(8, 4), nf.Fixed(64, 8)
    accumulator = nf.Fixed(16, 8, overflow=overflow).dtype
    codes = [nf.from_bits(v.astype(np.int8).view(np.uint8), operand).astype(wide) for v in (a, b)]
    for dataflow, model in (("weight", ("systolic", accumulator, rows)), ("output", accumulator)):
        found = SystolicArray(rows, 4, 8, 16, overflow, dataflow).multiply(a, b)
        wanted = nf.matmul(*codes, accumulate=model)
        assert (found == wanted.astype(float) * 2**8).all()


def test_operands_meet_along_the_wavefront():
    """Cell (i, j) has its first product i + j + 1 edges after the first operands."""
    unit = SystolicArray(3, 4, 8, 16)
    first = {}
    ones, none = np.ones(4, np.int64), np.zeros(4, bool)
    for edge in range(1, 7):
        late = np.arange(4) <= edge - 1
        unit.step(ones[:3], late[:3], ones, late if edge < 7 else none)
        for i, j in np.argwhere(unit.sums == 1).tolist():
            first.setdefault((i, j), edge)
    assert first == {(i, j): i + j + 1 for i in range(3) for j in range(4)}


def test_a_trap_names_the_product():
    a, b = np.zeros((3, 6), int), np.zeros((6, 2), int)
    a[2], b[:, 1] = 100, 1
    for dataflow, k in (("output", 1), ("weight", 1)):
        with pytest.raises(TrapError, match="accumulator.* is 200") as caught:
            SystolicArray(3, 2, 8, 8, "trap", dataflow).multiply(a, b)
        assert caught.value.index == (2, 1, k)
    a[2] = [30, 30, 30, 30, 30, 30]  # each slice of 3 fits, their sum does not
    with pytest.raises(TrapError, match="is 180") as caught:
        SystolicArray(3, 2, 8, 8, "trap", "weight").multiply(a, b)
    assert caught.value.index == (2, 1, 5)
    assert SystolicArray(3, 2, 8, 9, "trap").multiply(a, b)[2, 1] == 180


class LateSkew(SystolicArray):
    """Planted: row 1 gets its operands an edge too late."""

    def _fed(self, lines, edge):
        found, valid = super()._fed(lines, edge)
        late, late_valid = super()._fed(lines, edge - 1)
        found[1], valid[1] = late[1], late_valid[1]
        return found, valid


class LateSaturation(SystolicArray):
    """Planted: the accumulator has two more bits, and saturates when it is read."""

    def multiply(self, a, b):
        wide = SystolicArray(self.rows, self.columns, self.operand_bits, self.bits + 2, "saturate")
        return np.clip(wide.multiply(a, b), -(1 << (self.bits - 1)), (1 << (self.bits - 1)) - 1)


@pytest.mark.parametrize("dataflow", ["output", "weight"])
def test_a_skew_of_one_edge_is_seen(dataflow):
    a, b = operands((3, 5, 3), 8)
    unit = LateSkew(3, 3, 8, 32, "wrap", dataflow)
    wrong = unit.multiply(a, b) != by_oracle(a, b, unit)
    assert wrong.any()


def test_a_late_saturation_is_seen():
    a, b = operands((3, 9, 3), 8)
    unit = LateSaturation(3, 3, 8, 16, "saturate")
    assert (unit.multiply(a, b) != by_oracle(a, b, unit)).any()


def test_counts_of_a_tile():
    unit = SystolicArray(2, 2, 8, 16)
    assert unit.activity == ArrayActivity()
    unit.multiply(np.ones((2, 3), int), np.ones((3, 2), int))
    done = unit.activity
    assert (done.macs, done.bits_in, done.bits_out) == (12, 12 * 8, 4 * 16)
    # Each operand is in both cells of its row or column, each product is a write of a sum.
    assert done.bits_between == 2 * 12 * 8 + 12 * 16
    assert unit.utilisation == 12 / (4 * unit.cycles(2, 3, 2))
    assert unit.register_bits == 4 * (9 + 9 + 16)
    lone = SystolicArray(2, 2, 8, 16, dataflow="weight")
    lone.multiply(np.ones((3, 4), int), np.ones((4, 2), int))
    done = lone.activity
    assert (done.macs, done.bits_in) == (24, 8 * (4 * 2 + 3 * 4))
    assert done.bits_out == 16 * 6 * (1 + 2)  # written below, then read and written again


def test_bad_input():
    with pytest.raises(ValueError, match="dataflow='input'; allowed: output, weight"):
        SystolicArray(dataflow="input")
    with pytest.raises(ValueError, match="0 x 8 cells"):
        SystolicArray(0)
    with pytest.raises(ValueError, match=r"a\[0, 1\] is 128; allowed in 8 bits: -128 to 127"):
        SystolicArray().multiply([[1, 128]], [[1], [1]])
    with pytest.raises(ValueError, match=r"shapes \(1, 2\) and \(1, 1\)"):
        SystolicArray().multiply([[1, 2]], [[1]])
    with pytest.raises(TypeError, match="a has dtype float64; allowed: integers"):
        SystolicArray().multiply([[1.5]], [[1]])
