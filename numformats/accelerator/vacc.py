# SPDX-License-Identifier: BSD-3-Clause
"""VACC.I64 Rd += Rn * Rm: what is in an accumulator after a product, and after many?"""

from __future__ import annotations

from typing import Any

import numpy as np

from numformats.accelerator.words import OVERFLOWS, fitted, register, storage, width

__all__ = ["vacc", "vacc_dot"]

Array = np.ndarray[Any, Any]


def vacc(  # noqa: PLR0913 - the instruction's parameters
    acc: Any, a: Any, b: Any, *, operand_bits: int = 32, bits: int = 64, overflow: str = "wrap"
) -> Any:
    """The accumulator acc + a * b, element by element.

    Parameters
    ----------
    acc : integers of `bits` bits
    a, b : integers of `operand_bits` bits, 2 to 64
    bits : int
        Of the accumulator, 2 to 128; 128 never overflows in 2^63 products of 32 bits.
    overflow : "wrap", "saturate" or "trap"
        Two's complement, the nearest end, or a TrapError whose `index` is the first element that
        does not fit; nothing is returned then.

    The sum is exact before it is fitted.  Returns the narrowest integer dtype that holds the
    accumulator, above 64 bits Python's integers.  Raises TypeError and ValueError for operands that
    are no integers or do not fit.

    >>> top = 2**63 - 1
    >>> vacc(top, 1, 1), vacc(top, 1, 1, overflow="saturate"), vacc(top, 1, 1, bits=128)
    (np.int64(-9223372036854775808), np.int64(9223372036854775807), 9223372036854775808)
    """
    m, n = width(operand_bits, "operand_bits", most=64), width(bits)
    wide = _wide(m, n)
    x, y = (register(v, m, name, wide=wide) for v, name in ((a, "a"), (b, "b")))
    total = register(acc, n, "acc", wide=wide)
    return _added(total, np.asarray(x * y, x.dtype), n, overflow).astype(storage(n))[()]


def vacc_dot(  # noqa: PLR0913 - the instruction's parameters
    a: Any,
    b: Any,
    acc: Any = 0,
    *,
    operand_bits: int = 32,
    bits: int = 64,
    overflow: str = "wrap",
) -> Any:
    """What a row of VACC leaves in the accumulator: products along the last axis, in order.

    Saturation happens at each of them, so that order matters; the index of a TrapError ends with
    the number of the product.  Parameters, result and errors are those of `vacc`.

    >>> vacc_dot([100, 100, -100], [1, 1, 1], operand_bits=8, bits=8, overflow="saturate")
    np.int8(27)
    >>> vacc_dot([100, 100, -100], [1, 1, 1], operand_bits=8, bits=8)
    np.int8(100)
    """
    m, n = width(operand_bits, "operand_bits", most=64), width(bits)
    if overflow not in OVERFLOWS:
        raise ValueError(f"overflow={overflow!r}; allowed: {', '.join(OVERFLOWS)}")
    wide = _wide(m, n)
    x, y = np.broadcast_arrays(
        *(register(v, m, name, wide=wide) for v, name in ((a, "a"), (b, "b")))
    )
    if not x.ndim:
        raise ValueError("a and b are numbers; allowed: arrays, whose last axis is summed")
    start = register(acc, n, "acc", wide=wide)
    shape = np.broadcast_shapes(start.shape, x.shape[:-1])
    total = np.broadcast_to(start, shape)
    for k in range(x.shape[-1]):
        total = _added(total, np.asarray(x[..., k] * y[..., k], x.dtype), n, overflow, (k,))
    return total.astype(storage(n))[()]


def _wide(operand_bits: int, bits: int) -> bool:
    """Whether a product leaves int64, or the accumulator is wider."""
    return operand_bits > 32 or bits > 64


def _added(
    total: Array, product: Array, bits: int, overflow: str, index: tuple[int, ...] = ()
) -> Array:
    """The next content of the accumulator, which overflows int64 in 64 bits only."""
    total, product = np.broadcast_arrays(total, product)
    with np.errstate(over="ignore"):
        found = np.asarray(total + product, total.dtype)
    if found.dtype == object or bits < 64:
        return fitted(found, bits, overflow, "accumulator", index)
    carried = np.asarray(((total ^ found) & (product ^ found)) < 0)
    if overflow not in OVERFLOWS or (overflow != "wrap" and np.any(carried)):
        exact = np.asarray(total.astype(object) + product.astype(object), object)
        return fitted(exact, bits, overflow, "accumulator", index).astype(np.int64)
    return found
