# SPDX-License-Identifier: BSD-3-Clause
"""Is every named format, every row of nf_ops.def, every ufunc and every public name in some test?

"In a test" means: the name stands in the code of a test function or of what it is parametrised
over.  Formats and operations that tests reach through tables (`helpers.NAMED`, `helpers.UNARY`) count
only if pytest, asked to collect the tests, really makes a case for them.
"""

from __future__ import annotations

import ast
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import numformats as nf
from core_tables import FUNCTIONS, OPERATIONS
from helpers import (
    BINARY,
    FUNCTIONS_1,
    FUNCTIONS_2,
    FUNCTIONS_INT,
    INTEGER_OPERAND,
    TERNARY,
    UFUNCS,
    UNARY,
)
from mutants import MUTANTS

ROOT = Path(__file__).parents[2]
TESTS = sorted(path for room in ("tests", "proofs") for path in (ROOT / room).rglob("test_*.py"))


@cache
def collected() -> str:
    """The ids of all cases of the suites that run operations, as pytest makes them."""
    files = ["numpy/test_ufuncs.py", "core/test_all_codes.py", "core/test_constructed.py",
             "core/test_fma.py", "exact/test_matmul.py"]  # fmt: skip
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    found = subprocess.run(
        [*command, *(str(ROOT / "tests" / f) for f in files)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONSAFEPATH": "1"},
    )
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-2000:]
    return found.stdout


@cache
def words_in_tests() -> frozenset[str]:
    """Attribute and plain names, and words of strings, in the code of all test files but this."""
    words: set[str] = set()
    for path in TESTS:
        if path.name == Path(__file__).name:
            continue
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute):
                words.add(node.attr)
            elif isinstance(node, ast.Name):
                words.add(node.id)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words |= set(re.findall(r"\w+", node.value))
            elif isinstance(node, ast.ImportFrom):
                words |= {a.name for a in node.names}
    return frozenset(words)


def missing(names, words):
    """Names that no test has."""
    return sorted(set(names) - set(words))


def cases(test, *parts):
    """Does pytest make a case of this test whose id has these parts?"""
    pattern = rf"::{test}\[(.*)\]$"
    wanted = set(parts)
    return any(
        wanted <= set(re.split(r"-(?![^<]*>)", found))
        for found in re.findall(pattern, collected(), re.MULTILINE)
    )


# ---- formats and operations ------------------------------------------------------------------------


def rows_of_the_table() -> list[str]:
    return [row["name"] for row in OPERATIONS]


def rows_of_functions() -> list[str]:
    return [row["name"] for row in FUNCTIONS]


def test_every_operation_of_the_table_can_be_run():
    rows = rows_of_the_table()
    assert len(rows) >= 45
    functions = {*FUNCTIONS_1, *FUNCTIONS_2, *FUNCTIONS_INT}
    assert set(rows_of_functions()) == functions
    assert {*rows, *functions} == set(UFUNCS)
    assert {*rows, *FUNCTIONS_INT} == {*UNARY, *BINARY, *TERNARY, *INTEGER_OPERAND}


@pytest.mark.parametrize("name", nf.formats())
def test_every_named_format_meets_every_operation(name):
    for op in rows_of_the_table():
        assert cases("test_every_operation_of_every_named_format", op, name), (op, name)


@pytest.mark.parametrize("name", nf.formats())
def test_every_named_format_has_its_exhaustive_or_constructed_cases(name):
    bits = nf.formats()[name].format.bits
    if bits <= 16:
        assert cases("test_every_code_decodes_and_encodes", name)
        assert cases("test_unary", "sqrt", name)
    if bits <= 8:
        assert all(cases("test_all_pairs", op, name) for op in ("add", "sub", "mul", "div"))
        assert cases("test_all_pairs_in_order", name)
    if bits > 8:
        for op in ("mul", "div", "sqrt", "add", "fma"):
            assert cases("test_hard_operands", op, name), op
    assert cases("test_specials_in_all_places", name, "fma")
    assert cases("test_extremes", name)


def test_the_check_of_cases_can_fail():
    assert not cases("test_every_operation_of_every_named_format", "add", "posit65")
    assert not cases("test_every_operation_of_every_named_format", "cbrt", "posit8")
    assert not cases("test_all_pairs", "add", "posit16")


# ---- ufuncs ----------------------------------------------------------------------------------------


def test_every_ufunc_of_the_loops_is_tested():
    """What C registers, by the core's tables, against the names in tests."""
    registered = {row["ufunc"] for row in (*OPERATIONS, *FUNCTIONS)} - {"OWN", "NONE"}
    assert len(registered) >= 60
    assert missing(registered, words_in_tests()) == []


def test_every_ufunc_with_a_loop_is_tested():
    """What NumPy really runs for a format."""
    a = np.ones(2, nf.binary32)
    with_loop = set()
    for name, u in vars(np).items():
        if isinstance(u, np.ufunc) and u.signature is None:
            try:
                with np.errstate(all="ignore"):
                    u(*[a] * u.nin)
            except TypeError:
                continue
            with_loop.add(name)
    assert len(with_loop) >= 45
    aliases = {"abs": "absolute", "true_divide": "divide", "mod": "remainder", "conj": "conjugate",
               "pow": "power", "bitwise_not": "invert", "acos": "arccos", "asin": "arcsin",
               "atan": "arctan", "acosh": "arccosh", "asinh": "arcsinh", "atanh": "arctanh",
               "atan2": "arctan2"}  # fmt: skip
    assert missing({aliases.get(n, n) for n in with_loop}, words_in_tests()) == []


# ---- public names ----------------------------------------------------------------------------------


def public_names():
    """(module, name) of every __all__ of the package, and the attributes of the lazy ones."""
    found = []
    for module in pkgutil.walk_packages(nf.__path__, "numformats."):
        parts = module.name.split(".")
        if any(p.startswith("_") for p in parts[1:]):
            continue
        names = getattr(importlib.import_module(module.name), "__all__", [])
        depth = len(parts) == 2 or not module.ispkg
        if module.ispkg or depth:
            found += [(module.name, n) for n in names if module.ispkg]
    return [*found, *(("numformats", n) for n in nf.__all__)]


def test_every_public_name_is_in_a_test():
    names = public_names()
    assert len(names) > 60
    reached = words_in_tests() | set(nf.formats())  # by the cases above
    lost = [(module, n) for module, n in names if n not in reached]
    assert lost == []


def test_a_missing_name_would_be_found():
    absent = "no_such" + "_name"  # which no test spells
    assert missing([absent, "quantize"], words_in_tests()) == [absent]


def test_methods_of_the_oracle_are_tested():
    methods = {n for n in dir(nf.oracle.Oracle) if not n.startswith("_")}
    assert missing(methods, words_in_tests() | set(rows_of_the_table())) == []


def test_every_test_file_has_tests():
    for path in TESTS:  # functions, or classes that take over the tests of another package
        text = path.read_text()
        assert re.search(r"^def test_|base\.ExtensionTests", text, re.MULTILINE), path.name


# ---- mutants ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_every_mutant_still_changes_one_place(mutant):
    """`python tests/mutants/mutate.py` runs them; here only that the text to change is still there, once."""
    source = (ROOT / "cbits" / mutant.file).read_text()
    assert source.count(mutant.original) == 1
    assert mutant.mutated != mutant.original
