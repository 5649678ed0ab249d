# SPDX-License-Identifier: BSD-3-Clause
"""Does a counterexample say codes, values, what the compiled core gives and what is right?"""

import pytest

from proofs.checkout import Checkout
from proofs.native import Native, native
from proofs.smt import replay

ROUND = "cbits/core/round.h"
NEAREST = "return (dropped > half) | ((dropped == half) & odd);"


@pytest.fixture(scope="module")
def right():
    return native(Checkout().root)


@pytest.fixture(scope="module")
def wrong():
    """A core that rounds ties away from zero."""
    with Checkout().changed(ROUND, NEAREST, "return dropped >= half;") as changed:
        yield Native(changed)


def test_an_operation(right):
    lines = replay.operation("mul", "posit16", "a", "b")(right, {"a": 0x4800, "b": 0xC001})
    assert lines == [
        "posit16: mul(0x4800, 0xc001)",
        "  a = 0x4800 = 2",
        "  b = 0xc001 = -4095/4096",
        "  the compiled core gives 0xb801 = -4095/2048",
        "  right is                0xb801 = -4095/2048",
    ]


@pytest.mark.parametrize(
    ("op", "row"), [("add", "bposit<20,rs=5,es=3>"), ("mul", "binary16"), ("fma", "takum_linear16")]
)
def test_codes_are_found_that_show_a_fault(right, wrong, op, row):
    assert replay.search(op, row)(right, {}) == [
        f"{row}: no case of level 1 of {op} shows it in the compiled core"
    ]
    first, *middle, given, expected = replay.search(op, row)(wrong, {})
    assert first.startswith(f"{row}: {op}(0x")
    assert len(middle) == (3 if op == "fma" else 2)
    assert given.partition("gives ")[2] != expected.partition(" is ")[2].strip()


def test_a_round_trip(right):
    lines = replay.round_trip("float8_e4m3fn", 64)(right, {"code": 0x81})
    assert lines[0] == "float8_e4m3fn: 0x81 = -1/512"
    assert lines[1].endswith("the compiled core gives 0x81 = -1/512, flags 0")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("posit<12,es=99>", "es=99; allowed: an integer in 0..5"),
        ("quux", "'quux' is no format: quux; allowed: a name, or"),
    ],
)
def test_texts_that_name_no_row(right, text, words):
    with pytest.raises(ValueError, match=r".") as error:
        right.row(text)
    assert words in str(error.value)


def test_a_mutant_has_to_be_one_place():
    with (
        pytest.raises(ValueError, match="places 'nothing such', not 1: renew the mutant"),
        Checkout().changed(ROUND, "nothing such", ""),
    ):
        pass
