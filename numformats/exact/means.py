# SPDX-License-Identifier: BSD-3-Clause
"""What are the mean, the variance, its root and the length of an array, rounded once?

Sums and sums of squares are exact integers (quires read as Python's integers); one division or
root follows, with a sticky bit, and one rounding.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from numformats import _convert, _native
from numformats._array_formats import as_formats, format_of, native
from numformats._native import environment, lib, raise_flags, row
from numformats._overridable import overridable
from numformats._unpack import unpack
from numformats.exact import quire_state
from numformats.exact.axes import rows_over

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Literal

    from numpy.typing import NDArray

    from numformats.number_format import Format

__all__ = ["fmean", "fstd", "fvar", "norm2", "round_exact", "standard_error"]

Array = np.ndarray[Any, Any]
_S = TypeVar("_S", bound=np.generic)


def round_exact(f: Format, numbers: Sequence[tuple[int, int] | float]) -> Array:
    """Round each number once, (integer, exponent of two) or a special float: an array of codes.

    A lowest bit of an integer of more than 128 bits may stand for all that was below it.
    """
    out = np.empty(len(numbers), _native.scalar_class(f).dtype)
    codes = out.view(f"u{out.itemsize}")
    c, env = row(f), environment(f)
    for i, number in enumerate(numbers):
        codes[i] = lib.nf_round_result(c, unpack(number, c, env), env)
        env.index += 1
    raise_flags(env.flags, "the rounding of an exact result")
    return out


def _sums(rows: Array, *, squares: bool) -> tuple[list[int | None], int]:
    """Exact sums of each row, as integers times 2**lsb; None where something is not finite."""
    f = format_of(rows.dtype, "a")
    usual = quire_state.layout_of(f)
    layout = quire_state.Layout(usual.bits + 64, usual.lsb)
    words = quire_state.words_of([0] * len(rows), layout)
    quire_state.add(words, layout, rows, rows if squares else None, subtract=False)
    return [None if c == layout.nar else c for c in quire_state.codes_of(words)], layout.lsb


def _reduce(
    a: Any,
    axis: int | Sequence[int] | None,
    keepdims: bool,
    finish: Callable[[Array, int], list[tuple[int, int] | float]],
) -> Any:
    """Apply finish(rows, length of a row) to the axes, and round what it gives."""
    given = np.asarray(a)
    x = as_formats("a", given)
    rows, shape = rows_over(x, axis, keepdims=keepdims)
    f = format_of(x.dtype, "a")
    result = round_exact(f, finish(rows, rows.shape[1])).view(native(given.dtype))
    return result.reshape(shape)[()]


def _special(row_of: Array) -> float:
    """What a sum of numbers that are not all finite is."""
    if np.isnan(row_of).any():
        return math.nan
    infinite = row_of[np.isinf(row_of)]
    down, up = (infinite < 0).any(), (infinite > 0).any()
    return math.nan if down == up else math.inf if up else -math.inf


def _check_divisor(divisor: int, results: int) -> None:
    if results and divisor <= 0:
        raise_flags(lib.NF_INVALID, "a mean of too few numbers")


def _quotient(numerator: int, denominator: int, exponent: int) -> tuple[int, int]:
    quotient, shift = _convert.quotient(numerator, denominator)
    return quotient, shift + exponent


@overload
def fmean(a: NDArray[_S] | _S, axis: None = None, *, keepdims: Literal[False] = False) -> _S: ...
@overload
def fmean(a: Any, axis: int | Sequence[int] | None = None, *, keepdims: bool = False) -> Any: ...
@overridable
def fmean(a: Any, axis: int | Sequence[int] | None = None, *, keepdims: bool = False) -> Any:
    """Mean over axes: the exact sum divided by the count, rounded once.

    Arguments and errors as for `nf.fsum`; the mean of nothing is NaN (NaR), flag invalid.

    >>> import numpy as np, numformats as nf
    >>> nf.fmean(np.array([1e308, 1e308])), nf.fmean(np.array([1, 2, 4], nf.posit16))
    (np.float64(1e+308), posit16(2.333))

    Source: Posit Standard (2022), 3.2: "fused" means evaluated exactly and rounded once.
    """

    def finish(rows: Array, count: int) -> list[tuple[int, int] | float]:
        sums, lsb = _sums(rows, squares=False)
        _check_divisor(count, len(rows))
        return [
            _special(r) if s is None else _quotient(s, count, lsb) if count else math.nan
            for s, r in zip(sums, rows, strict=True)
        ]

    return _reduce(a, axis, keepdims, finish)


@overload
def fvar(
    a: NDArray[_S] | _S, axis: None = None, *, ddof: int = 0, keepdims: Literal[False] = False
) -> _S: ...
@overload
def fvar(
    a: Any, axis: int | Sequence[int] | None = None, *, ddof: int = 0, keepdims: bool = False
) -> Any: ...
@overridable
def fvar(
    a: Any, axis: int | Sequence[int] | None = None, *, ddof: int = 0, keepdims: bool = False
) -> Any:
    """Variance over axes: the exact one, rounded once.

    The divisor is n - ddof; where it is not positive the result is NaN (NaR).  Other arguments and
    errors as for `nf.fsum`.

    >>> import numpy as np, numformats as nf
    >>> nf.fvar(np.array([1e9, 1e9 + 1, 1e9 + 2])), nf.fvar(np.array([1, 2], nf.posit8), ddof=1)
    (np.float64(0.6666666666666666), posit8(0.5))

    Formula: (n * sum(x**2) - sum(x)**2) / (n * (n - ddof)), in integers.
    """

    def finish(rows: Array, count: int) -> list[tuple[int, int] | float]:
        return [v if isinstance(v, float) else _quotient(*v) for v in _variances(rows, count, ddof)]

    return _reduce(a, axis, keepdims, finish)


def _variances(rows: Array, count: int, ddof: int) -> list[tuple[int, int, int] | float]:
    """The variance of each row: (numerator, denominator, exponent of two), or NaN."""
    (sums, lsb), (squares, fine) = _sums(rows, squares=False), _sums(rows, squares=True)
    _check_divisor(count - ddof, len(rows))
    results: list[tuple[int, int, int] | float] = []
    for s, q in zip(sums, squares, strict=True):
        if s is None or q is None or count <= ddof:
            results.append(math.nan)
            continue
        unit = min(2 * lsb, fine)
        n = count * (q << (fine - unit)) - (s * s << (2 * lsb - unit))
        results.append((n, count * (count - ddof), unit))
    return results


@overload
def norm2(a: NDArray[_S] | _S, axis: None = None, *, keepdims: Literal[False] = False) -> _S: ...
@overload
def norm2(a: Any, axis: int | Sequence[int] | None = None, *, keepdims: bool = False) -> Any: ...
@overridable
def norm2(a: Any, axis: int | Sequence[int] | None = None, *, keepdims: bool = False) -> Any:
    """Euclidean length over axes: the root of the exact sum of squares, rounded once.

    Arguments and errors as for `nf.fsum`.  Nothing overflows or underflows on the way.

    >>> import numpy as np, numformats as nf
    >>> nf.norm2(np.array([3, 4]) * 2.0**700) == 5 * 2.0**700, nf.norm2(np.array([3, 4], nf.posit8))
    (np.True_, posit8(5.0))

    Source: IEEE 754-2019, 9.4 (norm reductions), here correctly rounded.
    """

    def finish(rows: Array, _: int) -> list[tuple[int, int] | float]:
        squares, lsb = _sums(rows, squares=True)
        return [
            (math.nan if np.isnan(r).any() else math.inf) if q is None else _root(q, lsb)
            for q, r in zip(squares, rows, strict=True)
        ]

    return _reduce(a, axis, keepdims, finish)


def _root(square: int, exponent: int) -> tuple[int, int]:
    """The square root of square * 2**exponent, with 160 bits or more and a sticky one."""
    shift = max(0, 2 * 160 - square.bit_length())
    shift += (exponent - shift) % 2
    square <<= shift
    root = math.isqrt(square)
    return (root << 1) | (root * root != square), (exponent - shift) // 2 - 1


@overload
def fstd(
    a: NDArray[_S] | _S, axis: None = None, *, ddof: int = 0, keepdims: Literal[False] = False
) -> _S: ...
@overload
def fstd(
    a: Any, axis: int | Sequence[int] | None = None, *, ddof: int = 0, keepdims: bool = False
) -> Any: ...
@overridable
def fstd(
    a: Any, axis: int | Sequence[int] | None = None, *, ddof: int = 0, keepdims: bool = False
) -> Any:
    """Standard deviation over axes: the root of the exact variance, rounded once.

    Arguments and errors as for `nf.fvar`.

    >>> import numpy as np, numformats as nf
    >>> nf.fstd(np.array([1, 2, 4, 5], nf.posit16)), nf.fstd(np.array([1.0, 2.0]), ddof=1)
    (posit16(1.581), np.float64(0.7071067811865476))

    Formula: sqrt((n * sum(x**2) - sum(x)**2) / (n * (n - ddof))), in integers.
    """
    return _reduce(a, axis, keepdims, lambda rows, n: _deviations(rows, n, ddof, 1))


@overridable
def standard_error(a: Any, axis: int | Sequence[int] | None = None, *, ddof: int = 1) -> Any:
    """Standard error of the mean over axes: sqrt(variance / n), exact and rounded once."""
    return _reduce(a, axis, False, lambda rows, n: _deviations(rows, n, ddof, n))


def _deviations(rows: Array, count: int, ddof: int, divisor: int) -> list[tuple[int, int] | float]:
    """The square root of the variance of each row divided by the divisor."""
    return [
        v if isinstance(v, float) else _root_of_quotient(v[0], v[1] * divisor, v[2])
        for v in _variances(rows, count, ddof)
    ]


def _root_of_quotient(numerator: int, denominator: int, exponent: int) -> tuple[int, int]:
    """The square root of (numerator / denominator) * 2**exponent, as `_root` has it."""
    shift = max(0, 2 * 160 - numerator.bit_length() + denominator.bit_length())
    shift += (exponent - shift) % 2
    square, rest = divmod(numerator << shift, denominator)
    root = math.isqrt(square)
    return (root << 1) | (root * root != square or rest != 0), (exponent - shift) // 2 - 1
