# SPDX-License-Identifier: BSD-3-Clause
"""Which script do the tests of the command compare?"""

from __future__ import annotations

import pytest

SCRIPT = """
import numpy as np

def double(x):
    return x + x

def double_inputs():
    return (np.array([1.0, 0.1, 3.0]),)

def double_report(y, reference):
    return {"first": y.ravel()[0]}

def pair(x, y):
    return x * y

def pair_inputs():
    return np.array([1.0, 2.0]), np.array([3.0, 4.0])

def matrix_only(x):
    return x @ np.eye(3, dtype=int).astype(x.dtype)

def leaves(x):
    return np.float64(1.5) * x.astype(np.float64)

def fails(x):
    raise RuntimeError("first line\\nsecond line")

def quits(x):
    raise SystemExit(3)

def broken_inputs_inputs():
    raise OSError("no data today")

def broken_inputs(x):
    return x

NOT_A_FUNCTION = 1
"""


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "work.py"
    path.write_text(SCRIPT)
    return path
