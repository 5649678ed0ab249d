# SPDX-License-Identifier: BSD-3-Clause
"""How does any number become the core's nf_unpacked, and an nf_unpacked a number of Python's?

The core takes 128 bits of a number.  The leading 128 bits, the last one sticky, decide every
rounding but that of a wrapping format, where the low bits count: of a number far outside such a
format only its residue is handed over.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from numformats import _convert
from numformats._native import NAMED, ffi, lib, row

__all__ = ["leading_bits", "unpack", "unpack_object", "value", "wraps"]

# Beyond this a power of two is past the ends of every format.
_FAR = 1 << 24


def wraps(target: Any) -> bool:
    """Does a row of the core reduce numbers modulo its width?"""
    return bool(target.family == lib.NF_FIXED and target.overflow == lib.NF_OVERFLOW_WRAP)


def leading_bits(integer: int, exponent: int) -> Any:
    """The nf_unpacked of integer * 2**exponent: 128 bits, the last one sticky."""
    if not integer:
        return ffi.new("nf_unpacked *", {"cls": lib.NF_ZERO})[0]
    magnitude = abs(integer)
    lead = magnitude.bit_length() - 1
    top = magnitude << 127 >> lead
    top |= top << lead != magnitude << 127
    exp = max(-_FAR, min(_FAR, exponent + lead))
    parts = (lib.NF_FINITE, integer < 0, exp, *divmod(top, 2**64))
    return ffi.new("nf_unpacked *", parts)[0]


def unpack(number: tuple[int, int] | float, target: Any, env: Any) -> Any:
    """The nf_unpacked of (integer, exponent of two) or of a float.

    A lowest bit of an integer of more than 128 bits may stand for all that was below it.  Where
    the residue is taken the overflow is noted in `env`.
    """
    if isinstance(number, float):
        return lib.nf_decode(row(NAMED["binary64"].format), int(np.float64(number).view(np.uint64)))
    integer, exponent = number
    if wraps(target) and integer.bit_length() + exponent + target.frac > _convert.KEPT:
        integer, exponent = _convert.modulo(integer, exponent, target.frac)
        env.flags |= lib.NF_OVERFLOW
    return leading_bits(integer, exponent)


def unpack_object(item: Any, target: Any, env: Any) -> Any:
    """The nf_unpacked of a number or text of any type, as `unpack` makes it.

    TypeError for what is no number, ValueError for text that is none.
    """
    text = item.decode("ascii", "replace") if isinstance(item, bytes) else item
    exact = text if isinstance(text, str) else _convert.exact(item)
    if exact is None:
        msg = f"cannot quantize {item!r}: not a number"
        raise TypeError(msg)
    return (
        _unpack_text(exact, target, env) if isinstance(exact, str) else unpack(exact, target, env)
    )


def _unpack_text(text: str, target: Any, env: Any) -> Any:
    raw = _convert.ascii_text(text).encode()
    x = ffi.new("nf_unpacked *")
    if not lib.nf_parse(raw, len(raw), x):
        msg = f"could not convert string to a number: {text!r}"
        raise ValueError(msg)
    if x.cls == lib.NF_FINITE and wraps(target) and x.exp + target.frac >= _convert.KEPT:
        env.flags |= lib.NF_OVERFLOW
        return unpack(_convert.residue(text, target.frac), target, env)
    return x[0]


def value(x: Any) -> Fraction:
    """The exact value of an nf_unpacked that is finite."""
    if x.cls == lib.NF_ZERO:
        return Fraction(0)
    magnitude: Fraction = Fraction(x.hi << 64 | x.lo) * Fraction(2) ** (x.exp - 127)
    return -magnitude if x.sign else magnitude
