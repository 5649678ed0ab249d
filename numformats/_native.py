# SPDX-License-Identifier: BSD-3-Clause
"""How do Format, nf_format and scalar classes turn into each other?"""

from __future__ import annotations

import numbers
import os
import warnings
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from numformats import _dtypes, _numpy_names, _rules
from numformats._core import ffi, lib
from numformats.errors import FormatError
from numformats.number_format import Format

if TYPE_CHECKING:
    from numformats._dtypes import Scalar

__all__ = [
    "NAMED",
    "address",
    "class_format",
    "environment",
    "ffi",
    "format_text",
    "lib",
    "raise_flags",
    "row",
    "scalar_class",
]

# Fields of nf_format that are words in a Format.
_WORDS = {
    "family": _rules.FAMILIES,
    "inf": _rules.INFS,
    "nan": _rules.NANS,
    "rounding": _rules.ROUNDINGS,
    "overflow": _rules.OVERFLOWS,
    "cut": _rules.CUTS,
}
_FLAGS = ("is_signed", "zero", "signed_zero", "subnormals", "ftz", "daz")
_NUMBERS = ("bits", "rs", "es", "exp", "man", "compute_man", "frac", "bias")

_classes: dict[Format, type[Scalar]] = {}
_formats: dict[bytes, Format] = {}


def _start() -> None:
    """Let this module's copy of the core choose its CPU level."""
    demanded = os.environ.get("NUMFORMATS_LEVEL", "")
    reason = lib.nf_core_init(demanded.encode() or ffi.NULL)
    if reason != ffi.NULL:
        msg = f"NUMFORMATS_LEVEL={demanded}: {ffi.string(reason).decode()}"
        raise ImportError(msg)
    lib.nf_set_stop(ffi.cast("nf_stop *", _dtypes.stop()))


def row(f: Format) -> Any:
    """The nf_format of f: a new C struct, freed with the last reference to it.

    The core trusts a row, so that what is none raises FormatError here, whatever made it.
    """
    c = ffi.new("nf_format *")
    try:
        for name in _NUMBERS:
            setattr(c, name, getattr(f, name))
        for name in _FLAGS:
            setattr(c, name, _rules.boolean(name, getattr(f, name)))
        for name, words in _WORDS.items():
            setattr(c, name, words.index(getattr(f, name)))
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        msg = f"a Format with wrong parameters: {error}"
        raise FormatError(msg) from None
    status = lib.nf_format_check(c)
    if status != lib.NF_OK:
        msg = f"a Format with wrong parameters: {ffi.string(lib.nf_status_text(status)).decode()}"
        raise FormatError(msg)
    return c


def _from_row(c: Any) -> Format:
    values: dict[str, Any] = {name: getattr(c, name) for name in _NUMBERS}
    values |= {name: bool(getattr(c, name)) for name in _FLAGS}
    values |= {name: words[getattr(c, name)] for name, words in _WORDS.items()}
    return Format(**values)


def format_of_bytes(raw: bytes) -> Format:
    """The Format of an nf_format's bytes; one object per format."""
    f = _formats.get(raw)
    if f is None:
        f = _formats.setdefault(raw, new_format_of_bytes(raw))
    return f


def new_format_of_bytes(raw: bytes) -> Format:
    """A Format that is not kept: whether it gets a class is still open."""
    return _from_row(ffi.from_buffer("nf_format *", raw))


def class_format(cls: object) -> Format:
    """The Format of a scalar class or dtype of ours; TypeError for any other object."""
    return format_of_bytes(_dtypes.format_bytes(cls))


def table_name(f: Format) -> str | None:
    """The name of f in the table of named formats, or None."""
    index = lib.nf_find_named(row(f))
    return None if index < 0 else ffi.string(lib.nf_named_formats[index].name).decode()


def format_text(f: Format) -> str:
    """The canonical text of f, which parse_format reads back."""
    buffer = ffi.new("char[]", lib.NF_FORMAT_TEXT_MAX)
    raw: bytes = ffi.buffer(buffer, lib.nf_print_format(row(f), buffer))[:]
    return raw.decode()


def scalar_class(f: Format) -> type[Scalar]:
    """The scalar class of f, made at first use; threads get the same class."""
    cls = _classes.get(f)
    if cls is None:
        raw = bytes(ffi.buffer(row(f)))
        cls = _dtypes.make(raw, str(f))
        _finish(cls, _formats.setdefault(raw, f))
        cls = _classes.setdefault(f, cls)
        _introduce(cls, str(f))
    return cls


def _finish(cls: type[Scalar], f: Format) -> None:
    """Give a new class what Python knows better than C; from then on it cannot be changed."""
    from numformats._class_doc import ClassDoc  # noqa: PLC0415 - it needs this module

    _dtypes.seal(cls, f, ClassDoc())


def _introduce(cls: type[Scalar], name: str) -> None:
    """Tell NumPy's tables of a new class."""
    f = cls.format
    limits = lib.nf_limits_of(row(f))
    # An infinity is the code after the largest finite one, of the same sign.
    highest = cls.from_bits(limits.maxpos + f.has_inf)
    lowest = cls.from_bits(limits.lowest + (f.has_inf and f.is_signed))
    _numpy_names.register(cls, name, lowest, highest)


def address(a: np.ndarray[Any, Any]) -> Any:
    """The data of an array as a C pointer."""
    return ffi.cast("char *", a.__array_interface__["data"][0])


def environment(f: Format) -> Any:
    """Make the nf_env of one call: a stochastic format draws the next stream, as ufuncs do."""
    seed, stream = _dtypes.stream() if f.rounding == "stochastic" else (0, 0)
    return ffi.new("nf_env *", {"seed": seed, "stream": stream})


_KINDS = {
    "invalid": (lib.NF_INVALID, "invalid value"),
    "divide": (lib.NF_DIVIDE, "divide by zero"),
    "over": (lib.NF_OVERFLOW, "overflow"),
}
_NUMPY_BITS = {"divide": 1, "over": 2, "invalid": 8}  # what np.seterrcall's function gets


def raise_flags(flags: int, where: str) -> None:
    """Report status flags as NumPy does: `np.errstate` decides."""
    if not flags:
        return
    state = cast("dict[str, str]", np.geterr())
    for kind, (bit, what) in _KINDS.items():
        if not flags & bit:
            continue
        message = f"{what} encountered in {where}"
        match state[kind]:
            case "warn":
                warnings.warn(message, RuntimeWarning, stacklevel=3)
            case "raise":
                raise FloatingPointError(message)
            case "print":
                print(f"Warning: {message}")  # noqa: T201 - what errstate(...="print") asks for
            case "call":
                cast("Any", np.geterrcall())(what, _NUMPY_BITS[kind])
            case "log":
                cast("Any", np.geterrcall()).write(f"Warning: {message}\n")


def _named() -> dict[str, type[Scalar]]:
    named = dict(_dtypes.named())
    for name, cls in named.items():
        f = class_format(cls)
        _classes[f] = cls
        _finish(cls, f)
        _introduce(cls, name)
    return named


_start()
numbers.Real.register(_dtypes.FixedScalar)  # the others are, as np.floating
# The scalar classes of the table by name, in its order; each knows its Format.
NAMED = _named()
