# SPDX-License-Identifier: BSD-3-Clause
"""Do `formats` and `show` tell the truth about every format?"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import numformats as nf
from numformats._show import decimal_form, power_form
from numformats.anatomy import fields, magnitude_code, neighbour_codes
from numformats.cli import main
from numformats.oracle import Special


def run(capsys, *arguments):
    status = main(list(arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_formats_lists_every_name(capsys):
    status, out, err = run(capsys, "formats")
    assert (status, err) == (0, "")
    for name, made in nf.formats().items():
        line = next(line for line in out.splitlines() if line.split()[:1] == [name])
        assert f" {made.format.bits} " in line
        assert str(made.format)[:12] in line
    assert "7.21e+16" in out  # posit16's largest: 2^56
    assert "4.88e-04" in out  # and its eps at 1: 2^-11


@pytest.mark.parametrize("name", nf.formats())
def test_show_every_format(capsys, name):
    made = nf.formats()[name]
    with np.errstate(all="ignore"):  # q7 has no 1
        one = int(made(1).bits)
    for code in {0, 1, one, (1 << made.format.bits) - 1, 1 << (made.format.bits - 1)}:
        status, out, err = run(capsys, "show", hex(code), "--format", name)
        assert (status, err) == (0, ""), out
        assert str(made.format) in out
        value = nf.oracle.for_format(made).decode(code)
        if value == Special.NAN:
            assert ("NaR" if made.format.is_tapered else "nan") in out
        elif not isinstance(value, Special):
            assert f" {decimal_form(value)}" in out


def test_show_takes_a_posit_apart(capsys):
    status, out, _ = run(capsys, "show", "0.1", "--format", "posit16")
    assert status == 0
    lines = {line[:13].strip(): line[13:].split() for line in out.splitlines() if line.strip()}
    assert "posit<16,es=2>" in out
    assert "0 001 00 1001101" not in out
    # 0.1 = 2^(4*-1) * 1.6: regime 01 is k = -1, exponent 00, fraction 1001100110 rounded
    assert "0 01 00 10011001101" in out
    assert "3277/2^15" in out
    assert lines


def test_show_negative_and_special_values(capsys):
    assert "negated" in run(capsys, "show", "-1.5", "--format", "posit16")[1]
    assert "NaR" in run(capsys, "show", "NaR", "--format", "posit32")[1]
    assert "-inf" in run(capsys, "show", "-inf", "--format", "binary16")[1]
    assert "1e+400" not in run(capsys, "show", "1e400", "--format", "posit16")[2]
    assert "no finite value" in run(capsys, "show", "1e400", "--format", "binary16")[1]
    assert "1/3" in run(capsys, "show", "1/3", "--format", "takum_linear16")[1]
    assert "-0\n" in run(capsys, "show", "0x8000", "--format", "binary16")[1].replace(" ", "")


@pytest.mark.parametrize(
    ("value", "name", "reason"),
    [
        ("abc", "posit16", "is no number"),
        ("1/0", "posit16", "divides by zero"),
        ("0x1ffff", "posit16", "does not fit the 16 bits"),
        ("1e99999999999", "posit16", "beyond all formats"),
        ("0xzz", "posit16", "not a bit pattern"),
        ("1", "posit_16", "did you mean"),
        ("1", "posit<16,es=7>", "es=7"),
    ],
)
def test_show_says_what_is_wrong(capsys, value, name, reason):
    status, out, err = run(capsys, "show", value, "--format", name)
    assert (status, out) == (1, "")
    assert err.count("\n") == 1
    assert reason in err


def format_id(made):
    return str(made.format)


FORMATS = [*nf.formats().values(), nf.BPosit(13, rs=4, es=1), nf.TakumLinear(9), nf.Posit(2)]
FORMATS += [nf.Float(4, 3, subnormals=False), nf.Float(3, 3, signed=False, subnormals=False)]
FORMATS += [nf.Fixed(8, 12), nf.Fixed(8, -3, signed=False), nf.P3109(8, 3), nf.Posit(9, es=0)]


@pytest.mark.parametrize("made", FORMATS, ids=format_id)
def test_fields_spell_the_code_and_give_its_value(made):
    parameters, oracle = made.format, nf.oracle.for_format(made)
    step = max(1, (1 << parameters.bits) // 997)
    for code in range(0, 1 << parameters.bits, step):
        assert (
            "".join(part.bits for part in fields(parameters, code)) == f"{code:0{parameters.bits}b}"
        )
        value = oracle.decode(magnitude_code(parameters, code))
        if isinstance(value, Special) or value == 0 or parameters.family == "fixed":
            continue
        named = {part.name: part for part in fields(parameters, magnitude_code(parameters, code))}
        power = max(
            (part for part in named.values() if "2^" in part.meaning and part.name != "fraction"),
            key=lambda part: list(named).index(part.name),
        ).meaning.rpartition("2^")[2]
        fraction = Fraction(1)
        if "fraction" in named:
            whole, _, rest = named["fraction"].meaning.partition(" + ")
            top, _, bits = rest.partition("/2^")
            fraction = int(whole) + Fraction(int(top), 2 ** int(bits))
        sign = -1 if named.get("sign") and named["sign"].bits == "1" else 1
        assert sign * fraction * Fraction(2) ** int(power) == value, code


@pytest.mark.parametrize("made", [T for T in FORMATS if T.format.bits <= 13], ids=format_id)
def test_neighbours_are_the_next_values(made):
    parameters, oracle = made.format, nf.oracle.for_format(made)
    decoded = {code: oracle.decode(code) for code in range(1 << parameters.bits)}
    values = sorted({value for value in decoded.values() if not isinstance(value, Special)})
    place = {value: i for i, value in enumerate(values)}
    for code, value in decoded.items():
        if isinstance(value, Special):
            continue
        below, above = (
            decoded.get(other, Special.NAN) for other in neighbour_codes(parameters, code)
        )
        i = place[value]
        if i > 0:
            assert below == values[i - 1]
        else:
            assert isinstance(below, Special)
        if i + 1 < len(values):
            assert above == values[i + 1]
        else:
            assert isinstance(above, Special)


def test_exact_forms():
    assert power_form(Fraction(-5, 8)) == "-5/2^3"
    assert power_form(Fraction(2**70)) == "2^70"
    assert decimal_form(Fraction(2**56)) == "72057594037927936"
    assert decimal_form(Fraction(2**60)) == "1.152921504606846976e+18"
    assert decimal_form(Fraction(-1, 1024)) == "-0.0009765625"
    assert decimal_form(Fraction(100)) == "100"
    long = decimal_form(Fraction(1, 2**1074))
    assert long.startswith("4.94065645841246544176568792868221372365059802614324764425585")
    assert long.endswith("...e-324")
    for value in (Fraction(3, 2**20), Fraction(12345, 2**7), Fraction(7 * 2**60)):
        assert Fraction(decimal_form(value)) == value
