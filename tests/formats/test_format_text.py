# SPDX-License-Identifier: BSD-3-Clause
"""Does the core read the text of a format as the factories take its words, errors included?"""

import inspect
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import numformats as nf
from numformats import _native, _rules
from numformats.number_format import Format
from numformats.parse import reads_as_format

FAMILIES = {
    "posit": nf.Posit,
    "bposit": nf.BPosit,
    "takum_linear": nf.TakumLinear,
    "float": nf.Float,
    "truncated": nf.TruncatedFloat,
    "fixed": nf.Fixed,
}
WORDS = sorted({*_rules.INFS, *_rules.NANS, *_rules.OVERFLOWS, *_rules.ROUNDINGS, *_rules.CUTS})
NUMBERS = st.one_of(
    st.integers(0, 16), st.integers(-70, 140), st.sampled_from([-32833, -32832, 32832, 32833])
)
VALUES = st.one_of(
    NUMBERS.map(str),
    st.sampled_from(["true", "false", *WORDS]),
    st.sampled_from(
        ["", "+5", "2.0", "True", "9999999999", "a'b", 'a"b', "\\", "é", "٣", "a=b", "\0"]
    ),
)


def option(name):
    """A value that may well be right, and sometimes any."""
    likely = {
        "inf": st.sampled_from(_rules.INFS), "nan": st.sampled_from(_rules.NANS),
        "rounding": st.sampled_from(_rules.ROUNDINGS), "truncate": st.sampled_from(_rules.CUTS),
        "overflow": st.sampled_from(_rules.OVERFLOWS), "bias": st.integers(-32900, 32900).map(str),
        "exp": st.integers(0, 16).map(str), "man": st.integers(0, 64).map(str),
    }  # fmt: skip
    flag = {"signed", "zero", "signed_zero", "subnormals", "ftz", "daz"}
    usual = st.sampled_from(["true", "false"]) if name in flag else st.integers(0, 66).map(str)
    usual = likely.get(name, usual)
    return st.one_of(usual, usual, usual, VALUES)


@st.composite
def words(draw):
    """A family, and options of it in any order."""
    family = draw(st.sampled_from(list(FAMILIES)))
    parameters = inspect.signature(FAMILIES[family]).parameters
    names = [n for n, p in parameters.items() if p.default is p.empty]
    names += draw(st.lists(st.sampled_from(list(parameters)), unique=True, max_size=4))
    return family, {name: draw(option(name)) for name in draw(st.permutations(sorted({*names})))}


def as_python(value):
    if re.fullmatch(r"[+-]?[0-9]{1,9}", value):
        return int(value)
    return {"true": True, "false": False}.get(value, value)


def outcome(call):
    """What it returns, or its FormatError."""
    try:
        return call()
    except nf.FormatError as error:
        return error


@settings(max_examples=800)
@given(words())
@example(("float", {"exp": "1", "man": "0", "inf": "none", "nan": "none", "signed": "false"}))
@example(("float", {"exp": "1", "man": "0", "inf": "none", "nan": "all_ones"}))
@example(("float", {"exp": "4", "man": "3", "inf": "none", "overflow": "saturate_finite"}))
@example(("fixed", {"bits": "8", "frac": "4", "signed": "false", "overflow": "saturate_symmetric"}))
@example(("truncated", {"man": "10"}))
@example(("bposit", {"n": "2", "rs": "63"}))
def test_a_text_is_the_call_of_the_factory(case):
    family, given_words = case
    assume(given_words)  # truncated<> lacks a word, though its factory needs none
    text = f"{family}<{','.join(f'{k}={v}' for k, v in given_words.items())}>"
    expected = outcome(
        lambda: FAMILIES[family](**{k: as_python(v) for k, v in given_words.items()})
    )
    found = outcome(lambda: nf.parse_format(text))
    if isinstance(expected, nf.FormatError):
        assert (type(found), str(found)) == (type(expected), f"{text!r}: {expected}")
    else:
        assert found is expected
        assert nf.parse_format(str(expected.format)) is expected


def is_within(text, word):
    """Is the word that an error names where it says?"""
    error = _native.ffi.new("nf_text_error *")
    encoded = text.encode()
    row = _native.ffi.new("nf_format *")
    _native.lib.nf_read_format(encoded, len(encoded), row, error)
    return encoded[error.at : error.at + error.length].decode() == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (" posit23 ", "posit23"),
        ("posti<32,es=2>", "posti"),
        ("posit<32, ess = 2>", "ess"),
        ("posit<32,es= 9 >", "9"),
        ("posit<é,es=2>", "é"),
        ("posit<32, 2 >", "2"),
        ("posit<32,n=16>", "16"),
        ("float<exp=4,man=3,inf=none,nan=ieee>", "ieee"),
    ],
)
def test_the_wrong_word_is_where_the_core_says(text, word):
    assert is_within(text, word)


@given(st.text(st.sampled_from("posit<>,=bfloatexd s123\0é_-"), max_size=24))
def test_any_text_is_a_format_or_an_error(text):
    T = outcome(lambda: nf.parse_format(text))
    if isinstance(T, nf.FormatError):
        assert repr(text) in str(T) or "unknown family" in str(T)
    else:
        assert nf.parse_format(str(T.format)) is T
        assert reads_as_format(text)


def test_a_format_whose_fields_were_forced_has_no_text():
    f = Format("posit", 16, rs=15, es=2)
    object.__setattr__(f, "es", 200)
    with pytest.raises(nf.FormatError, match="es must be"):
        str(f)
