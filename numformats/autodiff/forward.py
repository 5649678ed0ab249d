# SPDX-License-Identifier: BSD-3-Clause
"""How does a result move with its inputs?  Values beside their tangents, in the format itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.autodiff.rules import forth_of, has_rule
from numformats.tracing import LOWERED, Interpreter, Traced, as_traced

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Forward", "jvp"]


class Forward(Interpreter):
    """Values beside their derivatives along one direction; nested runs give higher orders."""

    def lift(self, plain: Any) -> Traced:
        """A constant: tangent 0."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros_like(plain))

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """The value and its tangent in another format."""
        return self.of(*(part.astype(dtype) for part in x.parts))

    def number(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Traced:
        """The function on the values; tangents through its rule, or through what it is made of."""
        mine = [isinstance(a, Traced) and a.run is self for a in args]
        faces = [a.parts[0] if own else a for a, own in zip(args, mine, strict=True)]
        value = f(*faces, **kwargs)
        if not has_rule(f) and f in LOWERED:
            lowered: Any = LOWERED[f]
            return self.of(value, lowered(*args, **kwargs).parts[1])
        slope = None
        for i, a in enumerate(args):
            part = forth_of(f, i, value, faces, kwargs, a.parts[1]) if mine[i] else None
            if part is not None:
                slope = part if slope is None else slope + part
        if slope is None:
            return self.lift(value)
        if np.shape(slope) != np.shape(value):
            slope = np.broadcast_to(slope, np.shape(value)).copy()
        return self.of(value, slope)


def jvp(
    function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]
) -> tuple[Any, Any]:
    """The value of a function of arrays and its derivative along the tangents.

    primals, tangents: as many arrays, each tangent of the shape and dtype of its primal.  Raises
    ValueError when they do not match, TraceError where a function has no rule.

    >>> import numpy as np
    >>> [float(part) for part in jvp(np.sqrt, (np.array(4.0),), (np.array(1.0),))]
    [2.0, 0.25]
    """
    if [np.shape(p) for p in primals] != [np.shape(t) for t in tangents]:
        raise ValueError("each tangent must have the shape of its primal")
    run = Forward()
    boxes = [run.of(_own(p), _own(t)) for p, t in zip(primals, tangents, strict=True)]
    value, slope = as_traced(run, function(*boxes)).parts
    return value, slope


def _own(x: Any) -> Any:
    """An array of the run's own, which the function may overwrite."""
    return x if isinstance(x, Traced) else np.array(x)
