# SPDX-License-Identifier: BSD-3-Clause
"""What is a number format?  A frozen row of parameters, its text and its NumPy type."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from numformats import _rules
from numformats._frozen import Frozen

if TYPE_CHECKING:
    import numpy as np

    from numformats._dtypes import Scalar

__all__ = ["Cut", "Family", "Format", "Inf", "Nan", "Overflow", "Rounding"]

Family = Literal["posit", "takum_linear", "float", "truncated", "fixed"]
Inf = Literal["none", "ieee", "top"]
Nan = Literal["none", "ieee", "all_ones", "negative_zero"]
Rounding = Literal[
    "nearest_even",
    "nearest_away",
    "nearest_zero",
    "nearest_positive",
    "nearest_negative",
    "toward_zero",
    "toward_positive",
    "toward_negative",
    "to_odd",
    "stochastic",
]
Overflow = Literal[
    "inf", "saturate", "saturate_finite", "nan", "wrap", "saturate_symmetric", "zero"
]
Cut = Literal["result", "operand", "align", "product", "rounded"]


@dataclass(frozen=True, repr=False)
class Format(Frozen):
    """A number format: its family and parameters, equal exactly when all parameters are.

    Make formats with the factories (`nf.Posit`, `nf.Float`, ...), which return scalar classes;
    the Format of a class is its attribute `format`.  Parameters that a family does not use hold
    their defaults.  Impossible parameters raise FormatError.

    >>> import numformats as nf
    >>> nf.bposit32.format
    BPosit(32, rs=6, es=5)
    >>> str(nf.bposit32.format), nf.bposit32.format.name
    ('bposit<32,rs=6,es=5>', 'bposit32')
    """

    family: Family
    bits: int
    """Width of a code, 2..64; it sits in the low bits of `storage_bytes` bytes."""
    rs: int = 0
    """posit: longest regime; bits - 1 in a standard posit."""
    es: int = 0
    """posit: exponent bits."""
    exp: int = 0
    """float, truncated: exponent bits."""
    man: int = 0
    """float, truncated: fraction bits."""
    is_signed: bool = True
    """float, fixed: has negative numbers."""
    zero: bool = True
    """float: the all-zero code is 0 (in E8M0 it is the least power of two)."""
    signed_zero: bool = False
    """float: has -0."""
    subnormals: bool = False
    """float: exponent field 0 holds subnormals (else it is zero)."""
    inf: Inf = "none"
    """float: where the infinities are."""
    nan: Nan = "none"
    """float: where the NaNs are (the NaR of posits and takums is not one of these)."""
    rounding: Rounding = "nearest_even"
    overflow: Overflow = "saturate"
    compute_man: int = 0
    """truncated: fraction bits that survive the cut."""
    ftz: bool = False
    """truncated: results below the smallest normal become zero."""
    daz: bool = False
    """truncated: subnormal operands count as zero."""
    cut: Cut = "result"
    """truncated: where the cut happens (`truncate=` of TruncatedFloat)."""
    frac: int = 0
    """fixed: value = code * 2**-frac."""
    bias: int = 0
    """float: value = 1.fraction * 2**(exponent field - bias)."""

    def __post_init__(self) -> None:
        """Turn NumPy's integers and bools into Python's, and check every range."""
        for name, default in _DEFAULTS.items():
            object.__setattr__(self, name, _rules.plain(getattr(self, name), default))
        _rules.check(self, _DEFAULTS)

    @property
    def storage_bytes(self) -> int:
        """Bytes of an array element: the least of 1, 2, 4, 8 that holds `bits`."""
        return 1 << max(0, (self.bits - 1).bit_length() - 3)

    @property
    def is_tapered(self) -> bool:
        """Is it a posit, b-posit or takum: NaR, no -0, precision that falls with magnitude?"""
        return self.family in {"posit", "takum_linear"}

    @property
    def has_nan(self) -> bool:
        """Has it a NaN (or NaR)?"""
        return self.is_tapered or self.nan != "none"

    @property
    def has_inf(self) -> bool:
        """Has it an infinity?"""
        return self.inf != "none"

    @property
    def name(self) -> str | None:
        """Its name in the table of named formats, or None."""
        from numformats import _native  # noqa: PLC0415 - formats are pure until asked for a type

        return _native.table_name(self)

    @property
    def type(self) -> type[Scalar]:
        """The scalar class of this format, made at first use."""
        from numformats import _native  # noqa: PLC0415

        return _native.scalar_class(self)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The NumPy dtype of this format."""
        return self.type.dtype

    def __str__(self) -> str:
        """The canonical text, which `parse_format` reads back."""
        from numformats import _native  # noqa: PLC0415

        return _native.format_text(self)

    def __repr__(self) -> str:
        """The call of the factory that makes it."""
        family, _, inside = str(self).removesuffix(">").partition("<")
        words = [_as_python(word) for word in inside.split(",")]
        return f"{_FACTORIES[family]}({', '.join(words)})"


# The factory of each family in a text.
_FACTORIES = {
    "posit": "Posit",
    "bposit": "BPosit",
    "takum_linear": "TakumLinear",
    "float": "Float",
    "truncated": "TruncatedFloat",
    "fixed": "Fixed",
}


def _as_python(word: str) -> str:
    """An argument of a factory from a word of a canonical text: inf=none is inf='none'.

    >>> _as_python("32"), _as_python("signed=false"), _as_python("inf=none")
    ('32', 'signed=False', "inf='none'")
    """
    name, equals, value = word.rpartition("=")
    if value in {"true", "false"}:
        value = value.capitalize()
    elif not value.lstrip("-").isdigit():
        value = repr(value)
    return f"{name}{equals}{value}"


_DEFAULTS: dict[str, object] = {"bits": 0} | {
    f.name: f.default for f in fields(Format) if f.name not in {"family", "bits"}
}


def _text_of_bytes(raw: bytes) -> str:
    """Make the class of an nf_format's bytes, which then knows its format; its canonical text.

    The C side asks for it where promotion leads to a format that nobody has made.
    """
    from numformats import _native  # noqa: PLC0415

    return str(_native.scalar_class(_native.new_format_of_bytes(raw)).format)
