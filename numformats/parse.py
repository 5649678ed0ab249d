# SPDX-License-Identifier: BSD-3-Clause
"""Which format does a text, or anything else that stands for a format, mean?"""

from __future__ import annotations

import difflib
import functools
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _native
from numformats._native import ffi, lib
from numformats.errors import FormatError, UnknownFormatError
from numformats.number_format import Format

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numformats._dtypes import Scalar

    FormatLike = Format | type[Scalar] | Scalar | np.dtype[Any] | str

__all__ = ["as_dtype", "as_format", "parse_format"]

_FAMILIES = ("posit", "bposit", "takum_linear", "float", "truncated", "fixed")
_LONGEST_TEXT = 300  # twice the longest canonical text; what is cached below stays small
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


def parse_format(text: str) -> type[Scalar]:
    """The scalar class that a text names: a table name, or the canonical text of a format.

    `parse_format(str(T.format)) is T`.  Options may come in any order and be left out where the
    factory has a default.  Raises UnknownFormatError (with the nearest names) for a name that no
    format has, FormatError for a wrong parameter, TypeError for anything but a string.

    >>> import numformats as nf
    >>> nf.parse_format("bposit<32,rs=6,es=5>") is nf.parse_format("bposit32") is nf.bposit32
    True
    >>> nf.parse_format("posit<32,es=9>")
    Traceback (most recent call last):
    ...
    numformats.errors.FormatError: 'posit<32,es=9>': es=9: must be an integer in 0..5
    """
    if not isinstance(text, str):
        msg = f"a format's text must be a str, not {type(text).__name__}"
        raise TypeError(msg)
    if len(text) > _LONGEST_TEXT:
        msg = f"unknown format {text[:40]!r}...: {len(text)} characters are too many for a format"
        raise UnknownFormatError(msg)
    return _parsed(str(text))


@functools.lru_cache(maxsize=4096)  # a pickle of a million scalars names its format a million times
def _parsed(text: str) -> type[Scalar]:
    raw, error = _read(text)
    if raw is None:
        raise _refusal(text, error)
    return _native.scalar_class(_native.format_of_bytes(raw))


def _read(text: str) -> tuple[bytes | None, Any]:
    """The bytes of the nf_format that the core reads, or None; and what it says is wrong."""
    encoded = text.encode("utf-8", "surrogatepass")
    row, error = ffi.new("nf_format *"), ffi.new("nf_text_error *")
    done = lib.nf_read_format(encoded, len(encoded), row, error) == lib.NF_OK
    return (bytes(ffi.buffer(row)) if done else None), error


def _refusal(text: str, error: Any) -> FormatError:
    """The exception for what the core says is wrong with a text."""
    encoded = text.encode("utf-8", "surrogatepass")
    word = encoded[error.at : error.at + error.length].decode("utf-8", "surrogatepass")
    allowed = ffi.string(error.allowed).decode()
    name = ffi.string(error.name).decode() if error.name != ffi.NULL else ""
    if error.status == lib.NF_UNKNOWN_FORMAT:
        return unknown("format", text, [*_native.NAMED, *(f"{h}<...>" for h in _FAMILIES)])
    if error.status == lib.NF_UNKNOWN_FAMILY:
        return unknown("family of formats", word, allowed.split(", "))
    if error.status == lib.NF_UNKNOWN_OPTION:
        problem: FormatError = unknown("option", word, allowed.split(", "))
    else:
        value = repr(_value(word)) if error.at >= 0 else ffi.string(error.value).decode()
        problem = FormatError(
            {
                lib.NF_NO_OPTION: f"{word!r}: must be of the form option=value",
                lib.NF_GIVEN_TWICE: f"{name}={word}: given twice",
                lib.NF_MISSING_OPTION: f"{name} is missing",
            }.get(error.status, f"{name}={value}: must be {allowed}")
        )
    return type(problem)(f"{text!r}: {problem}")


def reads_as_format(text: str) -> bool:
    """Return whether it is a table name, or a family's with parameters, right or wrong ones."""
    return _read(text)[1].status not in {lib.NF_UNKNOWN_FORMAT, lib.NF_UNKNOWN_FAMILY}


def _value(text: str) -> object:
    if _NUMBER.fullmatch(text):
        return int(text)
    return {"true": True, "false": False}.get(text, text)


def unknown(what: str, name: str, known: Iterable[str]) -> UnknownFormatError:
    """The error for a name that is not among the known ones, with those that look like it.

    >>> unknown("block format", "mxfp5", ["mxfp4", "nvfp4"])
    UnknownFormatError("unknown block format 'mxfp5'; did you mean 'mxfp4'?")
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else f": known: {known}"
    return UnknownFormatError(f"unknown {what} {name!r}{hint}")


def as_format(obj: FormatLike) -> Format:
    """The Format that obj stands for: a Format, scalar class, scalar, dtype, array or text.

    Raises TypeError for an object that has no format of this package, FormatError for a bad text.
    """
    if isinstance(obj, Format):
        return obj
    if isinstance(obj, str):
        return _native.class_format(parse_format(obj))
    kind = obj if isinstance(obj, type | np.dtype) else getattr(obj, "dtype", None)
    try:
        return _native.class_format(kind)
    except TypeError:
        msg = f"not a number format of numformats: {obj!r}"
        raise TypeError(msg) from None


def as_dtype(obj: FormatLike) -> np.dtype[Any]:
    """The dtype that obj names: the format's, or that of ml_dtypes with the same codes.

    Raises as `as_format` does.
    """
    f = as_format(obj)
    kind = obj if isinstance(obj, type | np.dtype) else getattr(obj, "dtype", None)
    return f.dtype if kind is None else np.dtype(kind)


def restore_dtype(text: str) -> np.dtype[Any]:
    """The dtype that a pickle names by its text."""
    return np.dtype(parse_format(text))


def restore_scalar(text: str, bits: int) -> Scalar:
    """The scalar that a pickle names by its format's text and its code."""
    return parse_format(text).from_bits(bits)
