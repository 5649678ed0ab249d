# SPDX-License-Identifier: BSD-3-Clause
"""Does a static bound say what it should: names, shapes, ranges, errors, tightness?"""

from __future__ import annotations

import json

import numpy as np
import pytest

import numformats as nf
from numformats.analysis import CompareError, bound
from numformats.tracing import TraceError


def product(x, y):
    return x * y


def branch(x):
    if x > 0.5:
        return x * x
    return x - 1


UNIT = {"x": (1, 2), "y": (1, 2)}


def test_a_product_has_half_a_gap_and_one_unit():
    found = bound(product, UNIT, nf.posit16)
    assert found.absolute == 2**-11  # half the gap in [2, 4)
    assert 2**-12 <= found.relative <= 2**-12 * (1 + 1e-9)


@pytest.mark.parametrize("T", [nf.posit16, nf.posit16.dtype, "posit16", nf.posit16.format])
def test_a_format_may_be_given_in_any_way(T):
    assert bound(product, UNIT, T).absolute == 2**-11


@pytest.mark.parametrize("T", [np.float32, np.dtype(np.float32), "float32"])
def test_numpy_floats_are_formats(T):
    assert bound(product, UNIT, T).relative <= 2**-24 * (1 + 1e-9)


def test_correlation_is_kept():
    assert bound(lambda x: x - x, {"x": (1, 2)}, nf.posit16).absolute == 0
    # x (1 - x) on [0, 1]: by intervals it were up to 1, where posit16 has twice the gap
    found = bound(lambda x: x * (1 - x), {"x": (0.25, 0.75)}, nf.binary16, subdivide=64)
    assert found.absolute <= 2**-12 * (1 + 1e-9)


def test_shapes_of_ranges_and_results():
    ranges = {"x": (-1, 1, (3, 4)), "w": (np.zeros(4), np.ones(4))}
    found = bound(lambda x, w: {"a": x @ w, "b": (np.sum(x), 2)}, ranges, nf.posit32)
    assert found.absolute["a"].shape == (3,)
    assert found.absolute["b"][1] == 0
    assert found.compare({"a": np.zeros(3), "b": (0.0, 0.0)})["b"][1] == 1


def test_known_arrays_have_no_symbols():
    given = {"x": np.array([1.0, 2.0, 3.0]), "y": np.array([7.0, 5.0, 3.0])}
    found = bound(lambda x, y: x / y + (x > 2), given, nf.posit16)
    assert found.absolute.shape == (3,)
    assert (found.absolute <= 2**-10).all()


def test_lists_and_positional_parameters():
    unit = bound(product, UNIT, nf.posit16).absolute
    assert bound(product, {"x": [1, 2], "y": [1.0, 2.0]}, nf.posit16).absolute == unit
    found = bound(lambda x, /: x * x, {"x": [(1, 2), (2, 4)]}, nf.posit16)
    assert found.absolute.tolist() == [unit, 4 * unit]
    assert bound(np.sqrt, {"x": (1, 2)}, nf.posit16).absolute <= 2**-12 * (1 + 1e-9)


def test_rounded_inputs_count():
    exact, rounded = (
        bound(lambda x: x, {"x": (1, 2)}, nf.posit16, inputs=i) for i in ("exact", "rounded")
    )
    assert exact.absolute == 0
    assert rounded.absolute == 2**-12


def test_an_open_if_is_an_error_with_its_line_and_a_cut_box_is_not():
    with pytest.raises(TraceError, match=r"test_bound.py:\d+: .*open over the box"):
        bound(branch, {"x": (0, 1)}, nf.posit16)
    cut = bound(branch, {"x": (0, 1)}, nf.posit16, subdivide=8)
    assert 0 < cut.absolute <= 2**-12
    assert bound(branch, {"x": (0.75, 1)}, nf.posit16).absolute <= 2**-13


def test_saturation_is_infinite_and_names_the_line():
    found = bound(product, {"x": (1, 4000), "y": (1, 8000)}, nf.posit8)
    assert found.absolute == np.inf
    assert "test_bound.py" in found.notes[0]
    assert "posit<8,es=2>" in found.notes[0]


def test_a_divisor_that_may_be_zero():
    found = bound(lambda x: 1 / x, {"x": (-1, 1)}, np.float64)
    assert found.absolute == np.inf
    assert "divisor" in found.notes[0]


@pytest.mark.parametrize(
    ("ranges", "text"),
    [
        ({"x": (1, 2)}, "needs a range for 'y'"),
        ({"x": (1, 2), "y": (1, 2), "z": 1}, "no parameter 'z'"),
        ({"x": (2, 1), "y": (1, 2)}, "empty"),
        ({"x": (1, np.inf), "y": (1, 2)}, "finite"),
        ({"x": ("a", 1), "y": (1, 2)}, "must be"),
        ([(1, 2)], "dict"),
    ],
)
def test_wrong_ranges_are_named(ranges, text):
    with pytest.raises(CompareError, match=text):
        bound(product, ranges, nf.posit16)


def test_the_document_and_the_text_tell_certificate_from_estimate():
    found = bound(product, UNIT, nf.posit16)
    document = json.loads(json.dumps(found.to_dict()))
    assert document["certificate"]["absolute"] == 2**-11
    assert "not a certificate" in repr(found)
    assert found.lines[0].code == "return x * y"


def test_compare_refuses_an_error_above_the_bound():
    found = bound(product, UNIT, nf.posit16)
    assert found.compare(2**-12) == 2
    with pytest.raises(ValueError, match="one of them is wrong"):
        found.compare(2**-9)
