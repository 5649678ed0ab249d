# SPDX-License-Identifier: BSD-3-Clause
"""How does one wrong answer look: its codes, their fields and values, and how far off it is?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, Inexact, localcontext
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from numformats.anatomy import fields, magnitude_code
from numformats.arrays import from_bits
from numformats.hardware.check.evidence import Evidence, oracle_of
from numformats.hardware.check.regions import region
from numformats.oracle import Special

if TYPE_CHECKING:
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format

__all__ = ["Decoded", "Mismatch", "decoded"]

LONGEST_DECIMAL = 14


@dataclass(frozen=True)
class Decoded:
    """A code, its value in words and its fields from the top bit down."""

    code: str
    value: str
    fields: tuple[tuple[str, str], ...]
    """(name, bits) of each field; of a two's complement, those of the magnitude."""

    def __str__(self) -> str:
        """Code, fields and value on one line."""
        parts = " ".join(f"{name} {bits}" for name, bits in self.fields)
        return f"{self.code} ({parts}) = {self.value}"


def decoded(f: Format, code: int) -> Decoded:
    """A code of a format taken apart.

    >>> import numformats as nf
    >>> str(decoded(nf.posit8.format, 0x4C))
    '4C (sign 0 regime 10 exponent 01 fraction 100) = 3'
    """
    parts = tuple((part.name, part.bits) for part in fields(f, magnitude_code(f, code)))
    if code != magnitude_code(f, code):  # the fields say the magnitude, the sign is the word's
        parts = (("sign", "1"), *parts[1:])
    name = f"{code:0{-(-f.bits // 4)}X}"
    is_nan = oracle_of(f).decode(code) is Special.NAN
    text = "NaR" if is_nan and f.is_tapered else "NaN" if is_nan else _text(f, code)
    return Decoded(name, text, parts)


def _text(f: Format, code: int) -> str:
    """All digits of the number where they are few, else the shortest that read back."""
    value = oracle_of(f).decode(code)
    if isinstance(value, Fraction):
        with localcontext(prec=LONGEST_DECIMAL) as context:
            digits = Decimal(value.numerator) / Decimal(value.denominator)
            if not context.flags[Inexact]:
                return format(digits.normalize(), "f" if abs(digits.adjusted()) < 9 else "")
    return str(from_bits(code, f.type)).removesuffix(".0")


@dataclass(frozen=True)
class Mismatch:
    """A row whose answer is wrong, as the oracle has confirmed."""

    operation: str
    operands: tuple[Decoded, ...]
    got: Decoded
    expected: Decoded
    steps: int | None
    """How many codes above the right one the answer is; None where either is NaN."""
    region: str
    """Where the exact result lies, in words."""
    flags: tuple[int, int] | None = None
    """The flags that the device gave, and the right ones."""
    line: int | None = None

    @classmethod
    def of(
        cls, operation: Operation, operands: tuple[int, ...], got: int, **known: Any
    ) -> Mismatch:
        """The mismatch of one row of codes; `known`: flags, line, nans, as of Evidence.

        >>> from numformats.hardware import operation
        >>> print(Mismatch.of(operation("posit8", "add"), (0x40, 0x48), 0x4D))
        add 40 (sign 0 regime 10 exponent 00 fraction 000) = 1
            48 (sign 0 regime 10 exponent 01 fraction 000) = 2
        got 4D (sign 0 regime 10 exponent 01 fraction 101) = 3.25
        not 4C (sign 0 regime 10 exponent 01 fraction 100) = 3
        1 step above; the exact result is a number of the format
        """
        return cls.from_evidence(Evidence(operation, operands, got, **known))

    @classmethod
    def from_evidence(cls, evidence: Evidence) -> Mismatch:
        """The mismatch of a row that has been taken apart."""
        operation, result = evidence.operation, evidence.operation.result
        pairs = zip(operation.operands, evidence.operands, strict=True)
        return cls(
            operation.name,
            tuple(decoded(f, code) for f, code in pairs),
            decoded(result, evidence.got),
            decoded(result, evidence.expected),
            steps(evidence),
            region(evidence),
            evidence.flags,
            evidence.line,
        )

    def __str__(self) -> str:
        """All of it on some lines."""
        head = [self.operation, *[""] * (len(self.operands) - 1), "got", "not"]
        width = max(map(len, head)) + 1
        codes = (*self.operands, self.got, self.expected)
        lines = [f"{h:{width}}{c}" for h, c in zip(head, codes, strict=True)]
        return "\n".join((*lines, self.summary))

    @property
    def summary(self) -> str:
        """Distance, region, flags and line in words."""
        text = f"{_distance(self.steps)}; {self.region}"
        if self.flags is not None and self.flags[0] != self.flags[1]:
            text += "; flags {:02X}, not {:02X}".format(*self.flags)
        return text if self.line is None else f"line {self.line}: {text}"

    def document(self) -> dict[str, Any]:
        """As a dict for JSON."""
        return {
            "line": self.line,
            "operands": [_document(c) for c in self.operands],
            "got": _document(self.got),
            "expected": _document(self.expected),
            "steps": self.steps,
            "region": self.region,
            "flags": self.flags and dict(zip(("got", "expected"), self.flags, strict=True)),
        }


def steps(evidence: Evidence) -> int | None:
    """Distance from the right code to the device's, in codes of the format's line."""
    codec = evidence.oracle.codec
    pair = (evidence.got, evidence.expected)
    if any(codec.decode(code) is Special.NAN for code in pair):
        return None
    return codec.index(evidence.got) - codec.index(evidence.expected)


def _distance(steps: int | None) -> str:
    if steps is None:
        return "no distance: one of them is no number"
    side = "above" if steps > 0 else "below"
    return f"{abs(steps)} step{'s' * (abs(steps) != 1)} {side}" if steps else "the same number"


def _document(code: Decoded) -> dict[str, Any]:
    return {"code": code.code, "value": code.value, "fields": [list(part) for part in code.fields]}
