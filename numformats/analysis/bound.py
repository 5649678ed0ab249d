# SPDX-License-Identifier: BSD-3-Clause
"""How large can the error of a NumPy function be, whatever the inputs in a box?  Static bounds."""

from __future__ import annotations

import time
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats._array_formats import NUMPY_FLOATS
from numformats.analysis.bounds.boxes import Box, box_of
from numformats.analysis.bounds.certificate import BoundLine, StaticBound, source_line
from numformats.analysis.bounds.runs import Open, Outcome, Runner
from numformats.analysis.bounds.search import Search
from numformats.analysis.problems import CompareError
from numformats.parse import as_dtype
from numformats.tracing import TraceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from numformats.parse import FormatLike

__all__ = ["bound"]

_POINTS = 16
_MOST_BOXES = 4096  # of a tolerance


def bound(  # noqa: PLR0913 - a face: each option has its default
    fn: Callable[..., Any],
    ranges: Mapping[str, Any],
    T: FormatLike | type[np.floating[Any]],  # noqa: N803 - T is a type
    *,
    subdivide: float = 1,
    inputs: str = "exact",
    refine: str = "absolute",
    seconds: float = 60.0,
    symbols: int = 128,
    progress: Callable[[int, int], None] | None = None,
) -> StaticBound:
    """Bound |computed - exact| of every output of a NumPy function, over a whole box of inputs.

    Shapes
    ------
    fn is ordinary NumPy code; it is traced, not changed.  ranges gives for each parameter (low,
    high), numbers or arrays of them; (low, high, shape) for an array whose elements share a range;
    or numbers that are given as they are.  T is a format (class, dtype, name) or float16, float32,
    float64.

    * inputs: "exact": the inputs are values of T in the box; "rounded": real numbers of the box,
      which are rounded to T first, an error that counts
    * subdivide: how many sub-boxes may be made, the worst being cut; or, below 1, a tolerance: cut
      until the bound is at most 1 + subdivide times the estimate
    * refine: which of "absolute" and "relative" the cuts make small
    * seconds: when to stop cutting (the bound holds all the same)
    * symbols: how many a form keeps; more are tighter and slower
    * progress: called with the number of boxes and how many there may be

    The result has `absolute` and `relative`, which are certificates (computed in float64, every
    step rounded outwards), `estimate`, `lines` and `compare`.  A bound is infinite where a result
    may leave the format, a divisor may be 0, or a root or logarithm leave its domain: `notes` name
    the line.  Of NumPy's own functions (exp of a float32) 4 units in the last place are assumed,
    as NumPy's tests do.

    Raises CompareError for ranges that do not fit, TraceError with the line for an `if` that the
    box leaves open (with subdivide such boxes are cut) and for what is not traced.

    >>> import numformats as nf
    >>> found = nf.analysis.bound(lambda x, y: x * y, {"x": (1, 2), "y": (1, 2)}, nf.posit16)
    >>> found.absolute == 2**-11, round(found.relative * 2**12, 6)
    (True, 1.0)
    """
    begun = time.monotonic()
    dtype = _dtype_of(T)
    _check(subdivide, inputs, refine, symbols)
    box = box_of(fn, ranges)
    run = Runner(fn, box, dtype, inputs == "rounded", symbols)
    search = Search(run, box.low[:, None], box.high[:, None], refine, progress)
    search.start()
    points = _points(box)
    at_points = Search(run, points, points.copy(), refine)
    at_points.start()
    seen = [o for o in at_points.outcomes if isinstance(o, Outcome)]
    if subdivide != 1:
        enough = (
            (1 + subdivide) * max((at_points.size(o) for o in seen), default=0.0)
            if subdivide < 1
            else 0.0
        )
        search.bisect(_MOST_BOXES if subdivide < 1 else int(subdivide), enough, begun + seconds)
        search.fork()
    _refuse_open(search)
    return _certificate(fn, dtype, search, seen, inputs, begun)


def _dtype_of(T: Any) -> np.dtype[Any]:  # noqa: N803 - T is a type
    """The dtype of a format, or NumPy's own float16, float32, float64, by type, dtype or name."""
    names = {t.__name__: t for t in NUMPY_FLOATS} | {"float": np.float64}
    own = names.get(T if isinstance(T, str) else "float" if T is float else "")
    kind = own or getattr(T, "type", T)
    return np.dtype(kind) if kind in NUMPY_FLOATS else np.dtype(as_dtype(T))


def _check(subdivide: float, inputs: str, refine: str, symbols: int) -> None:
    if inputs not in {"exact", "rounded"}:
        raise CompareError(f"inputs={inputs!r}: must be 'exact' or 'rounded'")
    if refine not in {"absolute", "relative"}:
        raise CompareError(f"refine={refine!r}: must be 'absolute' or 'relative'")
    if not (0 < subdivide < 1 or (subdivide >= 1 and subdivide == int(subdivide))):
        raise CompareError(
            f"subdivide={subdivide!r}: must be a number of boxes, or a tolerance between 0 and 1"
        )
    if not 4 <= symbols <= 4096:
        raise CompareError(f"symbols={symbols!r}: must be in 4..4096")


def _points(box: Box) -> NDArray[np.float64]:
    """Middle, corners and random points of the box; of each a column."""
    low, high = box.low, box.high
    n = low.size
    corners = list(product((0.0, 1.0), repeat=n)) if n <= 5 else []
    rng = np.random.default_rng(0)
    more = rng.random((max(_POINTS - len(corners) - 1, 8), n))
    at = np.concatenate([np.full((1, n), 0.5), np.reshape(corners, (-1, n)), more]).T
    points = np.clip(low[:, None] + at * (high - low)[:, None], low[:, None], high[:, None])
    return np.unique(points, axis=1)


def _refuse_open(search: Search) -> None:
    """Raise the error of a decision that boxes leave open."""
    for outcome in search.outcomes:
        if isinstance(outcome, Open):
            cut = search.stopped or "subdivide=N cuts the box"
            raise TraceError(
                f"{_place(outcome.place)}{outcome.text} ({cut}); np.where takes both branches"
            )


def _certificate(  # noqa: PLR0913 - the parts of a certificate
    fn: Any, dtype: np.dtype[Any], search: Search, seen: list[Outcome], inputs: str, begun: float
) -> StaticBound:
    outcomes = [o for o in search.outcomes if isinstance(o, Outcome)]
    worst = int(np.argmax([o.worst for o in outcomes]))
    run = search.run
    ends = [run.box.named(a[:, worst]) for a in (search.low, search.high)]
    notes = tuple(
        dict.fromkeys(f"{_place(k)}{text}" for o in outcomes for k, text in o.overflows.items())
    )
    if search.stopped == "out of time":
        notes = (*notes, f"out of time after {len(outcomes)} boxes")

    def largest(found: list[Outcome], kind: str) -> Any:
        many = [
            np.maximum.reduce([getattr(o, kind)[i] for o in found]) for i in range(len(run.names))
        ]
        return _shaped(run.structure, many)

    return StaticBound(
        function=getattr(fn, "__name__", repr(fn)),
        format=str(dtype),
        absolute=largest(outcomes, "absolute"),
        relative=largest(outcomes, "relative"),
        estimate=largest(seen, "absolute") if seen else None,
        estimate_relative=largest(seen, "relative") if seen else None,
        worst_box={k: (ends[0][k], ends[1][k]) for k in ends[0]},
        lines=_lines(outcomes[worst]),
        boxes=len(outcomes),
        seconds=time.monotonic() - begun,
        inputs=inputs,
        notes=notes,
    )


def _place(line: tuple[str, int]) -> str:
    return f"{line[0].rsplit('/', 1)[-1]}:{line[1]}: "


def _shaped(structure: Any, values: list[Any]) -> Any:
    if isinstance(structure, dict):
        return {k: _shaped(v, values) for k, v in structure.items()}
    if isinstance(structure, tuple):
        return tuple(_shaped(v, values) for v in structure)
    value = values[structure]
    return float(value) if value.ndim == 0 else value


def _lines(outcome: Outcome) -> tuple[BoundLine, ...]:
    """The lines of the worst box, the largest share first."""
    total = sum(outcome.shares.values())
    places = dict.fromkeys([*outcome.shares, *outcome.locals, *outcome.overflows])
    lines = [
        BoundLine(
            file=place[0],
            line=place[1],
            code=source_line(*place) or place[0],
            roundings=outcome.locals.get(place, (0, 0.0))[0],
            local=outcome.locals.get(place, (0, 0.0))[1],
            share=outcome.shares.get(place, 0.0) / total if 0 < total < np.inf else 0.0,
            overflow=outcome.overflows.get(place, ""),
        )
        for place in places
    ]
    return tuple(
        sorted(lines, key=lambda line: (-bool(line.overflow), -line.share, line.file, line.line))
    )
