# SPDX-License-Identifier: BSD-3-Clause
"""Which parameters make a number format?  The allowed range of each, checked once in Python, here.

Messages speak the language of the factories and of the text form: `n`, `signed`, `truncate`.

nf_format_check in C has the same rules again, because the core trusts no caller: a row that did not
come this way could make it read beyond its tables.  A test keeps the two equal on random parameters
inside and outside of the bounds (test_what_python_accepts_the_core_accepts and its counterpart).
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Final

import numpy as np

from numformats.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.number_format import Format, Overflow

# The words of each tuple stand in the order of their enumeration in nf.h.
FAMILIES: Final = ("posit", "takum_linear", "float", "truncated", "fixed")
ROUNDINGS: Final = (
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
)
OVERFLOWS: Final = (
    "inf",
    "saturate",
    "saturate_finite",
    "nan",
    "wrap",
    "saturate_symmetric",
    "zero",
)
INFS: Final = ("none", "ieee", "top")
NANS: Final = ("none", "ieee", "all_ones", "negative_zero")
CUTS: Final = ("result", "operand", "align", "product", "rounded")

MAX_BITS: Final = 64
MAX_BIAS: Final = 2**15 + 64


def bad(name: str, value: object, allowed: str) -> FormatError:
    """The error of one wrong parameter."""
    try:
        text = repr(value)
    except ValueError:  # an int of more digits than Python writes
        text = f"{value:#x}"[:24] + "..."
    return FormatError(f"{name}={text}: must be {allowed}")


def integer(name: str, value: object, low: int, high: int) -> int:
    """A Python or NumPy integer in low..high; not a bool, not a float."""
    allowed = f"an integer in {low}..{high}"
    if isinstance(value, bool | np.bool):
        raise bad(name, value, allowed)
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise bad(name, value, allowed) from None
    if not low <= number <= high:
        raise bad(name, value, allowed)
    return number


def boolean(name: str, value: object) -> bool:
    """A Python or NumPy bool."""
    if not isinstance(value, bool | np.bool):
        raise bad(name, value, "True or False")
    return bool(value)


def choice(name: str, value: object, allowed: Sequence[str]) -> str:
    """One of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise bad(name, value, "one of " + ", ".join(allowed))
    return str(value)


def plain(value: object, default: object) -> object:
    """NumPy's integers and bools as Python's, where the default is of that type."""
    if isinstance(default, bool):
        return bool(value) if isinstance(value, np.bool) else value
    if isinstance(default, int) and hasattr(value, "__index__") and not isinstance(value, bool):
        return operator.index(value)
    return value


def default_bias(exp: int) -> int:
    """IEEE 754's bias; 1 for a single exponent bit, so that the normal numbers start at 1."""
    return 1 if exp == 1 else 2 ** (exp - 1) - 1


def largest_finite_code(f: Format) -> int:
    """The largest magnitude code of a float that is a finite number."""
    all_ones = (1 << (f.exp + f.man)) - 1
    if f.inf == "ieee":
        return all_ones - (1 << f.man)
    return all_ones - (f.nan == "all_ones") - (f.inf == "top")


def _check_posit(f: Format) -> None:
    integer("n", f.bits, 2, MAX_BITS)
    integer("es", f.es, 0, 5)
    integer("rs", f.rs, min(2, f.bits - 1), f.bits - 1)


def _check_takum(f: Format) -> None:
    integer("n", f.bits, 8, MAX_BITS)


def _check_fixed(f: Format) -> None:
    integer("bits", f.bits, 2, MAX_BITS)
    integer("frac", f.frac, -64, 128)
    choice("rounding", f.rounding, ROUNDINGS)
    choice("overflow", f.overflow, overflow_choices(f))


def _check_layout(f: Format) -> None:
    integer("exp", f.exp, 1, 15)
    widest = 63 if not f.is_signed else MAX_BITS
    integer("man", f.man, 0, min(62, widest - f.is_signed - f.exp))
    if f.bits != f.is_signed + f.exp + f.man or f.bits < 2:
        width = f"{int(f.is_signed)} + {f.exp} + {f.man}"
        raise bad("bits", f.bits, f"signed + exp + man = {width}, and at least 2")
    integer("bias", f.bias, -MAX_BIAS, MAX_BIAS)


def _check_specials(f: Format) -> None:
    choice("inf", f.inf, INFS)
    choice("nan", f.nan, NANS)
    if (f.inf == "ieee") != (f.nan == "ieee"):
        raise bad("nan", f.nan, f"'ieee' exactly when inf is 'ieee' (inf={f.inf!r})")
    if f.inf == "ieee" and (f.exp < 2 or f.man < 1):
        raise bad("inf", f.inf, f"'none' or 'top' unless exp >= 2 and man >= 1 ({f.exp}, {f.man})")
    if f.nan == "negative_zero" and not f.is_signed:
        raise bad("nan", f.nan, "'none' or 'all_ones' in an unsigned float without IEEE specials")


def _check_zeros(f: Format) -> None:
    expected = f.is_signed and f.nan != "negative_zero"
    if f.signed_zero != expected:
        why = "signed=False" if not f.is_signed else f"nan={f.nan!r}"
        raise bad("signed_zero", f.signed_zero, f"{expected} with {why}")
    if not f.zero and f.is_signed:
        raise bad("zero", f.zero, "True in a signed float")
    if not f.zero and f.subnormals:
        raise bad("subnormals", f.subnormals, "False without a zero (zero=False)")


def overflow_choices(f: Format) -> tuple[str, ...]:
    """What this format can do with values that are too large."""
    if f.family == "fixed":
        return ("saturate", *("saturate_symmetric",) * f.is_signed, "zero", "wrap")
    if f.family in {"posit", "takum_linear"}:
        return ("saturate",)
    if f.inf == "none":
        return ("saturate", *("nan",) * (f.nan != "none"))
    return ("inf", "saturate", "saturate_finite", *("nan",) * (f.nan != "none"))


def same_overflow(overflow: Overflow, *, has_inf: bool = True, signed: bool = True) -> Overflow:
    """The one name of what is the same: without infinities, or without a sign."""
    same = (overflow == "saturate_finite" and not has_inf) or (
        overflow == "saturate_symmetric" and not signed
    )
    return "saturate" if same else overflow


def _check_float(f: Format) -> None:
    _check_layout(f)
    _check_specials(f)
    _check_zeros(f)
    flushes = f.zero and not f.subnormals  # field 0 holds no numbers but zero
    if largest_finite_code(f) < 1 or (flushes and largest_finite_code(f) < 2**f.man):
        raise bad("exp", f.exp, "larger: only zero and special codes fit")
    choice("rounding", f.rounding, ROUNDINGS)
    choice("overflow", f.overflow, overflow_choices(f))


def _check_truncated(f: Format) -> None:
    _check_float(f)
    integer("compute_man", f.compute_man, 0, f.man)
    choice("truncate", f.cut, CUTS)
    ieee = {
        "is_signed": True, "zero": True, "signed_zero": True, "subnormals": True, "inf": "ieee",
        "nan": "ieee", "rounding": "nearest_even", "overflow": "inf", "bias": default_bias(f.exp),
    }  # fmt: skip
    for name, value in ieee.items():
        if getattr(f, name) != value:
            raise bad(name, getattr(f, name), f"{value!r} in a truncated float")


_FLOAT = ("bits", "exp", "man", "bias", "is_signed", "zero", "signed_zero", "subnormals", "inf",
          "nan", "rounding", "overflow")  # fmt: skip
_OF_FAMILY: Final[dict[str, tuple[Callable[[Format], None], tuple[str, ...]]]] = {
    "posit": (_check_posit, ("bits", "rs", "es")),
    "takum_linear": (_check_takum, ("bits",)),
    "float": (_check_float, _FLOAT),
    "truncated": (_check_truncated, (*_FLOAT, "compute_man", "ftz", "daz", "cut")),
    "fixed": (_check_fixed, ("bits", "frac", "is_signed", "rounding", "overflow")),
}


def check(f: Format, defaults: dict[str, object]) -> None:
    """Raise FormatError unless f is a format; parameters of other families keep their defaults."""
    choice("family", f.family, FAMILIES)
    checker, used = _OF_FAMILY[f.family]
    for name, default in defaults.items():
        value = getattr(f, name)
        if isinstance(default, bool):
            boolean(name, value)
        if name not in used and (type(value) is not type(default) or value != default):
            raise bad(name, value, f"{default!r}: family {f.family} does not use it")
    checker(f)
