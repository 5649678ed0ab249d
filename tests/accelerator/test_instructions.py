# SPDX-License-Identifier: BSD-3-Clause
"""Are VSCALE, VACC and VCOMP what their definitions say, for all operands of 8 bits?"""

import itertools

import numpy as np
import pytest

import numformats as nf
from numformats.accelerator import TrapError, vacc, vacc_dot, vcomp, vscale
from numformats.oracle import accelerator as twin
from numformats.oracle import for_format

BYTES = np.arange(-128, 128)
A, B = (m.ravel() for m in np.meshgrid(BYTES, BYTES))
MODES = [
    (doubling, rounding, overflow)
    for doubling in (False, True)
    for rounding in (False, True)
    for overflow in ("wrap", "saturate", "trap")
]


def edges(bits, seed, count=300):
    """The ends, numbers beside powers of two, and random ones."""
    top = 1 << (bits - 1)
    rng = np.random.default_rng(seed)
    some = [-top, 1 - top, top - 1, 0, 1, -1, top // 2, top // 2 - 1, -top // 2]
    some += [int.from_bytes(rng.bytes(bits // 8), "little", signed=True) for _ in range(count)]
    return [v for v in some if -top <= v < top]


@pytest.mark.parametrize(("doubling", "rounding", "overflow"), MODES)
def test_all_products_of_8_bits(doubling, rounding, overflow):
    how = {"bits": 8, "doubling": doubling, "rounding": rounding, "overflow": overflow}
    wanted = [
        twin.vscale(int(a), int(b), 8, doubling, rounding, overflow)
        for a, b in zip(A, B, strict=True)
    ]
    trapped = [i for i, w in enumerate(wanted) if w is None]
    if not trapped:
        found = vscale(A, B, **how)
        assert found.dtype == np.int8
        assert found.tolist() == wanted
        return
    assert [(A[i], B[i]) for i in trapped] == [(-128, -128)]
    with pytest.raises(TrapError, match=r"result\[0\] is 128") as caught:
        vscale(A, B, **how)
    assert caught.value.index == (trapped[0],)
    rest = np.delete(np.arange(A.size), trapped)
    assert vscale(A[rest], B[rest], **how).tolist() == [wanted[i] for i in rest]


@pytest.mark.parametrize("bits", [2, 3, 12, 16, 31, 32, 33, 48, 64])
@pytest.mark.parametrize(("doubling", "rounding", "overflow"), [m for m in MODES if m[2] != "trap"])
def test_products_of_other_widths(bits, doubling, rounding, overflow):
    some = edges(bits, bits, 12)
    a, b = (list(v) for v in zip(*itertools.product(some, repeat=2), strict=True))
    found = vscale(a, b, bits=bits, doubling=doubling, rounding=rounding, overflow=overflow)
    wanted = [
        twin.vscale(x, y, bits, doubling, rounding, overflow) for x, y in zip(a, b, strict=True)
    ]
    assert found.tolist() == wanted


def test_what_the_article_overlooks():
    """Two Q31 give a Q30, the shift floors, and the least number squared saturates."""
    assert vscale(1 << 30, 1 << 30) == 1 << 28
    assert vscale(1 << 30, 1 << 30, doubling=True) == 1 << 29
    assert vscale(-1, 1) == -1
    least = -(2**31)
    assert vscale(least, least) == 2**30
    assert vscale(least, least, doubling=True, rounding=True) == 2**31 - 1
    assert vscale(least, least, doubling=True, rounding=True, overflow="wrap") == least
    with pytest.raises(TrapError) as caught:
        vscale([[0, 1], [2, least]], least, doubling=True, overflow="trap")
    assert (caught.value.index, caught.value.value) == ((1, 1), 2**31)


@pytest.mark.parametrize("overflow", ["wrap", "saturate", "trap"])
@pytest.mark.parametrize("bits", [8, 16, 17])
def test_all_products_of_8_bits_accumulate(bits, overflow):
    """Every pair of operands, into accumulators at 0, at both ends and beside all of these."""
    top = 2 ** (bits - 1)
    for acc in (-top, 1 - top, -1, 0, 1, top - 2, top - 1):
        wanted = [
            twin.vacc(acc, a, b, bits, overflow)
            for a, b in zip(A.tolist(), B.tolist(), strict=True)
        ]
        bad = [i for i, w in enumerate(wanted) if w is None]
        how = {"operand_bits": 8, "bits": bits, "overflow": overflow}
        total = acc + A * B
        beyond = np.where((total < -top) | (total >= top), np.abs(total + 0.5), np.inf)
        for i in np.argsort(beyond)[:50]:  # by themselves, from the first number that does not fit
            if wanted[i] is None:
                with pytest.raises(TrapError, match=f"is {total[i]}"):
                    vacc(acc, A[i], B[i], **how)
            else:
                assert vacc(acc, A[i], B[i], **how) == wanted[i]
        rest = np.delete(np.arange(A.size), bad)
        assert vacc(acc, A[rest], B[rest], **how).tolist() == [w for w in wanted if w is not None]


@pytest.mark.parametrize("overflow", ["wrap", "saturate", "trap"])
def test_all_accumulators_of_8_bits(overflow):
    """Every accumulator with every product of 4-bit operands."""
    values = list(range(-8, 8))
    for acc in range(-128, 128):
        pairs = list(itertools.product(values, repeat=2))
        wanted = [twin.vacc(acc, a, b, 8, overflow) for a, b in pairs]
        a, b = np.array(pairs).T
        bad = [i for i, w in enumerate(wanted) if w is None]
        if bad:
            with pytest.raises(TrapError) as caught:
                vacc(acc, a, b, operand_bits=4, bits=8, overflow=overflow)
            assert caught.value.index == (bad[0],)
            a, b = np.delete(a, bad), np.delete(b, bad)
            wanted = [w for w in wanted if w is not None]
        found = vacc(acc, a, b, operand_bits=4, bits=8, overflow=overflow)
        assert found.tolist() == wanted


@pytest.mark.parametrize(
    ("operand_bits", "bits"),
    [(32, 64), (32, 63), (16, 32), (32, 128), (64, 128), (64, 64), (33, 40)],
)
@pytest.mark.parametrize("overflow", ["wrap", "saturate", "trap"])
def test_accumulations_of_other_widths(operand_bits, bits, overflow):
    accs = (
        [v for v in edges(bits, 1, 10) if True] if bits % 8 == 0 else edges(bits - bits % 8, 1, 10)
    )
    some = edges(operand_bits - operand_bits % 8, 2, 1)
    for acc, a, b in itertools.product(accs, some, some):
        wanted = twin.vacc(acc, a, b, bits, overflow)
        how = {"operand_bits": operand_bits, "bits": bits, "overflow": overflow}
        if wanted is None:
            with pytest.raises(TrapError) as caught:
                vacc([acc], [a], [b], **how)
            assert caught.value.value == acc + a * b
        else:
            assert vacc(acc, a, b, **how) == wanted == vacc([[acc]], [a], b, **how)[0, 0]


@pytest.mark.parametrize("bits", [8, 20, 64, 128])
@pytest.mark.parametrize("overflow", ["wrap", "saturate", "trap"])
def test_rows_of_accumulations(bits, overflow):
    rng, operand_bits = np.random.default_rng(3), 8 if bits < 64 else 32
    top = 1 << (operand_bits - 1)
    a, b = (rng.integers(-top, top, (40, 9)) for _ in range(2))
    a[::4] = top - 1  # full scale: three products of 32 bits do not fit 64
    b[::4] = -top
    for x, y in zip(a, b, strict=True):
        wanted, k = twin.vacc_dot(x.tolist(), y.tolist(), 5, bits, overflow)
        how = {"operand_bits": operand_bits, "bits": bits, "overflow": overflow}
        if wanted is None:
            with pytest.raises(TrapError) as caught:
                vacc_dot(x, y, 5, **how)
            assert caught.value.index == (k,)
        else:
            assert vacc_dot(x, y, 5, **how) == wanted
    if overflow != "trap":
        found = vacc_dot(a, b, 5, **how)
        assert found.tolist() == [twin.vacc_dot(x.tolist(), y.tolist(), 5, bits, overflow)[0]
                                  for x, y in zip(a, b, strict=True)]  # fmt: skip


@pytest.mark.parametrize("T", ["posit8", "float8_e4m3fn", "fixed<8,frac=7>", "float<exp=3,man=2>"])
@pytest.mark.parametrize("fused", [True, False])
def test_all_compensations_of_8_bits(T, fused):
    oracle, dtype = for_format(T), nf.parse_format(T)
    codes = np.arange(1 << dtype.format.bits)
    n, m = (c.ravel() for c in np.meshgrid(codes, codes))
    for value in (0.15, -1, 1, 0.85):
        with np.errstate(all="ignore"):
            alpha = dtype(value)
            args = [nf.from_bits(c.astype(nf.to_bits(alpha).dtype), dtype) for c in (n, m)]
            found = nf.to_bits(vcomp(*args, alpha, fused=fused)).tolist()
        gain = int(nf.to_bits(alpha))
        wanted = [
            twin.vcomp(oracle, int(a), int(b), gain, fused) for a, b in zip(n, m, strict=True)
        ]
        assert found == wanted


def test_compensation_of_binary32_and_of_a_truncating_datapath():
    rng = np.random.default_rng(5)
    n, m = (rng.normal(size=200).astype(np.float32) for _ in range(2))
    for T in (np.float32, nf.mlu32):
        for fused in (True, False):
            found = vcomp(n.astype(T), m.astype(T), T(0.15), fused=fused)
            assert found.dtype == np.dtype(T)
            own = nf.binary32 if T is np.float32 else T
            oracle, gain = for_format(own), int(nf.to_bits(own(0.15)))
            wanted = [
                twin.vcomp(oracle, int(a), int(b), gain, fused)
                for a, b in zip(n.view(np.uint32), m.view(np.uint32), strict=True)
            ]
            assert found.view(np.uint32).tolist() == wanted
    assert vcomp(1, 2, 0.5).dtype == np.float32
    assert type(vcomp(1, 2, 0.5, T="posit8")) is nf.posit8
    assert not np.array_equal(vcomp(n, m, 0.15), vcomp(n, m, 0.15, fused=False))


def test_operands_are_looked_at():
    with pytest.raises(ValueError, match=r"a\[1\] is 128; allowed in 8 bits: -128 to 127"):
        vscale([0, 128], 1, bits=8)
    with pytest.raises(TypeError, match="b has dtype float64"):
        vscale(1, 0.5)
    with pytest.raises(ValueError, match="bits=1"):
        vscale(0, 0, bits=1)
    with pytest.raises(TypeError, match=r"bits=8\.0"):
        vscale(0, 0, bits=8.0)
    with pytest.raises(ValueError, match="overflow='clip'"):
        vacc_dot([1], [1], overflow="clip")
    for overflow in ("clip", "Wrap"):
        with pytest.raises(ValueError, match="overflow="):
            vacc(2**63 - 1, 1, 1, overflow=overflow)
        with pytest.raises(ValueError, match="overflow="):
            vscale(1, 1, overflow=overflow)
    with pytest.raises(ValueError, match="whose last axis is summed"):
        vacc_dot(1, 2)
    with pytest.raises(TypeError, match="m has dtype float64; allowed: float32"):
        vcomp(np.float32(1), np.float64(1), 1)
    assert vscale([], []).tolist() == []
    assert vacc_dot(np.zeros((2, 0), int), np.zeros((2, 0), int), 7).tolist() == [7, 7]
    assert vacc(np.uint8(3), 1, [1], bits=8, operand_bits=8) == 4
