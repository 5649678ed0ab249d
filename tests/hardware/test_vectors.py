# SPDX-License-Identifier: BSD-3-Clause
"""Are vectors the same everywhere, right, of the asked number, and refused where there are none?"""

from __future__ import annotations

import importlib
import itertools

import numpy as np
import pytest

import numformats as nf
from numformats.hardware import Cases, Elementwise, ReferenceFaultError, operation, vectors

FORMATS = ["posit8", "posit<2,es=0>", "takum_linear<9>", "float8_e8m0fnu", "binary16", "fixed<64,frac=63>"]  # fmt: skip


def joined(batches):
    parts = [(*b.operands, b.results, b.flags) for b in batches]
    return [np.concatenate(c) for c in zip(*parts, strict=True)]


@pytest.mark.parametrize("text", FORMATS)
@pytest.mark.parametrize("op", ["add", "sqrt", "fma"])
def test_results_are_the_oracles(text, op):
    asked = operation(text, op)
    *operands, results, _ = joined(vectors(text, op, count=400, seed=1))
    right = [asked.by_oracle(*row)[0] for row in zip(*(c.tolist() for c in operands), strict=True)]
    assert results.tolist() == right


@pytest.mark.parametrize("op", ["add", "div", "sqrt", "fma", "rint", "lt"])
@pytest.mark.parametrize("text", ["binary16", "posit64", "float8_e8m0fnu"])
def test_few_cases_can_be_asked_for(text, op):
    for count in (0, 1, 5):
        assert sum(map(len, vectors(text, op, count=count))) == count


def test_few_cases_are_all_cases():
    *operands, results, flags = joined(vectors("posit<4,es=1>", "add"))
    pairs = list(zip(*(c.tolist() for c in operands), strict=True))
    assert pairs == list(itertools.product(range(16), repeat=2))
    assert results.dtype == np.uint8
    assert not flags.any()


def test_the_package_is_a_function_and_a_module():
    module = importlib.import_module("numformats.hardware.vectors")
    assert module.vectors is nf.hardware.vectors is vectors


def test_an_operation_is_taken_as_it_is():
    asked = operation("posit8", "mul")
    for given in ((asked,), ("posit8", asked)):
        assert joined(vectors(*given))[2].tolist() == joined(vectors("posit8", "mul"))[2].tolist()


def test_exhaustive_cases_are_streamed_and_counted():
    found = vectors("posit16", "add", level="exhaustive")
    first = next(found)
    assert [len(c) for c in first.operands] == [65536, 65536]
    assert (first.operands[0] == 0).all()
    assert first.operands[1].tolist() == list(range(65536))
    assert next(found).operands[0].tolist() == [1] * 65536
    spread = joined(vectors("posit16", "add", level="exhaustive", count=3))
    assert spread[0].tolist() == [0, 0x5555, 0xAAAA]
    assert spread[1].tolist() == [0, 0x5555, 0xAAAA]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"level": 3}, "level=3; allowed: 1, 2 and 'exhaustive'"),
        ({"level": True}, "level=True; allowed"),
        ({"seed": -1}, "seed=-1; allowed: 0 to"),
        ({"count": -1}, "count=-1; allowed: 0 and more"),
        ({"tininess": "never"}, "tininess='never'; allowed"),
        ({"op": "fma", "level": "exhaustive"}, "281,474,976,710,656 cases; allowed: 17,179,869,184"),
        ({"format": "float<exp=4,man=3,rounding=stochastic>"}, "rounds by random words"),
        ({"op": None}, "an operation of posit<16,es=2> is needed"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_once(arguments, text):
    with pytest.raises(ValueError, match=text):
        vectors(**({"format": "posit16", "op": "add"} | arguments))


class OffByOne(Elementwise):
    """An addition whose compiled arithmetic is wrong."""

    def reference(self, *columns):
        return super().reference(*columns) ^ 1


def test_a_reference_that_is_wrong_is_named():
    asked = OffByOne("add", nf.posit16.format)
    with pytest.raises(ReferenceFaultError, match="the compiled arithmetic gives .* the oracle"):
        next(vectors(asked))


def test_witnesses_of_a_solver_join_the_level():
    pytest.importorskip("numformats.hardware.coverage", reason="needs numformats.hardware.coverage")
    pytest.importorskip("bitwuzla", reason="needs bitwuzla, of numformats[hardware]")
    asked = operation("posit<20,es=2>", "sqrt")
    few = joined(vectors(asked, count=1500))
    more = joined(vectors(asked, count=1500, witnesses=True))
    bins = importlib.import_module("numformats.hardware.coverage").bins_of
    reached = [{b for of in bins(asked, Cases((c[0],))) for b in of} for c in (few, more)]
    assert len(reached[0]) < len(reached[1])
    with pytest.raises(ValueError, match="witnesses=True; allowed: False with level='exhaustive'"):
        vectors("posit8", "add", level="exhaustive", witnesses=True)
