# SPDX-License-Identifier: BSD-3-Clause
"""Do codes keep signs, hold 0, cover the range within half a step, and take whatever is a number?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats.quantization import Affine

BITS = (2, 3, 4, 8, 12, 16, 32)
LAYOUTS = [
    {},
    {"axis": 0},
    {"axis": -1},
    {"axis": (0, 1)},
    {"axis": 1, "group": 7},
    {"axis": 0, "group": 100},
]
SIZES = (2.0**-1040, 1e-310, 1e-38, 1e-12, 1e-8, 1.0, 429.5, 1e38, 1e300, 1.7e308)


def step(q, x):
    return q.layout.spread(q.scale, np.asarray(x))


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("scale", ["free", "power_of_two"])
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_no_element_is_off_by_more_than_half_a_step(bits, symmetric, scale, layout):
    x = np.random.default_rng(bits).standard_normal((12, 17))
    x[3] += 5
    x[:, 2] *= 1e-4
    q = Affine(bits, symmetric=symmetric, scale=scale, **layout)
    assert q.fit(x) is q
    codes = q.quantize(x)
    assert codes.dtype == np.dtype(f"int{max(8, 1 << (bits - 1).bit_length())}")
    assert codes.shape == x.shape
    assert codes.min() >= q.qmin
    assert codes.max() <= q.qmax
    back = q.dequantize(codes)
    slack = np.spacing(np.abs(back)) + np.spacing(np.abs(x))  # the roundings of scale and result
    assert (np.abs(back - x) <= step(q, x) / 2 + slack).all()
    zeros = np.zeros_like(x)
    assert (q.dequantize(q.quantize(zeros)) == 0).all()
    if scale == "power_of_two":
        assert (np.frexp(q.scale)[0] == 0.5).all()


@pytest.mark.parametrize("bits", BITS)
@pytest.mark.parametrize("size", SIZES)
def test_the_largest_element_keeps_its_sign_and_takes_the_last_code(bits, size):
    q = Affine(bits).fit([size, -size, size / 8, 0])
    assert q.quantize([size, -size, 0.0]).tolist() == [q.qmax, -q.qmax, 0] or size < 1e-300
    assert np.sign(q.quantize([size, -size])).tolist() == [1, -1]
    # Beyond what was seen codes saturate: never the integer with only its top bit set.
    assert q.quantize([1.79e308, -1.79e308]).tolist()[0] >= 1
    assert q.quantize(np.array([-1.79e308])).min() == -q.qmax or size > 1e307


def test_what_the_published_formula_does_to_the_largest_element():
    """scale = 2^31 / (max + 1e-7) in float32; docs/explanation/quantization.md has these codes."""
    x = np.array([8, 1, -8], np.float32)
    scale = np.float32(2**31) / (x.max() + np.float32(1e-7))
    with np.errstate(invalid="ignore"):
        theirs = np.round(x * scale).astype(np.float64)
    assert theirs[0] == 2.0**31  # beyond int32
    q = Affine(32).fit(x)
    assert q.quantize(x).tolist() == [2**31 - 1, 268435456, -(2**31 - 1)]
    assert (q.dequantize(q.quantize(x), np.float32) == x).all()


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("scale", ["free", "power_of_two"])
@pytest.mark.parametrize("size", SIZES)
def test_tiny_and_huge_ranges(symmetric, scale, size):
    x = np.array([size, -size / 3, size / 7, 0.0, -size])
    q = Affine(8, symmetric=symmetric, scale=scale).fit(x)
    assert q.scale > 0
    assert np.isfinite(q.scale)
    back = q.dequantize(q.quantize(x))
    assert (np.abs(back / 2 - x / 2) <= q.scale / 4 + np.spacing(np.abs(x))).all()


def test_zeros_have_scale_one_and_subnormals_some_scale():
    for symmetric in (True, False):
        q = Affine(8, symmetric=symmetric).fit(np.zeros((3, 2)))
        assert q.scale == 1
        assert (q.dequantize(q.quantize(np.zeros((3, 2)))) == 0).all()
    rows = Affine(8, axis=0).fit([[0.0, 0.0], [1.0, -2.0]])
    assert rows.scale.tolist() == [[1.0], [2.0 / 127]]
    smallest = Affine(8).fit([5e-324, -5e-324])
    assert smallest.dequantize(smallest.quantize([5e-324, -5e-324])).tolist() == [5e-324, -5e-324]


def test_the_zero_point_is_an_integer_and_the_range_has_zero():
    q = Affine(8, symmetric=False).fit([3.0, 5.0])  # no zero in the data
    assert q.zero_point == -128
    assert q.zero_point.dtype == np.int64
    assert q.scale == np.nextafter(5 / 255, 1) or q.scale == 5 / 255
    assert q.quantize(0.0) == -128
    assert Affine(8, symmetric=False).fit([-4.0, -1.0]).zero_point == 127


def test_any_real_input():
    q = Affine(8, scale=0.5)
    for x in ([1, -2], (1.0, -2.0), np.array([1, -2], np.int8), np.array([1, -2], np.float16)):
        assert q.quantize(x).tolist() == [2, -4]
    for dtype in (
        nf.posit16,
        nf.takum_linear16,
        nf.bfloat16,
        nf.posit64,
        nf.Fixed(16, 8),
        np.longdouble,
    ):
        x = np.array([1.0, -2.0]).astype(dtype)
        assert q.quantize(x).tolist() == [2, -4]
        assert Affine(8).fit(x).scale == 2 / 127
    assert q.quantize(1.25).shape == ()
    assert int(q.quantize(np.float32(1.25))) == 2
    assert q.quantize(np.zeros((0, 3))).shape == (0, 3)
    assert Affine(4, axis=1).fit(np.zeros((0, 3))).scale.tolist() == [[1.0, 1.0, 1.0]]
    assert Affine(4).fit([]).scale == 1
    assert Affine(4, axis=0, group=2).fit(np.zeros((0, 3))).quantize(np.zeros((0, 3))).size == 0
    assert q.quantize(np.array([True, False])).tolist() == [2, 0]
    strided = np.arange(12.0).reshape(3, 4)[::2, ::-2]
    assert q.quantize(strided).tolist() == [[6, 2], [22, 18]]


def test_what_is_not_finite_is_refused_by_its_index():
    x = np.zeros((2, 3))
    x[1, 2] = np.nan
    with pytest.raises(ValueError, match=r"x\[1, 2\] is nan; allowed: finite numbers"):
        Affine(8).fit(x)
    with pytest.raises(ValueError, match=r"x\[0\] is inf"):
        Affine(8, scale=1.0).quantize([np.inf])
    with pytest.raises(ValueError, match=r"x\[1\] is nan"):
        Affine(8).fit(np.array([1, np.nan]).astype(nf.posit16))
    with pytest.raises(ValueError, match="x is -inf"):
        Affine(8).fit(-np.inf)
    wide = np.array([1.0]).astype(nf.Float(15, 48)) * 2.0**1000
    with pytest.raises(ValueError, match="within the range of float64"):
        Affine(8).fit(wide * wide)
    with pytest.raises(TypeError, match="dtype complex128; allowed"):
        Affine(8).fit([1j])
    with pytest.raises(TypeError, match="dtype"):
        Affine(8).fit(["a"])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"bits": 1}, "bits=1; allowed: 2 to 32"),
        ({"bits": 33}, "bits=33"),
        ({"bits": 8, "scale": "loose"}, "scale='loose'; allowed: free, power_of_two"),
        ({"bits": 8, "scale": 0.0}, "scale is 0.0; allowed: positive"),
        ({"bits": 8, "scale": [1.0, -1.0]}, r"scale\[1\] is -1.0"),
        ({"bits": 8, "calibration": "best"}, "calibration='best'"),
        ({"bits": 8, "percentile": 101}, "percentile=101"),
        ({"bits": 8, "group": 4}, "needs the one axis"),
        ({"bits": 8, "axis": 0, "group": 0}, "group=0"),
        ({"bits": 8, "axis": ()}, "names no axis"),
        ({"bits": 8, "zero_point": 3}, "needs numbers as scale="),
        ({"bits": 8, "scale": 1.0, "zero_point": 3}, "0, for it is symmetric"),
        ({"bits": 8, "symmetric": False, "scale": 1.0, "zero_point": 200}, "-128 to 127"),
    ],
)
def test_settings_are_checked(arguments, text):
    with pytest.raises(ValueError, match=text):
        Affine(**arguments)
    for wrong in ({"bits": 8.5}, {"bits": 8, "axis": 0.5}, {"bits": 8, "axis": 0, "group": "a"}):
        with pytest.raises(TypeError, match="allowed"):
            Affine(**wrong)


def test_shapes_and_order_of_calls():
    with pytest.raises(ValueError, match="call fit with data first"):
        Affine(8).quantize([1.0])
    q = Affine(8, axis=0).fit(np.ones((3, 4)))
    assert q.quantize(np.ones((3, 9))).shape == (3, 9)
    with pytest.raises(ValueError, match=r"x has shape \(4, 3\)"):
        q.quantize(np.ones((4, 3)))
    with pytest.raises(ValueError, match="axis=3: x has 2 axes"):
        Affine(8, axis=3).fit(np.ones((3, 4)))
    with pytest.raises(TypeError, match="codes have dtype float64"):
        q.dequantize(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"codes\[0, 0\] is -128; allowed: -127 to 127"):
        q.dequantize(np.full((3, 4), -128, np.int8))


def test_copies_of_settings():
    q = Affine(4, symmetric=False, axis=1, calibration="mse").fit(np.eye(3))
    other = q.fresh()
    assert not other.fitted
    assert (other.bits, other.symmetric, other.axis, other.calibration) == (4, False, 1, "mse")
    same = q.with_parameters(q.scale, q.zero_point)
    assert (same.quantize(np.eye(3)) == q.quantize(np.eye(3))).all()
    assert repr(q) == "Affine(4, symmetric=False, axis=1, calibration='mse'), 3 scales"
    assert repr(Affine(8, scale="power_of_two")) == (
        "Affine(8, symmetric=True, scale='power_of_two'), not fitted"
    )


def test_inside_is_where_nothing_is_clipped():
    q = Affine(3, symmetric=False, scale=1.0, zero_point=-1)  # codes -4 to 3: values -3 to 4
    x = np.array([-3.6, -3.5, -3.4, 4.4, 4.5, 4.6])
    # -3.5 is a tie, which goes to -4; 4.5 to 4.
    assert q.inside(x).tolist() == [False, False, True, True, True, False]
    assert q.quantize(x).tolist() == [-4, -4, -4, 3, 3, 3]


def test_what_onnx_defines():
    """QuantizeLinear's blocked example: an axis with a block size has a scale per block."""
    x = np.arange(24.0).reshape(3, 8)
    q = Affine(8, axis=1, group=4).fit(x)
    assert q.scale.shape == (3, 2)
    assert (q.scale == x.reshape(3, 2, 4).max(axis=2) / 127).all()
    short = Affine(8, axis=1, group=3).fit(x)
    assert (short.scale[:, 2] == x[:, 6:].max(axis=1) / 127).all()
