# SPDX-License-Identifier: BSD-3-Clause
"""How does a result move with its inputs?  Values beside their tangents."""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.autodiff.formats import widened
from numformats.autodiff.rules import forth_of, has_rule
from numformats.tracing import LOWERED, Interpreter, Traced, mapped

__all__ = ["Forward"]


class Forward(Interpreter):
    """Values beside their derivatives along a few directions; nested runs give higher orders.

    directions: how many; exact: sums and products of tangents are exact and rounded once;
    tangent_dtype: what tangents are computed in (None: the dtype of their values).
    """

    def __init__(
        self,
        directions: int = 1,
        *,
        exact: bool = True,
        tangent_dtype: np.dtype[Any] | None = None,
    ) -> None:
        super().__init__()
        self.count = 1 + directions
        self.exact, self.tangent_dtype = exact, tangent_dtype

    def lift(self, plain: Any) -> Traced:
        """A constant: tangents 0."""
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        dtype = plain.dtype if self.tangent_dtype is None else self.tangent_dtype
        zeros = (np.zeros_like(plain, dtype=dtype) for _ in range(self.count - 1))
        return self.of(plain, *zeros)

    def cast(self, x: Traced, dtype: Any) -> Traced:
        """The value in another format, and its tangents unless they have one of their own."""
        value, *tangents = x.parts
        wide = dtype if self.tangent_dtype is None else self.tangent_dtype
        return self.of(value.astype(dtype), *(t.astype(wide) for t in tangents))

    def number(self, f: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Traced:
        """The function on the values; tangents through its rule, or through what it is made of."""
        mine = [isinstance(a, Traced) and a.run is self for a in args]
        faces = mapped(self.face, list(args), self)
        value = f(*faces, **kwargs)
        value = value if isinstance(value, np.ndarray | Traced) else np.asarray(value)
        if not has_rule(f) and f in LOWERED:
            lowered: Any = LOWERED[f]
            return self.of(value, *lowered(*args, **kwargs).parts[1:])
        dtype = value.dtype
        wide_value, wide_faces = value, faces
        if self.tangent_dtype is not None:
            dtype = self.tangent_dtype
            wide_value, wide_faces = widened(value, dtype), [widened(a, dtype) for a in faces]
        slopes = []
        for k in range(1, self.count):
            slope = None
            for i, a in enumerate(args):
                part = None
                if mine[i]:
                    part = forth_of(
                        f, i, wide_value, wide_faces, kwargs, a.parts[k], exact=self.exact
                    )
                if part is not None:
                    slope = part if slope is None else slope + part
            if slope is None:
                return self.lift(value)
            slopes.append(_like(slope, value.shape, dtype))
        return self.of(value, *slopes)


def _like(slope: Any, shape: tuple[int, ...], dtype: Any) -> Any:
    """A tangent of that shape and dtype."""
    if np.shape(slope) != shape:
        slope = np.broadcast_to(slope, shape).copy()
    return slope if slope.dtype == dtype else slope.astype(dtype)
