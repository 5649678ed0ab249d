# SPDX-License-Identifier: BSD-3-Clause
"""How do np.zeros(n, dtype=x.dtype) and np.array([x, y]) stay in the trace?

NumPy does not dispatch its constructors.  So a traced function is run as a copy of itself whose
global names are looked up through a lens: NumPy, except that constructors give traced arrays when
their dtype is the trace's or they are made of traced values.  Functions of the same package are
copied as they are met.  Neither NumPy nor the user's module changes; threads do not meet.
"""

from __future__ import annotations

import functools
import types

import numpy as np

from numformats.tracing.functions import CONSTRUCT, construct
from numformats.tracing.value import find_run


def make(run, dtypes):
    """NumPy with tracing constructors."""
    lens = types.ModuleType("numpy")
    lens.__getattr__ = functools.partial(getattr, np)
    for f in CONSTRUCT:
        setattr(
            lens, f.__name__, functools.partial(_construct, run, {np.dtype(d) for d in dtypes}, f)
        )
    return lens


def _construct(run, dtypes, f, *args, **kwargs):
    dtype = kwargs.get("dtype")
    top = find_run(kwargs, find_run(args))
    if top is not None:
        return construct(top, f, args, kwargs)
    if dtype is not None and np.dtype(dtype) in dtypes:
        return run.lift(f(*args, **kwargs))
    return f(*args, **kwargs)


class Names(dict):
    """A module's global names as a traced function sees them."""

    def __init__(self, names, lens):
        super().__init__(names)
        self.names, self.lens, self.made = names, lens, {}

    def __getitem__(self, key):
        value = self.names[key]
        if value is np:
            return self.lens
        if isinstance(value, types.FunctionType) and _same_package(value.__globals__, self.names):
            if key not in self.made:
                self.made[key] = through(value, self.lens, self)
            return self.made[key]
        name = getattr(value, "__name__", "")
        return (
            getattr(self.lens, name)
            if name in vars(self.lens) and getattr(np, name) is value
            else value
        )


def _same_package(names, others):
    first = lambda n: n.get("__name__", "").split(".")[0]
    return names is others or (first(names) == first(others) and first(names) != "__main__")


def through(function, lens, names=None):
    """A copy of the function that sees NumPy through the lens."""
    if names is None or names.names is not function.__globals__:
        names = Names(function.__globals__, lens)
    made = types.FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made
