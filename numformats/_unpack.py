# SPDX-License-Identifier: BSD-3-Clause
"""How does an exact number of any length reach the core, which takes 128 bits of it?

The leading 128 bits, the last one sticky, decide every rounding but that of a wrapping format,
where the low bits count: of a number far outside such a format only its residue is handed over.
"""

from __future__ import annotations

import math
from typing import Any

from numformats import _convert
from numformats._native import ffi, lib

__all__ = ["unpack", "wraps"]

# Beyond this a power of two is past the ends of every format.
_FAR = 1 << 24


def wraps(target: Any) -> bool:
    """Does a row of the core reduce numbers modulo its width?"""
    return bool(target.family == lib.NF_FIXED and target.overflow == lib.NF_OVERFLOW_WRAP)


def unpack(number: tuple[int, int] | float, target: Any, env: Any) -> Any:
    """The nf_unpacked of (integer, exponent of two) or of a special float.

    A lowest bit of an integer of more than 128 bits may stand for all that was below it.  Where
    the residue is taken the overflow is noted in `env`.
    """
    if isinstance(number, float):
        cls = lib.NF_NOT_A_NUMBER if math.isnan(number) else lib.NF_INFINITE
        return ffi.new("nf_unpacked *", {"cls": cls, "sign": number < 0})[0]
    integer, exponent = number
    if wraps(target) and integer.bit_length() + exponent + target.frac > _convert.KEPT:
        integer, exponent = _convert.modulo(integer, exponent, target.frac)
        env.flags |= lib.NF_OVERFLOW
    if not integer:
        return ffi.new("nf_unpacked *", {"cls": lib.NF_ZERO})[0]
    magnitude = abs(integer)
    lead = magnitude.bit_length() - 1
    top = magnitude << 127 >> lead
    top |= top << lead != magnitude << 127
    exp = max(-_FAR, min(_FAR, exponent + lead))
    parts = (lib.NF_FINITE, integer < 0, exp, *divmod(top, 2**64))
    return ffi.new("nf_unpacked *", parts)[0]
