# SPDX-License-Identifier: BSD-3-Clause
"""How many of NumPy's features work with a format, and is every other one a limit that is named?"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import numpy_matrix

PAGE = Path(__file__).parents[2] / "docs/reference/numpy.md"

# What does not work, by feature, and the words with which the page of limits names it.
LIMITS = {
    "arange of scalars": "`np.arange(T(0), T(3))`",
    "nanargmax, nanargmin": "`np.nanargmin`",
    "polyfit": "`np.polyfit`",
    "np.polynomial": "`np.polynomial`",
    "einsum": "`np.einsum`",
    "linalg.solve": "`np.linalg.solve`",
    "fft": "`np.fft`",
    "unique of NaN in floats": "`np.unique`",
    "vectorize": "`np.vectorize`",
    "np.save, np.load": "`np.save`",
    "np.savez, np.load": "`np.savez`",
    "memoryview": "`memoryview(a)`",
    "DLPack": "DLPack",
    "random with dtype=": "`np.random` with `dtype=`",
    "pandas Series of a list with dtype=": "`pd.Series([1, 2], dtype=T)`",
}
CHECKS = numpy_matrix.checks()


@cache
def failures(group: str) -> dict[str, str]:
    """What a process of its own finds; its crash is an error here."""
    command = [sys.executable, numpy_matrix.__file__, group]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, str] = json.loads(done.stdout)[group]
    return found


@pytest.mark.parametrize("group", CHECKS)
def test_only_limits_fail(group):
    unknown = {
        feature: why
        for feature, why in failures(group).items()
        if feature not in LIMITS and why != "not installed"
    }
    assert not unknown
    works = [f for f in CHECKS[group] if f in LIMITS and f not in failures(group)]
    assert not works, "no limit any more: take it off the list and the page"


def test_the_count():
    """At least 190 of 206 (pandas and dask, where they are installed)."""
    features = [feature for group in CHECKS.values() for feature in group]
    assert len(features) == 206
    assert len(set(features)) == 206
    failed = {f for group in CHECKS for f in failures(group)}
    assert len(features) - len(failed) >= (190 if has_dask_and_pandas() else 183)


def has_dask_and_pandas() -> bool:
    return "not installed" not in failures("tools").values()


def test_every_limit_is_on_the_page():
    page = PAGE.read_text("utf-8")
    assert not [feature for feature, words in LIMITS.items() if words not in page]
    assert not set(LIMITS) - {feature for group in CHECKS.values() for feature in group}


def test_the_matrix_can_fail():
    """A wrong value, a wrong dtype and an error are told apart from what works."""
    for expression, why in {
        "is_(a, A)": None,
        "is_(a, B)": "wrong",
        "f64(a, A)": "wrong",
        "a + [": "SyntaxError",
        "1 / 0": "ZeroDivisionError",
        "False": "wrong",
    }.items():
        found = numpy_matrix.run_checks({"feature": expression})
        assert found.get("feature", "right").startswith(why or "right")
