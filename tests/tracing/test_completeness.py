# SPDX-License-Identifier: BSD-3-Clause
"""Is every function that can be overridden in one table of the tracer, and no other in any?"""

from __future__ import annotations

import inspect
import sys
from collections import Counter

import numpy as np
import pytest
from numpy.lib import recfunctions
from numpy.testing import overrides

import numformats as nf
from numformats import _dtypes
from numformats._overridable import OVERRIDABLE
from numformats.tracing import calls
from numformats.tracing.functions import KINDS
from numformats.tracing.registry import OTHERS
from trace_calls import calls_of

# Modules that NumPy imports when they are asked for; their functions are in the list from then on.
IMPORTED = [np.char, np.rec, np.strings, recfunctions]
# Of NumPy's constructors the list has what like= is handed to, too: not what users call.
NUMPY_S = {
    f
    for f in overrides.get_overridable_numpy_array_functions()
    if getattr(sys.modules.get(f.__module__), f.__name__, None) is f and f.__module__ not in OTHERS
}
UFUNCS = overrides.get_overridable_numpy_ufuncs()
OURS = {*_dtypes.ufuncs.values(), *OVERRIDABLE}
TABLED = Counter(f for _, functions in KINDS.values() for f in functions)
# Public functions of ours that take no arrays, or are the very thing that a trace ends in.
PLAIN = {
    "build_info", "convolution_error_bound", "exact_dot", "exact_product", "exact_sum", "finfo", "formats", "get_include", "get_library", "get_num_threads",
    "load", "parse_format", "product_error_bound", "published_error_constant", "save", "savetxt", "savez", "savez_compressed", "seed", "set_num_threads",
    "show", "special_cases", "pToQ", "qAbs", "qAddP", "qAddQ", "qMulAdd", "qMulSub", "qNegate", "qSubP",
    "qSubQ", "qToP",
}  # fmt: skip


def names(functions):
    return sorted(f"{getattr(f, '__module__', None)}.{f.__name__}" for f in functions)


def test_every_function_of_numpy_is_in_a_table():
    assert names((NUMPY_S | UFUNCS) - set(TABLED)) == []


def test_every_function_of_ours_is_in_a_table():
    assert names(OURS - set(TABLED)) == []


def test_no_function_is_in_two_tables():
    assert [f.__name__ for f, n in TABLED.items() if n > 1] == []


def test_the_tables_have_no_other_function():
    assert names(set(TABLED) - NUMPY_S - UFUNCS - OURS) == []


def test_every_public_function_of_ours_that_takes_arrays_dispatches():
    found = {}
    for module, listed in ((nf, nf.__all__), (nf.linalg, nf.linalg.__all__)):
        for name in listed:
            value = getattr(module, name)
            if inspect.isfunction(value) and name[0].islower() and name not in PLAIN:
                found[name] = value
    assert len(found) >= 29
    assert sorted(name for name, f in found.items() if f not in OVERRIDABLE) == []


# What stands behind another function of the table, and what only files or shapes are given to.
WITHOUT_CALL = {
    *(f for f in vars(calls).values() if f in OVERRIDABLE),
    *KINDS["question"][1],
    *KINDS["not traced"][1],
    *KINDS["format"][1],
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_function_is_called_in_a_test(kind):
    missing = {f for f in KINDS[kind][1] if f not in WITHOUT_CALL and not calls_of(f)}
    allowed = {"arange", "empty", "eye", "frombuffer", "fromfile", "fromfunction", "fromiter", "fromstring",
               "genfromtxt", "identity", "loadtxt", "standard_error", "tri"}  # fmt: skip
    assert {f.__name__ for f in missing} <= allowed
