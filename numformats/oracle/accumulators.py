# SPDX-License-Identifier: BSD-3-Clause
"""Which accumulator does `accumulate=` of a sum or a matrix product mean?"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numformats.errors import FormatError
from numformats.oracle.row import Row, described

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Accumulate", "parse_accumulate"]

Kind = Literal["exact", "sequential", "pairwise", "format", "blocked", "aligned"]

WIDTH_MAX = 100
GROUP_MAX = 1 << 20
BLOCK_MAX = 2**31 - 1
_BINARY32 = Row(family="float", exp=8, man=23)
_ALLOWED = (
    "allowed: 'exact', 'sequential', 'pairwise', a format, ('blocked', F, k[, G]), "
    "('aligned', width[, group]), ('systolic', F[, rows])"
)


@dataclass(frozen=True)
class Accumulate:
    """An accumulator model with all its parameters; those that a kind does not use are None.

    * format: sums and blocks are folded in `format`
    * blocked: `block` products each, their sums added in `total`
    * aligned: groups of `block`, `width` bits

    A format is an object with the parameters of one, as `Row` has them.
    """

    kind: Kind
    format: Any = None
    total: Any = None
    block: int | None = None
    width: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless the kind has its parameters, and no others."""
        used = _PARAMETERS.get(self.kind) if isinstance(self.kind, str) else None
        if used is None:
            msg = f"kind={self.kind!r}: must be one of {', '.join(_PARAMETERS)}"
            raise ValueError(msg)
        for name in ("format", "total", "block", "width"):
            _check_parameter(self, name, used.get(name))

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle the parameters, which the constructor then checks."""
        return Accumulate, (self.kind, self.format, self.total, self.block, self.width)

    def __setstate__(self, state: object) -> None:
        """Refuse a state, which only a pickle made by hand has."""
        msg = "a pickle sets the state of an Accumulate; it is made from parameters"
        raise TypeError(msg)


# The largest value of each number that a kind takes; "format" where it takes a format.
_PARAMETERS: dict[str, dict[str, int | str]] = {
    "exact": {},
    "sequential": {},
    "pairwise": {},
    "format": {"format": "format"},
    "blocked": {"format": "format", "total": "format", "block": BLOCK_MAX},
    "aligned": {"block": GROUP_MAX, "width": WIDTH_MAX},
}


def _check_parameter(spec: Accumulate, name: str, allowed: int | str | None) -> None:
    value = getattr(spec, name)
    if isinstance(allowed, int):
        _integer(name, value, allowed)
    elif not (hasattr(value, "family") if allowed else value is None):
        expected = "a Format" if allowed else f"None with kind={spec.kind!r}"
        msg = f"{name}={value!r}: must be {expected}"
        raise ValueError(msg)


def _integer(name: str, value: Any, most: int) -> int:
    """The integer, Python's or NumPy's, in 1..most."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        number = None
    if number is None or not 1 <= number <= most:
        is_long = number is not None and number.bit_length() > most.bit_length() + 64
        text = f"{number:#x}"[:24] + "..." if is_long else repr(value)
        msg = f"{name}={text}: must be an integer in 1..{most}"
        raise FormatError(msg)
    return number


def parse_accumulate(
    spec: Any, read_format: Callable[[Any], Any] = described, binary32: Any = _BINARY32
) -> Accumulate:
    """The accumulator that a user's `accumulate=` names.

    `read_format` makes of what stands for a format an object with its parameters; `binary32` is
    such an object.  A ``("systolic", F, rows)`` array is ``("blocked", F, rows, F)``.  ValueError:
    a word, a format or a number that cannot be; TypeError: not a specification at all.

    >>> f = Row(family="posit", bits=8)
    >>> parse_accumulate(("systolic", f, 4)) == parse_accumulate(("blocked", f, 4, f))
    True
    """
    if isinstance(spec, Accumulate):
        return spec
    if isinstance(spec, str) and spec in _WORDS:
        return Accumulate(_WORDS[spec])
    if isinstance(spec, tuple):
        return _parse_tuple(spec, read_format, binary32)
    if isinstance(spec, str) and spec in _TUPLES:
        msg = f"accumulate={spec!r}: needs its parameters; {_ALLOWED}"
        raise ValueError(msg)
    return Accumulate("format", format=_format(spec, spec, read_format))


def _parse_tuple(
    spec: tuple[Any, ...], read_format: Callable[[Any], Any], binary32: Any
) -> Accumulate:
    if not spec or not isinstance(spec[0], str) or spec[0] not in _TUPLES:
        msg = f"accumulate={spec!r}: {_ALLOWED}"
        raise ValueError(msg)
    least, most = _TUPLES[spec[0]]
    if not least <= len(spec) <= most:
        msg = f"accumulate={spec!r}: {len(spec) - 1} parameters; {_ALLOWED}"
        raise ValueError(msg)
    first, *rest = spec[1:]
    if spec[0] == "aligned":
        return Accumulate(
            "aligned",
            width=_number("width", first, WIDTH_MAX, spec),
            block=_number("group", rest[0] if rest else 16, GROUP_MAX, spec),
        )
    f = _format(first, spec, read_format)
    if spec[0] == "systolic":
        rows = _number("rows", rest[0] if rest else 128, BLOCK_MAX, spec)
        return Accumulate("blocked", format=f, total=f, block=rows)
    total = _format(rest[1], spec, read_format) if len(rest) > 1 else binary32
    block = _number("k", rest[0], BLOCK_MAX, spec)
    return Accumulate("blocked", format=f, total=total, block=block)


_WORDS: dict[str, Kind] = {"exact": "exact", "sequential": "sequential", "pairwise": "pairwise"}
# The lengths that a tuple may have: without what has a default, and with it.
_TUPLES = {"blocked": (3, 4), "aligned": (2, 3), "systolic": (2, 3)}


def _number(name: str, value: object, most: int, spec: object) -> int:
    try:
        return _integer(name, value, most)
    except ValueError as error:
        msg = f"accumulate={spec!r}: {error}"
        raise ValueError(msg) from None


def _format(value: Any, spec: object, read_format: Callable[[Any], Any]) -> Any:
    try:
        f = read_format(value)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        msg = f"accumulate={spec!r}: {error}; {_ALLOWED}"
        raise kind(msg) from None
    if f.rounding == "stochastic":
        msg = f"accumulate={spec!r}: {f} rounds stochastically; an accumulator cannot"
        raise ValueError(msg)
    return f
