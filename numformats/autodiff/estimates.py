# SPDX-License-Identifier: BSD-3-Clause
"""What is a gradient, by forward runs alone, along a few random directions?"""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.formats import asked_dtype, check_one
from numformats.autodiff.gradients import of_some
from numformats.autodiff.transforms import arguments, directional
from numformats.autodiff.trees import copied
from numformats.exact import fmean, matmul

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["forward_grad", "rademacher"]

# So many directions are carried along at once.
_AT_ONCE = 8


def rademacher(seed: int, number: int, size: int) -> NDArray[np.int8]:
    """The signs of direction `number`: bits of Philox with the key (seed, number), 1 is minus.

    >>> rademacher(0, 0, 5).tolist()
    [-1, -1, 1, -1, -1]
    """
    words = np.random.Philox(key=[seed, number]).random_raw(-(-size // 64))
    bits = np.unpackbits(np.asarray(words, "<u8").view(np.uint8), bitorder="little")[:size]
    return (1 - 2 * bits.astype(np.int8)).astype(np.int8)


def forward_grad(  # noqa: PLR0913 - as grad, and its directions
    function: Callable[..., Any],
    argnums: int | tuple[int, ...] = 0,
    *,
    tangents: int = 1,
    seed: int = 0,
    combine: str = "mean",
    exact: bool = True,
    tangent_dtype: Any = None,
) -> Callable[..., Any]:
    """An estimate of the gradient of a scalar function by forward mode, which keeps no tape.

    Parameters
    ----------
    function, argnums : as for `grad`
    tangents : how many directions v of random signs; each gives a slope d, the derivative along it
    seed : 0 or more, of the signs
    combine : "mean", the mean of d v, whose expectation is the gradient; or "project", the
        projection of the gradient to the span of the directions: it has the same slopes, and is
        the gradient when the directions span everything
    exact, tangent_dtype : as for `jvp`

    "mean" is exact and rounded once.  "project" solves the system of the dot products of the
    directions, which are integers, in exact fractions, rounds its solution once, and the sum of the
    directions so weighted once more; directions that depend on those before them are left out.

    Raises as `jvp` and `grad` do, ValueError for other numbers of tangents, seeds and combinations.

    >>> import numpy as np, numformats as nf
    >>> f = lambda x: np.sum(x * x)
    >>> nf.autodiff.forward_grad(f, tangents=8, combine="project")([1.0, 2.0, 3.0]).tolist()
    [2.0, 4.0, 6.0]

    Source: Baydin, Pearlmutter, Syme, Wood and Torr, "Gradients without Backpropagation" (2022).
    """
    for name, value, least in (("tangents", tangents, 1), ("seed", seed, 0)):
        if not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name}={value!r}; allowed: {least}, {least + 1}, ...")
    if combine not in {"mean", "project"}:
        raise ValueError(f"combine={combine!r}; allowed: 'mean', 'project'")
    dtype = asked_dtype("tangent_dtype", tangent_dtype)

    @functools.wraps(function)
    def estimate(*args: Any, **kwargs: Any) -> Any:
        partial, some = of_some(function, argnums, args, kwargs)
        arrays, rebuild = arguments(some)
        for array in arrays:
            check_one(array.dtype if dtype is None else dtype, "tangent_dtype")
        size = sum(a.size for a in arrays)
        signs = np.stack([rademacher(seed, k, size) for k in range(tangents)])
        slopes = _slopes(partial, some, arrays, rebuild, signs, exact=exact, dtype=dtype)
        ends = np.cumsum([0, *(a.size for a in arrays)])
        found = (_mean if combine == "mean" else _projection)(signs, slopes)
        pieces = (
            copied(np.reshape(found[low:high], a.shape).astype(dtype or a.dtype))
            for a, low, high in zip(arrays, ends[:-1], ends[1:], strict=True)
        )
        made = rebuild(pieces)
        return made if isinstance(argnums, tuple | list) else made[0]

    return estimate


def _slopes(  # noqa: PLR0913 - a function, where it is, and where it moves to
    function: Callable[..., Any],
    some: tuple[Any, ...],
    arrays: list[Any],
    rebuild: Callable[[Any], Any],
    signs: NDArray[np.int8],
    *,
    exact: bool,
    dtype: Any,
) -> Any:
    """The derivative along each row of signs."""
    cuts = np.cumsum([a.size for a in arrays])[:-1]
    moves = [
        rebuild(
            np.reshape(part, a.shape) for part, a in zip(np.split(row, cuts), arrays, strict=True)
        )
        for row in signs
    ]
    slopes: list[Any] = []
    for start in range(0, len(moves), _AT_ONCE):
        few = moves[start : start + _AT_ONCE]
        value, found = directional(function, some, few, exact=exact, tangent_dtype=dtype)
        if isinstance(value, tuple | list | dict) or np.ndim(value):
            raise ValueError(
                f"a gradient is of a scalar; the function gives shape {np.shape(value)}"
            )
        slopes += found
    return np.stack([np.asarray(s) for s in slopes])


def _mean(signs: NDArray[np.int8], slopes: Any) -> Any:
    """The mean of signs times slopes, computed once for each pattern of signs."""
    patterns, which = np.unique(signs, axis=1, return_inverse=True)
    means = fmean(np.where(patterns > 0, slopes[:, None], -slopes[:, None]), axis=0)
    return np.asarray(means)[which.reshape(-1)]


def _projection(signs: NDArray[np.int8], slopes: Any) -> Any:
    if not np.isfinite(slopes).all():
        return _mean(signs, slopes)
    wide = signs.astype(np.int64)
    weights = _solved((wide @ wide.T).tolist(), [Fraction(*s.as_integer_ratio()) for s in slopes])
    rounded = np.array([slopes.dtype.type(w) for w in weights], slopes.dtype)
    return np.asarray(matmul(signs.T.astype(slopes.dtype), rounded))


def _solved(matrix: list[list[int]], right: list[Fraction]) -> list[Fraction]:
    """The x with matrix x = right, for a semidefinite matrix; 0 for rows that depend on others."""
    rows: list[list[Fraction]] = []
    kept: list[int] = []
    for i, (integers, b) in enumerate(zip(matrix, right, strict=True)):
        row = [*map(Fraction, integers), b]
        for k in kept:
            factor = row[k] / rows[k][k]
            row = [p - factor * q for p, q in zip(row, rows[k], strict=True)]
        rows.append(row)
        if row[i]:
            kept.append(i)
    x = [Fraction(0)] * len(rows)
    for i in reversed(kept):
        x[i] = (rows[i][-1] - sum(rows[i][k] * x[k] for k in kept if k > i)) / rows[i][i]
    return x
