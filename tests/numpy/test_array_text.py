# SPDX-License-Identifier: BSD-3-Clause
"""Do arrays print as NumPy prints its floats, whatever the range of the format?"""

import itertools

import numpy as np
import pytest

import numformats as nf
from numformats._array_text import element_text

WIDE = nf.Posit(64, es=5)
OPTIONS = [
    {"floatmode": mode, "precision": precision, "suppress_small": suppress, "sign": sign}
    for mode, precision, suppress, sign in itertools.product(
        ["fixed", "unique", "maxprec", "maxprec_equal"], [0, 3, 8, 20], [False, True], "-+ "
    )
]
DATA = [
    [0.1, 0.25, 1 / 3],
    [-0.0, 0.0, 5],
    [1e-5, 1.5],
    [123.456, 7, -2.5],
    [1e4, 2.5e3, np.nan],
    [np.inf, 1, -np.inf],
    [np.nan, np.nan],
    [np.inf],
    [1e4, -3.14159, 5e-8, 0],
    [9.996, 0.09996],
    [60000.0],
    [],
    [[1, 2], [3.25, -4]],
]


@pytest.mark.parametrize(
    ("ours", "numpys"),
    [(nf.binary16, np.float16), (nf.binary32, np.float32), (nf.binary64, np.float64)],
)
@pytest.mark.parametrize("data", DATA, ids=map(str, range(len(DATA))))
def test_hosts_print_as_numpys_floats(ours, numpys, data):
    """The three formats that NumPy has, too, under every combination of print options."""
    with np.errstate(all="ignore"):
        a, b = np.array(data, ours), np.array(data, numpys)
    for options in OPTIONS:
        assert np.array2string(a, **options) == np.array2string(b, **options), options


def test_nan_and_inf_have_the_names_of_the_options():
    a, b = np.array([1, np.nan, np.inf], nf.binary32), np.array([1, np.nan, np.inf], np.float32)
    with np.printoptions(nanstr="not a number", infstr="oo"):
        assert str(a) == str(b)
        assert "not a number" in str(a)


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (np.array([WIDE("1e400")]), "[1.e+400]"),
        (np.array([WIDE("1e400"), WIDE(-1), WIDE("1e-400")], WIDE), "[ 1.e+400 -1.e+000  1.e-400]"),
        (np.array(WIDE("1e400")), "1e+400"),
        (np.array([1, 2, 0.5], nf.float8_e8m0fnu), "[1.  2.  0.5]"),
        (np.array([1, np.nan], nf.float8_e8m0fnu), "[ 1. nan]"),
        (np.array([0.25, -1], nf.q15), "[ 0.25 -1.  ]"),
        (np.array([0.1, 7], nf.Fixed(8, 4, signed=False)), "[0.1 7. ]"),
        (np.array([100, -100], nf.Fixed(8, 0, overflow="wrap")), "[ 100. -100.]"),
        (np.array([1, 1.5], nf.float4_e2m1fn), "[1.  1.5]"),
        (np.array([0.1, 3], nf.Posit(3, es=0)), "[0.5 2. ]"),
        (np.array([np.nan, 0], nf.posit64), "[nan  0.]"),
        (np.array([0.1, 1 / 3], nf.takum_linear64), "[0.1        0.33333333]"),
        (np.zeros((0, 3), nf.posit16), "[]"),
    ],
)
def test_text(array, text):
    assert str(array) == text


def test_repr_shows_numbers_and_the_dtype():
    assert "array([1.e+400], dtype" in repr(np.array([WIDE("1e400")]))
    assert repr(np.array(0.25, nf.q15)) == "array(0.25, dtype=q15)"


def test_more_precision_shows_all_digits_of_a_64_bit_value():
    a = np.array([1 / 3, 0.1], nf.posit64)
    with np.printoptions(precision=20):
        assert str(a) == f"[{a[0]}  {a[1]}]"


def test_print_options_hold_for_fixed_point():
    a = np.array([1 / 3, -0.00003], nf.q31)
    with np.printoptions(precision=3, suppress=True):
        assert str(a) == "[ 0.333 -0.   ]"
    with np.printoptions(formatter={"float_kind": "<{:.2f}>".format}):
        assert str(a) == "[<0.33> <-0.00>]"
    with np.printoptions(formatter={"all": lambda x: type(x).__name__}):
        assert str(a) == "[q31 q31]"
    assert str(a) == "[ 3.33333333e-01 -3.00002284e-05]"


def test_structured_arrays_subarrays_and_void_scalars():
    a = np.array([("a", WIDE("1e400"))], dtype=[("x", "U2"), ("y", WIDE)])
    assert str(a) == "[('a', 1.e+400)]"
    assert str(a[0]) == "('a', 1e+400)"
    b = np.zeros(1, dtype=[("y", nf.q15, (2,))])
    assert str(b) == "[([0., 0.],)]"


def test_the_text_of_a_failed_assertion():
    with pytest.raises(AssertionError, match=r"1\.e\+400"):
        np.testing.assert_allclose(np.array([WIDE("1e400")]), np.array([WIDE(1)]))
    with pytest.raises(AssertionError, match=r"0\.25"):
        np.testing.assert_array_equal(np.array([0.25], nf.q15), np.array([0.5], nf.q15))


def test_long_arrays_are_summarised():
    assert str(np.arange(5000, dtype=nf.posit32)) == str(np.arange(5000, dtype=np.float32))


@pytest.mark.parametrize(
    "name", ["posit8", "takum_linear8", "float8_e4m3fn", "float8_e8m0fnu", "q7"]
)
def test_every_code_prints_and_reads_back(name):
    """In both layouts, with as many digits as tell the codes apart."""
    cls = nf.formats()[name]
    a = nf.from_bits(np.arange(256, dtype=np.uint8), cls)
    for options in ({"suppress": True}, {"suppress": False}):
        write = element_text(a, {"floatmode": "unique", **options})
        for x in a:
            again = cls(write(x).strip())
            assert again.bits == x.bits or (np.isnan(x) and np.isnan(again)), write(x)


def test_numpys_own_arrays_print_as_before():
    assert str(np.array([1.5, 2])) == "[1.5 2. ]"
    assert str(np.array([1, 2])) == "[1 2]"
    assert str(np.array(["a"])) == "['a']"
