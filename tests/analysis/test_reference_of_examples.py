# SPDX-License-Identifier: BSD-3-Clause
"""Has the reference of every example the digits that it is said to have?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from numformats.analysis import Workload, load_workload, truth
from numformats.analysis.reference_numbers import from_parts
from numformats.analysis.runs import in_truth

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def targets():
    """All workloads of the folder: functions with inputs of their own."""
    for script in sorted(EXAMPLES.glob("*.py")):
        for line in script.read_text("utf-8").splitlines():
            name = line.removeprefix("def ").partition("(")[0].partition(" =")[0]
            if name.endswith("_inputs") and not line.startswith(" "):
                yield f"{script.name}:{name.removesuffix('_inputs')}"


def workload(target):
    """The workload, on fewer paths where it has many."""
    if target.startswith("digits"):
        pytest.importorskip("sklearn")
    found = load_workload(str(EXAMPLES / target))
    if target == "heston.py:log_price":
        few = tuple(np.ascontiguousarray(x[..., ::40]) if x.ndim == 2 else x for x in found.inputs)
        return Workload(found.name, found.function, few)
    return found


def test_the_examples_are_found():
    assert {"accumulate.py:drift", "digits.py:classify", "heston.py:log_price",
            "hilbert.py:solve_all"} <= set(targets())  # fmt: skip


@pytest.mark.parametrize("target", list(targets()))
def test_50_and_70_digits_agree_to_45(target):
    work = workload(target)
    fewer, more = (in_truth(work, truth(digits)).outputs for digits in (50, 70))
    for name in fewer:
        x, y = from_parts(fewer[name].parts), from_parts(more[name].parts)
        assert x.size
        scale = np.abs(y).max()  # an element may have cancelled
        assert (np.abs(x - y) <= 1e-45 * scale).all()


def test_double_double_has_its_digits_on_an_example():
    """The condition of the system of order 8 is 1.5e10, that of order 2 is 19."""
    work = workload("hilbert.py:solve_all")
    pairs, more = (in_truth(work, truth(name)).outputs for name in ("double", 50))
    for name, bound in {"order 2": 1e-29, "order 8": 1e-20}.items():
        error = from_parts(pairs[name].parts) - from_parts(more[name].parts)
        assert np.abs(error).max() < bound
