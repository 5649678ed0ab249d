# SPDX-License-Identifier: BSD-3-Clause
"""How does a function of the user's own, or one without a rule, get its derivative?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from numformats.tracing import Traced, is_traced, register

if TYPE_CHECKING:
    from collections.abc import Callable

    Map = Callable[..., Any]

__all__ = ["OWN", "OwnRule", "primitive", "rule"]


class OwnRule(NamedTuple):
    """Of each operand the linear map of a tangent, and its transpose, the map of a cotangent.

    Either tuple may be None: the one is then the transpose of the other, made by a trace of it.
    """

    forward: tuple[Map | None, ...] | None
    backward: tuple[Map | None, ...] | None

    def forth(self, i: int, tangent: Any, r: Any, operands: Any, kwargs: dict[str, Any]) -> Any:
        """What the tangent of operand i does to the result r; None: it is flat there."""
        if self.forward is not None:
            return _apply(self.forward[i], tangent, r, operands, kwargs)
        assert self.backward is not None
        back = self.backward[i]
        return None if back is None else _transposed(back, tangent, r, r, operands, kwargs)

    def back(self, i: int, g: Any, r: Any, operands: Any, kwargs: dict[str, Any]) -> Any:
        """What the cotangent of the result r is to operand i."""
        if self.backward is not None:
            return _apply(self.backward[i], g, r, operands, kwargs)
        assert self.forward is not None
        forth = self.forward[i]
        return None if forth is None else _transposed(forth, g, operands[i], r, operands, kwargs)

    def is_flat(self, i: int) -> bool:
        """Does operand i not move the result at all?"""
        maps = self.backward if self.forward is None else self.forward
        assert maps is not None
        return maps[i] is None


OWN: dict[Any, OwnRule] = {}


def _apply(f: Map | None, g: Any, r: Any, operands: Any, kwargs: dict[str, Any]) -> Any:
    return None if f is None else f(g, r, *operands, **kwargs)


def _transposed(  # noqa: PLR0913 - a map with its arguments
    f: Map, g: Any, like: Any, r: Any, operands: Any, kwargs: dict[str, Any]
) -> Any:
    """The transpose, at g, of the linear map f from arrays like `like`."""
    from numformats.autodiff.reverse import Reverse  # noqa: PLC0415 - it stands above

    run = Reverse()
    zeros = np.zeros_like(like, dtype=g.dtype)
    start = run.input(zeros)
    result = f(start, r, *operands, **kwargs)
    if not (isinstance(result, Traced) and result.run is run):
        return zeros
    arrived = run.pull([(result, g)])
    return arrived.get(0, zeros)


def rule(
    f: Any,
    *maps: Map | None,
    forward: tuple[Map | None, ...] | None = None,
    backward: tuple[Map | None, ...] | None = None,
) -> None:
    r"""Give a function its derivative, in the place of the one that it has, for all runs to come.

    Parameters
    ----------
    f : ufunc, function of NumPy or of numformats, or one under `primitive`
    maps : for an elementwise function, one map per operand, read by forward and reverse:
        map(g, r, \*operands) is g times the derivative, where r is the result.  None: the function
        is flat in that operand.
    forward, backward : for any other function, maps of the tangent of each operand to that of the
        result, and of the cotangent of the result to that of each operand.  One of the two is
        enough: they are transposes of each other, and a map is linear in g, so that a trace of the
        one gives the other.

    Maps are NumPy code, keywords of the call are handed on to them, and they are traced for higher
    derivatives.  Raises TypeError where f is called without being traced (then it needs
    `primitive`), and for maps of which there is one too few.

    >>> import numpy as np, numformats as nf
    >>> nf.autodiff.rule(np.rint, lambda g, r, x: g)  # "straight through", for quantised models
    >>> round(float(nf.autodiff.grad(lambda x: x * np.rint(x))(1.25)), 2)
    2.25
    >>> nf.autodiff.rule(np.rint, None)  # flat again
    """
    if maps and (forward is not None or backward is not None):
        raise TypeError("rule: give maps of an elementwise function, or forward= and backward=")
    if maps:
        forward = backward = maps
    elif forward is None and backward is None:
        raise TypeError("rule: no map is given; give one per operand, None where f is flat")
    if forward is not None and backward is not None and len(forward) != len(backward):
        raise TypeError(f"rule: {len(forward)} maps forward, {len(backward)} backward")
    given = backward if forward is None else forward
    assert given is not None
    name = getattr(f, "__name__", repr(f))
    if isinstance(f, np.ufunc):
        if len(given) != f.nin or f.nout != 1:
            raise TypeError(
                f"rule: {name} has {f.nin} operands and {f.nout} results, not {len(given)} and 1"
            )
    elif not is_traced(f):
        raise TypeError(
            f"rule: a trace does not meet {name}, for it is plain Python: "
            "put @nf.autodiff.primitive above it"
        )
    OWN[register(f)] = OwnRule(forward, backward)


def primitive(
    *maps: Map | None,
    forward: tuple[Map | None, ...] | None = None,
    backward: tuple[Map | None, ...] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a function of NumPy arrays that derivatives shall not look into: it has a rule.

    Arguments and errors as for `rule`; without any the rule comes later.  The function takes its
    arrays by position, gives one array and calls NumPy as it likes; derivatives call it with plain
    arrays and use the maps.  Other traced runs (references, shadows, bounds) go through its code.

    >>> import numpy as np, numformats as nf
    >>> @nf.autodiff.primitive(lambda g, r, x: g * r * (1 - r))
    ... def logistic(x):
    ...     return 1 / (1 + np.exp(-x))
    >>> float(nf.autodiff.grad(logistic)(0.0))
    0.25
    """

    def decorated(f: Callable[..., Any]) -> Callable[..., Any]:
        made: Callable[..., Any] = register(f)
        if maps or forward is not None or backward is not None:
            rule(made, *maps, forward=forward, backward=backward)
        return made

    return decorated
