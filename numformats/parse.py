# SPDX-License-Identifier: BSD-3-Clause
"""Which format does a text, or anything else that stands for a format, mean?"""

from __future__ import annotations

import difflib
import functools
import inspect
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _native, factories
from numformats.errors import FormatError, UnknownFormatError
from numformats.number_format import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numformats._dtypes import Scalar

    FormatLike = Format | type[Scalar] | Scalar | np.dtype[Any] | str

__all__ = ["as_dtype", "as_format", "parse_format"]

_FACTORIES: dict[str, Callable[..., type[Scalar]]] = {
    "posit": factories.Posit,
    "bposit": factories.BPosit,
    "takum_linear": factories.TakumLinear,
    "float": factories.Float,
    "truncated": factories.TruncatedFloat,
    "fixed": factories.Fixed,
}
_TEXT = re.compile(r"\s*(\w+)\s*<([^<>]*)>\s*", re.ASCII)
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
    named = _native.NAMED.get(text.strip())
    if named is not None:
        return named
    match = _TEXT.fullmatch(text)
    if match is None:
        raise unknown("format", text, [*_native.NAMED, *(f"{h}<...>" for h in _FACTORIES)])
    head, inside = match.groups()
    if head not in _FACTORIES:
        raise unknown("family of formats", head, _FACTORIES)
    factory = _FACTORIES[head]
    try:
        return factory(**_arguments(factory, inside))
    except FormatError as error:
        msg = f"{text!r}: {error}"
        raise type(error)(msg) from None


def _arguments(factory: Callable[..., object], inside: str) -> dict[str, object]:
    """The keyword arguments that the text between the angle brackets stands for."""
    parameters = inspect.signature(factory).parameters
    first = next(iter(parameters))
    given: dict[str, object] = {}
    for place, word in enumerate(inside.split(",")):
        key, equals, value = (part.strip() for part in word.partition("="))
        if not equals:
            if place or first == "exp":
                msg = f"{word.strip()!r}: must be of the form option=value"
                raise FormatError(msg)
            key, value = first, key
        if key not in parameters:
            raise unknown("option", key, parameters)
        if key in given:
            msg = f"{key}={value}: given twice"
            raise FormatError(msg)
        given[key] = _value(value)
    for name, parameter in parameters.items():
        if parameter.default is inspect.Parameter.empty and name not in given:
            msg = f"{name} is missing"
            raise FormatError(msg)
    return given


def reads_as_format(text: str) -> bool:
    """Return whether it is a table name, or a family's with parameters, right or wrong ones."""
    match = _TEXT.fullmatch(text)
    return text.strip() in _native.NAMED or (match is not None and match[1] in _FACTORIES)


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
