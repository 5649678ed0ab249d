# SPDX-License-Identifier: BSD-3-Clause
"""What is the derivative of one operation, in float64, whatever its function?"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.analysis.algebra import Float64, Reference
from numformats.autodiff.rules import ELEMENTWISE, LINEAR, back_of, has_rule, used_by
from numformats.autodiff.transforms import vjp
from numformats.tracing import LOWERED, Traced, TraceError

if TYPE_CHECKING:
    from collections.abc import Callable

    Slopes = Callable[[int], Callable[[Any], Any] | None]

__all__ = ["operation_slopes"]


def operation_slopes(
    f: Any, result: Any, operands: list[Any], kwargs: dict[str, Any], without_rule: set[str]
) -> Slopes:
    """Of each operand, by its place, the map from the cotangent of f's result to its own.

    result, operands: float64 arrays, and whatever else f takes.  A function without a rule is
    added to `without_rule`: nothing is sent to its operands.
    """
    if f == "astype":
        return lambda _: _same
    if has_rule(f):
        return functools.partial(_by_rule, f, result, operands, kwargs, without_rule)
    if f in LOWERED:
        return functools.partial(_by_parts, f, operands, kwargs, without_rule)
    without_rule.add(_name(f))
    return lambda _: None


def _same(g: Any) -> Any:
    return g


def _name(f: Any) -> str:
    return f"{'np' if getattr(np, f.__name__, None) is f else 'nf'}.{f.__name__}"


def _by_rule(  # noqa: PLR0913 - a call, its result and one of its operands
    f: Any, result: Any, operands: list[Any], kwargs: dict[str, Any], without_rule: set[str], i: int
) -> Callable[[Any], Any] | None:
    if f in ELEMENTWISE:
        rule = ELEMENTWISE[f][i]
        if rule is None:
            return None
        result, *operands = (  # what a rule does not look at need not be kept
            x if used else None for x, used in zip((result, *operands), used_by(rule), strict=False)
        )
    elif f in LINEAR:  # of a sum only the shape
        operands = [np.broadcast_to(np.float64(0), np.shape(operands[0])), *operands[1:]]
    try:
        back = back_of(f, i, result, operands, kwargs)
    except TraceError:
        without_rule.add(_name(f))
        return None
    if not isinstance(f, np.ufunc) or getattr(np, f.__name__, None) is f:
        return back

    def back_in_run(g: Any) -> Any:  # our functions have no loops for float64 itself
        run = Reference(Float64())
        faces = [run.of(x) if isinstance(x, np.ndarray) else x for x in operands]
        value = None if result is None else run.of(result)
        return back_of(f, i, value, faces, kwargs)(run.of(g)).parts[0]  # type: ignore[misc]

    return back_in_run


def _by_parts(
    f: Any, operands: list[Any], kwargs: dict[str, Any], without_rule: set[str], i: int
) -> Callable[[Any], Any]:
    """Through the functions that f is made of, when the way back comes by."""
    lowered: Any = LOWERED[f]

    def back(g: Any) -> Any:
        try:
            _, pull = vjp(
                lambda x: lowered(*operands[:i], x, *operands[i + 1 :], **kwargs),
                operands[i],
                exact=False,
            )
            slope = pull(g)[0]
        except TraceError:
            without_rule.add(_name(f))
            return np.zeros_like(operands[i])
        return slope.parts[0] if isinstance(slope, Traced) else slope

    return back
