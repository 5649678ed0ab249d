# SPDX-License-Identifier: BSD-3-Clause
"""What are an accelerator's VCOMP, VSCALE and VACC, as operations that a device is asked for?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import accelerator
from numformats.arrays import code_dtype, from_bits, to_bits
from numformats.hardware.abstract import Answer, Codes, Operation
from numformats.hardware.arithmetic import ROWS, Elementwise
from numformats.hardware.flags import flags
from numformats.oracle import accelerator as twins
from numformats.oracle import for_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numformats.number_format import Format
    from numformats.oracle.values import Exact

__all__ = ["Vacc", "Vcomp", "Vscale"]

_NO_FLAGS: frozenset[str] = frozenset()
OVERFLOWS = ("wrap", "saturate")


@dataclass(frozen=True)
class Vcomp(Operation):
    """VCOMP: n + m * alpha, rounded once, or with fused=False the product and then the sum."""

    result: Format
    fused: bool = True

    @property
    def name(self) -> str:  # type: ignore[override]
        """As `operation` reads it."""
        return "vcomp" if self.fused else "vcomp,fused=false"

    @property
    def solver(self) -> str:
        """As a fused multiply-add, with the addend first."""
        return "vcomp"

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """Formats of n, m, alpha."""
        return (self.result,) * 3

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by `numformats.accelerator`."""
        n, m, alpha = (from_bits(c, self.result) for c in columns)
        with np.errstate(all="ignore"):
            return np.asarray(to_bits(accelerator.vcomp(n, m, alpha, fused=self.fused)))

    def by_oracle(self, *codes: int) -> Answer:
        """Code and flags of one result, by the oracle."""
        oracle = for_format(self.result)
        n, m, alpha = codes
        code = twins.vcomp(oracle, n, m, alpha, self.fused)
        return code, oracle.last_flags

    def exact(self, *codes: int) -> Exact:
        """The exact n + m * alpha."""
        n, m, alpha = map(for_format(self.result).decode, codes)
        return ROWS["fma"].exact(m, alpha, n)

    def flags(self, operands: Sequence[Codes], results: Codes) -> Codes:
        """Those of the fused multiply-add, or of the two operations together."""
        n, m, alpha = operands
        if self.fused:
            return flags(Elementwise("fma", self.result), (m, alpha, n), results)
        mul, add = Elementwise("mul", self.result), Elementwise("add", self.result)
        product = mul.reference(m, alpha)
        return flags(mul, (m, alpha), product) | flags(add, (n, product), results)


class _Integers(Operation):
    """What instructions on integers share: codes are registers of two's complement."""

    @property
    def solver(self) -> str:
        """None: corners, and random registers."""
        return ""

    def _registers(self, columns: Sequence[Codes]) -> list[np.ndarray[Any, Any]]:
        """Codes as signed integers."""
        found = []
        for f, codes in zip(self.operands, columns, strict=True):
            unused = 8 * codes.dtype.itemsize - f.bits
            signed = codes.view(f"i{codes.dtype.itemsize}")
            found.append((signed << unused) >> unused)
        return found

    def _codes(self, values: Any) -> Codes:
        """Signed integers as codes."""
        f = self.result
        dtype = code_dtype(f)
        kept = np.asarray(values).astype(f"i{dtype.itemsize}").view(dtype)
        return np.asarray(kept & dtype.type((1 << f.bits) - 1))

    def _signed(self, codes: Sequence[int]) -> list[int]:
        return [for_format(f).codec.index(c) for f, c in zip(self.operands, codes, strict=True)]


@dataclass(frozen=True)
class Vscale(_Integers):
    """VSCALE: the high word of a product of two registers; options as `accelerator.vscale` has."""

    result: Format
    doubling: bool = False
    rounding: bool = False
    overflow: str = "saturate"

    def __post_init__(self) -> None:
        """Refuse traps, which are no result."""
        _check_register(self.result, self.overflow)

    @property
    def name(self) -> str:  # type: ignore[override]
        """As `operation` reads it."""
        return (
            "vscale" + ",doubling=true" * self.doubling + ",rounding=true" * self.rounding
            + f",overflow={self.overflow}" * (self.overflow != "saturate")
        )  # fmt: skip

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """Two registers."""
        return (self.result,) * 2

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by `numformats.accelerator`."""
        return self._codes(
            accelerator.vscale(
                *self._registers(columns), bits=self.result.bits, doubling=self.doubling,
                rounding=self.rounding, overflow=self.overflow,
            )
        )  # fmt: skip

    def by_oracle(self, *codes: int) -> Answer:
        """The code of one result, by its definition."""
        a, b = self._signed(codes)
        bits = self.result.bits
        found = twins.vscale(a, b, bits, self.doubling, self.rounding, self.overflow)
        assert found is not None
        return found & ((1 << bits) - 1), _NO_FLAGS

    def exact(self, *codes: int) -> Exact:
        """The product in units of the register's last place, before it is cut."""
        a, b = self._signed(codes)
        return Fraction(a * b * (2 if self.doubling else 1), 1 << self.result.bits)


@dataclass(frozen=True)
class Vacc(_Integers):
    """VACC: acc + a * b, registers a and b half as wide as the accumulator unless said."""

    result: Format
    operand_bits: int = 0
    overflow: str = "wrap"

    def __post_init__(self) -> None:
        """Refuse traps, which are no result."""
        _check_register(self.result, self.overflow)

    @property
    def name(self) -> str:  # type: ignore[override]
        """As `operation` reads it."""
        return (
            "vacc" + f",operand_bits={self.operand_bits}" * (self.operand_bits > 0)
            + f",overflow={self.overflow}" * (self.overflow != "wrap")
        )  # fmt: skip

    @property
    def operands(self) -> tuple[Format, ...]:  # type: ignore[override]
        """The accumulator, and two registers."""
        bits = self.operand_bits or self.result.bits // 2
        register = replace(self.result, bits=bits)
        return self.result, register, register

    def reference(self, *columns: Codes) -> Codes:
        """Codes of the results, by `numformats.accelerator`."""
        total = accelerator.vacc(
            *self._registers(columns), operand_bits=self.operands[1].bits, bits=self.result.bits,
            overflow=self.overflow,
        )  # fmt: skip
        return self._codes(total)

    def by_oracle(self, *codes: int) -> Answer:
        """The code of one result, by its definition."""
        acc, a, b = self._signed(codes)
        found = twins.vacc(acc, a, b, self.result.bits, self.overflow)
        assert found is not None
        return found & ((1 << self.result.bits) - 1), _NO_FLAGS

    def exact(self, *codes: int) -> Exact:
        """The sum before it is fitted."""
        acc, a, b = self._signed(codes)
        return Fraction(acc + a * b)


def _check_register(f: Format, overflow: str) -> None:
    if f.family != "fixed" or f.frac or not f.is_signed:
        raise ValueError(f"{f} is no register; allowed: int32, fixed<20,frac=0> and the like")
    if overflow not in OVERFLOWS:
        raise ValueError(f"overflow={overflow!r}; allowed: {', '.join(OVERFLOWS)}")
