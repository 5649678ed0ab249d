# SPDX-License-Identifier: BSD-3-Clause
"""Which faults lie in the operands and signs: exchanged, negated, or another operation done?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from numformats.hardware.check.evidence import oracle_of
from numformats.hardware.check.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.operations import Operation

__all__ = ["operand_faults"]

_ORDINALS = ("first", "second", "third")


def operand_faults(operation: Operation) -> Iterator[Fault]:
    """The faults that a device of this operation can have in what it makes of its operands."""
    count = len(operation.operands)
    if operation.name == "sub":
        text = "operands exchanged in subtraction: b - a"
        yield Fault("sign", text, partial(_reordered, order=(1, 0)))
    elif operation.name in {"div", "ieee_remainder"}:
        yield Fault("other", "operands exchanged: b / a", partial(_reordered, order=(1, 0)))
    elif operation.name == "fma":
        yield Fault("sticky", "the product is rounded before the sum is: not fused", _unfused)
        text = "operands exchanged: the third is a factor"
        yield Fault("other", text, partial(_reordered, order=(2, 1, 0)))
        yield Fault("other", "the third operand is not added", _product_only)
    for i in range(count):
        if operation.operands[i] == operation.result and operation.name != "rint":
            text = f"the {_ordinal(i)} operand is returned as it is"
            yield Fault("other", text, partial(_operand, i=i))
    yield from _sign_faults(operation)


def _ordinal(i: int) -> str:
    return _ORDINALS[i] if i < len(_ORDINALS) else f"{i + 1}th"


def _sign_faults(operation: Operation) -> Iterator[Fault]:
    if not operation.result.is_signed:
        return
    yield Fault("sign", "results have the wrong sign", _negated)
    yield Fault("sign", "results are positive, whatever their sign", _magnitude)
    if len(operation.operands) > len(_ORDINALS):
        return
    for i, f in enumerate(operation.operands):
        if f.is_signed:
            text = f"the {_ordinal(i)} operand is taken with the wrong sign"
            yield Fault("sign", text, partial(_with_sign, i=i, always=True))
            text = f"the sign of the {_ordinal(i)} operand is ignored"
            yield Fault("sign", text, partial(_with_sign, i=i, always=False))


def _negated(e: Evidence) -> int:
    return e.settle(e.oracle.codec.negative(e.expected)[0])


def _magnitude(e: Evidence) -> int | None:
    return _negated(e) if e.oracle.signbit(e.expected) else None


def _with_sign(e: Evidence, i: int, always: bool) -> int | None:
    """The result with one operand negated, always or where it is negative."""
    oracle = oracle_of(e.operation.operands[i])
    if not (always or oracle.signbit(e.operands[i])):
        return None
    codes = list(e.operands)
    codes[i] = oracle.codec.negative(codes[i])[0]
    return e.settle(e.operation.by_oracle(*codes)[0])


def _reordered(e: Evidence, order: tuple[int, ...]) -> int:
    return e.settle(e.operation.by_oracle(*(e.operands[i] for i in order))[0])


def _operand(e: Evidence, i: int) -> int:
    return e.settle(e.operands[i])


def _unfused(e: Evidence) -> int:
    x, y, z = e.operands
    return e.settle(e.oracle.add(e.oracle.mul(x, y), z))


def _product_only(e: Evidence) -> int:
    x, y, _ = e.operands
    return e.settle(e.oracle.mul(x, y))
