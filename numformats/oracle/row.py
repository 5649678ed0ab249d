# SPDX-License-Identifier: BSD-3-Clause
"""Which parameters describe a format, and what are they when nothing is said?"""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from typing import Any

from numformats.oracle.rounding import check_mode

__all__ = ["FAMILIES", "Row", "described"]

FAMILIES = ("posit", "takum_linear", "float", "truncated", "fixed")
_WORDS = {
    "inf": ("none", "ieee", "top"),
    "nan": ("none", "ieee", "all_ones", "negative_zero"),
    "overflow": ("inf", "saturate", "saturate_finite", "nan", "wrap", "saturate_symmetric", "zero"),
    "cut": ("result", "operand", "align", "product", "rounded"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A format as plain parameters: the fields of ``numformats.Format``, without native code.

    Zero or empty means "the usual": rs = bits - 1, bias = 2**(exp-1) - 1 (1 when exp = 1),
    bits = the sum of the fields of a float, overflow = "inf" for floats that have infinities and
    "saturate" otherwise.  ``bias=None`` is "the usual" too, as a float's bias may be 0.

    Raises ValueError when the parameters describe nothing.

    >>> Row(family="posit", bits=8).rs
    7
    """

    family: str
    bits: int = 0
    rs: int = 0
    es: int = 2
    exp: int = 0
    man: int = 0
    is_signed: bool = True
    zero: bool = True
    signed_zero: bool = True
    subnormals: bool = True
    inf: str = "ieee"
    nan: str = "ieee"
    rounding: str = "nearest_even"
    overflow: str = ""
    compute_man: int = 0
    ftz: bool = True
    daz: bool = True
    cut: str = "result"
    frac: int = 0
    bias: int | None = None

    def __post_init__(self) -> None:
        """Fill in what was left to its usual value."""
        if self.family not in FAMILIES:
            msg = f"family is {self.family!r}; allowed: {', '.join(FAMILIES)}"
            raise ValueError(msg)
        if self.family == "posit":
            # a longer regime than the word holds cannot be seen, so this is still a standard posit
            limit = self.bits - 1
            object.__setattr__(self, "rs", min(self.rs, limit) if self.rs else limit)
        if self.family in ("float", "truncated"):
            self._complete_float()
        if not self.overflow:
            has_inf = self.family in ("float", "truncated") and self.inf != "none"
            object.__setattr__(self, "overflow", "inf" if has_inf else "saturate")
        if self.bits < 2:
            msg = f"bits is {self.bits}; must be at least 2"
            raise ValueError(msg)
        check_mode(self.rounding)
        for name, allowed in _WORDS.items():
            if getattr(self, name) not in allowed:
                msg = f"{name} is {getattr(self, name)!r}; allowed: {', '.join(allowed)}"
                raise ValueError(msg)

    def _complete_float(self) -> None:
        """Width and bias of a float; the storage of a truncated float is plain IEEE."""
        if self.exp < 1:
            msg = f"exp is {self.exp}; must be at least 1"
            raise ValueError(msg)
        if self.family == "truncated":
            for name in ("is_signed", "zero", "signed_zero", "subnormals"):
                object.__setattr__(self, name, True)
            for name, value in (("inf", "ieee"), ("nan", "ieee"), ("overflow", "inf")):
                object.__setattr__(self, name, value)
            object.__setattr__(self, "rounding", "nearest_even")
        if not self.zero and self.is_signed:
            msg = "zero=False needs is_signed=False"
            raise ValueError(msg)
        object.__setattr__(self, "bits", self.is_signed + self.exp + self.man)
        if not self.is_signed:
            object.__setattr__(self, "signed_zero", False)
        if self.bias is None:
            bias = 1 if self.exp == 1 else (1 << (self.exp - 1)) - 1
            object.__setattr__(self, "bias", bias)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the parameters, which the constructor then checks."""
        return Row, tuple(getattr(self, field.name) for field in fields(self))

    @classmethod
    def of(cls, source: object) -> Row:
        """Copy the fields of any object that has them all, as numformats.Format does."""
        if isinstance(source, cls):
            return source
        return cls(**{field.name: getattr(source, field.name) for field in fields(cls)})


def described(T: Any) -> Any:  # noqa: N803 - the name of a type, as everywhere in NumPy
    """The object with the parameters of the format that T stands for, in attributes as Row's.

    TypeError where T stands for none.  Names and texts of formats are those of numformats, which
    is asked for them if it is loaded; the oracle by itself, which imports nothing of it, knows
    none.

    >>> described(Row(family="takum_linear", bits=16)).bits
    16
    """
    for source in (
        T,
        getattr(T, "format", None),
        getattr(getattr(T, "type", None), "format", None),
    ):
        if hasattr(source, "family"):
            return source
    parse = sys.modules.get("numformats.parse")
    try:
        if parse is not None:
            return parse.as_format(T)
    except TypeError:
        pass
    msg = f"a format is needed, not {T!r}"
    raise TypeError(msg)
