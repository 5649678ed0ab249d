# SPDX-License-Identifier: BSD-3-Clause
"""VSCALE and VACC: which stages have they, and what when an accumulator is still under way?

    VSCALE   load  multiply  round  fit
    VACC     load  multiply  read   add  write

VACC reads its accumulator two edges before it writes it, so that the next product for the same one
would read what is out of date.  Either what is on the way is taken from the adder (forwarding), or
the product waits (interlock).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from numformats.accelerator.words import OVERFLOWS, width
from numformats.hardware.accelerator.bits import as_signed, fit, pattern
from numformats.hardware.accelerator.pipeline import Pipeline, Stage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numformats.hardware.accelerator.pipeline import Registers

__all__ = ["Vacc", "vscale"]

HAZARDS = ("forward", "interlock")


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ValueError(f"{name}={value!r}; allowed: {', '.join(allowed)}")
    return value


def _multiply(bits: int, also: Mapping[str, int] | None = None) -> Stage:
    """The exact product, of twice the bits; what is passed on besides."""
    kept = dict(also or {})

    def work(a: int, b: int, **r: int) -> Registers:
        product = as_signed(a, bits) * as_signed(b, bits)
        return {"product": pattern(product, 2 * bits)} | {k: r[k] for k in kept}

    return Stage("multiply", {"product": 2 * bits, **kept}, work)


def vscale(
    bits: int = 32, *, doubling: bool = False, rounding: bool = False, overflow: str = "saturate"
) -> Pipeline:
    """VSCALE: the high word of a * b, patterns of `bits` bits, in four edges, one at every edge.

    doubling, rounding, overflow: as `numformats.accelerator.vscale` has them.  The result has the
    registers `word` and `trap`; a trap stops nothing, the element just has it.  ValueError for
    parameters that are not allowed.

    >>> vscale(8).run([{"a": 64, "b": 64}, {"a": 0xFF, "b": 1}])
    [{'word': 16, 'trap': 0}, {'word': 255, 'trap': 0}]
    """
    n = width(bits, most=64)
    _one_of("overflow", overflow, OVERFLOWS)

    def rounded(product: int) -> Registers:
        total = as_signed(product, 2 * n) << doubling
        if rounding:
            total += 1 << (n - 1)
        return {"high": pattern(total >> n, n + 1)}

    def fitted(high: int) -> Registers:
        word, trapped = fit(as_signed(high, n + 1), n, overflow)
        return {"word": pattern(word, n), "trap": int(trapped)}

    words = {"a": n, "b": n}
    stages = [
        Stage("load", words, lambda a, b: {"a": a, "b": b}),
        _multiply(n),
        Stage("round", {"high": n + 1}, rounded),
        Stage("fit", {"word": n, "trap": 1}, fitted),
    ]
    return Pipeline(words, stages)


class Vacc(Pipeline):
    """VACC: accumulators[d] += a * b, of a file of accumulators, in five edges.

    Parameters
    ----------
    operand_bits, bits, overflow : as `numformats.accelerator.vacc` has them
    accumulators : int
        How many there are.
    hazards : "forward" or "interlock"
        Forwarding takes a product at every edge; with the interlock a product waits until the last
        one for its accumulator is written, so that n in a row take 3 n + 2 edges.

    Operands are the patterns `a` and `b` and the number `d`.  The result has what was written,
    `acc`, and `d` and `trap`.  A trap is precise: it leaves its accumulator as it was, throws away
    the younger products, and nothing goes in any more (`halted`).  ValueError for parameters that
    are not allowed.

    >>> unit = Vacc(8, 8, overflow="saturate")
    >>> rows = [{"a": a, "b": 1, "d": 0} for a in (100, 100, 0x9C)]
    >>> [r["acc"] for r in unit.run(rows)], unit.accumulators, unit.activity.cycles
    ([100, 127, 27], [27], 7)
    >>> waiting = Vacc(8, 8, overflow="saturate", hazards="interlock")
    >>> [r["acc"] for r in waiting.run(rows)], waiting.activity.cycles
    ([100, 127, 27], 11)
    """

    def __init__(
        self,
        operand_bits: int = 32,
        bits: int = 64,
        *,
        overflow: str = "wrap",
        accumulators: int = 1,
        hazards: str = "forward",
    ) -> None:
        m, self.bits = width(operand_bits, "operand_bits", most=64), width(bits)
        self.overflow = _one_of("overflow", overflow, OVERFLOWS)
        self.hazards = _one_of("hazards", hazards, HAZARDS)
        if accumulators < 1:
            raise ValueError(f"accumulators={accumulators!r}; allowed: 1 or more")
        self.accumulators = [0] * accumulators
        """Patterns of `bits` bits."""
        self.product_bits, self.sum_bits = 2 * m, max(2 * m, self.bits) + 1
        number = {"d": max(1, (accumulators - 1).bit_length())}
        words = {"a": m, "b": m, **number}
        stages = [
            Stage("load", words, lambda a, b, d: {"a": a, "b": b, "d": d}),
            _multiply(m, number),
            Stage("read", {"product": 2 * m, "acc": self.bits, **number}, self._read),
            Stage("add", {"sum": self.sum_bits, **number}, self._add),
            Stage("write", {"acc": self.bits, "trap": 1, **number}, self._write),
        ]
        super().__init__(words, stages)

    @property
    def register_bits(self) -> int:
        """Of all stages, with their valid bits, of the accumulators, and of `halted`."""
        return super().register_bits + len(self.accumulators) * self.bits + 1

    @property
    def ready(self) -> bool:
        """Whether operands go in at the next edge: not behind a trap, nor while one waits."""
        return not self.halted and super().ready

    def first_moving(self) -> int:
        """With the interlock 2, the read stage, while an older product is on its way there."""
        held = self.held[1]
        if self.hazards == "forward" or held is None:
            return 0
        older = any(h is not None and h["d"] == held["d"] for h in self.held[2:4])
        return 2 if older else 0

    def _on_the_way(self, d: int) -> int | None:
        """What the adder has for an accumulator, as it will be written at this edge."""
        adding = self.held[3]
        if self.hazards == "interlock" or adding is None or adding["d"] != d:
            return None
        return self._fitted(adding["sum"])[0]

    def _fitted(self, total: int) -> tuple[int, bool]:
        kept, trapped = fit(as_signed(total, self.sum_bits), self.bits, self.overflow)
        return pattern(kept, self.bits), trapped

    def _read(self, product: int, d: int) -> Registers:
        forwarded = self._on_the_way(d)
        acc = self.accumulators[d] if forwarded is None else forwarded
        return {"product": product, "acc": acc, "d": d}

    def _add(self, product: int, acc: int, d: int) -> Registers:
        forwarded = self._on_the_way(d)
        total = as_signed(acc if forwarded is None else forwarded, self.bits)
        total += as_signed(product, self.product_bits)
        return {"sum": pattern(total, self.sum_bits), "d": d}

    def _write(self, sum: int, d: int) -> Registers:  # noqa: A002 - the register's name
        kept, trapped = self._fitted(sum)
        return {"acc": kept, "trap": int(trapped), "d": d}

    def reset(self) -> None:
        """Make bubbles of all stages and 0 of all accumulators, and go on behind a trap."""
        super().reset()
        self.accumulators = [0] * len(self.accumulators)

    def step(
        self, operands: Mapping[str, int] | None = None, *, stall: bool = False, flush: bool = False
    ) -> Registers | None:
        """One clock edge, as every pipeline's; IndexError for an accumulator that is not there."""
        if operands is not None and operands.get("d", 0) >= len(self.accumulators):
            raise IndexError(f"d={operands['d']}; there are {len(self.accumulators)} accumulators")
        written = super().step(None if self.halted else operands, stall=stall, flush=flush)
        if written is None:
            return None
        if written["trap"]:
            self.halted = True
            self.activity.flushed += sum(h is not None for h in self.held[:-1])
            self.held[:-1] = [None] * (len(self.stages) - 1)
        else:
            self.accumulators[written["d"]] = written["acc"]
            self.activity.bits_written += self.bits
        return written
