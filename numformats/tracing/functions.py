# SPDX-License-Identifier: BSD-3-Clause
"""Which NumPy functions move numbers, choose among them, ask about them, or make new ones?

Everything here holds for every interpreter; what is left is arithmetic, which is theirs.
"""

from __future__ import annotations

import numpy as np

from numformats.tracing.value import HANDLERS, Traced, _fail, _map, as_traced, find_run

# ---- which functions are rearrangements, and where their arrays stand -----------------------------
_FIRST = """reshape ravel transpose swapaxes moveaxis rollaxis squeeze expand_dims broadcast_to flip fliplr flipud
roll rot90 repeat tile take take_along_axis compress diag diagonal diagflat triu tril copy atleast_1d
atleast_2d atleast_3d split array_split hsplit vsplit delete resize permute_dims matrix_transpose
extract sliding_window_view unstack trim_zeros pad astype_like""".split()
REARRANGE = {getattr(np, n): (0,) for n in _FIRST if hasattr(np, n)}
REARRANGE |= {
    np.concatenate: (0,),
    np.stack: (0,),
    np.hstack: (0,),
    np.vstack: (0,),
    np.dstack: (0,),
    np.column_stack: (0,),
    np.block: (0,),
    np.where: (1, 2),
    np.append: (0, 1),
    np.select: (1, 2),
    np.choose: (1,),
    np.insert: (0, 2),
    np.full_like: (1,),
}
SPREAD = {np.broadcast_arrays, np.meshgrid}  # all positional operands
CREATE = {np.zeros_like, np.ones_like, np.empty_like}
PREDICATES = {
    np.less,
    np.less_equal,
    np.greater,
    np.greater_equal,
    np.equal,
    np.not_equal,
    np.isnan,
    np.isfinite,
    np.isinf,
    np.signbit,
    np.logical_and,
    np.logical_or,
    np.logical_not,
    np.logical_xor,
    np.argmax,
    np.argmin,
    np.argsort,
    np.lexsort,
    np.nonzero,
    np.flatnonzero,
    np.count_nonzero,
    np.argwhere,
    np.searchsorted,
    np.digitize,
    np.all,
    np.any,
    np.allclose,
    np.isclose,
    np.array_equal,
    np.shape,
    np.ndim,
    np.size,
    np.result_type,
    np.can_cast,
    np.iscomplexobj,
    np.isrealobj,
    np.isscalar,
    np.array2string,
    np.array_repr,
    np.array_str,
    np.spacing,
    np.unravel_index,
    np.min_scalar_type,
}


def create(run, f, like, dtype=None, order="K", subok=True, shape=None, **_):
    """zeros_like and its kin, in the format of the trace; empty_like gives zeros, the same each time."""
    if dtype is not None and np.dtype(dtype).kind in "biu":
        return f(np.empty(like.shape, dtype), shape=shape)
    face = run.face(like)
    if isinstance(face, Traced):  # a run below
        return run.lift(f(face, dtype=dtype, shape=shape))
    full = np.ones if f is np.ones_like else np.zeros
    return run.lift(full(like.shape if shape is None else shape, dtype or like.dtype))


def add_at(run, target, places, value):
    """np.add.at: one rounding for each visit, in NumPy's order; layers without repeats."""
    value = np.broadcast_to(value, target[places].shape)
    grid = np.arange(target.size).reshape(target.shape)[places].reshape(-1)
    flat = np.reshape(value, -1)
    cells, which = np.unique(grid, return_inverse=True)
    seen = np.zeros(len(cells), int)
    rank = np.empty(len(grid), int)
    for i, cell in enumerate(which):
        rank[i] = seen[cell]
        seen[cell] += 1
    for layer in range(int(rank.max()) + 1 if len(rank) else 0):
        now = np.flatnonzero(rank == layer)
        at = np.unravel_index(grid[now], target.shape)
        target[at] = target[at] + flat[now]


def rearrange(run, f, places, args, kwargs):
    """f on every part; operands that are not traced are lifted first."""

    def lift(x):
        if isinstance(x, (list, tuple)):
            return type(x)(lift(i) for i in x)
        if isinstance(x, (int, float)) and not isinstance(x, np.generic):  # weak, as in NumPy
            return run.cast(run.lift(np.asarray(x)), dtype)
        return as_traced(run, x)

    dtype = next(
        (
            a.dtype
            for i in places
            if i < len(args)
            for a in _leaves(args[i])
            if isinstance(a, Traced)
        ),
        None,
    )
    args = [lift(a) if i in places else _map(run.face, a, run) for i, a in enumerate(args)]
    results = [f(*_map(lambda t, k=k: t.parts[k], args, run), **kwargs) for k in range(run.count)]
    if isinstance(results[0], (list, tuple)):
        return type(results[0])(run.of(*parts) for parts in zip(*results))
    return run.of(*results)


def _leaves(item):
    return (
        [leaf for i in item for leaf in _leaves(i)] if isinstance(item, (list, tuple)) else [item]
    )


# ---- selections: places from the face, then a rearrangement ---------------------------------------
def _select(places_of):
    def select(run, a, axis=None, *, keepdims=False, initial=None, where=None):
        if initial is not None or where is not None:
            _fail("initial= and where= are not traced")
        if axis is None:
            a, axis, kept = np.ravel(a), 0, (1,) * np.ndim(a)
        else:
            kept = None
        places = places_of(a, axis)
        picked = np.take_along_axis(a, np.expand_dims(places, axis), axis)
        if kept is not None and keepdims:
            return np.reshape(picked, kept)
        return picked if keepdims else np.squeeze(picked, axis)

    return select


def _sort(run, a, axis=-1, kind=None, **_):
    if axis is None:
        a, axis = np.ravel(a), 0
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind=kind), axis)


SELECT = {
    np.max: _select(lambda a, axis: np.argmax(a, axis)),
    np.min: _select(lambda a, axis: np.argmin(a, axis)),
    np.amax: _select(lambda a, axis: np.argmax(a, axis)),
    np.amin: _select(lambda a, axis: np.argmin(a, axis)),
    np.sort: _sort,
    np.partition: lambda run, a, kth, axis=-1, **_: _sort(run, a, axis),
}
CONSTRUCT = {
    np.zeros,
    np.ones,
    np.empty,
    np.full,
    np.eye,
    np.identity,
    np.arange,
    np.array,
    np.asarray,
    np.asanyarray,
    np.ascontiguousarray,
}


def construct(run, f, args, kwargs):
    """np.zeros(n, like=x) and its kin, and np.array([...]) of traced values (by the lens)."""
    like = kwargs.pop("like", None)
    dtype = kwargs.pop("dtype", like.dtype if isinstance(like, Traced) else None)
    if f in {np.array, np.asarray, np.asanyarray, np.ascontiguousarray}:
        made = gather(run, args[0])
        return (
            made.copy() if f is np.array and kwargs.get("copy", True) and made is args[0] else made
        )
    if f is np.full and find_run(args) is not None:
        return np.broadcast_to(args[1], args[0]).copy()
    return run.lift(f(*args, dtype=dtype, **kwargs))


def gather(run, item):
    """Nested lists of traced and plain numbers as one traced array."""
    if isinstance(item, (list, tuple)):
        return np.stack([gather(run, i) for i in item])
    return as_traced(run, item)


HANDLERS.update(
    {
        f: lambda run, f, args, kwargs: rearrange(run, f, REARRANGE[f], args, kwargs)
        for f in REARRANGE
    }
)
HANDLERS.update(
    {
        f: lambda run, f, args, kwargs: rearrange(run, f, range(len(args)), args, kwargs)
        for f in SPREAD
    }
)
HANDLERS.update(
    {f: lambda run, f, args, kwargs: run.predicate(f, args, kwargs) for f in PREDICATES}
)
HANDLERS.update({f: lambda run, f, args, kwargs: create(run, f, *args, **kwargs) for f in CREATE})
HANDLERS.update({f: lambda run, f, args, kwargs: SELECT[f](run, *args, **kwargs) for f in SELECT})
HANDLERS.update({f: construct for f in CONSTRUCT})
HANDLERS["add at"] = add_at
