# SPDX-License-Identifier: BSD-3-Clause
"""Which faults lie at the ends of the range: overflow, underflow, NaR, and the signs of zeros?"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from numformats.hardware.check.evidence import oracle_of
from numformats.hardware.check.fault import Fault
from numformats.oracle import Special
from numformats.oracle.values import Value, compare, is_zero, zero

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["range_faults"]


# What becomes of a result beyond the largest number, unless it is the largest number.
_OVERFLOWS = {"inf": "infinity", "nan": "NaN", "zero": "zero", "wrap": "wrapping"}


def range_faults(operation: Operation) -> Iterator[Fault]:
    """The faults that a device of this operation can have at the ends of its range."""
    f = operation.result
    yield from _overflow_faults(f)
    yield from _underflow_faults(operation)
    if f.has_nan:
        yield from _nan_faults(operation)
    if f.signed_zero:
        yield from _zero_faults()


def _overflow_faults(f: Format) -> Iterator[Fault]:
    beyond = "results beyond the largest number"
    instead = f"instead of {_OVERFLOWS.get(f.overflow, 'saturating')}"
    if f.overflow != "wrap":
        for name, code in _ends(f):
            text = f"{beyond} become {name} {instead}"
            yield Fault("saturation", text, partial(_beyond, code=code))
    if f.family == "fixed":
        for overflow in ("wrap", "saturate", "saturate_symmetric", "zero"):
            if overflow != f.overflow:
                text = f"{beyond}: overflow is {overflow!r} instead of {f.overflow!r}"
                yield Fault("saturation", text, partial(_overflow, overflow=overflow))
    yield Fault("saturation", f"{beyond} take the end of the other sign", _other_end)


def _ends(f: Format) -> Iterator[tuple[str, Callable[[Evidence], int]]]:
    """What overflow may become: a name, and the code."""
    if f.has_nan:
        yield ("NaR" if f.is_tapered else "NaN"), lambda e: e.oracle.codec.nan
    if f.has_inf and f.overflow != "inf":
        yield "infinity", lambda e: e.oracle.encode(_infinity(e), overflow="inf")
    if not f.overflow.startswith("saturate"):
        yield "the largest number", _largest
    yield "0", lambda e: e.code_of(zero(e.negative))
    if f.family != "fixed":
        yield "the number before the largest", lambda e: _step_down(e, _largest(e))


def _infinity(e: Evidence) -> Special:
    return Special.NEG_INF if e.negative else Special.INF


def _largest(e: Evidence) -> int:
    codec = e.oracle.codec
    return codec.at_index(max(codec.first, -codec.last_finite) if e.negative else codec.last_finite)


def _step_down(e: Evidence, code: int) -> int:
    codec = e.oracle.codec
    return codec.at_index(codec.index(code) + (1 if e.negative else -1))


def _beyond(e: Evidence, code: Callable[[Evidence], int]) -> int | None:
    return code(e) if e.place == "beyond" else None


def _overflow(e: Evidence, overflow: str) -> int | None:
    return e.oracle.encode(e.exact, overflow=overflow) if e.place == "beyond" else None


def _other_end(e: Evidence) -> int | None:
    if e.place != "beyond" or not e.operation.result.is_signed:
        return None
    return e.oracle.codec.negative(e.expected)[0]


def _underflow_faults(operation: Operation) -> Iterator[Fault]:
    f = operation.result
    if f.is_tapered:
        text = "results below minpos are flushed to zero instead of minpos"
        yield Fault("underflow", text, lambda e: 0 if e.place == "under" else None)
        text = "results that round to minpos are flushed to zero"
        yield Fault("underflow", text, lambda e: 0 if _is_least(e) else None)
        text = "results below half of minpos are rounded to zero instead of minpos"
        yield Fault("underflow", text, _below_half)
        text = "results below minpos become NaR"
        nar = oracle_of(f).codec.nan
        yield Fault("underflow", text, lambda e: nar if e.place == "under" else None)
        text = "results flushed to minpos have the wrong sign"
        yield Fault("sign", text, lambda e: _negated(e) if e.place == "under" else None)
        text = "results flushed to minpos are positive, whatever their sign"
        yield Fault("sign", text, lambda e: 1 if e.place == "under" else None)
    elif f.family == "float" and f.subnormals and f.zero:
        text = "subnormal results are flushed to zero"
        yield Fault("underflow", text, partial(_flushed, negative=None))
        text = "subnormal results are flushed to +0, whatever their sign"
        yield Fault("underflow", text, partial(_flushed, negative=False))
        text = "results that round to a subnormal are flushed to zero"
        yield Fault("underflow", text, _flushed_after)
    if any(g.family == "float" and g.subnormals for g in operation.operands):
        yield Fault("underflow", "subnormal operands count as zero", _flat_operands)
        yield Fault("underflow", "subnormal operands and results are flushed to zero", _flat_all)


def _is_least(e: Evidence) -> bool:
    return e.is_number and abs(e.oracle.codec.index(e.expected)) == 1


def _below_half(e: Evidence) -> int | None:
    if e.place != "under":
        return None
    return 0 if _is_below(e, e.oracle.decode(1), 2) else None


def _negated(e: Evidence) -> int:
    return e.oracle.codec.negative(e.expected)[0]


def _normal_limit(e: Evidence) -> int:
    """Magnitude code of the least normal number."""
    return 1 << e.operation.result.man


def _flushed(e: Evidence, negative: bool | None) -> int | None:
    """Decided on the exact result, before it is rounded."""
    if not e.is_number:
        return None
    least = e.oracle.decode(_normal_limit(e))
    if not _is_below(e, least):
        return None
    return e.code_of(zero(e.negative if negative is None else negative))


def _is_below(e: Evidence, limit: Value, factor: int = 1) -> bool:
    """Is the magnitude below a limit?  Roots are far above the least numbers."""
    exact = e.exact
    return isinstance(exact, Fraction) and compare(factor * abs(exact), limit) == -1


def _flushed_after(e: Evidence) -> int | None:
    """Decided on the rounded result."""
    codec = e.oracle.codec
    if not e.is_number or codec.decode(e.expected) is Special.NAN:
        return None
    if not 0 < abs(codec.index(e.expected)) < _normal_limit(e):
        return None
    return e.code_of(zero(e.negative))


def _flat_operands(e: Evidence) -> int | None:
    """The result for zeros of the same signs in place of subnormal operands."""
    codes = tuple(_flat(f_code) for f_code in zip(e.operation.operands, e.operands, strict=True))
    return None if codes == e.operands else e.settle(e.operation.by_oracle(*codes)[0])


def _flat(pair: tuple[Format, int]) -> int:
    f, code = pair
    if f.family != "float" or not f.subnormals:
        return code
    sign = code & (1 << (f.bits - 1)) if f.is_signed else 0
    return code if (code ^ sign) >> f.man else (sign if f.signed_zero else 0)


def _flat_all(e: Evidence) -> int | None:
    code = _flat_operands(e)
    if code is None:
        return _flushed(e, None)
    f = e.operation.result
    return _flat((f, code)) if f.family == "float" else code


def _nan_faults(operation: Operation) -> Iterator[Fault]:
    nan = "NaR" if operation.result.is_tapered else "NaN"
    text = f"{nan} is not propagated: "
    yield Fault("nar", text + f"an operand that is {nan} gives 0", partial(_of_nan, code=0))
    yield Fault("nar", text + f"an operand that is {nan} counts as 0", _nan_as_zero)
    for i in range(len(operation.operands)):
        if len(operation.operands) > 1 and operation.operands[i] == operation.result:
            name = f"{text}the result is operand {i + 1} where another is {nan}"
            yield Fault("nar", name, partial(_other_operand, i=i))
    quotient = "0/0" if operation.result.has_inf else "x/0"
    made = {"div": quotient, "sqrt": "the root of a negative number"}
    what = made.get(operation.name, "an invalid operation")
    yield Fault("nar", f"{what} gives 0 instead of {nan}", partial(_made_nan, code=lambda _: 0))
    text = f"{what} gives the largest number instead of {nan}"
    yield Fault("nar", text, partial(_made_nan, code=_largest_of_operands))
    if operation.name == "sqrt":
        text = "the root of a negative number is that of its magnitude"
        yield Fault("nar", text, _root_of_magnitude)


def _nans(e: Evidence) -> list[bool]:
    pairs = zip(e.operation.operands, e.operands, strict=True)
    return [oracle_of(f).decode(code) is Special.NAN for f, code in pairs]


def _expects_nan(e: Evidence) -> bool:
    return e.oracle.decode(e.expected) is Special.NAN


def _of_nan(e: Evidence, code: int) -> int | None:
    return code if any(_nans(e)) and _expects_nan(e) else None


def _nan_as_zero(e: Evidence) -> int | None:
    nans = _nans(e)
    if not any(nans):
        return None
    codes = (0 if nan else code for nan, code in zip(nans, e.operands, strict=True))
    return e.settle(e.operation.by_oracle(*codes)[0])


def _other_operand(e: Evidence, i: int) -> int | None:
    nans = _nans(e)
    return e.operands[i] if any(nans) and not nans[i] else None


def _made_nan(e: Evidence, code: Callable[[Evidence], int]) -> int | None:
    """Where a NaN comes of operands that are none."""
    return code(e) if _expects_nan(e) and not any(_nans(e)) else None


def _largest_of_operands(e: Evidence) -> int:
    """The largest number, of the sign of the first operand."""
    codec = e.oracle.codec
    negative = oracle_of(e.operation.operands[0]).signbit(e.operands[0])
    return codec.at_index(max(codec.first, -codec.last_finite) if negative else codec.last_finite)


def _root_of_magnitude(e: Evidence) -> int | None:
    if not _expects_nan(e) or any(_nans(e)):
        return None
    (code,) = e.operands
    return e.operation.by_oracle(e.oracle.codec.negative(code)[0])[0]


def _zero_faults() -> Iterator[Fault]:
    text = "the sign of a result flushed to zero is wrong"
    yield Fault("sign", text, lambda e: _other_zero(e) if e.is_number else None)
    text = "exact zeros have the wrong sign"
    yield Fault("sign", text, lambda e: None if e.is_number else _other_zero(e))
    text = "zeros are +0, whatever their sign"
    yield Fault("sign", text, lambda e: 0 if is_zero(e.oracle.decode(e.expected)) else None)


def _other_zero(e: Evidence) -> int | None:
    value = e.oracle.decode(e.expected)
    return e.oracle.codec.negative(e.expected)[0] if is_zero(value) else None
