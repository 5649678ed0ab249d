# SPDX-License-Identifier: BSD-3-Clause
"""What are the value and the derivative of a function of arrays?  Forward (jvp), reverse (vjp)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.formats import asked_dtype, check_dtypes, in_dtype
from numformats.autodiff.forward import Forward
from numformats.autodiff.held import Held
from numformats.autodiff.reverse import Reverse
from numformats.autodiff.trees import copied, flatten, leaves_like, real_array
from numformats.tracing import Interpreter, Traced, as_traced, find_run, make, through

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Pullback", "arguments", "call", "directional", "jvp", "outputs", "vjp"]


def arguments(args: tuple[Any, ...]) -> tuple[list[Any], Callable[[Any], Any]]:
    """The arrays of positional arguments, which the caller may overwrite, and how to put them back.

    Raises TypeError for what is no array of real numbers.
    """
    arrays: list[Any] = []
    builds = []
    for place, arg in enumerate(args):
        leaves, build = flatten(arg)
        arrays += [real_array(leaf, f"argument {place}") for leaf in leaves]
        builds.append((len(leaves), build))

    def rebuild(new: Any) -> tuple[Any, ...]:
        new = list(new)
        made, at = [], 0
        for count, build in builds:
            made.append(build(new[at : at + count]))
            at += count
        return tuple(made)

    return arrays, rebuild


def call(function: Callable[..., Any], run: Interpreter, boxes: list[Any], rebuild: Any) -> Any:
    """The function on traced values; constructors of NumPy in it stay in the trace."""
    if not callable(function):
        raise TypeError(f"{function!r} is no function")
    seen = through(function, make(run, {box.dtype for box in boxes}))
    return seen(*rebuild(boxes))


def outputs(run: Interpreter, result: Any) -> tuple[list[Traced], Callable[[Any], Any]]:
    """The arrays of a result as values of the run, and how to put them back.

    Raises TypeError for results that are no numbers.
    """
    leaves, rebuild = flatten(result)
    for leaf in leaves:
        if not isinstance(leaf, Traced) and np.asarray(leaf).dtype.kind in "OSUMmc":
            raise TypeError(
                f"the function gives {type(leaf).__name__}; it must give arrays or numbers, or "
                "tuples, lists and dicts of these"
            )
    return [as_traced(run, leaf) for leaf in leaves], rebuild


def jvp(
    function: Callable[..., Any],
    primals: Any,
    tangents: Any,
    *,
    exact: bool = True,
    tangent_dtype: Any = None,
) -> tuple[Any, Any]:
    """The value of a function of arrays and its derivative along the tangents.

    Parameters
    ----------
    function : NumPy code; it is run once on traced values, which changes no bit of its result
    primals : tuple of its arguments: arrays of float16/32/64 or of a format, numbers, lists of
        numbers, and tuples, lists and dicts of these
    tangents : as primals; each is rounded to the dtype of its primal, or to tangent_dtype
    exact : sums and products of matrices of tangents are exact and rounded once, in float32 and
        float64 too; False: as NumPy computes them
    tangent_dtype : another format for tangents, usually a wider one; rules are computed in it

    Raises TypeError for integers among the primals and for formats without 0 or negative numbers,
    ValueError where shapes or containers do not match, numformats.tracing.TraceError where a
    function has no rule.

    >>> import numpy as np, numformats as nf
    >>> [float(part) for part in nf.autodiff.jvp(np.sqrt, (4.0,), (1.0,))]
    [2.0, 0.25]

    Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 3.
    """
    primals, tangents = (p if isinstance(p, tuple | list) else (p,) for p in (primals, tangents))
    value, slopes = directional(
        function, tuple(primals), [tuple(tangents)], exact=exact, tangent_dtype=tangent_dtype
    )
    return value, slopes[0]


def directional(
    function: Callable[..., Any],
    primals: tuple[Any, ...],
    directions: list[tuple[Any, ...]],
    *,
    exact: bool,
    tangent_dtype: Any,
) -> tuple[Any, list[Any]]:
    """The value of a function and its derivative along each direction, in one run; see `jvp`."""
    dtype = asked_dtype("tangent_dtype", tangent_dtype)
    arrays, rebuild = arguments(primals)
    check_dtypes("tangent_dtype", [a.dtype if dtype is None else dtype for a in arrays])
    run = Forward(len(directions), exact=exact, tangent_dtype=dtype)
    moves = [leaves_like(primals, direction, "tangents") for direction in directions]
    boxes = []
    for i, a in enumerate(arrays):
        wide = a.dtype if dtype is None else dtype
        boxes.append(run.of(a, *(in_dtype(m[i], wide, a.shape, f"tangent {i}") for m in moves)))
    results, again = outputs(run, call(function, run, boxes, rebuild))
    value, *slopes = (again(copied(r.parts[k]) for r in results) for k in range(run.count))
    return value, slopes


class Pullback:
    """The map from a cotangent of a function's result to those of its arguments; see `vjp`."""

    def __init__(self, run: Reverse, boxes: list[Any], rebuild: Any, result: Any) -> None:
        self._run, self._boxes, self._rebuild, self._tree = run, boxes, rebuild, result
        self._results, self._again = outputs(run, result)

    @property
    def value(self) -> Any:
        """The value of the function; the caller's own."""
        return self._again(copied(r.parts[0]) for r in self._results)

    def zeros(self) -> Any:
        """The cotangent 0, in containers as the result's."""
        return self._again(
            np.zeros_like(r.parts[0], dtype=dtype)
            for r, dtype in zip(self._results, self.dtypes, strict=True)
        )

    @property
    def dtypes(self) -> list[np.dtype[Any]]:
        """What the cotangent of each result is rounded to."""
        return [self._run.cotangent_dtype or result.dtype for result in self._results]

    def _arrived(self, cotangent: Any, held: Any = ()) -> dict[int, Any]:
        """What arrives at the blocks of the arguments."""
        gs = leaves_like(self._tree, cotangent, "the cotangent")
        pairs = []
        for i, (result, dtype, g) in enumerate(zip(self._results, self.dtypes, gs, strict=True)):
            pairs.append((result, in_dtype(g, dtype, result.shape, f"cotangent {i}")))
        return self._run.pull(pairs, held)

    def __call__(self, cotangent: Any) -> tuple[Any, ...]:
        """The cotangents of the arguments, one for each, in containers as theirs."""
        if self._run.tape.exact and not self._is_nested(cotangent):
            sums = self._held(cotangent)
            return self._rebuild(copied(held.round()) for held in sums)  # type: ignore[no-any-return]
        arrived = self._arrived(cotangent)
        return self._rebuild(  # type: ignore[no-any-return]
            copied(arrived[block]) if block in arrived else self._zero(box)
            for block, box in enumerate(self._boxes)
        )

    def _is_nested(self, cotangent: Any) -> bool:
        """Is it part of another run, which has to see every step?"""
        values = [x.parts[0] for x in (*self._boxes, *self._results)]
        return find_run([*values, cotangent]) is not None

    def held(self, cotangent: Any) -> tuple[Any, ...]:
        """The cotangents of the arguments as sums that are not rounded yet: see `Held`.

        Products of matrices go there as products.  What a cotangent needs on its way through other
        functions than products, sums and rearrangements is rounded there, element by element.
        """
        return self._rebuild(self._held(cotangent))  # type: ignore[no-any-return]

    def _held(self, cotangent: Any) -> list[Held]:
        arrived = self._arrived(cotangent, range(len(self._boxes)))
        dtype = self._run.cotangent_dtype
        return [
            Held(box.shape, dtype or box.dtype).add(arrived.get(block, []))
            for block, box in enumerate(self._boxes)
        ]

    def _zero(self, box: Any) -> Any:
        return copied(np.zeros_like(box.parts[0], dtype=self._run.cotangent_dtype))


def vjp(
    function: Callable[..., Any], *primals: Any, exact: bool = True, cotangent_dtype: Any = None
) -> tuple[Any, Pullback]:
    """The value of a function of arrays, and the map from its cotangent to those of the arrays.

    Parameters
    ----------
    function : NumPy code; it is run once on traced values, which changes no bit of its result
    primals : its arguments: arrays of float16/32/64 or of a format, numbers, lists of numbers, and
        tuples, lists and dicts of these
    exact : all that arrives at an element is summed exactly and rounded once, and so are products
        of matrices, in float32 and float64 too, so that no order shows; False: as NumPy computes
    cotangent_dtype : another format for cotangents, usually a wider one; rules are computed in it

    The map takes a cotangent of the result's shape (a number, array, or containers as the result's;
    rounded to the dtype of the result or to cotangent_dtype), and gives a tuple, one cotangent for
    each argument.  It may be called again.

    Raises TypeError for integers among the primals and for formats without 0 or negative numbers,
    ValueError where shapes do not match, numformats.tracing.TraceError where a function has no
    rule.

    >>> import numpy as np, numformats as nf
    >>> value, pull = nf.autodiff.vjp(lambda x, y: x @ y, [1.0, 2.0], [3.0, 4.0])
    >>> float(value), [p.tolist() for p in pull(1)]
    (11.0, [[3.0, 4.0], [1.0, 2.0]])

    Source: Griewank and Walther, "Evaluating Derivatives" (2008), chapter 3.
    """
    dtype = asked_dtype("cotangent_dtype", cotangent_dtype)
    arrays, rebuild = arguments(primals)
    check_dtypes("cotangent_dtype", [a.dtype if dtype is None else dtype for a in arrays])
    run = Reverse(exact=exact, cotangent_dtype=dtype)
    boxes = [run.input(a) for a in arrays]
    pull = Pullback(run, boxes, rebuild, call(function, run, boxes, rebuild))
    return pull.value, pull
