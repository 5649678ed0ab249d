# SPDX-License-Identifier: BSD-3-Clause
"""Does a scalar stay of its class, and does the class say what it is?"""

from __future__ import annotations

import copy
import inspect
import numbers
import pickle
import pydoc

import numpy as np
import pytest

import numformats as nf
from scalar_formats import FORMATS, by_format


@by_format
def test_the_class_of_a_scalar_cannot_be_assigned(T):
    x = T.from_bits(1)
    other = nf.posit8 if T is not nf.posit8 else nf.posit16
    base = T.__mro__[1]
    stranger = type("Stranger", (base,), {})
    for cls in (other, nf.q7, stranger, base, np.float32, T):
        with pytest.raises(TypeError, match="__class__ of a .* cannot be assigned"):
            x.__class__ = cls
        with pytest.raises(TypeError, match="__class__ of a .* cannot be assigned"):
            object.__setattr__(x, "__class__", cls)
        with pytest.raises(TypeError, match="__class__ assignment"):
            object.__dict__["__class__"].__set__(x, cls)
    assert type(x) is x.__class__ is T
    assert x.bits == 1


@by_format
def test_the_class_of_a_format_cannot_be_changed(T):
    for name in ("format", "dtype", "__doc__", "__bases__", "__add__", "new"):
        with pytest.raises((TypeError, AttributeError)):
            setattr(T, name, None)
        with pytest.raises((TypeError, AttributeError)):
            type.__setattr__(T, name, None)
    with pytest.raises(TypeError, match="cannot be subclassed"):
        type("Mine", (T,), {})
    assert T.format == T.from_bits(0).format


def test_state_is_no_way_into_a_scalar():
    x = nf.posit16(1)
    for state in (5, (np.dtype("f8"), b"x" * 8), {}, None):
        with pytest.raises(TypeError, match="posit16 has no state"):
            x.__setstate__(state)
    restore, (text, code) = x.__reduce__()
    for wrong in (-1, 2**16, 2**70, 10**5000):
        with pytest.raises(ValueError, match="allowed are 0 to 65535"):
            restore(text, wrong)
    with pytest.raises(TypeError):
        restore(text, "1")
    assert restore(text, code) == x
    for again in (
        copy.copy(x),
        copy.deepcopy(x),
        *(pickle.loads(pickle.dumps(x, p)) for p in range(6)),
    ):
        assert type(again) is nf.posit16
        assert again.bits == x.bits


def test_seal_takes_only_classes_of_formats():
    for cls in (int, np.float32, type(nf.posit16), nf.posit16.__mro__[1]):
        with pytest.raises(TypeError, match="not the class of a number format"):
            nf._dtypes.seal(cls, None, None)


@by_format
def test_help_tells_the_limits_as_finfo_has_them(T):
    text, info = pydoc.plain(pydoc.render_doc(T)), nf.finfo(T)
    assert T.__doc__.splitlines()[0] in text
    assert f"range       {info.lowest} to {info.maxpos}" in text
    assert f"{info.precision} decimal digits" in text
    assert f"{T.format.bits} bits" in text
    assert f"rounding    {T.format.rounding}" in text
    assert T.from_bits(0).__doc__ == T.__doc__ == inspect.getdoc(T)
    assert str(inspect.signature(T)) == "(value=0, /)"
    assert FORMATS


def test_the_cache_of_texts_is_bounded():
    longest = max(len(str(T.format)) for T in FORMATS.values())
    every_option = nf.Float(
        2, 1, signed=False, zero=False, subnormals=False, bias=-30000, inf="none",
        nan="all_ones", rounding="toward_negative", overflow="saturate",
    )  # fmt: skip
    longest = max(longest, len(str(every_option.format)))
    assert longest <= 150
    assert nf.parse_format(str(every_option.format)) is every_option
    with pytest.raises(nf.UnknownFormatError, match="10000007 characters are too many"):
        nf.parse_format("posit<" + " " * 10**7 + ">")


def test_errors_about_integers_of_any_length_name_what_was_allowed():
    for wrong in (10**5000, -(10**5000), 2**64):
        with pytest.raises(ValueError, match="not a code of posit8: allowed are 0 to 255"):
            nf.posit8.from_bits(wrong)
        with pytest.raises(ValueError, match="seed must be 0"):
            nf.seed(wrong)
        with pytest.raises(nf.FormatError, match=r"n=.*must be an integer in 2\.\.64"):
            nf.Posit(wrong)
        with pytest.raises(ValueError, match="has codes 0"):
            nf.from_bits([wrong], nf.posit8)


def test_dtypes_hash_by_format():
    dtypes = [T.dtype for T in FORMATS.values()]
    assert len({hash(d) for d in dtypes}) == len(dtypes)
    for d in dtypes:
        for equal in (
            np.dtype(d, metadata={"a": 1}),
            d.newbyteorder(),
            pickle.loads(pickle.dumps(d)),
        ):
            assert equal == d
            assert hash(equal) == hash(d)
        fields = [np.dtype([("x", e)]) for e in (d, np.dtype(d, metadata={"a": 1}))]
        assert fields[0] == fields[1]
        assert hash(fields[0]) == hash(fields[1])


def test_every_scalar_is_a_real_number_to_python():
    assert all(isinstance(T.from_bits(1), numbers.Real) for T in FORMATS.values())
    assert not any(isinstance(T.from_bits(1), numbers.Rational) for T in FORMATS.values())
