# SPDX-License-Identifier: BSD-3-Clause
"""Which values of a format lie at even distances?  linspace and arange, each element rounded once.

Element i is the exact fraction (first + i * step) / divisor * 2**exponent, in integers; the core
divides and rounds.  Integers too long for the core's 127 bits are divided here.
"""

from __future__ import annotations

import math
import numbers
import operator
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Any, SupportsIndex

import numpy as np

from numformats import _convert, _native
from numformats._array_formats import format_of, native
from numformats._native import ffi, lib
from numformats._overridable import overridable
from numformats._unpack import unpack, wraps
from numformats.arrays import code_dtype

if TYPE_CHECKING:
    from decimal import Decimal

    from numpy.typing import ArrayLike, DTypeLike

    from numformats._dtypes import Scalar

    Exact = Fraction | float  # a float is an infinity or NaN
    Number = int | float | Fraction | Decimal | Scalar | np.number[Any]

__all__ = ["arange", "linspace"]

# first and all the steps together fit into so many bits, one fewer than the core takes.
_FIELD = 126
_DIVISOR = 60


@overridable
def linspace(  # noqa: PLR0913 - numpy.linspace's arguments, in its order
    start: ArrayLike,
    stop: ArrayLike,
    num: SupportsIndex = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: DTypeLike | None = None,
    axis: SupportsIndex = 0,
    *,
    device: str | None = None,
) -> Any:
    """`num` values at even distances from start to stop, each exact and rounded once.

    Arguments, shapes and `retstep` as numpy.linspace's (start and stop broadcast, `axis` is the
    new axis), but the arithmetic is that of fractions: element i is start + i (stop - start) / div,
    div = num - 1 (num without the endpoint), and only then rounded.  numpy.linspace computes in
    the format of its endpoints, which fails where stop - start or num is not a value of it;
    called with a *scalar* of a format, it comes here.

    * start, stop: numbers of any kind (ints and Fractions of any size) or arrays of them
    * dtype: a format or float16, float32, float64; None: that of the endpoints, as promotion has
      it; Python's numbers have no say, and alone make float64

    A step of numpy.nan is returned for fewer than two values.  Between infinities stand the
    limits: infinite, or NaN from -inf to inf.  Raises ValueError for a negative num, TypeError for
    a dtype that is no format and for what is not a real number.

    >>> import numformats as nf
    >>> nf.linspace(nf.q15(-0.5), nf.q15(0.5), 5).astype(float)
    array([-0.5 , -0.25,  0.  ,  0.25,  0.5 ])
    >>> nf.linspace(0, 1, 4, dtype=nf.posit64)[1] == nf.posit64(Fraction(1, 3))
    np.True_
    """
    if device not in {None, "cpu"}:
        msg = f"device={device!r}: must be None or 'cpu'"
        raise ValueError(msg)
    n = operator.index(num)
    if n < 0:
        msg = f"num={n}: must not be negative"
        raise ValueError(msg)
    given = _numbers("start", start), _numbers("stop", stop)
    target = target_of(dtype, start, stop)
    div = n - 1 if endpoint else n
    first, last = np.broadcast_arrays(*given)
    lines = np.empty((first.size, n), target)
    for line, a, b in zip(lines, first.flat, last.flat, strict=True):
        _fill(line, _exact_value("start", a), _exact_value("stop", b), max(div, 1))
    out = np.moveaxis(lines.reshape(*first.shape, n), -1, operator.index(axis))
    out = np.ascontiguousarray(out)
    return (out, _step(first, last, div, target)) if retstep else out


@overridable
def arange(
    start: Number,
    stop: Number | None = None,
    step: Number = 1,
    dtype: DTypeLike | None = None,
) -> Any:
    """The values start + i * step below stop, each exact and rounded once.

    As numpy.arange, with one argument from 0 to it; but the number of elements is the exact
    ceil((stop - start) / step), and the step stays the exact number that was given, where
    numpy.arange rounds the first two elements and goes on from these.

    * start, stop, step: real numbers of any kind (ints and Fractions of any size)
    * dtype: as for `linspace`: None is the format of the arguments

    Raises ZeroDivisionError for a step of 0, ValueError for infinities, NaN and more elements
    than memory has addresses, TypeError for a dtype that is no format.

    >>> import numformats as nf
    >>> nf.arange(nf.posit16(0), nf.posit16(2), nf.posit16(0.5))
    array([0. , 0.5, 1. , 1.5], dtype=posit16)
    >>> nf.arange(0, 1, Fraction(1, 3), dtype=nf.posit64)[2] == nf.posit64(Fraction(2, 3))
    np.True_
    """
    if stop is None:
        start, stop = 0, start
    target = target_of(dtype, start, stop, step)
    first, last, distance = _finite("start", start), _finite("stop", stop), _finite("step", step)
    if distance == 0:
        msg = f"step={step!r}: must not be 0"
        raise ZeroDivisionError(msg)
    n = max(0, math.ceil((last - first) / distance))
    if n > sys.maxsize // target.itemsize:
        msg = f"start={start!r}, stop={stop!r}, step={step!r}: too many elements"
        raise ValueError(msg)
    out = np.empty(n, target)
    if n:
        _fill(out, first, first + n * distance, n)
    return out


def target_of(dtype: DTypeLike | None, *given: Any) -> np.dtype[Any]:
    """The dtype of the result: a format or one of NumPy's three floats."""
    if dtype is None:
        made = [
            np.asarray(x).dtype
            for x in given
            if isinstance(x, np.ndarray | np.generic | list | tuple)
        ]
        made += [np.dtype(complex) for x in given if isinstance(x, complex)]
        typed = [t for t in made if t.kind not in "buiO"]
        found = np.result_type(*typed) if typed else np.dtype(np.float64)
    else:
        found = np.dtype(dtype)
    format_of(found, "the result")
    return native(found)


def _numbers(name: str, x: ArrayLike) -> np.ndarray[Any, Any]:
    """The array of x; Python's numbers stay as they are, whatever their size."""
    a = np.asarray(x) if isinstance(x, np.ndarray | np.generic) else np.asarray(x, dtype=object)
    if a.dtype.kind in "cmMSU" or a.dtype.fields is not None:
        msg = f"{name} has dtype {a.dtype}: must be real numbers"
        raise TypeError(msg)
    return a


def _exact_value(name: str, x: Any) -> Exact:
    """The number as a Fraction; infinities and NaN as floats."""
    if isinstance(x, bool | np.bool_ | np.integer):
        return Fraction(int(x))
    if isinstance(x, numbers.Rational):
        return Fraction(operator.index(x.numerator), operator.index(x.denominator))
    if hasattr(x, "as_integer_ratio"):
        try:
            return Fraction(*x.as_integer_ratio())
        except (OverflowError, ValueError):  # infinity, NaN
            return float(x)
    if hasattr(x, "__index__"):
        return Fraction(operator.index(x))
    msg = f"{name}={x!r}: must be a real number"
    raise TypeError(msg)


def _finite(name: str, x: Any) -> Fraction:
    value = _exact_value(name, x)
    if isinstance(value, float):
        msg = f"{name}={x!r}: must be finite"
        raise ValueError(msg)  # noqa: TRY004 - the number is wrong, not its type
    return value


def _fill(line: np.ndarray[Any, Any], a: Exact, b: Exact, div: int) -> None:
    """Fill a contiguous line with a + i (b - a) / div."""
    f = format_of(line.dtype, "the result")
    codes = line.view(code_dtype(f))
    row, env = _native.row(f), _native.environment(f)
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        _fill_evenly(codes, _evenly(a, b, div), row, env)
    else:
        limits = [a, *[_sum(a, b)] * (div - 1), b]
        for i, x in enumerate(limits[: len(codes)]):
            number = x if isinstance(x, float) else _convert.quotient(x.numerator, x.denominator)
            env.index = i
            codes[i] = lib.nf_encode(row, unpack(number, row, env), env)
    _native.raise_flags(env.flags, "linspace or arange")


def _sum(a: Exact, b: Exact) -> Exact:
    """Add two numbers, whatever the size of the one that is finite."""
    specials = [x for x in (a, b) if isinstance(x, float)]
    return sum(specials) if specials else a + b


def _evenly(a: Fraction, b: Fraction, div: int) -> tuple[int, int, int, int]:
    """The same numbers as first, step, divisor and exponent, all integers."""
    common = math.lcm(a.denominator, b.denominator)
    first, step = int(a * common) * div, int((b - a) * common)
    both = first & -first | step & -step
    spare, twos = _trailing_zeros(both), _trailing_zeros(common)
    return first >> spare, step >> spare, (common >> twos) * div, spare - twos


def _trailing_zeros(n: int) -> int:
    return (n & -n).bit_length() - 1 if n else 0


def _fill_evenly(
    codes: np.ndarray[Any, Any], evenly: tuple[int, int, int, int], row: Any, env: Any
) -> None:
    first, step, divisor, exponent = evenly
    n = len(codes)
    last = first + n * step
    # Of a wrapping format's value every bit counts, not only the first 128.
    if not (max(abs(first), abs(last)) >> _FIELD or divisor >> _DIVISOR or wraps(row)):
        words = [w for x in (first, step) for w in divmod(x % 2**128, 2**64)]
        line = ffi.new("nf_evenly *", [*words, divisor, exponent])
        lib.nf_fill_evenly(row, line, _native.address(codes), codes.itemsize, n, env)
        return
    for i in range(n):
        integer, shift = _convert.quotient(first + i * step, divisor)
        env.index = i
        codes[i] = lib.nf_encode(row, unpack((integer, shift + exponent), row, env), env)


def _step(
    first: np.ndarray[Any, Any], last: np.ndarray[Any, Any], div: int, target: np.dtype[Any]
) -> Any:
    """(stop - start) / div, rounded once; of numpy.linspace's NaN where there is no step."""
    if div < 1:
        return np.nan
    steps = np.empty(first.shape, target)
    for step, a, b in zip(steps.reshape(-1, 1), first.flat, last.flat, strict=True):
        whole = _sum(_exact_value("stop", b), -_exact_value("start", a))
        _fill(step, whole / div, whole / div, 1)  # a line of one element, rounded as all are
    return steps[()]
