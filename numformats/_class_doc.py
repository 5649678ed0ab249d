# SPDX-License-Identifier: BSD-3-Clause
"""What does help() say about the scalar class of a format?  Written when asked, from its limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats import _native

if TYPE_CHECKING:
    from numformats.number_format import Format

__all__ = ["ClassDoc"]

_FAMILIES = {
    "posit": "posit (tapered precision)",
    "takum_linear": "linear takum (tapered precision)",
    "float": "floating point",
    "truncated": "floating point of a machine that truncates",
    "fixed": "fixed point",
}


class ClassDoc:
    """The docstring of the numbers of every format: one descriptor that all classes share.

    >>> import numformats as nf
    >>> print(nf.bfloat16.__doc__)
    A number of the format bfloat16, Float(exp=8, man=7).
    <BLANKLINE>
    The argument, a real number of any type or decimal text, is rounded once; an array or a nested
    list gives an array.  Without an argument it is 0, or what 0 rounds to.
    <BLANKLINE>
    family      floating point, 16 bits in 2 bytes
    range       -3.39e+38 to 3.39e+38, the least positive 9e-41
    precision   2 decimal digits; 7 fraction bits at 1; integers up to 256
    specials    inf, NaN, -0
    rounding    nearest_even; beyond the range inf
    <BLANKLINE>
    See numformats.finfo(bfloat16) for all limits.
    """

    def __get__(self, number: object, cls: type | None = None) -> str:
        """The text of the class, or of the class of a number."""
        return class_text(type(number) if cls is None else cls)


def class_text(cls: type) -> str:
    """The docstring of a scalar class (the metaclass asks for it)."""
    return _text(_native.class_format(cls))


def _text(f: Format) -> str:
    from numformats.format_info import finfo  # noqa: PLC0415 - it needs the classes

    info = finfo(f)
    name = f.name or str(f)
    zero = "" if f.zero else "; no 0"
    specials = ["NaR"] if f.is_tapered else ["inf"] * f.has_inf + ["NaN"] * f.has_nan
    specials += ["-0"] * f.signed_zero
    overflow = "" if f.is_tapered else f"; beyond the range {f.overflow}"
    storage = f"{f.storage_bytes} byte" + "s" * (f.storage_bytes > 1)
    bits = f"{info.nmant} fraction bits at 1" if f.family != "fixed" else f"steps of 2**{-f.frac}"
    return f"""A number of the format {name}, {f!r}.

The argument, a real number of any type or decimal text, is rounded once; an array or a nested
list gives an array.  Without an argument it is 0, or what 0 rounds to.

family      {_FAMILIES[f.family]}, {f.bits} bits in {storage}
range       {info.lowest} to {info.maxpos}, the least positive {info.minpos}{zero}
precision   {info.precision} decimal digits; {bits}; integers up to {info.contiguous_integers}
specials    {", ".join(specials) or "none"}
rounding    {f.rounding}{overflow}

See numformats.finfo({name if f.name else repr(name)}) for all limits."""
