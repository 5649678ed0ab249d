# SPDX-License-Identifier: BSD-3-Clause
"""What does a record promise of its weights, that a reader can compute again?

The arithmetic of formats is the same on every machine, so that a promise can be as sharp as the
bits of the model's answers.
"""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf
from numformats.training.where_not_finite import is_finite

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from numformats.training.layer import Layer

__all__ = ["certificate", "digest_of", "format_of", "shapes_of"]


def certificate(model: Layer, probes: Any) -> dict[str, Any]:
    """What is certified of a model, as a record holds it: dicts, lists, text and integers.

    * formats, ranges: of each parameter, by name; a range is its least and its largest value as
      the shortest text that its format reads back
    * quires: of each format, the bits and the exponent of the last bit of its quire, how many of
      its largest products that holds (capacity), and the most terms that a product with one of the
      parameters can have (terms)
    * probes: the SHA-256 of the inputs, and format, shape and bits of the model's answers

    Raises ValueError for parameters that are not finite or whose quire is too small, for a format
    that rounds at random, and where two calls give different answers: no bits are to be expected
    of these; TypeError for parameters that are no numbers.
    """
    arrays = model.parameters()
    quires: dict[str, Any] = {}
    for name, array in arrays.items():
        _check(name, array)
        terms = max(quires.get(str(array.dtype), {}).get("terms", 0), array.size)
        quires[str(array.dtype)] = _quire(array.dtype, terms)
    x = np.asarray(probes)
    answers = np.asarray(model(x))
    if not is_finite(answers):
        raise ValueError("the model's answers to the probes are NaN or infinite somewhere")
    if _bits(np.asarray(model(x))) != _bits(answers):
        raise ValueError(
            "the model answers the probes differently from call to call: it rounds or draws at "
            "random, and no bits can be certified"
        )
    return {
        "formats": {name: str(a.dtype) for name, a in arrays.items()},
        "ranges": {n: [str(a.min()), str(a.max())] for n, a in arrays.items() if a.size},
        "quires": quires,
        "probes": {
            "inputs": digest_of(x),
            "format": str(answers.dtype),
            "shape": list(answers.shape),
            "bits": _bits(answers),
        },
    }


def _check(name: str, array: NDArray[Any]) -> None:
    if not is_finite(array):
        raise ValueError(f"{name} has NaN or infinite values; such a model is not published")
    form = _format(array.dtype)
    if form is not None and form.rounding == "stochastic":
        raise ValueError(
            f"{name} is of {array.dtype}, which rounds at random: no bits can be certified"
        )


def _format(dtype: np.dtype[Any]) -> Any:
    """The Format of a dtype; None for NumPy's floats, and TypeError for what is neither."""
    try:
        return nf.finfo(dtype).format
    except TypeError:
        if dtype.kind != "f":
            raise
        return None


def _quire(dtype: np.dtype[Any], terms: int) -> dict[str, int]:
    """The quire of a format and whether so many products fit, whatever they are."""
    info: Any = np.finfo(dtype) if _format(dtype) is None else nf.finfo(dtype)
    ends = (info.min, info.max) if isinstance(info, np.finfo) else (info.lowest, info.maxpos)
    largest = max(abs(Fraction(*end.as_integer_ratio())) for end in ends)
    layout = nf.Quire(dtype).layout
    most = (2 ** (layout.bits - 1) - 1) * Fraction(2) ** layout.lsb
    capacity = int(most / (largest * largest))
    if terms > capacity:
        raise ValueError(f"{terms} products of {dtype} may leave its quire, which holds {capacity}")
    return {"bits": layout.bits, "lsb": layout.lsb, "capacity": capacity, "terms": terms}


def _bits(array: NDArray[Any]) -> str:
    """The codes of an array, the lowest byte first, in hexadecimal."""
    codes = np.ascontiguousarray(array).view(np.dtype(f"u{array.dtype.itemsize}"))
    return codes.astype(codes.dtype.newbyteorder("<")).tobytes().hex()


def digest_of(array: NDArray[Any]) -> str:
    """The SHA-256 of an array's dtype, shape and bits."""
    head = f"{array.dtype.newbyteorder('=')} {array.shape}\n".encode()
    return hashlib.sha256(head + bytes.fromhex(_bits(array))).hexdigest()


def format_of(arrays: Mapping[str, NDArray[Any]]) -> str:
    """The formats of a model's parameters in one word, such as "posit16" or "posit16, binary32"."""
    return ", ".join(dict.fromkeys(str(a.dtype) for a in arrays.values())) or "none"


def shapes_of(arrays: Mapping[str, NDArray[Any]]) -> dict[str, list[int]]:
    """The shape of each parameter."""
    return {name: list(a.shape) for name, a in arrays.items()}
