# SPDX-License-Identifier: BSD-3-Clause
"""How do the layers of a model see weights that are integers times a power of two?"""

from __future__ import annotations

import math
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.autodiff import primitive
from numformats.parse import as_format
from numformats.training.drawn import layers_of
from numformats.training.layer import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from numformats.training.layer import Arrays, Pass

__all__ = ["Lattice", "codes", "is_discrete"]


class Lattice(Layer):
    """A model whose parameters are integers of a few bits times a power of two, and nothing else.

    Parameters
    ----------
    model : Layer
        Its layers compute in their own dtype, with the values of the parameters, which that dtype
        must hold exactly.  Its initial parameters are rounded to the lattice; its own arrays are
        then given up, so that there is no second copy of a weight.
    T : fixed-point format, or a dict of them
        `nf.Fixed(bits, frac)` is the lattice of the multiples of 2**-frac within 8, 16, ... bits;
        the codes are the integers.  Of a dict, the first pattern that matches a parameter's name
        counts, as `fnmatch` has it: {"*.weight": nf.Fixed(8, 6), "*": nf.Fixed(16, 12)}.
    shown : dict from patterns to "sign" or "ternary"
        As what layers see such parameters: 1 or -1 by the sign of the integer (0: 1), or -1, 0, 1
        with 0 for the middle third of the range; each divided by the root of the number of inputs.
        Derivatives pass straight through (Bengio, Leonard and Courville, arXiv 1308.3432).

    Raises TypeError for a format that is not fixed point, ValueError for one of more than 32 bits
    or that wraps, for a parameter that no pattern matches, and where the layers' dtype lacks values
    of the lattice.

    >>> import numformats as nf
    >>> from numformats.training import Linear
    >>> model = Lattice(Linear(2, 3, seed=1), nf.Fixed(8, 6))
    >>> model
    Lattice, 9 parameters in fixed<8,frac=6>
    >>> codes(model.parameters()["weight"]).dtype
    dtype('int8')
    """

    def __init__(
        self,
        model: Layer,
        T: Any,  # noqa: N803 - T is a format
        *,
        shown: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.model, self.shown = model, dict(shown or {})
        for kind in self.shown.values():
            if kind not in _SHOWN:
                raise ValueError(f"shown={kind!r}; allowed: {', '.join(_SHOWN)}")
        formats = T if isinstance(T, dict) else {"*": T}
        self._dtypes = {name: a.dtype for name, a in model.parameters().items()}
        for name, array in model.parameters().items():
            found = _first(formats, name)
            if found is None:
                raise ValueError(f"parameter {name!r} matches no pattern of {[*formats]}")
            dtype = _lattice_dtype(found)
            _check_holds(array.dtype, dtype, name)
            with np.errstate(over="ignore"):  # what is beyond the ends saturates
                self.own[name] = array.astype(dtype)
        for layer in layers_of(model):
            for name, array in layer.own.items():  # shape and dtype stay, the memory goes
                layer.own[name] = np.broadcast_to(np.zeros((), array.dtype), array.shape)

    def enter(self, x: Any) -> Any:
        """The input as the model takes it."""
        return self.model.enter(x)

    def forward(self, parameters: Arrays, x: Any, run: Pass) -> Any:
        """What the model gives with the values of the lattice."""
        seen = {}
        for name, w in parameters.items():
            values = w.astype(self._dtypes[name])
            kind = _first(self.shown, name)
            if kind is not None:
                end = float(nf.finfo(self.own[name].dtype).maxpos)
                inputs = math.prod(w.shape[:-1])
                scale = np.asarray(inputs**-0.5).astype(values.dtype)
                values = _SHOWN[kind](values, end) * scale
            seen[name] = values
        return self.model.forward(seen, x, run)


def codes(w: Any) -> NDArray[Any]:
    """The integers of an array in fixed point, as a new array.

    Its dtype is the narrowest of int8, int16 and int32; int64 for unsigned formats.  Raises
    TypeError and ValueError for a dtype that no `Lattice` takes.

    >>> import numpy as np, numformats as nf
    >>> codes(np.array([-0.5, 0.25], nf.Fixed(4, 2)))
    array([-2,  1], dtype=int8)
    """
    array = np.asarray(w)
    dtype = _lattice_dtype(array.dtype)
    f = as_format(dtype)
    bits = nf.to_bits(array)
    signed = bits.view(np.dtype(f"i{bits.dtype.itemsize}"))
    if not f.is_signed:
        return np.asarray(bits.astype(np.int64))
    unused = 8 * bits.dtype.itemsize - f.bits
    return np.asarray(signed << unused >> unused)


def is_discrete(parameters: Mapping[str, Any]) -> bool:
    """Whether every parameter is an array of integers of a fixed-point format.

    >>> import numpy as np, numformats as nf
    >>> is_discrete({"w": np.zeros(2, nf.Fixed(8, 4))}), is_discrete({"w": np.zeros(2)})
    (True, False)
    """
    for array in parameters.values():
        try:
            codes(array)
        except (TypeError, ValueError):
            return False
    return True


def _lattice_dtype(given: Any) -> np.dtype[Any]:
    try:
        f = as_format(given)
    except TypeError:
        raise TypeError(f"{given!r} is no format; allowed: nf.Fixed(bits, frac)") from None
    if f.family != "fixed":
        raise TypeError(f"{f} is no lattice; allowed: nf.Fixed(bits, frac)")
    if f.bits > 32:
        raise ValueError(f"{f} has {f.bits} bits; allowed for a lattice: up to 32")
    if f.overflow not in {"saturate", "saturate_symmetric"}:
        raise ValueError(
            f"{f} does not saturate; allowed: overflow='saturate', 'saturate_symmetric'"
        )
    return np.dtype(f.dtype)


def _check_holds(dtype: np.dtype[Any], lattice: np.dtype[Any], name: str) -> None:
    """Refuse a dtype of layers without all values of the lattice: those of its longest codes do."""
    f = as_format(lattice)
    top = 2 ** (f.bits - f.is_signed) - 1
    ends = nf.from_bits(np.array([top, top >> 1, 1], f"u{lattice.itemsize}"), f.dtype)
    with np.errstate(all="ignore"):  # what the dtype rounds up is beyond the format
        again = ends.astype(dtype).astype(f.dtype)
    if (again != ends).any():
        raise ValueError(
            f"parameter {name!r}: {dtype} lacks values of {f}; give layers a wider one"
        )


def _first(patterns: Mapping[str, Any], name: str) -> Any:
    return next((v for pattern, v in patterns.items() if fnmatch(name, pattern)), None)


def straight_through(g: Any, *_: Any) -> Any:
    """The derivative of what shows a weight, as if it changed nothing."""
    return g


@primitive(straight_through)
def _sign(w: Any, end: float) -> Any:  # noqa: ARG001 - as _ternary
    return np.where(w >= 0, 1, -1).astype(w.dtype)


@primitive(straight_through)
def _ternary(w: Any, end: float) -> Any:
    return (np.greater(3 * w, end).astype(int) - np.less(3 * w, -end)).astype(w.dtype)


_SHOWN = {"sign": _sign, "ternary": _ternary}
