# SPDX-License-Identifier: BSD-3-Clause
"""Do comparisons, integers, dot products, instructions and scripts agree with the oracle?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats.hardware import operation, vectors
from numformats.hardware.comparisons import COMPARISONS, TRUTH, Comparison
from numformats.hardware.dots import MOST_PAIRS, Dot, accumulator
from numformats.hardware.flags import flags
from numformats.hardware.instructions import Vacc, Vcomp, Vscale
from numformats.hardware.machine_integers import ToInteger, machine_integer
from numformats.hardware.plugins import from_script, is_script
from numformats.hardware.vectors.aimed import aimed_rows
from numformats.hardware.vectors.draws import Draws
from numformats.hardware.vectors.grid import Grid
from numformats.oracle import Special

SMALL = [
    "posit8",
    "posit<2,es=0>",
    "float8_e4m3fn",
    "float8_e8m0fnu",
    "binary16",
    "fixed<6,frac=3>",
    "truncated<exp=5,man=10,compute_man=7>",
]
MODELS = ["exact", "sequential", "pairwise", "bfloat16", "blocked/binary16/2", "blocked/binary16/2/bfloat16",
          "aligned/9", "aligned/12/2", "systolic/binary16/2"]  # fmt: skip


def agrees(asked, count=300, seed=1):
    """The reference is the oracle, for corners, aimed and random rows; the name reads back."""
    for batch in vectors(asked, count=count, seed=seed):
        rows = zip(*(c.tolist() for c in batch.operands), strict=True)
        assert batch.results.tolist() == [asked.by_oracle(*row)[0] for row in rows]
    return asked


@pytest.mark.parametrize("text", SMALL)
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons(text, name):
    asked = agrees(operation(text, name))
    assert isinstance(asked, Comparison)
    assert asked.result == TRUTH
    assert asked.exact(1, 1) == asked.by_oracle(1, 1)[0]


def test_flags_of_comparisons_are_testfloats():
    one, quiet, signalling = 0x3C00, 0x7E00, 0x7C01
    columns = [np.array(c, np.uint16) for c in ([one, one, one], [one, quiet, signalling])]
    for name in COMPARISONS:
        asked = operation("binary16", name)
        any_nan = [0, 16, 16] if name in {"le", "lt", "eq_signaling"} else [0, 0, 16]
        assert flags(asked, columns, asked.reference(*columns)).tolist() == any_nan, name
    assert not flags(operation("posit16", "lt"), columns, columns[0]).any()


@pytest.mark.parametrize("text", [*SMALL, "binary64", "posit64"])
@pytest.mark.parametrize("to", ["int8", "uint8", "int32", "uint64", "int64"])
def test_numbers_become_integers(text, to):
    asked = agrees(operation(text, "convert", to=to), 400)
    assert isinstance(asked, ToInteger)
    for batch in vectors(asked, count=300):
        right = [
            asked.by_oracle(*row)[1]
            for row in zip(*(c.tolist() for c in batch.operands), strict=True)
        ]
        is_float = asked.source.family == "float"
        assert (batch.flags > 0).tolist() == [bool(names) and is_float for names in right]


@pytest.mark.parametrize("source", ["int8", "uint64", np.int32, np.dtype(np.int64)])
def test_integers_become_numbers_and_wrap(source):
    for to in ("posit16", "binary16", "fixed<8,frac=3>"):
        agrees(
            operation(source, "convert", to=to, mode="toward_zero" if to == "binary16" else None)
        )
    add = operation(source, "add")
    f = add.result
    top = np.array([(1 << (f.bits - 1)) - 1], f"u{f.storage_bytes}")
    assert add.reference(top, top).tolist() == [2 * int(top[0])]
    assert machine_integer("float32") is machine_integer(3) is None


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("text", ["posit8", "float8_e4m3fn", "binary16"])
def test_dot_products_with_every_accumulator(text, model):
    asked = operation(text, f"dot:3,accumulate={model}")
    assert isinstance(asked, Dot)
    assert operation(text, asked.name).name == asked.name
    agrees(asked, 200)


def test_exact_dot_products_round_their_exact_value_once():
    asked = agrees(operation("posit<7,es=1>", "dot:4"), 500)
    oracle = nf.oracle.for_format(asked.result)
    for batch in vectors(asked, count=300):
        for row, code in zip(
            zip(*(c.tolist() for c in batch.operands), strict=True), batch.results, strict=True
        ):
            assert oracle.encode(asked.exact(*row)) == code
    infinite = operation("binary16", "dot:2")
    assert infinite.exact(0x7C00, 0x3C00, 0x7C00, 0xBC00) is Special.NAN
    assert infinite.exact(0x8000, 0x3C00, 0x8000, 0x3C00) == Fraction(0)


def test_aimed_dot_products_hit_midpoints():
    asked, ties = operation("posit16", "dot:4"), 0
    grid = Grid(asked.result)
    for row in aimed_rows(asked, 800, Draws(1, "dot")):
        exact = asked.exact(*row)
        if isinstance(exact, Fraction) and exact:
            place = grid.place(abs(exact))
            ties += grid.first <= place < grid.last and grid.midpoint(place) == abs(exact)
    assert ties > 50


@pytest.mark.parametrize(
    ("text", "op", "kind"),
    [
        ("binary32", "vcomp", Vcomp),
        ("posit8", "vcomp,fused=false", Vcomp),
        ("binary16", "vcomp,fused=false", Vcomp),
        ("int32", "vscale", Vscale),
        ("int8", "vscale,doubling=true,rounding=true", Vscale),
        ("fixed<20,frac=0>", "vscale,doubling=true,overflow=wrap", Vscale),
        ("int64", "vscale", Vscale),
        ("int64", "vacc", Vacc),
        ("fixed<40,frac=0>", "vacc,operand_bits=17,overflow=saturate", Vacc),
        ("int8", "vacc,operand_bits=8", Vacc),
    ],
)
def test_instructions(text, op, kind):
    asked = agrees(operation(text, op), 600)
    assert isinstance(asked, kind)
    assert operation(text, asked.name) == asked
    codes = [1 << (f.bits - 1) for f in asked.operands]  # the lowest registers
    if kind is not Vcomp:
        rounded = asked.exact(*codes)
        assert isinstance(rounded, Fraction)


def test_flags_of_a_weighted_sum_are_those_of_its_steps():
    fused, steps = operation("binary16", "vcomp"), operation("binary16", "vcomp,fused=false")
    third, most = 0x3555, 0x7BFF
    columns = [np.array(c, np.uint16) for c in ([0, most], [third, most], [third, 0x3C00])]
    assert flags(fused, columns, fused.reference(*columns)).tolist() == [1, 5]
    assert flags(steps, columns, steps.reference(*columns)).tolist() == [1, 5]


SCRIPT = """
from numformats.hardware import operation
ready = operation("posit8", "mul")
def made(f):
    return operation(f, "sub")
nothing = 3
def wrong(f):
    return f
"""


def test_a_script_defines_an_operation(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(SCRIPT)
    assert operation("posit16", f"{path}:ready") == operation("posit8", "mul")
    assert operation("posit16", f"{path}:made") == operation("posit16", "sub")
    assert is_script(f"{path}:made")
    assert from_script(f"{path}:made", nf.posit8.format).result == nf.posit8.format
    with pytest.raises(ValueError, match="has no 'other'; known: made, operation, wrong"):
        operation("posit16", f"{path}:other")
    with pytest.raises(ValueError, match="there is no file"):
        operation("posit16", f"{tmp_path}/none.py:made")
    for name in ("nothing", "wrong"):
        with pytest.raises(TypeError, match=r"allowed: a numformats\.hardware\.Operation"):
            operation("posit16", f"{path}:{name}")


@pytest.mark.parametrize(
    ("op", "text"),
    [
        ("dot", "needs its number of pairs"),
        ("dot:x", "needs its number of pairs"),
        ("dot:0", f"dot of 0 pairs; allowed: 1 to {MOST_PAIRS}"),
        ("dot:2,accumulate=best", "accumulate='best'"),
        ("dot:2,accumulate=aligned", "needs its parameters"),
        ("dot:2,order=1", "option 'order=1'; known: accumulate="),
        ("vcomp,fused=1", "fused='1'; allowed: true, false"),
        ("vcomp:3", "unknown operation 'vcomp:3'"),
        ("vscale", "is no register; allowed: int32"),
        ("sums", "unknown operation 'sums'"),
    ],
)
def test_names_that_are_wrong(op, text):
    with pytest.raises((ValueError, TypeError), match=text):
        operation("posit16", op)


def test_options_of_registers_that_are_wrong():
    with pytest.raises(ValueError, match="operand_bits='1'; allowed: 2 to 64"):
        operation("int32", "vacc,operand_bits=1")
    with pytest.raises(ValueError, match="overflow='trap'; allowed: wrap, saturate"):
        operation("int32", "vscale,overflow=trap")
    with pytest.raises(ValueError, match="mode='nearest_even' to int32; allowed: toward_zero"):
        operation("binary32", "convert", to="int32", mode="nearest_even")


def test_texts_of_accumulators():
    assert accumulator("aligned/24/8") == ("aligned", 24, 8)
    assert accumulator("sequential") == "sequential"
