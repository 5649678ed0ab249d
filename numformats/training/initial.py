# SPDX-License-Identifier: BSD-3-Clause
"""From which distribution are initial weights drawn?

Xavier: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
networks" (2010), variance 2/(fan in + fan out).  Kaiming: He, Zhang, Ren and Sun, "Delving deep
into rectifiers" (2015), variance 2/(fan in).  The last axis of a weight counts outputs, those
before it inputs: of a convolution height, width and channels.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Shape = tuple[int, ...]

__all__ = [
    "constant",
    "drawing",
    "fans",
    "kaiming_normal",
    "kaiming_uniform",
    "standard_normal",
    "xavier_normal",
    "xavier_uniform",
]


def fans(shape: Shape) -> tuple[int, int]:
    """How many inputs one output has, and how many outputs one input reaches.

    >>> fans((64, 10)), fans((3, 3, 8, 16))
    ((64, 10), (72, 144))
    """
    inner = math.prod(shape[:-2])
    return inner * shape[-2], inner * shape[-1]


def _uniform(rng: np.random.Generator, shape: Shape, variance: float) -> Floats:
    bound = math.sqrt(3 * variance)
    return rng.uniform(-bound, bound, shape)


def xavier_uniform(rng: np.random.Generator, shape: Shape) -> Floats:
    """Uniform of variance 2/(fan in + fan out).

    >>> import numpy as np
    >>> bool(abs(xavier_uniform(np.random.default_rng(0), (5, 1))).max() <= 1)
    True
    """
    return _uniform(rng, shape, 2 / sum(fans(shape)))


def xavier_normal(rng: np.random.Generator, shape: Shape) -> Floats:
    """Normal of variance 2/(fan in + fan out)."""
    return rng.normal(0, math.sqrt(2 / sum(fans(shape))), shape)


def kaiming_uniform(rng: np.random.Generator, shape: Shape, gain: float = 2.0) -> Floats:
    """Uniform of variance gain/(fan in); gain 2 is for ReLU, 2/(1 + slope**2) for a leaky one."""
    return _uniform(rng, shape, gain / fans(shape)[0])


def kaiming_normal(rng: np.random.Generator, shape: Shape, gain: float = 2.0) -> Floats:
    """Normal of variance gain/(fan in)."""
    return rng.normal(0, math.sqrt(gain / fans(shape)[0]), shape)


def standard_normal(rng: np.random.Generator, shape: Shape, scale: float = 1.0) -> Floats:
    """Normal of deviation `scale`, whatever the shape: for embeddings."""
    return rng.normal(0, scale, shape)


def constant(rng: np.random.Generator, shape: Shape, value: float = 0.0) -> Floats:  # noqa: ARG001
    """The same value everywhere."""
    return np.full(shape, float(value))


_NAMED = {
    f.__name__: f
    for f in (xavier_uniform, xavier_normal, kaiming_uniform, kaiming_normal, standard_normal)
}


def drawing(initial: Any, shape: Shape) -> Callable[[np.random.Generator], Floats]:
    """The draws of a shape that a name, or a function of a Generator and a shape, means.

    >>> import numpy as np
    >>> drawing("xavier_normal", (2, 3))(np.random.default_rng(0)).shape
    (2, 3)
    >>> drawing("xavier", (2, 3))
    Traceback (most recent call last):
    ...
    ValueError: initial='xavier'; allowed: xavier_uniform, xavier_normal, kaiming_uniform, \
kaiming_normal, standard_normal, or a function of a Generator and a shape
    """
    function = initial if callable(initial) else _NAMED.get(str(initial))
    if function is None:
        known = ", ".join(_NAMED)
        more = "or a function of a Generator and a shape"
        raise ValueError(f"initial={initial!r}; allowed: {known}, {more}")
    return partial(_float64, function, shape)


def _float64(function: Any, shape: Shape, rng: np.random.Generator) -> Floats:
    drawn = np.asarray(function(rng, shape), np.float64)
    if drawn.shape != shape:
        raise ValueError(f"the initial weights have shape {drawn.shape}; allowed: {shape}")
    return drawn
