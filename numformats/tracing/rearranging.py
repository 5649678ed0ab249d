# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions only move numbers?  They do to every part what they do to the first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.tracing.dispatch import faces
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS
from numformats.tracing.texts import array
from numformats.tracing.value import Interpreter, Traced, as_traced, find_run, mapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Positions of the arrays that are moved; what else there is says where to.
REARRANGE: dict[Any, tuple[int, ...]] = {
    np.append: (0, 1),
    np.array_split: (0,),
    np.atleast_1d: (0,),
    np.atleast_2d: (0,),
    np.atleast_3d: (0,),
    np.block: (0,),
    np.broadcast_arrays: (0,),
    np.broadcast_to: (0,),
    np.choose: (1,),
    np.column_stack: (0,),
    np.compress: (1,),
    np.concatenate: (0,),
    np.copy: (0,),
    np.delete: (0,),
    np.diagonal: (0,),
    np.dsplit: (0,),
    np.dstack: (0,),
    np.expand_dims: (0,),
    np.extract: (1,),
    np.fft.fftshift: (0,),
    np.fft.ifftshift: (0,),
    np.flip: (0,),
    np.fliplr: (0,),
    np.flipud: (0,),
    np.hsplit: (0,),
    np.hstack: (0,),
    np.insert: (0, 2),
    np.lib.stride_tricks.sliding_window_view: (0,),
    np.linalg.diagonal: (0,),
    np.linalg.matrix_transpose: (0,),
    np.matrix_transpose: (0,),
    np.meshgrid: (0,),
    np.moveaxis: (0,),
    np.ravel: (0,),
    np.repeat: (0,),
    np.reshape: (0,),
    np.resize: (0,),
    np.roll: (0,),
    np.rollaxis: (0,),
    np.rot90: (0,),
    np.split: (0,),
    np.squeeze: (0,),
    np.stack: (0,),
    np.swapaxes: (0,),
    np.take: (0,),
    np.take_along_axis: (0,),
    np.tile: (0,),
    np.transpose: (0,),
    np.unstack: (0,),
    np.vsplit: (0,),
    np.vstack: (0,),
    np.where: (1, 2),
}
# All positional operands are arrays.
_SPREAD = {np.broadcast_arrays, np.meshgrid, np.atleast_1d, np.atleast_2d, np.atleast_3d}
# Keywords of these functions that name an array that is moved.
_MOVED = {"a", "arr", "array", "arrays", "ary", "choices", "m", "tup", "values", "x"}
# Functions that fill up with zeros, or with what the keyword constant_values says.
FILL = {np.diag, np.diagflat, np.tril, np.triu, np.pad}


def rearrange(
    run: Interpreter, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """F on every part; operands that are not traced are lifted first."""
    places = range(len(args)) if f in _SPREAD else REARRANGE[f]
    moved = [a for i, a in enumerate(args) if i in places]
    moved += [v for k, v in kwargs.items() if k in _MOVED]
    if find_run(moved) is not run:  # traced values only say where to
        return f(*faces(run, args), **faces(run, kwargs))
    dtype = next(leaf.dtype for leaf in _leaves(moved) if isinstance(leaf, Traced))
    lifted = [_lifted(run, a, dtype) if i in places else faces(run, a) for i, a in enumerate(args)]
    keywords = {
        k: _lifted(run, v, dtype) if k in _MOVED else faces(run, v) for k, v in kwargs.items()
    }
    results = [
        f(*mapped(part, lifted, run), **mapped(part, keywords, run))
        for part in (lambda t, k=k: t.parts[k] for k in range(run.keeps_format, run.count))
    ]
    if run.keeps_format:
        results.insert(0, f(*faces(run, args), **faces(run, kwargs)))
    if isinstance(results[0], list | tuple):
        return type(results[0])(run.of(*parts) for parts in zip(*results, strict=True))
    return run.of(*results)


def _lifted(run: Interpreter, item: Any, dtype: np.dtype[Any]) -> Any:
    """Lists are gone into while traced values are inside; Python's numbers take on the dtype."""
    if isinstance(item, list | tuple) and (
        find_run(item) is not None or any(isinstance(i, np.ndarray) for i in item)
    ):
        return type(item)(_lifted(run, i, dtype) for i in item)
    if isinstance(item, int | float) and not isinstance(item, np.generic):
        return run.cast(run.lift(np.asarray(item)), dtype)
    return as_traced(run, item if isinstance(item, Traced) else np.asarray(item))


def _leaves(item: Any) -> Iterator[Any]:
    if isinstance(item, list | tuple):
        for i in item:
            yield from _leaves(i)
    else:
        yield item


def fill(
    run: Interpreter, f: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """F on the numbers of the places: 1, 2, ... are elements, 0, -1, ... what it fills up with."""
    x, *rest = args
    if not isinstance(x, Traced):
        fail(f"np.{f.__name__} by keyword: give its array first, by position")
    if f is np.diag and x.ndim == 2:  # a view
        parts = [f(p, *rest, **kwargs) for p in x.parts]
        return run.of(*parts)
    constants: Any = 0
    numbers = dict(kwargs)
    if f is np.pad:
        mode = rest[1] if len(rest) > 1 else kwargs.get("mode", "constant")
        if callable(mode) or mode not in _PAD_MODES or kwargs.get("reflect_type", "even") != "even":
            fail(f"np.pad(mode={mode!r}) is not traced: it computes; allowed: {_PAD_MODES}")
        if mode == "constant":
            constants = numbers.pop("constant_values", 0)
            count = np.arange(np.size(constants)).reshape(np.shape(constants))
            numbers["constant_values"] = -count
    places = f(np.arange(1, x.size + 1).reshape(x.shape), *rest, **numbers)
    filler = as_traced(run, array(constants)).astype(x.dtype)  # as np.pad stores them
    pool = [
        np.concatenate([np.ravel(c)[::-1], np.ravel(p)])
        for c, p in zip(filler.parts, x.parts, strict=True)
    ]
    at = places + (filler.size - 1)
    results = [part[at] for part in pool]
    if run.keeps_format:
        results[0] = f(*faces(run, args), **faces(run, kwargs))
    return run.of(*results)


_PAD_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")

HANDLERS.update(dict.fromkeys(REARRANGE, rearrange))
HANDLERS.update(dict.fromkeys(FILL, fill))
