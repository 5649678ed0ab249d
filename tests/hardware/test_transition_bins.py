# SPDX-License-Identifier: BSD-3-Clause
"""Are the quantities that columns of words give those of the definition, and the bins as described?"""

from __future__ import annotations

import numpy as np
import pytest

from coverage_cases import all_cases, some_cases
from numformats.hardware import Cases, operation
from numformats.hardware.coverage import Bin, Group, bins_of, circuit, groups_of, words
from numformats.hardware.coverage.definition import quantities_of
from numformats.hardware.coverage.drawing import draws

SMALL = [
    "posit<5,es=1>", "posit<2,es=0>", "posit<3,es=3>", "posit<6,es=0>", "bposit<6,rs=3,es=1>", "bposit<6,rs=2,es=4>", "posit<6,es=5>",
    "float<exp=3,man=2>", "float<exp=2,man=3,inf=none,nan=all_ones,overflow=nan>",
    "float<exp=3,man=2,subnormals=false,rounding=toward_negative>",
    "float<exp=3,man=1,inf=none,nan=negative_zero,rounding=to_odd,overflow=saturate>",
    "float<exp=3,man=2,signed=false,rounding=nearest_positive>",
    "float<exp=3,man=0,inf=none,nan=none,overflow=saturate>",
]  # fmt: skip
WIDE = ["posit8", "takum_linear<9>", "float8_e5m2", "posit16", "bposit16", "takum_linear16",
        "binary16", "bfloat16", "posit32", "bposit32", "takum_linear32", "binary32"]  # fmt: skip
NAMES = ["add", "sub", "mul", "div", "sqrt"]


def differences(op, cases):
    """Cases and quantities where the circuit is not the definition."""
    columns = [c.astype(np.int64) for c in cases.operands]
    q = {n: v.tolist() for n, v in circuit.quantities(words.Integers(), op, columns).items()}
    for i, codes in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        defined = quantities_of(op, codes)
        for g in groups_of(op):
            there = defined.get(g.when, 0)
            names = [g.when, *(c.name for c in g.coordinates if there)]
            wrong = [n for n in names if defined.get(n, 0) != q[n][i]]
            if wrong:
                yield codes, wrong


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", SMALL)
def test_words_give_what_the_definition_says(text, name):
    op = operation(text, name)
    assert list(differences(op, some_cases(op, 150))) == []


@pytest.mark.parametrize("text", ["posit<5,es=1>", "bposit<5,rs=3,es=1>", "float<exp=2,man=2>"])
@pytest.mark.parametrize("name", ["add", "mul", "div"])
def test_all_words_give_what_the_definition_says(text, name):
    op = operation(text, name)
    assert list(differences(op, all_cases(op))) == []


@pytest.mark.parametrize("text", SMALL)
def test_fused_words_give_what_the_definition_says(text):
    op = operation(text, "fma")
    assert list(differences(op, some_cases(op, 100))) == []


@pytest.mark.parametrize("name", [*NAMES, "fma"])
@pytest.mark.parametrize("text", WIDE)
def test_wide_words_give_what_the_definition_says(text, name):
    op = operation(text, name)
    if circuit.width(op) > 64:
        pytest.skip("words of 64 bits are too short for it")
    assert list(differences(op, some_cases(op, 20))) == []
    assert list(differences(op, Cases(tuple(draws(op, 40, seed=3))))) == []


@pytest.mark.parametrize("pair", [("posit8", "float8_e4m3fn"), ("float8_e5m2", "posit<6,es=1>"),
                                  ("takum_linear<8>", "bposit<7,rs=3,es=2>"), ("posit<6,es=0>", "posit16")])  # fmt: skip
def test_conversions_give_what_the_definition_says(pair):
    op = operation(pair[0], "convert", to=pair[1])
    assert list(differences(op, all_cases(op))) == []


@pytest.mark.parametrize("name", NAMES)
def test_cases_without_short_words_have_the_same_bins(name, monkeypatch):
    op = operation("posit<5,es=1>", name)
    cases = all_cases(op)
    fast = bins_of(op, cases)
    monkeypatch.setattr("numformats.hardware.coverage.columns._WORD", 0)
    assert bins_of(op, cases) == fast


def test_formats_of_64_bits_have_bins():
    op = operation("posit64", "add")
    cases = Cases(tuple(op.columns([[1 << 62, 3 << 62], [1 << 63, 1], [(1 << 64) - 1, 1]])))
    found = [{b.group: b.values for b in bins} for bins in bins_of(op, cases)]
    assert found[0]["alignment"] == ("difference", "0", "zero", "exact")
    assert found[1] == {"kinds": ("NaR", "min")}
    assert found[2]["kinds"] == ("-min", "min")


def test_a_table_is_a_product_of_labels():
    tables = {g.name: g for g in groups_of(operation("bposit16", "add"))}
    assert list(tables) == ["kinds", "regimes", "rounding", "carry", "ends", "alignment"]
    rounding = tables["rounding"]
    assert isinstance(rounding, Group)
    assert rounding.shape == (12, 2, 2, 2, 2, 2)
    assert rounding.size == 384
    found = rounding.bin((11, 1, 0, 1, 0, 0))
    assert found == Bin("rounding", ("5", "-", "0", "1", "0", "0"))
    assert str(found) == "rounding[5 - 0 1 0 0]"
    assert rounding.place(found) == (11, 1, 0, 1, 0, 0)
    for c in tables["alignment"].coordinates:
        assert list(c.edges) == sorted(set(c.edges))
        assert len(c.edges) == len(c.labels) == len(set(c.labels))


@pytest.mark.parametrize(
    ("values", "text"),
    [(("5",), "6 coordinates"), (("9", "-", "0", "1", "0", "0"), "scale_r '9'; allowed: -6, -5")],
)
def test_a_bin_that_is_none_is_refused(values, text):
    (rounding,) = [g for g in groups_of(operation("bposit16", "add")) if g.name == "rounding"]
    with pytest.raises(ValueError, match=text):
        rounding.place(Bin("rounding", values))


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("posit8", "rint"), "coverage of 'rint'; allowed: add, sub"),
        (("q15", "add"), "coverage of fixed<16,frac=15>; allowed: posits, takums"),
        (("float8_e8m0fnu", "mul"), "floats with a zero"),
        (("binary16", "add", "stochastic"), "a random rounding has no transitions"),
    ],
)
def test_what_has_no_bins_is_refused(arguments, text):
    op = operation(*arguments[:2], mode=arguments[2] if len(arguments) > 2 else None)
    with pytest.raises(ValueError, match=text):
        groups_of(op)
