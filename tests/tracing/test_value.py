# SPDX-License-Identifier: BSD-3-Clause
"""What must an interpreter say, and what does a traced value say by itself?"""

from __future__ import annotations

import numpy as np
import pytest

from numformats.tracing import Interpreter, Traced, as_traced, find_run
from trace_interpreters import Identity, Steps


def test_an_interpreter_must_say_how_it_lifts_and_computes():
    run, later = Interpreter(), Interpreter()
    assert later.level > run.level
    with pytest.raises(NotImplementedError):
        run.lift(np.ones(2))
    with pytest.raises(NotImplementedError):
        np.sqrt(run.of(1.0, 2.0))
    assert run.keeps_format
    assert not Steps().keeps_format
    x = run.of(np.ones(2, np.float32), np.zeros(2))
    assert (x.dtype, x.shape, x.ndim, x.size) == (np.float32, (2,), 1, 2)
    y = run.cast(x, np.float64)
    assert [p.dtype for p in y.parts] == [np.float64, np.float64]


def test_a_plain_operand_is_lifted_and_an_own_one_is_not():
    run, below = Identity(), Identity()
    x = run.lift(np.ones(2))
    assert as_traced(run, x) is x
    lifted = as_traced(run, below.lift(np.ones(2)))
    assert lifted.run is run
    assert lifted.parts[0].run is below
    assert isinstance(as_traced(run, 3.0), Traced)


def test_the_run_is_found_in_containers():
    first, second = Identity(), Identity()
    x, y = first.lift(np.ones(2)), second.lift(np.ones(2))
    assert find_run([1, (x, {"a": [y]}), "text"]) is second
    assert find_run({"a": [y, x]}) is second
    assert find_run([1, np.ones(2), (2.0, None)]) is None


def test_a_shape_is_assigned():
    x = Identity().numbered(np.arange(6.0))
    x.shape = (2, 3)
    assert [p.shape for p in x.parts] == [(2, 3), (2, 3)]
    assert x.strides == x.parts[0].strides
    assert x.flags.c_contiguous
    x.flat = 5.0
    assert x.parts[0].tolist() == [[5] * 3] * 2
    assert len(x.flat) == 6
    assert [v.ndim for v in x.flat] == [0] * 6
    assert x.item(4).parts[0] == 5
    with pytest.raises(ValueError, match="reshape"):
        x.shape = (4, 2)
