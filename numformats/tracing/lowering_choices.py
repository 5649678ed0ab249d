# SPDX-License-Identifier: BSD-3-Clause
"""Which functions take pieces by conditions, apply other functions, or only change the look?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.tracing.messages import fail
from numformats.tracing.texts import Texts, array, cast, constant, pi


def _select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    """The last function that a condition chooses counts; one function more is for the rest."""
    x = array(x)
    conditions = [
        np.asarray(c, bool)
        for c in (condlist if np.ndim(condlist[0]) or x.ndim == 0 else [condlist])
    ]
    if len(funclist) == len(conditions) + 1:
        conditions.append(~np.any(conditions, axis=0))
    result = np.zeros_like(x)
    for condition, function in zip(conditions, funclist, strict=True):
        chosen = np.broadcast_to(condition, x.shape)
        if callable(function):
            if np.any(chosen):
                result[chosen] = function(x[chosen], *args, **kw)
        else:
            result[chosen] = function
    return result


def _nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """Infinities become the format's largest values; a run without a format asks float64."""
    x = array(x)
    made = np.where(np.isnan(x), nan, x)
    infinities, negative = np.isinf(x), np.signbit(x)
    for infinite, given, end in (
        (infinities & ~negative, posinf, "max"),
        (infinities & negative, neginf, "min"),
    ):
        if np.any(infinite):
            limits = nf.finfo(x.dtype) if hasattr(x.dtype.type, "format") else np.finfo(x.dtype)
            made = np.where(infinite, getattr(limits, end) if given is None else given, made)
    if not copy:
        x[...] = made
    return made if copy else x


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    rows = np.moveaxis(array(arr), axis, -1)
    lead = rows.shape[:-1]
    made = np.stack([array(func1d(rows[n], *args, **kwargs)) for n in np.ndindex(*lead)])
    tail = made.shape[1:]
    made = np.reshape(made, lead + tail)
    at = axis % np.ndim(arr)
    order = [*range(at), *range(len(lead), len(lead) + len(tail)), *range(at, len(lead))]
    return np.transpose(made, order)


def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    for axis in np.ravel(np.asarray(axes)).tolist():
        made = func(a, axis)
        a = made if made.ndim == a.ndim else np.expand_dims(made, axis)
    return a


def _round(a: Any, decimals: int = 0, out: None = None) -> Any:
    if decimals == 0:
        return np.rint(a)
    step = np.power(constant(a, 10), abs(decimals))
    return np.rint(a * step) / step if decimals > 0 else np.rint(a / step) * step


def _angle(z: Any, deg: bool = False) -> Any:
    half_turn = constant(z, 180) if deg else pi(z)
    return np.where(np.signbit(z), half_turn, np.where(np.isnan(z), z, 0))


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803 - NumPy's
    """The powers of x as columns, by products."""
    x = array(x)
    power, columns = np.ones_like(x), []
    for _ in range(len(x) if N is None else N):
        columns.append(power)
        power = power * x
    return np.stack(columns if increasing else columns[::-1], -1)


def _logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    line = np.linspace(start, stop, num, endpoint=endpoint, axis=axis)
    return cast(np.power(base, line), dtype)


def _geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """By logarithms of the sizes, as NumPy; both ends have one sign."""
    if np.any(np.signbit(start) != np.signbit(stop)):
        fail("np.geomspace from a negative to a positive number is not real")
    low, high = (np.log(np.absolute(array(v))) for v in (start, stop))
    sizes = np.exp(np.linspace(low, high, num, endpoint=endpoint, axis=axis))
    return cast(np.where(np.signbit(start), -sizes, sizes), dtype)


CHOICES: Texts = {
    np.angle: _angle,
    np.apply_along_axis: _apply_along_axis,
    np.apply_over_axes: _apply_over_axes,
    np.around: _round,
    np.fix: lambda x, out=None: np.trunc(x),
    np.geomspace: _geomspace,
    np.imag: lambda val: np.zeros_like(val),
    np.logspace: _logspace,
    np.nan_to_num: _nan_to_num,
    np.piecewise: _piecewise,
    np.real: lambda val: val,
    np.real_if_close: lambda a, tol=100: a,
    np.round: _round,
    np.select: _select,
    np.vander: vander,
}
