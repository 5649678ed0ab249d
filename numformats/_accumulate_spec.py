# SPDX-License-Identifier: BSD-3-Clause
"""Which accumulator does `accumulate=` of a matrix product mean?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from numformats import _rules
from numformats._frozen import Frozen
from numformats.number_format import Format
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.parse import FormatLike

    AccumulateLike = str | FormatLike | tuple[Any, ...]

__all__ = ["Accumulate", "parse_accumulate"]

Kind = Literal["exact", "sequential", "pairwise", "format", "blocked", "aligned"]

WIDTH_MAX = 100
GROUP_MAX = 1 << 20
BLOCK_MAX = 2**31 - 1
_BINARY32 = Format("float", 32, exp=8, man=23, bias=127, signed_zero=True, subnormals=True,
                   inf="ieee", nan="ieee", overflow="inf")  # fmt: skip
_ALLOWED = (
    "allowed: 'exact', 'sequential', 'pairwise', a format, ('blocked', F, k[, G]), "
    "('aligned', width[, group]), ('systolic', F[, rows])"
)


@dataclass(frozen=True)
class Accumulate(Frozen):
    """An accumulator model with all its parameters; those that a kind does not use are None.

    * format: sums and blocks are folded in `format`
    * blocked: `block` products each, their sums added in `total`
    * aligned: groups of `block`, `width` bits
    """

    kind: Kind
    format: Format | None = None
    total: Format | None = None
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
        _rules.integer(name, value, 1, allowed)
    elif not isinstance(value, Format if allowed else type(None)):
        expected = "a Format" if allowed else f"None with kind={spec.kind!r}"
        msg = f"{name}={value!r}: must be {expected}"
        raise ValueError(msg)  # noqa: TRY004 - the kind decides what is right


def parse_accumulate(spec: AccumulateLike) -> Accumulate:
    """The accumulator that a user's `accumulate=` names.

    A ``("systolic", F, rows)`` array is ``("blocked", F, rows, F)``.  ValueError: a word, a format
    or a number that cannot be; TypeError: not a specification at all.
    """
    if isinstance(spec, Accumulate):
        return spec
    if isinstance(spec, str) and spec in _WORDS:
        return Accumulate(_WORDS[spec])
    if isinstance(spec, tuple):
        return _parse_tuple(spec)
    if isinstance(spec, str) and spec in _TUPLES:
        msg = f"accumulate={spec!r}: needs its parameters; {_ALLOWED}"
        raise ValueError(msg)
    return Accumulate("format", format=_format(spec, spec))


def check_result_format(spec: Accumulate, f: Format) -> None:
    """Refuse stochastic rounding inside a sum: which random word would a step draw?"""
    if spec.kind in {"sequential", "pairwise"} and f.rounding == "stochastic":
        msg = f"accumulate={spec.kind!r} rounds every step into {f}, which rounds stochastically"
        raise ValueError(msg)


def _parse_tuple(spec: tuple[Any, ...]) -> Accumulate:
    if not spec or not isinstance(spec[0], str) or spec[0] not in _TUPLES:
        msg = f"accumulate={spec!r}: {_ALLOWED}"
        raise ValueError(msg)
    least, most = _TUPLES[spec[0]]
    if not least <= len(spec) <= most:
        msg = f"accumulate={spec!r}: {len(spec) - 1} parameters; {_ALLOWED}"
        raise ValueError(msg)
    rest = spec[1:]
    if spec[0] == "aligned":
        return Accumulate(
            "aligned",
            width=_integer("width", rest[0], WIDTH_MAX, spec),
            block=_integer("group", rest[1] if len(rest) > 1 else 16, GROUP_MAX, spec),
        )
    f = _format(rest[0], spec)
    if spec[0] == "systolic":
        rows = _integer("rows", rest[1] if len(rest) > 1 else 128, BLOCK_MAX, spec)
        return Accumulate("blocked", format=f, total=f, block=rows)
    total = _format(rest[2], spec) if len(rest) > 2 else _BINARY32
    return Accumulate(
        "blocked", format=f, total=total, block=_integer("k", rest[1], BLOCK_MAX, spec)
    )


_WORDS: dict[str, Kind] = {"exact": "exact", "sequential": "sequential", "pairwise": "pairwise"}
# Length of the tuple with and without what has a default.
_TUPLES = {"blocked": (3, 4), "aligned": (2, 3), "systolic": (2, 3)}


def _integer(name: str, value: object, most: int, spec: object) -> int:
    try:
        return _rules.integer(name, value, 1, most)
    except ValueError as error:
        msg = f"accumulate={spec!r}: {error}"
        raise ValueError(msg) from None


def _format(value: Any, spec: object) -> Format:
    try:
        f = as_format(value)
    except TypeError as error:
        msg = f"accumulate={spec!r}: {error}; {_ALLOWED}"
        raise TypeError(msg) from None
    except ValueError as error:
        msg = f"accumulate={spec!r}: {error}; {_ALLOWED}"
        raise ValueError(msg) from None
    if f.rounding == "stochastic":
        msg = f"accumulate={spec!r}: {f} rounds stochastically; an accumulator cannot"
        raise ValueError(msg)
    return f
