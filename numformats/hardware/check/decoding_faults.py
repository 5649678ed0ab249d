# SPDX-License-Identifier: BSD-3-Clause
"""Which faults lie in decoding or encoding: a regime off by one, another es, rs or bias?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from numformats.anatomy import fields, magnitude_code
from numformats.errors import FormatError
from numformats.hardware.check.evidence import oracle_of
from numformats.hardware.check.fault import Fault, exact_result, knows_values
from numformats.oracle import Special, SquareRoot
from numformats.oracle.values import floor_log2

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numformats.hardware.check.evidence import Evidence
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format
    from numformats.oracle.values import Exact, Value

__all__ = ["decoding_faults"]

# Which regimes a fault concerns: a name, and whether it is one of a number of regime k and of a
# code whose regime bits are these.
_REGIMES: dict[str, Callable[[int, bool], bool]] = {
    "": lambda _k, _full: True,
    ", for numbers below 1": lambda k, _full: k < 0,
    ", for numbers from 1 up": lambda k, _full: k >= 0,
    ", of the longest regimes": lambda _k, full: full,
}


def decoding_faults(operation: Operation) -> Iterator[Fault]:
    """The faults that a device of this operation can have where codes become numbers, or back."""
    f = operation.result
    if f.family == "posit":
        for where, concerns in _REGIMES.items():
            for step, words in ((1, "too large"), (-1, "too small")):
                text = f"regime off by one: the result's is {words}{where}"
                answer = partial(_result_regime, step=step, concerns=concerns)
                yield Fault("regime", text, answer)
    if not knows_values(operation):
        return
    if any(g.family == "posit" for g in operation.operands):
        for where, concerns in _REGIMES.items():
            for step, words in ((1, "too large"), (-1, "too small")):
                text = f"regime off by one: the operands' are decoded one {words}{where}"
                answer = partial(_operand_regimes, step=step, concerns=concerns)
                yield Fault("regime", text, answer)
    if all(g.family == f.family for g in operation.operands):
        for kind, changes in _other_formats(f):
            name = ", ".join(f"{key}={value}" for key, value in changes.items() if key != "bits")
            text = f"computes in another format: {name} instead of {_own(f, changes)}"
            yield Fault(kind, text, partial(_in_other_format, changes=changes))
            text = f"results are written in another format: {name} instead of {_own(f, changes)}"
            yield Fault(kind, text, partial(_written_otherwise, changes=changes))


def _own(f: Format, changes: dict[str, int]) -> str:
    return ", ".join(f"{key}={getattr(f, key)}" for key in changes if key != "bits")


def _other_formats(f: Format) -> Iterator[tuple[str, dict[str, int]]]:
    """Kind and changed parameters."""
    candidates: list[tuple[str, dict[str, int]]] = []
    if f.family == "posit":
        rs = {f.bits - 1, f.rs - 1, f.rs + 1} - {f.rs}
        candidates += [("regime", {"rs": r}) for r in sorted(rs)]
        candidates += [("regime", {"es": es}) for es in range(6) if es != f.es]
    elif f.family == "float":
        candidates += [("regime", {"bias": f.bias + step}) for step in (-1, 1)]
        moves = [1, -1, 2, -2, 3, -3]
        candidates += [
            ("regime", {"exp": f.exp + m, "man": f.man - m, "bias": (1 << (f.exp + m - 1)) - 1})
            for m in moves
            if f.exp + m > 0
        ]
    elif f.family == "fixed":
        candidates += [("regime", {"frac": f.frac + step}) for step in (-1, 1)]
    for kind, changes in candidates:
        if _changed(f, changes) is not None:
            yield kind, changes


def _changed(f: Format, changes: dict[str, Any]) -> Format | None:
    try:
        return replace(f, **changes)
    except FormatError:
        return None


def _in_other_format(e: Evidence, changes: dict[str, int]) -> int | None:
    formats = [_changed(f, changes) for f in (*e.operation.operands, e.operation.result)]
    oracles = [oracle_of(f) for f in formats if f is not None]
    if len(oracles) < len(formats):
        return None
    *operands, result = oracles
    values = [o.codec.load(code) for o, code in zip(operands, e.operands, strict=True)]
    value = exact_result(e.operation, values)
    return e.settle(result.codec.store(value, None)[0])


def _written_otherwise(e: Evidence, changes: dict[str, int]) -> int | None:
    f = _changed(e.operation.result, changes)
    return None if f is None else e.settle(oracle_of(f).codec.store(e.exact, None)[0])


def _regime(f: Format, value: Exact, code: int) -> tuple[int, bool]:
    """The regime of a number, and whether its code has the longest one."""
    assert isinstance(value, Fraction | SquareRoot)
    return floor_log2(value) >> f.es, _is_longest(f, magnitude_code(f, code))


@lru_cache(maxsize=1 << 12)
def _is_longest(f: Format, magnitude: int) -> bool:
    """Has the regime no end, since it is as long as it can be?"""
    (bits,) = (part.bits for part in fields(f, magnitude) if part.name == "regime")
    return len(set(bits)) == 1


def _scaled(f: Format, value: Exact, steps: int) -> Exact:
    factor = Fraction(2) ** (steps << f.es)
    if isinstance(value, SquareRoot):
        return SquareRoot(value.radicand * factor * factor)
    return value if isinstance(value, Special) else value * factor


def _result_regime(e: Evidence, step: int, concerns: Callable[[int, bool], bool]) -> int | None:
    if not e.is_number:
        return None
    f = e.operation.result
    k, full = _regime(f, e.exact, e.expected)
    return e.code_of(_scaled(f, e.exact, step)) if concerns(k, full) else None


def _operand_regimes(e: Evidence, step: int, concerns: Callable[[int, bool], bool]) -> int | None:
    values: list[Value] = []
    for f, code, value in zip(e.operation.operands, e.operands, e.values, strict=True):
        is_number = f.family == "posit" and isinstance(value, Fraction) and value
        concerned = is_number and concerns(*_regime(f, value, code))
        scaled = _scaled(f, value, step) if concerned else value
        assert not isinstance(scaled, SquareRoot)
        values.append(scaled)
    if tuple(values) == e.values:
        return None
    return e.code_of(exact_result(e.operation, values))
