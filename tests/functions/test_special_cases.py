# SPDX-License-Identifier: BSD-3-Clause
"""Do the core and the oracle give at every special argument what the standards say?"""

from __future__ import annotations

import re

import numpy as np
import pytest

import numformats as nf
from core_tables import FUNCTIONS
from helpers import UFUNCS, array, oracle_of, plain, raised
from numformats._special_table import CASES, CLAUSES, INTEGER_SECOND, NAMES, TableRow
from numformats.function_cases import _rows

# Every kind: IEEE, without infinities, without NaN, NaR, fixed, without a sign, zero without a sign,
# other roundings, results that are cut, no zero.
FORMATS = [nf.binary16, nf.binary32, nf.binary64, nf.bfloat16, nf.float8_e4m3fn, nf.float8_e5m2,
           nf.float8_e4m3fnuz, nf.float8_e8m0fnu, nf.float6_e3m2fn, nf.mlu32, nf.posit8, nf.posit16,
           nf.posit32, nf.posit64, nf.bposit32, nf.takum_linear16, nf.takum_linear64, nf.q15,
           nf.Fixed(16, frac=8), nf.Fixed(16, frac=8, overflow="wrap"),
           nf.Fixed(16, frac=8, signed=False), nf.Float(5, 3, signed=False),
           nf.Float(8, 23, rounding="toward_negative"), nf.Float(8, 23, rounding="stochastic"),
           nf.P3109(8, 4)]  # fmt: skip
ROWS = [row for rows in CASES.values() for row in rows]


def told(row):
    return f"{row.name}({', '.join(row.arguments)})"


def operands(case):
    """The arguments as arrays of one element."""
    return [
        np.array([x], np.int64) if isinstance(x, int) else array(type(x), [x.bits])
        for x in case.arguments
    ]


def core(case):
    result, flags = raised(UFUNCS[case.name], *operands(case))
    return int(plain(result)[0]), flags


def oracle(case):
    own = oracle_of(type(case.result))
    code = getattr(own, case.name)(*(x if isinstance(x, int) else x.bits for x in case.arguments))
    return code, own.last_flags


def wrong(row, T, run):
    """The cases of a row in a format, of which there is one or none, where run gives another result."""
    cases = [case for case in _rows(row.name, T) if case.row == row]
    return [
        (T.__name__, case.told(), run(case))
        for case in cases
        if run(case) != (case.result.bits, case.flags)
    ]


@pytest.mark.parametrize("row", ROWS, ids=told)
def test_the_core_gives_what_the_row_says(row):
    assert [w for T in FORMATS for w in wrong(row, T, core)] == []


@pytest.mark.parametrize("row", ROWS, ids=told)
def test_the_oracle_gives_what_the_row_says(row):
    assert [w for T in FORMATS for w in wrong(row, T, oracle)] == []


def test_a_wrong_row_is_seen():
    row = TableRow("exp", ("0",), "2", frozenset(), "2", frozenset(), "exact")
    CASES["exp"].append(row)
    try:
        seen = {T.__name__ for T in FORMATS for run in (core, oracle) if wrong(row, T, run)}
    finally:
        CASES["exp"].remove(row)
    assert {"binary32", "posit16", "takum_linear64"} <= seen


def test_every_row_is_a_case_of_binary32_and_the_others_leave_few_out():
    assert all(len(_rows(name, nf.binary32)) == len(CASES[name]) for name in NAMES)
    counts = {T.__name__: sum(len(_rows(name, T)) for name in NAMES) for T in FORMATS}
    assert counts["posit32"] == counts["takum_linear64"]
    finite = [r for r in ROWS if not {"inf", "-inf", "-0"} & set(r.arguments)]
    assert counts["posit32"] == len(finite) > 250
    assert min(counts[T.__name__] for T in FORMATS) > 40


def test_every_function_has_its_rows():
    assert [*NAMES] == ["sqrt", *(row["name"] for row in FUNCTIONS)]
    assert set(CLAUSES) == set(NAMES)
    assert all(len(CASES[name]) >= 5 for name in NAMES)
    assert len({(row.name, row.arguments) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("name", [n for n in NAMES if isinstance(getattr(np, n, None), np.ufunc)])
def test_the_library_of_the_machine_agrees_in_binary64(name):
    """A third opinion: C's functions, where they round like ours or nearly so."""
    for case in _rows(name, nf.binary64):
        with np.errstate(all="ignore"):
            got = getattr(np, name)(*(x.view(float) for x in operands(case)))
        want = array(nf.binary64, [case.result.bits]).view(float)
        np.testing.assert_allclose(got, want, rtol=1e-15, err_msg=case.told()[0])
        assert np.isnan(want) or np.signbit(got) == np.signbit(want), case.told()


# ---- what is printed -----------------------------------------------------------------------------


def test_the_printed_table(capsys):
    assert nf.special_cases(np.power, nf.posit16) is None
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(_rows("pow", nf.posit16))
    assert re.split(r"  +", lines[0]) == ["call", "result", "flags", "source"]
    assert {len(re.split(r"  +", line)) for line in lines} == {4}
    assert any(
        re.fullmatch(r"pow\(0, 0\) +NaR +invalid +Posit Standard 2022, 5.6", line) for line in lines
    )
    nf.special_cases("arctanh", nf.binary16.dtype)
    assert re.search(
        r"arctanh\(-1\) +-inf +divide by zero +IEEE 754-2019, 9.2.1\n", capsys.readouterr().out
    )


@pytest.mark.parametrize("T", [nf.q15, nf.q15.dtype, nf.q15.format, "q15", nf.q15(0.5)], ids=repr)
def test_whatever_stands_for_a_format(T):
    assert [c.told() for c in _rows("sinpi", T)] == [c.told() for c in _rows(nf.sinpi, nf.q15)]


def test_functions_by_ufunc_and_by_name():
    for name in NAMES:
        assert _rows(UFUNCS[name], nf.posit16) == _rows(name, nf.posit16)
    assert _rows(np.degrees, nf.posit16) == _rows("rad2deg", nf.posit16)
    assert _rows(np.radians, nf.posit16) == _rows("deg2rad", nf.posit16)


def test_what_special_cases_refuses():
    with pytest.raises(
        ValueError, match="fn='add' is no elementary function; allowed: sqrt, rsqrt,"
    ):
        nf.special_cases(np.add, nf.posit16)
    with pytest.raises(TypeError, match="fn=3: must be a ufunc or the name of one"):
        nf.special_cases(3, nf.posit16)
    with pytest.raises(TypeError, match="not a number format"):
        nf.special_cases(np.exp, np.int8)
    with pytest.raises(nf.UnknownFormatError, match="posit33"):
        nf.special_cases(np.exp, "posit33")


def test_integers_stay_integers():
    assert all(type(c.arguments[1]) is int for n in INTEGER_SECOND for c in _rows(n, nf.posit16))


# ---- the Standard's order of coordinates ---------------------------------------------------------


@pytest.mark.parametrize("T", [nf.posit8, nf.posit32, nf.takum_linear16, nf.binary16, nf.q15])
def test_angles_take_the_real_coordinate_first(T):
    x = np.array([1, 0, -1, 0.5, -0.5, 0.25]) * 0.5
    y = np.array([0, 1, 0.5, 0.5, 0.5, -1]) * 0.5
    with np.errstate(over="ignore"):
        a, b = x.astype(T), y.astype(T)
        radians, half_turns = nf.posit_arctan2(a, b), nf.posit_arctan2pi(a, b)
        for got, want in ((radians, np.arctan2(b, a)), (half_turns, nf.arctan2pi(b, a))):
            assert got.dtype == T.dtype
            assert plain(got).tolist() == plain(want).tolist()
    if T is not nf.q15:
        assert half_turns[:2].tolist() == [0, 0.5]
        np.testing.assert_allclose(radians.astype(float), np.arctan2(y, x), rtol=0.05)


@pytest.mark.parametrize("angle", [nf.posit_arctan2, nf.posit_arctan2pi])
def test_the_origin_and_nar_have_no_angle(angle):
    for T in (nf.posit16, nf.bposit32, nf.takum_linear32):
        result, flags = raised(angle, T(0), T(0))
        assert np.isnan(result)
        assert flags == {"invalid"}
        for point in ((np.nan, 1), (1, np.nan)):
            result, flags = raised(angle, *(T(v) for v in point))
            assert np.isnan(result)
            assert flags == frozenset()
    assert angle(nf.binary16(0), nf.binary16(0)) == 0


@pytest.mark.parametrize("angle", [nf.posit_arctan2, nf.posit_arctan2pi])
def test_operands_of_angles(angle):
    grid = angle(np.ones((3, 1)).astype(nf.posit16), np.ones(2).astype(nf.posit16))
    assert grid.shape == (3, 2)
    assert type(angle(nf.posit16(1), 1.0)) is nf.posit16
    with pytest.raises(
        TypeError, match="x has dtype float64 and y has dtype int64; allowed: number"
    ):
        angle(0.5, 1)
    with pytest.raises(TypeError):
        angle(nf.posit64(1), nf.takum_linear64(1))
