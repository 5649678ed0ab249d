# SPDX-License-Identifier: BSD-3-Clause
"""Does each planted fault get its kind and its sentence, and a device without one none?"""

from __future__ import annotations

import pytest

from numformats.hardware import Checker, diagnose, operation
from tests.support.planted_devices import answers, operands

TAPERED = ["posit8", "posit16", "bposit16", "takum_linear16"]
FLOATS = ["binary16", "float<exp=4,man=3>"]
FIXED = ["fixed<16,frac=8>"]
TIES_AWAY = {"tie": "away"}, "tie", "ties go away from zero"
TIES_DOWN = {"tie": "zero"}, "tie", "ties go toward zero"
TIES_ODD = {"tie": "odd"}, "tie", "ties go to the odd code"
NO_STICKY = {"no_sticky": True}, "sticky", "the sticky bit is lost: only the guard bit decides"
TRUNCATES = {"truncates": True}, "sticky", "truncates instead of rounding"
UNROUNDED = (
    {"no_fraction_unrounded": True},
    "regime",
    "rounding is disabled where no fraction bits remain",
)
BEYOND_NAR = {"overflow_nar": True}, "saturation", "the largest number become NaR"
FLUSHED = {"flushed": True}, "underflow", "results below minpos are flushed to zero"
FLUSHED_SIGN = {"flushed_sign": True}, "sign", "flushed to minpos have the wrong sign"
NAR_AS_ZERO = {"nar_as_zero": True}, "nar", "NaR is not propagated"
REGIME = {"result_regime": 1}, "regime", "regime off by one: the result's is too large"
OPERAND_REGIME = {"operand_regime": -1}, "regime", "the operands' are decoded one too small"
EXCHANGED = {"exchanged": True}, "sign", "operands exchanged in subtraction"

PLANTED = [
    *((f, op, *TIES_AWAY) for f in TAPERED + FLOATS for op in ("add", "mul")),
    *((f, "mul", *TIES_AWAY) for f in FIXED),
    *((f, "add", *TIES_ODD) for f in ("posit16", "binary16")),
    *((f, "sub", *TIES_DOWN) for f in ("bposit16", "binary16")),
    *((f, "mul", *NO_STICKY) for f in TAPERED + FLOATS + FIXED),
    *((f, "div", *NO_STICKY) for f in ("posit16", "binary16")),
    *((f, "sqrt", *NO_STICKY) for f in ("posit16", "takum_linear16", "binary16")),
    *((f, "add", *TRUNCATES) for f in TAPERED + FLOATS),
    *((f, "mul", *TRUNCATES) for f in FIXED),
    *((f, op, *UNROUNDED) for f in ("posit8", "posit16") for op in ("add", "mul", "div")),
    *((f, "mul", *BEYOND_NAR) for f in TAPERED),
    *((f, "mul", *FLUSHED) for f in TAPERED),
    *((f, "mul", *FLUSHED_SIGN) for f in TAPERED),
    *((f, "add", *NAR_AS_ZERO) for f in TAPERED),
    *((f, "add", *REGIME) for f in ("posit16", "bposit16")),
    ("posit16", "mul", *OPERAND_REGIME),
    *((f, "sub", *EXCHANGED) for f in ("posit16", "binary16", "fixed<16,frac=8>")),
    ("posit16", "mul", {"es": 1}, "regime", "results are written in another format: es=1"),
    ("binary16", "mul", {"flushed": True}, "underflow", "subnormal results are flushed"),
    ("binary16", "add", {"flat_operands": True}, "underflow", "subnormal operands count as zero"),
    ("binary16", "mul", {"saturates": True}, "saturation", "the largest number instead of inf"),
    ("fixed<16,frac=8>", "add", {"wraps": True}, "saturation", "overflow is 'wrap'"),
    *((f, "fma", {"unfused": True}, "sticky", "not fused") for f in ("posit16", "binary16")),
]


@pytest.mark.parametrize("f", TAPERED + FLOATS + FIXED)
@pytest.mark.parametrize("op", ["add", "sub", "mul", "div", "sqrt", "fma"])
def test_a_device_without_a_fault_passes(f, op):
    asked = operation(f, op)
    checker = Checker(asked)
    cases = answers(asked, operands(asked, 250))
    checker.add(cases)
    assert checker.report().passed, checker.report().table()


@pytest.mark.parametrize(("f", "op", "fault", "kind", "sentence"), PLANTED)
def test_a_planted_fault_is_named(f, op, fault, kind, sentence):
    asked = operation(f, op)
    found = diagnose(asked, answers(asked, operands(asked), **fault), limit=1)
    assert found, "no answer differs: the operands do not reach the fault"
    assert (found[0].kind, sentence in found[0].sentence) == (kind, True), found
    assert 2 * found[0].count > sum(d.count for d in found)


@pytest.mark.parametrize("places", [9, 12, 14])
@pytest.mark.parametrize("f", ["posit16", "binary16"])
def test_the_place_where_alignment_loses_bits_is_found(f, places):
    asked = operation(f, "add")
    found = diagnose(asked, answers(asked, operands(asked, 1500), aligned=places), limit=0)
    assert [d.kind for d in found] == ["sticky"]
    assert f"beyond {places} bits" in found[0].sentence
