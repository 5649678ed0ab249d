# SPDX-License-Identifier: BSD-3-Clause
"""How is anything rounded into a format in a mode that is not the format's own?"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from numformats import _dtypes, _native, _rules
from numformats._array_formats import format_of
from numformats._native import ffi, lib
from numformats._overridable import overridable
from numformats._unpack import unpack_object
from numformats.arrays import code_dtype
from numformats.number_format import Format
from numformats.parse import as_dtype, as_format

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from numpy.typing import ArrayLike, NDArray

    from numformats.number_format import Overflow, Rounding
    from numformats.parse import FormatLike

__all__ = ["quantize"]

_S = TypeVar("_S", bound=np.generic)


@overload
def quantize(  # type: ignore[overload-overlap]  # a number is an ArrayLike, too: first match
    x: complex | str | bytes | Fraction | Decimal | np.generic,
    T: type[_S] | np.dtype[_S],  # noqa: N803
    rounding: Rounding | None = None,
    overflow: Overflow | None = None,
    seed: int | None = None,
) -> _S: ...
@overload
def quantize(
    x: ArrayLike,
    T: type[_S] | np.dtype[_S],  # noqa: N803
    rounding: Rounding | None = None,
    overflow: Overflow | None = None,
    seed: int | None = None,
) -> NDArray[_S]: ...
@overload
def quantize(
    x: ArrayLike,
    T: FormatLike,  # noqa: N803
    rounding: Rounding | None = None,
    overflow: Overflow | None = None,
    seed: int | None = None,
) -> Any: ...
@overridable
def quantize(
    x: Any,
    T: Any,  # noqa: N803 - T is a type
    rounding: Rounding | None = None,
    overflow: Overflow | None = None,
    seed: int | None = None,
) -> Any:
    """Round every element of x into format T: exactly, once, in any rounding mode.

    * x: numbers of any shape and dtype, those of other formats, Fractions, Decimals and decimal
      strings included; of complex numbers the real part, with NumPy's ComplexWarning
    * T: a format, or anything that stands for one; the result has its dtype
    * rounding: "nearest_even", "nearest_away", "nearest_zero", "nearest_positive",
      "nearest_negative", "toward_zero", "toward_positive", "toward_negative", "to_odd" or
      "stochastic"; None is the format's own
    * overflow: "inf", "saturate" (the last finite value; an infinity stays one where T has it),
      "saturate_finite" (the last finite value for infinities, too), "nan"; in fixed point
      "saturate", "saturate_symmetric", "zero", "wrap"; None is the format's own
    * seed: 0..2**64 - 1, needed by and only by stochastic rounding; the element with C-order
      index i draws word i of the Philox4x64-10 stream of key (seed, 0)

    Returns an array of x's shape, a scalar for 0-d x.  Posits and takums round on their bit
    string and never to 0 or NaR.  Raises ValueError for a mode that T does not have, TypeError
    for x that are not numbers; np.errstate decides about invalid and overflow.

    >>> import numformats as nf
    >>> float(nf.quantize(0.3, nf.float8_e4m3fn, rounding="toward_zero"))
    0.28125
    >>> nf.quantize([1.1, 1.1], nf.posit8, rounding="stochastic", seed=1).astype(float)
    array([1.125, 1.   ])
    """
    f = as_format(T)
    if rounding is not None:
        _choice("rounding", rounding, _rules.ROUNDINGS)
    if overflow is not None:
        overflow = _rules.same_overflow(
            overflow, has_inf=f.inf != "none" or f.is_tapered, signed=f.is_signed
        )
        _choice("overflow", overflow, _rules.overflow_choices(f))
    target = _native.row(f)
    target.rounding = _rules.ROUNDINGS.index(rounding or f.rounding)
    target.overflow = _rules.OVERFLOWS.index(overflow or f.overflow)
    env = ffi.new("nf_env *", {"seed": _seed(rounding or f.rounding, seed)})
    source = _numbers(x)
    codes = np.empty(source.shape, code_dtype(f))
    given = _source_format(source.dtype)
    if given is None:
        _one_by_one(source, codes, target, env)
    else:
        _cast(given, source, codes, target, env)
    _native.raise_flags(env.flags, "quantize")
    return codes.view(as_dtype(T))[()]


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        msg = f"{name}={value!r}: must be one of {', '.join(allowed)}"
        raise ValueError(msg)


def _seed(rounding: str, seed: int | None) -> int:
    if (rounding == "stochastic") != (seed is not None):
        msg = f"seed={seed!r}: stochastic rounding, and no other, needs a seed (got {rounding})"
        raise ValueError(msg)
    return 0 if seed is None else _rules.integer("seed", seed, 0, 2**64 - 1)


def _numbers(x: ArrayLike) -> np.ndarray[Any, Any]:
    """The array of x in native byte order, integers of any size kept exact."""
    a = np.asarray(x)
    if not isinstance(x, np.ndarray | np.generic) and a.dtype.kind in "fUV":
        a = _unmixed(x, a)
    if a.dtype.kind == "c":
        message = "Casting complex values to real discards the imaginary part"
        warnings.warn(message, np.exceptions.ComplexWarning, stacklevel=3)
        a = a.real
    if a.dtype.kind in "mM" or a.dtype.fields is not None:
        msg = f"cannot quantize {a.dtype}: not numbers"
        raise TypeError(msg)
    return a.astype(a.dtype.newbyteorder("="), copy=False) if a.dtype.kind in "uif" else a


def _unmixed(x: ArrayLike, a: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """`a`, or the items of x as they are: of mixed types NumPy makes one that may lose digits."""
    objects = np.asarray(x, dtype=object)
    alike = (a.dtype.type, {"f": float, "U": str}.get(a.dtype.kind, a.dtype.type))
    if objects.shape != a.shape or all(isinstance(item, alike) for item in objects.flat):
        return a
    return objects


def _source_format(dtype: np.dtype[Any]) -> Format | None:
    """The format whose codes an array of this dtype holds, or None."""
    if dtype.kind in "uib":
        return Format("fixed", 8 * dtype.itemsize, is_signed=dtype.kind == "i")
    try:
        return format_of(dtype, "x")
    except TypeError:
        return None


def _cast(
    given: Format, source: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], target: Any, env: Any
) -> None:
    """Round all elements by one call of the core; strides are those of the C-order copy."""
    data = np.asarray(source, order="C").view(code_dtype(given))
    pointers = ffi.new("char *[2]", [_native.address(data), _native.address(codes)])
    strides = ffi.new("intptr_t[2]", [data.itemsize, codes.itemsize])
    if not lib.nf_run_cast(_native.row(given), target, pointers, strides, codes.size, env):
        _dtypes.raise_stop()


def _one_by_one(
    source: np.ndarray[Any, Any], codes: np.ndarray[Any, Any], target: Any, env: Any
) -> None:
    """The slow exact path for what is no row of the core: objects, text and long doubles."""
    flat = codes.reshape(-1)
    for i, item in enumerate(source.flat):
        if isinstance(item, np.ndarray):
            msg = "cannot quantize an array inside an array of objects"
            raise TypeError(msg)
        env.index = i
        flat[i] = lib.nf_encode(target, unpack_object(item, target, env), env)
