# SPDX-License-Identifier: BSD-3-Clause
"""Are results of the classes that the package names, so that a reader of a type finds them?"""

from __future__ import annotations

import numpy as np
import pytest

import numformats as nf
from numformats import analysis


def half(x):
    return x / 3


def test_a_comparison_names_its_worst_element():
    found = analysis.compare(half, [nf.posit16], inputs=[[1.0, 2.5]])
    worst = found.results[0].worst
    assert isinstance(worst, analysis.Worst)
    assert worst.relative == np.max(found.results[0].errors.relative)


def test_a_static_bound_has_lines():
    found = analysis.bound(half, {"x": (1, 2)}, nf.posit16)
    assert isinstance(found, analysis.StaticBound)
    (line,) = found.lines
    assert isinstance(line, analysis.BoundLine)
    assert (line.line, line.code) == (half.__code__.co_firstlineno + 1, "return x / 3")


@pytest.mark.parametrize("name", analysis.__all__)
def test_every_name_is_there_and_says_what_it_is(name):
    assert getattr(analysis, name).__doc__ or name == "REFERENCE_DIGITS"
