# SPDX-License-Identifier: BSD-3-Clause
"""Which interpreters show what the tracer does?  Plain ones, without mathematics of their own."""

from __future__ import annotations

from collections import Counter

import numpy as np

from numformats.tracing import LOWERED, Interpreter, Traced, as_traced
from numformats.tracing.arithmetic import ARITHMETIC
from numformats.tracing.value import mapped


class Identity(Interpreter):
    """A value, and a number for each element that says where it came from; 0 was computed."""

    def lift(self, plain):
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros(plain.shape, np.int64))

    def numbered(self, plain):
        """A plain array whose elements have the numbers 1, 2, ..."""
        return self.of(np.array(plain), np.arange(1, plain.size + 1).reshape(plain.shape))

    def number(self, f, args, kwargs):
        value = f(*mapped(self.face, args, self), **mapped(self.face, kwargs, self))
        return self.lift(value)


class Counting(Identity):
    """How often each function computes; the steps of a composite run, too, whatever they give."""

    def __init__(self):
        super().__init__()
        self.calls = Counter()

    def lift(self, plain):
        plain = plain if isinstance(plain, Traced) else np.array(plain)
        return self.of(plain, np.zeros(plain.shape))

    def number(self, f, args, kwargs):
        self.calls[f.__name__] += 1
        if f not in ARITHMETIC:
            LOWERED[f](*args, **kwargs)
        return super().number(f, args, kwargs)


class Steps(Interpreter):
    """float64 that takes every composite apart: what the texts of lowering compute."""

    count = 1

    def __init__(self, dtype=np.float64):
        super().__init__()
        self.stands_for = np.dtype(dtype)

    def dtype(self, parts):  # noqa: ARG002 - Interpreter's
        return self.stands_for

    def lift(self, plain):
        with np.errstate(all="ignore"):
            return self.of(np.array(plain).astype(np.float64))

    def cast(self, x, dtype):  # noqa: ARG002
        return self.of(x.parts[0].copy())

    def number(self, f, args, kwargs):
        if f not in ARITHMETIC:
            return LOWERED[f](*args, **kwargs)
        operands = [
            as_traced(self, a).parts[0] if not isinstance(a, int | float) else a for a in args
        ]
        return self.of(f(*operands, **kwargs))
