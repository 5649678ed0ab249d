# SPDX-License-Identifier: BSD-3-Clause
"""How does a result move with its inputs?  Forward tangents, of any order, in the format itself."""

from __future__ import annotations

import numpy as np

from numformats.autodiff.rules import BILINEAR, ELEMENTWISE, LINEAR
from numformats.tracing.lowering import LOWERED
from numformats.tracing.value import Interpreter, Traced, _fail, _map, as_traced


class Forward(Interpreter):
    def lift(self, plain):
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros_like(plain))

    def cast(self, x, dtype):
        return self.of(*(p.astype(dtype) for p in x.parts))

    def number(self, f, args, kwargs):
        faces = [_map(self.face, a, self) for a in args]
        value = f(*faces, **kwargs)
        if f in ELEMENTWISE:
            slopes = [
                rule(a.parts[1], value, *faces)
                for rule, a in zip(ELEMENTWISE[f], args)
                if rule is not None and isinstance(a, Traced) and a.run is self
            ]
        elif f in LINEAR:
            slopes = [f(args[0].parts[1], *faces[1:], **kwargs)]
        elif f in BILINEAR:
            slopes = [
                f(*faces[:i], a.parts[1], *faces[i + 1 :])
                for i, a in enumerate(args)
                if isinstance(a, Traced) and a.run is self
            ]
        elif f in LOWERED:
            slopes = [LOWERED[f](*args, **kwargs).parts[1]]
        else:
            _fail(f"{f.__module__}.{f.__name__} has no derivative rule")
        if not slopes:
            return self.lift(value)
        slope = slopes[0]
        for other in slopes[1:]:
            slope = slope + other
        if slope.shape != value.shape:
            slope = np.broadcast_to(slope, value.shape).copy()
        return self.of(value, slope)


def jvp(function, primals, tangents):
    """The value and its derivative along the tangents."""
    run = Forward()
    result = function(*(run.of(p, t) for p, t in zip(primals, tangents)))
    result = as_traced(run, result)
    return result.parts
