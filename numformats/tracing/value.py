# SPDX-License-Identifier: BSD-3-Clause
"""How does unmodified NumPy code run under another arithmetic?  A value of parallel arrays.

A Traced value is a few arrays of one shape (its parts) and the Interpreter that gives them meaning:
value and tangent, value and tape numbers, value and 50-digit shadow.  Two laws carry everything:

* a rearrangement (indexing, reshape, concatenate, where, sort by given places, assignment) does
  to every part what NumPy does to the first; so views, aliasing and masks are NumPy's own;
* arithmetic is what the interpreter says; the first part of a format's run is always computed by
  the very call the user made, so that tracing never changes a result.
"""

from __future__ import annotations

import itertools
import sys
import warnings

import numpy as np

_levels = itertools.count(1)


class TraceError(TypeError):
    """NumPy code that cannot be traced; the message names the line and the remedy."""


def user_line():
    """(file, line) of the innermost frame outside NumPy and this package."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if frame.f_globals.get("__name__", "").partition(".")[
            0
        ] not in _OURS and not name.startswith("<"):
            return name, frame.f_lineno
        frame = frame.f_back
    return "?", 0


_OURS = {"numpy", "numformats", "contextlib"}


def _fail(text):
    name, line = user_line()
    raise TraceError(f"{name.rsplit('/', 1)[-1]}:{line}: {text}")


class TraceWarning(UserWarning):
    """A place where the trace ends although the program goes on."""


class Interpreter:
    """Arithmetic on parts.  Subclasses say how to lift a plain array and what functions do."""

    count = 2  # parts
    ends_silently = False  # may float(x) leave the trace?

    def __init__(self):
        self.level = next(_levels)

    def lift(self, plain):
        """A plain array (or one traced below) as a value of this run, exactly."""
        raise NotImplementedError

    def dtype(self, parts):
        return parts[0].dtype

    def face(self, x):
        """What predicates look at, and what the user sees."""
        return x.parts[0]

    def predicate(self, f, args, kwargs):
        return f(*_map(self.face, args, self), **_map(self.face, kwargs, self))

    def number(self, f, args, kwargs):
        """A ufunc, reduction or contraction with a number-valued result."""
        raise NotImplementedError

    def writing(self, x, place):
        """x[place] is about to be overwritten."""

    def cast(self, x, dtype):
        return self.of(x.parts[0].astype(dtype), *x.parts[1:])

    def of(self, *parts):
        return Traced(
            self, tuple(p if isinstance(p, (np.ndarray, Traced)) else np.asarray(p) for p in parts)
        )


def _map(f, item, run):
    """`item` with f applied to the values of this run inside (also in lists and tuples)."""
    if isinstance(item, Traced):
        return f(item) if item.run is run else item
    if isinstance(item, (tuple, list)):
        return type(item)(_map(f, i, run) for i in item)
    if isinstance(item, dict):
        return {k: _map(f, v, run) for k, v in item.items()}
    return item


def find_run(item, top=None):
    """The innermost interpreter among the operands."""
    if isinstance(item, Traced):
        return item.run if top is None or item.run.level > top.level else top
    if isinstance(item, (tuple, list)):
        for i in item:
            top = find_run(i, top)
    elif isinstance(item, dict):
        for i in item.values():
            top = find_run(i, top)
    return top


def as_traced(run, x):
    return x if isinstance(x, Traced) and x.run is run else run.lift(x)


HANDLERS = {}  # NumPy function: handler(run, f, args, kwargs); all others are the interpreter's arithmetic
REDUCE = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
ACCUMULATE = {np.add: np.cumsum, np.multiply: np.cumprod}


def dispatch(f, args, kwargs):
    """What a NumPy function means on traced operands."""
    run = find_run(kwargs, find_run(args))
    out = kwargs.pop("out", None)
    if run is None:
        return f(*args, **kwargs)
    handler = HANDLERS.get(f)
    result = handler(run, f, args, kwargs) if handler else run.number(f, args, kwargs)
    if out is None or (isinstance(out, tuple) and out[0] is None):
        return result
    target = out[0] if isinstance(out, tuple) else out
    if not isinstance(target, Traced):
        _fail("a traced result goes into a plain array (out= or +=): make it with np.zeros_like(x)")
    target[...] = result
    return target


# ---- the value ------------------------------------------------------------------------------------
class Traced(np.lib.mixins.NDArrayOperatorsMixin):
    """A NumPy array as far as the user's code can see; its meaning is the interpreter's."""

    __slots__ = ("run", "parts")
    __array_priority__ = 1000
    __hash__ = None

    def __init__(self, run, parts):
        self.run, self.parts = run, parts

    def __array_ufunc__(self, f, method, *args, **kwargs):
        if method == "__call__":
            return dispatch(f, args, kwargs)
        if method == "reduce":
            kwargs.setdefault("axis", 0)
            kwargs = {k: v for k, v in kwargs.items() if v is not None or k == "axis"}
            if f in REDUCE:
                return dispatch(REDUCE[f], args, kwargs)
        if method == "accumulate" and f in ACCUMULATE:
            return dispatch(ACCUMULATE[f], args, {"axis": kwargs.get("axis", 0)})
        if method == "outer":
            x, y = args
            return f(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y)
        if method == "at" and isinstance(args[0], Traced) and f is np.add:
            return HANDLERS["add at"](args[0].run, *args)
        return _fail(f"np.{f.__name__}.{method} is not traced")

    def __array_function__(self, f, types, args, kwargs):
        return dispatch(f, args, dict(kwargs))

    def __array__(self, dtype=None, copy=None):
        _fail(
            "a traced value goes into a plain array; make arrays with np.zeros_like(x), "
            "np.zeros(n, like=x) or np.stack, not np.zeros, np.array"
        )

    def __getitem__(self, place):
        place = _map(self.run.face, place, self.run)
        return self.run.of(*(p[place] for p in self.parts))

    def __setitem__(self, place, value):
        place = _map(self.run.face, place, self.run)
        top = find_run(value)
        if top is not None and top.level > self.run.level:
            _fail("a value of an inner derivative is stored in an array of the outer one")
        value = as_traced(self.run, value)
        self.run.writing(self, place)
        for part, new in zip(self.parts, value.parts):
            part[place] = new

    def __len__(self):
        return len(self.parts[0])

    def __iter__(self):
        if self.ndim == 0:
            raise TypeError("iteration over a 0-d array")
        return (self[i] for i in range(len(self)))

    def __bool__(self):
        return bool(self.run.predicate(np.not_equal, (self, 0), {}))

    def _leave(self, kind):
        text = f"{kind.__name__}(x) leaves the trace: keep NumPy values (np.exp, not math.exp; np.zeros_like, not np.zeros)"
        if not self.run.ends_silently:
            _fail(text)
        warnings.warn(f"line {user_line()[1]}: {text}", TraceWarning, stacklevel=3)
        return kind(self.run.face(self)[()])

    def __float__(self):
        return self._leave(float)

    def __int__(self):
        return int(self.run.face(self)[()])

    def __repr__(self):
        return f"{type(self.run).__name__.lower()}({self.run.face(self)!s})"

    def __format__(self, spec):
        return format(float(self.run.face(self)[()]), spec)

    shape = property(lambda self: self.parts[0].shape)
    ndim = property(lambda self: self.parts[0].ndim)
    size = property(lambda self: self.parts[0].size)
    itemsize = property(lambda self: self.dtype.itemsize)
    nbytes = property(lambda self: self.size * self.itemsize)
    dtype = property(lambda self: self.run.dtype(self.parts))
    T = property(lambda self: np.transpose(self))
    mT = property(lambda self: np.swapaxes(self, -1, -2))
    real = property(lambda self: self)
    flat = property(lambda self: np.ravel(self))

    def astype(self, dtype, **_):
        dtype = np.dtype(dtype)
        if dtype.kind in "biu":
            return self.run.face(self).astype(dtype)
        return self.run.cast(self, dtype)

    def reshape(self, *shape, **kw):
        return np.reshape(self, shape[0] if len(shape) == 1 else shape, **kw)

    def transpose(self, *axes):
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def flatten(self):
        return np.ravel(self).copy()

    def item(self, *place):
        return self[place] if place else self.reshape(())

    def tolist(self):
        return list(self)

    def fill(self, value):
        self[...] = value

    def dot(self, other):
        return np.dot(self, other)


def _method(name):
    def method(self, *args, **kwargs):
        return getattr(np, name)(self, *args, **kwargs)

    method.__name__ = name
    return method


for _name in """sum prod mean var std cumsum cumprod max min argmax argmin argsort all any clip round ravel squeeze
swapaxes repeat take copy diagonal trace nonzero searchsorted compress""".split():
    setattr(Traced, _name, _method(_name))
