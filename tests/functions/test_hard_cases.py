# SPDX-License-Identifier: BSD-3-Clause
"""Does the C core round right where function values are closest to a rounding boundary?

hard_cases/search.py found the arguments; the results beside them are MPFR's, and are so again here.
"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from function_arguments import CASES, apply, columns
from helpers import array
from mpfr_functions import NAMES
from rounding_intervals import boundaries_wide, contains


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("format_name", CASES)
def test_hard_cases(format_name, name):
    T = nf.formats()[format_name]
    arguments, results, distances = columns(format_name, name)
    got = apply(T, name, arguments)
    wrong = [
        f"{x:#x}: {g:#x}, not {r:#x}"
        for x, g, r in zip(arguments, got, results, strict=True)
        if g != r
    ]
    assert not wrong, wrong
    assert len(distances) >= 4
    assert max(distances) < -10


@pytest.mark.parametrize("format_name", CASES)
def test_results_in_the_file_are_the_only_ones(format_name):
    T = nf.formats()[format_name]
    for name in NAMES:
        arguments, results, _ = columns(format_name, name)
        xs = array(T, arguments).astype(float)
        for by in (-1, 0, 1):
            near = (results.astype(np.int64) + by).astype(np.uint32)
            for *interval, x in zip(*boundaries_wide(T, near), xs, strict=True):
                assert contains(interval, name, float(x)) == (by == 0), (name, float(x))
