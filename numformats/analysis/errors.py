# SPDX-License-Identifier: BSD-3-Clause
"""How wrong can one operation of a format be?

`model(T)` is the error model of a format: a bound for every operation and pair of operands, the
unit roundoff as a function of magnitude, what happens next to 0 and beyond the ends, and the bias
of a rounding that always goes the same way.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._array_formats import NUMPY_FLOATS, format_of
from numformats.analysis.bias import Bias, bias_of
from numformats.analysis.datapaths import ARITY, exact_result, result_quantum, seen_result
from numformats.analysis.enclosures import enclose
from numformats.analysis.problems import NoBoundError
from numformats.analysis.rounding_errors import RoundingErrors, at_least, errors_of, up
from numformats.analysis.units import u_of_range_of, unit_roundoff
from numformats.parse import as_format

if TYPE_CHECKING:
    from numformats.analysis.enclosures import Enclosure
    from numformats.number_format import Format
    from numformats.parse import FormatLike

__all__ = ["ErrorModel", "analysed_format", "model", "u_of_range"]

_BLOCK = 4096  # elements
_SHORT = {
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "truediv": "divide",
    "true_divide": "divide",
    "convert": "rounding",
    "conversion": "rounding",
    "round": "rounding",
    "cast": "rounding",
}


def analysed_format(T: FormatLike) -> Format:  # noqa: N803 - T is a type
    """The Format of anything that stands for one, NumPy's own floats and their names included.

    >>> analysed_format(np.float32).name, analysed_format("float16").name
    ('binary32', 'binary16')
    """
    names: dict[Any, type] = {float: np.float64} | {t.__name__: t for t in NUMPY_FLOATS}
    if isinstance(T, str | type) and T in names:
        T = names[T]  # noqa: N806
    if (isinstance(T, type) and T in NUMPY_FLOATS) or (isinstance(T, np.dtype) and T.kind == "f"):
        return format_of(np.dtype(T), "T")
    return as_format(T)


def model(T: FormatLike) -> ErrorModel:  # noqa: N803
    """The error model of a format, given as scalar class, dtype, Format or text; or float32 etc.

    Raises TypeError for what is not a format, FormatError for a bad text.

    >>> import numformats as nf
    >>> m = nf.analysis.model(nf.posit16)
    >>> m.bound("add", 1, 2.0**-20) == 2.0**-12
    True
    >>> m.bound("multiply", nf.posit16(2.0**50), nf.posit16(2.0**50))
    inf
    """
    return _model(analysed_format(T))


def u_of_range(T: FormatLike, lo: Any = None, hi: Any = None) -> float:  # noqa: N803
    """The least u with |fl(x) - x| <= u |x| for all lo <= |x| <= hi, rounded upward to a float64.

    fl(x) is the result of an operation whose exact result is x.  With f fraction bits and rounding
    to nearest, u = v / (1 + v) with v = 2**-(f + 1), the textbooks' unit roundoff; where exponent
    bits of a posit are cut off it is 100 %, 300 % and more.  Without lo and hi the range is that of
    all normal results.

    Raises NoBoundError (a ValueError) where no relative bound holds: for a posit or fixed point
    without a range, a range that begins below the least positive result (0, underflow, flushing) or
    ends where results saturate or overflow, and truncated floats that cut operands.  ValueError for
    ends that are not finite, negative or in the wrong order.

    >>> import numformats as nf
    >>> from numformats.analysis import u_of_range
    >>> u_of_range(nf.posit16, 2.0**49, 2.0**53), u_of_range(nf.posit16, 2.0**52, 2.0**56)
    (1.0, 3.0)
    >>> u_of_range(nf.bposit32) <= 2.0**-21 and u_of_range(nf.mlu32) <= 2.0**-20
    True
    >>> u_of_range(nf.posit32)
    Traceback (most recent call last):
    ...
    numformats.analysis.problems.NoBoundError: posit<32,es=2> has no unit roundoff...
    """
    return at_least(u_of_range_of(analysed_format(T), lo, hi))


@dataclass(frozen=True)
class ErrorModel:
    """What is known of the rounding of one format.  Made by `nf.analysis.model`."""

    format: Format
    results: RoundingErrors
    """Bounds of the rounding of exact results."""
    conversions: RoundingErrors
    """Bounds of the rounding of conversions; the same but in truncated floats."""

    def bound(self, op: Any, *operands: Any) -> Any:
        """An upper bound of |fl(op(x, y)) - op(x, y)|, as float64.

        * op: "add", "subtract", "multiply", "divide", "sqrt", "square", "reciprocal", "fma", or
          "rounding" (a conversion into the format); NumPy's ufuncs, `nf.fma` and the functions of
          the module operator stand for their names
        * operands: numbers or arrays of any real type, taken exactly; they broadcast

        The bound is half of the gap of the format at the exact result where it rounds to nearest,
        the gap otherwise, and 0 where the result is known to be a value; where an operand is
        flushed or cut (truncated floats), the change of the exact result is added.  It is inf where
        there is no bound: the result overflows, saturates or wraps, or there is no real result.
        All is rounded upward.  Raises ValueError for another operation or number of operands,
        TypeError for an operand that is no real number.

        >>> import numformats as nf
        >>> m = nf.analysis.model(nf.mlu32)
        >>> m.bound(np.add, np.float32([1, 1]), np.float32([1, 2**-22])) == [0, 2**-20]
        array([ True,  True])
        >>> 2.0**-140 <= m.bound("multiply", 2.0**-70, 2.0**-70) < 2.0**-139  # flushed
        True
        """
        name = _operation(op)
        if len(operands) != ARITY[name]:
            msg = f"{name} takes {ARITY[name]} operands, not {len(operands)}"
            raise ValueError(msg)
        arrays = [np.asarray(x) for x in operands]
        shape = np.broadcast_shapes(*(a.shape for a in arrays))
        flat = [np.broadcast_to(a, shape).reshape(-1) for a in arrays]
        found = np.empty(flat[0].shape)
        for start in range(0, found.size, _BLOCK):
            part = slice(start, start + _BLOCK)
            found[part] = self._bound(name, [a[part] for a in flat])
        return found.reshape(shape) if shape else float(found[0])

    @property
    def unit(self) -> float | None:
        """The textbooks' unit roundoff of normal results; None where there is none.

        Half of the distance from 1 to the next value where rounding is to nearest, all of it
        otherwise; of b-posits and takums that of their shortest fraction.  Posits and fixed point
        have none without a range (`u_of_range`), and truncated floats that cut operands have none.
        """
        try:
            return at_least(unit_roundoff(self.format))
        except NoBoundError:
            return None

    def unit_at(self, x: Any) -> Any:
        """The unit roundoff of results of magnitude x: a number or an array of them.

        The largest error in units of the power of two below x; where exponent bits are cut off, the
        largest relative error.  inf below the least positive result and beyond the limits.

        >>> import numformats as nf
        >>> nf.analysis.model(nf.posit16).unit_at([1, 2.0**8, 2.0**50, 2.0**60]) * 4096
        array([1.000e+00, 4.000e+00, 4.096e+03,       inf])
        """
        size = np.abs(enclose(x)[0].low)
        found = np.maximum(self.results.above.unit(size), self.results.below.unit(size))
        found = found if self.format.is_signed else self.results.above.unit(size)
        return float(found) if np.ndim(found) == 0 else found

    @property
    def absolute(self) -> float:
        """The largest error of a result between 0 and the least positive one.

        That of flushing, of the grid of subnormals and of fixed point, or of a posit's minpos.
        """
        return float(self.results.above.worst[0])

    @property
    def limits(self) -> tuple[float, float]:
        """Exact results below the first and above the second overflow, saturate or wrap.

        The last values and the part of a gap that is still rounded to them; rounded toward 0 to
        float64.
        """
        return -self.results.below.limit, self.results.above.limit

    @property
    def bias(self) -> Bias:
        """Which way results lean, and by how much on average."""
        return bias_of(self.format)

    def _bound(self, op: str, operands: list[Any]) -> Any:
        """The same for vectors of one length, few enough to stay in a cache."""
        lifted = [enclose(x) for x in operands]
        xs, powers = [x for x, _ in lifted], [p for _, p in lifted]
        with np.errstate(all="ignore"):
            return self._of_enclosures(op, xs, powers)

    def _of_enclosures(self, op: str, xs: list[Enclosure], powers: list[Any]) -> Any:
        exact = exact_result(op, xs)
        quantum = result_quantum(op, exact, powers)
        if op == "rounding" or self.format.family != "truncated":
            errors = self.conversions if op == "rounding" else self.results
            return errors.bound(exact.low, exact.high, quantum)
        seen, changed = seen_result(self.format, op, xs)
        quantum = result_quantum(op, seen, powers)
        error = self.results.bound(seen.low, seen.high, quantum)
        change = np.maximum(np.abs(seen.high - exact.low), np.abs(exact.high - seen.low))
        total = np.where(changed, up(error + up(change)), error)
        return np.where(np.isnan(exact.low) | np.isnan(total), np.inf, total)

    def __repr__(self) -> str:
        """Name the format, its unit roundoff, its error next to 0, its ends and its bias."""
        low, high = self.limits
        unit = "none" if self.unit is None else f"{self.unit:.6g}"
        return (
            f"model({self.format!r}): unit roundoff {unit}, next to 0 {self.absolute:.6g}, "
            f"results from {low:.6g} to {high:.6g}, bias {self.bias.direction}"
        )


def _operation(op: Any) -> str:
    """The name of an operation, given as one or as a function that has one."""
    name = op if isinstance(op, str) else getattr(op, "__name__", repr(op))
    name = _SHORT.get(name, name)
    if name not in ARITY:
        msg = f"no error model of the operation {name!r}; there are: {', '.join(ARITY)}"
        raise ValueError(msg)
    return name


@functools.cache
def _model(f: Format) -> ErrorModel:
    return ErrorModel(f, errors_of(f), errors_of(f, conversion=True))
