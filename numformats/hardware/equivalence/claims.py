# SPDX-License-Identifier: BSD-3-Clause
"""What is claimed of a design, as a term that is true where it is wrong?

Each claim also knows its answer without the solver: `expected` asks the oracle about one input.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

from numformats.hardware.equivalence.codes import SCALE_BITS, number, row_of
from numformats.hardware.equivalence.ports import (
    Wanted,
    check_sticky,
    decoder_ports,
    encoder_ports,
    operator_ports,
)
from numformats.hardware.equivalence.problems import EquivalenceError
from numformats.hardware.equivalence.rounded import Real, is_rounded, refuse
from numformats.hardware.equivalence.table import MOST_BITS, all_results, decision
from numformats.oracle import Oracle, Special
from numformats.oracle.values import floor_log2, is_infinite, is_negative, is_zero, negate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numformats.hardware.equivalence.terms import Term, Terms
    from numformats.hardware.operations import Operation
    from numformats.number_format import Format
    from numformats.oracle.values import Exact, Value

Bits: TypeAlias = "Mapping[str, int]"  # of ports, by the names of the convention

__all__ = ["Bits", "Claim", "Decoder", "Encoder", "Operator"]

_MOST_CODE_BITS = 32


class Claim(ABC):
    """That a design does what its kind says.  Ports have the names of the convention."""

    kind: str
    format: Format
    """Of the codes; of an operator, its result's."""
    basis: str
    """What the design is compared with, in words."""

    @property
    @abstractmethod
    def ports(self) -> list[Wanted]:
        """The ports of the convention."""

    @abstractmethod
    def wrong(self, terms: Terms, ports: Mapping[str, Term]) -> Term:
        """Is the design wrong?  `ports` are words, those that it has."""

    @abstractmethod
    def expected(self, inputs: Bits, widths: Bits) -> dict[str, int]:
        """What each output must be at these inputs, by the oracle; not there: it may be anything.

        `widths` are those of all ports that the design has.
        """

    def allows(self, inputs: Bits, got: Bits, widths: Bits) -> bool:
        """Are these outputs right, by the oracle?"""
        wanted = self.expected(inputs, widths)
        return all(got[name] == value for name, value in wanted.items())


class Decoder(Claim):
    """From a code to its sign, scale and significand."""

    kind = "decode"
    basis = "the cases of the format's definition"

    def __init__(self, fmt: Format) -> None:
        """ValueError for codes of more than 32 bits."""
        self.format, self.row = _narrow(fmt), row_of(fmt)

    @property
    def ports(self) -> list[Wanted]:
        """One input."""
        return decoder_ports(self.format)

    def wrong(self, terms: Terms, ports: Mapping[str, Term]) -> Term:
        """A field differs where it means something."""
        spec = number(terms, self.row, ports["code"])
        size = spec.magnitude
        fields = {"zero": size.zero, "nar": spec.nan, "inf": spec.inf}
        # Codes whose class the design cannot say are not claimed.
        claimed = terms.none(*[t for n, t in fields.items() if n not in ports], terms.truth(False))
        unsigned_zero = size.zero if not self.format.signed_zero else terms.truth(False)
        finite = terms.none(size.zero, spec.nan, spec.inf)
        width = terms.width(ports["significand"])
        differ = [
            terms.none(terms.same(terms.as_truth(ports[n]), t))
            for n, t in fields.items()
            if n in ports
        ]
        if "sign" in ports:
            same_sign = terms.same(terms.as_truth(ports["sign"]), spec.sign)
            differ.append(terms.none(same_sign, spec.nan, unsigned_zero))
        same_size = terms.all(
            terms.same(terms.signed(ports["scale"], SCALE_BITS), size.scale),
            terms.same(ports["significand"], terms.left(size.significand, width)),
        )
        return terms.all(claimed, terms.any(*differ, terms.all(finite, terms.none(same_size))))

    def expected(self, inputs: Bits, widths: Bits) -> dict[str, int]:
        """Fields of the oracle's value."""
        value = Oracle(self.row).decode(inputs["code"])
        fields = {"zero": int(is_zero(value)), "nar": int(value is Special.NAN)}
        fields["inf"] = int(is_infinite(value))
        if value is not Special.NAN and (value or self.format.signed_zero):
            fields["sign"] = int(is_negative(value))
        if isinstance(value, Fraction) and value:
            scale, below = floor_log2(value), widths["significand"] - 1
            fields["scale"] = scale % (1 << widths["scale"])
            fields["significand"] = int(abs(value) * Fraction(2) ** (below - scale))
        return {name: bits for name, bits in fields.items() if name in widths}


class Encoder(Claim):
    """From sign, scale and significand to the nearest code."""

    kind = "encode"
    basis = "the thresholds between the format's codes"

    def __init__(self, fmt: Format) -> None:
        """EquivalenceError for formats that are not proved."""
        self.format, self.row = _narrow(fmt), row_of(fmt)
        refuse(self.row)

    @property
    def ports(self) -> list[Wanted]:
        """One output."""
        return encoder_ports(self.format)

    def wrong(self, terms: Terms, ports: Mapping[str, Term]) -> Term:
        """The significand is one, and the code is not that of the number."""
        code = ports["code"]
        flag = {
            n: terms.as_truth(ports[n]) if n in ports else terms.truth(False)
            for n in ("sign", "zero", "nar", "inf", "sticky")
        }
        significand = terms.concat(ports["significand"], ports.get("guard"))
        if "sticky" in ports:
            check_sticky(self.format, terms.width(significand))
        scale = terms.signed(ports["scale"], SCALE_BITS)
        real = Real(flag["sign"], scale, significand, flag["sticky"])
        special = [(flag["nar"], number(terms, self.row, code).nan)]
        for name, value in (("inf", Special.INF), ("zero", Fraction(0))):
            special.append((flag[name], self._signed(terms, code, flag["sign"], value)))
        right = terms.first(special, is_rounded(terms, self.row, real, code))
        normal = terms.bit(significand, terms.width(significand) - 1)
        some = terms.any(normal, flag["nar"], flag["inf"], flag["zero"])
        return terms.all(some, terms.none(right))

    def _signed(self, terms: Terms, code: Term, sign: Term, value: Value) -> Term:
        """Is the code that of a special value of this sign?"""
        codes = [Oracle(self.row).encode(v) for v in (value, negate(value))]
        return terms.choose(sign, terms.same(code, codes[1]), terms.same(code, codes[0]))

    def exact(self, inputs: Bits, widths: Bits) -> Exact:
        """The number that the inputs are; with a sticky bit a third of a unit is added."""
        value: Value
        negative = bool(inputs.get("sign"))
        if inputs.get("nar"):
            return Special.NAN
        if inputs.get("inf"):
            return Special.NEG_INF if negative else Special.INF
        if inputs.get("zero"):
            return Special.NEG_ZERO if negative else Fraction(0)
        guard = widths.get("guard", 0)
        bits = inputs["significand"] << guard | inputs.get("guard", 0)
        scale, width = inputs["scale"], widths["scale"]
        scale -= (scale >> (width - 1)) << width
        value = bits + Fraction(inputs.get("sticky", 0), 3)
        value *= Fraction(2) ** (scale - (widths["significand"] + guard - 1))
        return -value if negative else value

    def expected(self, inputs: Bits, widths: Bits) -> dict[str, int]:
        """The oracle's code."""
        return {"code": Oracle(self.row).encode(self.exact(inputs, widths))}

    def allows(self, inputs: Bits, got: Bits, widths: Bits) -> bool:
        """Any NaN is a NaN."""
        oracle = Oracle(self.row)
        wanted = self.expected(inputs, widths)["code"]
        return got["code"] == wanted or both_nan(oracle, got["code"], wanted)


class Operator(Claim):
    """From codes of operands to the code of the result."""

    basis = "the oracle's results of all operands"

    def __init__(self, operation: Operation) -> None:
        """EquivalenceError for more than 16 bits of operands."""
        self.operation, self.kind, self.format = operation, operation.name, operation.result
        self.row = row_of(operation.result)
        bits = sum(f.bits for f in operation.operands)
        if bits > MOST_BITS:
            raise EquivalenceError(
                f"the operands of {operation.name} have {bits} bits; allowed: up to {MOST_BITS}. "
                "Check wider ones by `numformats vectors` and `numformats check`"
            )

    @property
    def ports(self) -> list[Wanted]:
        """The operands a, b, c and the result."""
        return operator_ports(self.operation)

    def wrong(self, terms: Terms, ports: Mapping[str, Term]) -> Term:
        """The result is not the oracle's, nor are both NaN."""
        result, count = ports["result"], len(self.operation.operands)
        operands = [ports[name] for name in "abc"[:count]]
        table = all_results(self.operation)
        wanted = decision(terms, operands, table, self.operation.result.bits)
        nans = [number(terms, self.row, code).nan for code in (result, wanted)]
        return terms.none(terms.same(result, wanted), terms.all(*nans))

    def expected(self, inputs: Bits, widths: Bits) -> dict[str, int]:
        """The oracle's result."""
        operands = [inputs[name] for name in "abc" if name in widths]
        return {"result": self.operation.by_oracle(*operands)[0]}

    def allows(self, inputs: Bits, got: Bits, widths: Bits) -> bool:
        """Any NaN is a NaN."""
        wanted = self.expected(inputs, widths)["result"]
        return got["result"] == wanted or both_nan(Oracle(self.row), got["result"], wanted)


def both_nan(oracle: Oracle, code: int, other: int) -> bool:
    """Are both codes NaN?  Their payloads are not compared."""
    return oracle.decode(code) is Special.NAN is oracle.decode(other)


def _narrow(fmt: Format) -> Format:
    """The format, if its decoders and encoders are proved."""
    if fmt.bits > _MOST_CODE_BITS:
        raise EquivalenceError(f"{fmt} has {fmt.bits} bits; allowed: up to {_MOST_CODE_BITS}")
    return fmt
