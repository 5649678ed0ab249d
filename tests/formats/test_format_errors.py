# SPDX-License-Identifier: BSD-3-Clause
"""Is every impossible format refused, with a message that helps, and exactly as the core does?"""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import numformats as nf
from numformats import _native, _rules
from numformats.number_format import Format
from numformats.parse import as_format

WRONG = [
    (lambda: nf.Posit(1), "n=1", "2..64"),
    (lambda: nf.Posit(65), "n=65", "2..64"),
    (lambda: nf.Posit(32.0), "n=32.0", "2..64"),
    (lambda: nf.Posit(True), "n=True", "2..64"),
    (lambda: nf.Posit("32"), "n='32'", "2..64"),
    (lambda: nf.Posit(32, es=6), "es=6", "0..5"),
    (lambda: nf.Posit(32, es=-1), "es=-1", "0..5"),
    (lambda: nf.Posit(32, es=None), "es=None", "0..5"),
    (lambda: nf.Posit(2**70), f"n={2**70}", "2..64"),
    (lambda: nf.BPosit(32, rs=1), "rs=1", "2..63"),
    (lambda: nf.BPosit(32, rs=64), "rs=64", "2..63"),
    (lambda: nf.BPosit(0), "n=0", "2..64"),
    (lambda: nf.BPosit(16, es=np.float64(5)), "es=", "0..5"),
    (lambda: nf.TakumLinear(7), "n=7", "8..64"),
    (lambda: nf.TakumLinear(65), "n=65", "8..64"),
    (lambda: nf.Float(0, 3), "exp=0", "1..15"),
    (lambda: nf.Float(16, 3), "exp=16", "1..15"),
    (lambda: nf.Float(8, -1), "man=-1", "0..55"),
    (lambda: nf.Float(8, 56), "man=56", "0..55"),
    (lambda: nf.Float(1, 63), "man=63", "0..62"),
    (lambda: nf.Float(1, 3), "inf='ieee'", "exp >= 2"),
    (lambda: nf.Float(4, 0), "inf='ieee'", "man >= 1"),
    (lambda: nf.Float(4, 3, bias=40000), "bias=40000", "-32832..32832"),
    (lambda: nf.Float(4, 3, bias=1.0), "bias=1.0", "-32832..32832"),
    (lambda: nf.Float(4, 3, inf="all"), "inf='all'", "none, ieee, top"),
    (lambda: nf.Float(4, 3, nan=True), "nan=True", "none, ieee, all_ones, negative_zero"),
    (lambda: nf.Float(4, 3, inf="none"), "nan='ieee'", "exactly when inf is 'ieee'"),
    (lambda: nf.Float(4, 3, nan="none"), "nan='none'", "exactly when inf is 'ieee'"),
    (lambda: nf.Float(4, 3, signed=1), "signed=1", "True or False"),
    (lambda: nf.Float(4, 3, subnormals=0), "subnormals=0", "True or False"),
    (lambda: nf.Float(4, 3, zero=False), "zero=False", "True in a signed float"),
    (lambda: nf.Float(4, 3, signed=False, zero=False), "subnormals=True", "False without a zero"),
    (lambda: nf.Float(4, 3, signed_zero=False), "signed_zero=False", "True with nan='ieee'"),
    (lambda: nf.Float(4, 3, signed=False, signed_zero=True), "signed_zero=True", "signed=False"),
    (
        lambda: nf.Float(4, 3, inf="none", nan="negative_zero", signed=False),
        "nan='negative_zero'",
        "unsigned",
    ),
    (
        lambda: nf.Float(4, 3, inf="none", nan="negative_zero", signed_zero=True),
        "signed_zero=True",
        "False with nan='negative_zero'",
    ),
    (lambda: nf.Float(4, 3, rounding="up"), "rounding='up'", "nearest_even, nearest_away"),
    (
        lambda: nf.Float(4, 3, overflow="wrap"),
        "overflow='wrap'",
        "inf, saturate, saturate_finite, nan",
    ),
    (
        lambda: nf.Float(4, 3, inf="none", nan="none", overflow="inf"),
        "overflow='inf'",
        "one of saturate",
    ),
    (
        lambda: nf.Float(4, 3, inf="top", nan="none", overflow="nan"),
        "overflow='nan'",
        "inf, saturate",
    ),
    (lambda: nf.Float(1, 0, inf="none", nan="all_ones"), "exp=1", "larger"),
    (lambda: nf.Float(1, 0, inf="none", nan="none", signed=False), "bits=1", "at least 2"),
    (lambda: nf.P3109(2, 1), "K=2", "3..64"),
    (lambda: nf.P3109(8, 0), "P=0", "1..7"),
    (lambda: nf.P3109(8, 8), "P=8", "1..7"),
    (lambda: nf.P3109(8, 9, signed=False), "P=9", "1..8"),
    (lambda: nf.P3109(32, 8), "P=8", "17..31"),
    (lambda: nf.P3109(8, 3, signed="s"), "signed='s'", "True or False"),
    (lambda: nf.P3109(8, 3, extended=1), "extended=1", "True or False"),
    (lambda: nf.TruncatedFloat(1), "exp=1", "2..15"),
    (lambda: nf.TruncatedFloat(8, 0), "man=0", "1..55"),
    (lambda: nf.TruncatedFloat(8, 23, 24), "compute_man=24", "0..23"),
    (lambda: nf.TruncatedFloat(ftz=1), "ftz=1", "True or False"),
    (lambda: nf.TruncatedFloat(truncate="sum"), "truncate='sum'", "result, operand, align"),
    (lambda: nf.Fixed(1, 0), "bits=1", "2..64"),
    (lambda: nf.Fixed(65, 0), "bits=65", "2..64"),
    (lambda: nf.Fixed(8, -65), "frac=-65", "-64..128"),
    (lambda: nf.Fixed(8, 129), "frac=129", "-64..128"),
    (lambda: nf.Fixed(8, 4, signed=None), "signed=None", "True or False"),
    (lambda: nf.Fixed(8, 4, rounding="half"), "rounding='half'", "nearest_even"),
    (
        lambda: nf.Fixed(8, 4, overflow="inf"),
        "overflow='inf'",
        "saturate, saturate_symmetric, zero, wrap",
    ),
    (lambda: Format("unum", 8), "family='unum'", "posit, takum_linear"),
    (lambda: Format("posit", 8, rs=7, man=3), "man=3", "posit does not use it"),
    (lambda: Format("posit", 8, rs=8), "rs=8", "2..7"),
    (lambda: Format("float", 9, exp=4, man=3), "bits=9", "1 + 4 + 3"),
]


@pytest.mark.parametrize(("make", "parameter", "allowed"), WRONG)
def test_an_impossible_format_names_parameter_value_and_range(make, parameter, allowed):
    with pytest.raises(nf.FormatError) as caught:
        make()
    assert str(caught.value).startswith(parameter)
    assert allowed in str(caught.value)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("posit23", "did you mean 'posit32'"),
        ("bflaot16", "did you mean 'bfloat16'"),
        ("posti<32,es=2>", "did you mean 'posit'"),
        ("posit<32,ess=2>", "unknown option 'ess'; did you mean 'es'"),
        ("float<exp=4,man=3,truncate=result>", "unknown option 'truncate'"),
        ("", "known:"),
        ("posit<32", "unknown format"),
        ("posit<<32>>", "unknown format"),
    ],
)
def test_unknown_names_get_suggestions(text, message):
    with pytest.raises(nf.UnknownFormatError, match="unknown") as caught:
        nf.parse_format(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("posit<>", "n='': must be an integer in 2..64"),
        ("posit<32,es=9>", "es=9: must be an integer in 0..5"),
        ("posit<32,es=2.0>", "es='2.0': must be an integer in 0..5"),
        ("posit<32,es=true>", "es=True: must be"),
        ("posit<32,n=16>", "n=16: given twice"),
        ("posit<32,2>", "'2': must be of the form option=value"),
        ("posit<32,es=>", "es='': must be"),
        ("posit<٣٢>", "n='٣٢': must be an integer"),
        ("posit<99999999999999999999>", "n='99999999999999999999': must be an integer in 2..64"),
        ("float<5,10>", "'5': must be of the form option=value"),
        ("float<exp=5>", "man is missing"),
        ("fixed<16>", "frac is missing"),
        ("fixed<16,frac=8,signed=no>", "signed='no': must be True or False"),
    ],
)
def test_wrong_parameters_in_a_text(text, message):
    with pytest.raises(nf.FormatError) as caught:
        nf.parse_format(text)
    assert message in str(caught.value)
    assert not isinstance(caught.value, nf.UnknownFormatError)


@pytest.mark.parametrize("text", [None, 32, b"posit32", nf.posit32])
def test_only_text_is_parsed(text):
    with pytest.raises(TypeError, match="must be a str"):
        nf.parse_format(text)


@pytest.mark.parametrize("obj", [None, 3, np.float64, np.dtype("f4"), np.zeros(2), object()])
def test_what_is_no_format(obj):
    with pytest.raises(TypeError, match="not a number format of numformats"):
        as_format(obj)


byte = st.integers(0, 255)


@given(
    st.sampled_from(_rules.FAMILIES),
    st.one_of(st.integers(2, 12), byte),
    st.fixed_dictionaries(
        {},
        optional={
            "rs": st.integers(0, 12), "es": st.integers(0, 7), "exp": st.integers(0, 6),
            "man": st.integers(0, 6), "is_signed": st.booleans(), "zero": st.booleans(),
            "signed_zero": st.booleans(), "subnormals": st.booleans(),
            "inf": st.sampled_from(_rules.INFS), "nan": st.sampled_from(_rules.NANS),
            "overflow": st.sampled_from(_rules.OVERFLOWS), "compute_man": st.integers(0, 7),
            "frac": st.integers(-70, 130), "bias": st.integers(-33000, 33000),
        },
    ),
)  # fmt: skip
def test_what_python_accepts_the_core_accepts(family, bits, options):
    if family in {"float", "truncated"}:
        options = {"exp": 4, "man": 3} | options
        bits = options.get("is_signed", True) + options["exp"] + options["man"]
    try:
        f = Format(family, bits, **options)
    except nf.FormatError:
        return
    status = _native.lib.nf_format_check(_native.row(f))
    assert status == _native.lib.NF_OK, _native.ffi.string(_native.lib.nf_status_text(status))


@given(
    st.booleans(), st.integers(1, 6), st.integers(0, 6), st.booleans(), st.booleans(),
    st.booleans(), st.sampled_from(_rules.INFS), st.sampled_from(_rules.NANS),
    st.sampled_from(_rules.OVERFLOWS),
)  # fmt: skip
@example(False, 1, 1, True, False, False, "top", "all_ones", "inf")  # no number but 0
def test_python_refuses_what_the_core_refuses(
    is_signed, exp, man, zero, signed_zero, subnormals, inf, nan, overflow
):
    row = _native.row(nf.binary16.format)
    row.bits, row.exp, row.man, row.is_signed = is_signed + exp + man, exp, man, is_signed
    row.zero, row.signed_zero, row.subnormals = zero, signed_zero, subnormals
    row.inf, row.nan = _rules.INFS.index(inf), _rules.NANS.index(nan)
    row.overflow, row.bias = _rules.OVERFLOWS.index(overflow), 3
    accepted = _native.lib.nf_format_check(row) == _native.lib.NF_OK
    raw = bytes(_native.ffi.buffer(row))
    if accepted:
        assert bytes(_native.ffi.buffer(_native.row(_native.format_of_bytes(raw)))) == raw
    else:
        with pytest.raises(nf.FormatError):
            _native.format_of_bytes(raw)
