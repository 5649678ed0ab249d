# SPDX-License-Identifier: BSD-3-Clause
"""Is a table right?  Separate code that trusts neither lifetimes nor addresses.

It runs the program twice at once, on maps in place of numbers: on the memory of the arena, as the
encoded table says, and on memory in which every buffer has a place of its own.  Each write leaves
its number (which operation of the run, which element) where it writes; each read must find the same
numbers in both.  So two programs have the same data flow, element by element, and one of them has
no overlaps.  Beside that: nothing is read that was not written, weights are read only before their
update, what outlives the step is updated at most once, element by element, what is meant to stay is
not overwritten, and the result of a product does not meet its factors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.plan.table import KINDS, OPERANDS, OUT_OF_PLACE, WRITES_AT

if TYPE_CHECKING:
    from numformats.training.plans.training_plan import TrainingPlan

__all__ = ["JudgeError", "judge", "judge_table"]

Array = np.ndarray[Any, Any]
_NOBODY = -1
_STEPS_MAX = 10_000_000


class JudgeError(AssertionError):
    """A table does what its program does not."""


class _Memory:
    """A map of who wrote each granule: `grain` bytes, the size of the smallest element."""

    def __init__(self, size: int, grain: int, numbers: Any) -> None:
        self.grain = grain
        self.writer = np.full(size // grain, _NOBODY, numbers)

    def region(self, place: Any, itemsize: int) -> Array:
        """The granules of a matrix: (rows, columns, granules of an element)."""
        at, rows, columns, row, column = (int(v) for v in place)
        each = itemsize // self.grain
        last = (rows - 1) * row + (columns - 1) * column if rows and columns else -1
        end = at // self.grain + (last + 1) * each
        if at % itemsize or min(at, rows, columns, row, column) < 0 or end > len(self.writer):
            msg = "an operand outside the memory"
            raise JudgeError(msg)
        step = self.writer.itemsize
        return np.lib.stride_tricks.as_strided(
            self.writer[at // self.grain :],
            (rows, columns, each),
            (row * each * step, column * each * step, step),
        )


def judge(plan: TrainingPlan) -> int:
    """Judge a plan; the operations that a step runs.  Raises JudgeError."""
    return judge_table(plan, plan.table)


def judge_table(plan: TrainingPlan, table: Array) -> int:
    """Judge any table against a plan's program."""
    try:
        return _Judge(plan, table, np.int32).run()
    except _TooManyError:
        return _Judge(plan, table, np.int64).run()


class _TooManyError(Exception):
    """Numbers of 32 bits, which take half the memory, are not enough."""


class _Judge:
    def __init__(self, plan: TrainingPlan, table: Array, numbers: Any) -> None:
        b = plan.builder
        self.numbers = numbers
        self.table, self.sizes = table, [dtype.itemsize for dtype in b.formats()]
        grain = min(self.sizes)
        apart, offsets = 0, {}
        for name, buffer in b.buffers.items():
            offsets[name] = apart
            apart += -(-buffer.nbytes // 64) * 64
        self.meant = b.encode(offsets)
        self.placed = _Memory(plan._base + plan.layout.total, grain, numbers)  # noqa: SLF001 - of this package
        self.apart = _Memory(apart, grain, numbers)
        self.scratch = (plan._base + plan.layout.scratch_at) // grain  # noqa: SLF001
        # Every kept element has a number of its own, the same in both memories.
        self.kept: dict[str, tuple[slice, slice]] = {}
        number = -2
        for name, buffer in b.buffers.items():
            if buffer.kept:
                here = _slice(plan._base + plan.layout.offsets[name], buffer.nbytes, grain)  # noqa: SLF001
                there = _slice(offsets[name], buffer.nbytes, grain)
                count = here.stop - here.start
                ids = np.arange(number, number - count, -1, dtype=numbers)
                self.placed.writer[here] = self.apart.writer[there] = ids
                number -= count
                self.kept[name] = (here, there)
        self.constants = {*b.constants}
        self.weights = {*self.kept} - self.constants - {*b.state.values()}
        self.operations = b.operations
        self.number = 0

    def run(self) -> int:
        """Step through the program by the table's own jumps; the count of operations."""
        at, calls, counter, steps = 0, [], 0, 0
        while True:
            if not 0 <= at < len(self.table):
                msg = f"the program leaves the table, to {at}"
                raise JudgeError(msg)
            kind = KINDS[self.table[at]["kind"]]
            self._check(at, kind, counter)
            steps += 1
            if steps > _STEPS_MAX:
                msg = "the program does not end"
                raise JudgeError(msg)
            at += 1
            record = self.table[at - 1]
            if kind == "CALL":
                calls.append(at)
                at = int(record["first"])
            elif kind == "LOOP":
                counter += int(record["flag"])
                at, counter = (
                    (int(record["first"]), counter) if counter < record["last"] else (at, 0)
                )
            elif kind == "RETURN":
                if not calls:
                    break
                at = calls.pop()
        self._check_kept()
        return steps

    def _fail(self, at: int, what: str) -> None:
        msg = f"operation {at} ({KINDS[self.table[at]['kind']]}) {what}"
        raise JudgeError(msg)

    def _check(self, at: int, kind: str, counter: int) -> None:
        real, meant = self.table[at], self.meant[at]
        for name in ("kind", "flag", "stream", "first", "last", "formats"):
            if np.any(real[name] != meant[name]):
                self._fail(at, f"has {name} {real[name]}, its program {meant[name]}")
        for i, name in enumerate(OPERANDS[:3]):
            if (real[name]["at"] < 0) != (meant[name]["at"] < 0):
                self._fail(at, f"has an operand {name} more or less than its program")
            if real[name]["at"] >= 0:
                self._read(at, name, self.sizes[real["formats"][i]])
        if (real["out"]["at"] < 0) != (meant["out"]["at"] < 0):
            self._fail(at, "has a result more or less than its program")
        if real["out"]["at"] >= 0:
            self._write(at, kind, counter, self.sizes[real["formats"][3]])

    def _read(self, at: int, name: str, size: int) -> None:
        buffer = self.operations[at].operands[name].buffer.name
        try:
            here = self.placed.region(self.table[at][name], size)
        except JudgeError as error:
            self._fail(at, f"reads {name}: {error}")
        there = self.apart.region(self.meant[at][name], size)
        if (there == _NOBODY).any():
            self._fail(at, f"reads {name}, which nobody wrote")
        if here.shape != there.shape or not np.array_equal(here, there):
            self._fail(
                at, f"reads as {name} what is not {self.operations[at].operands[name].buffer.name}"
            )
        if buffer in self.weights and (there >= 0).any():
            self._fail(at, f"reads {buffer} after its update")

    def _write(self, at: int, kind: str, counter: int, size: int) -> None:
        try:
            here = self.placed.region(self.table[at]["out"], size)
        except JudgeError as error:
            self._fail(at, f"writes: {error}")
        there = self.apart.region(self.meant[at]["out"], size)
        if here.shape != there.shape:
            self._fail(at, "writes another shape than its program")
        if kind == "DIRECTION" and self.table[at]["flag"] == WRITES_AT:
            tangents = int(self.table[at]["b"]["rows"]) // max(1, int(self.table[at]["a"]["rows"]))
            rows = slice(counter, counter + tangents)
            here, there = here[rows], there[rows]
        for i, name in enumerate(OPERANDS[:3]):
            place = self.table[at][name]
            if place["at"] >= 0:
                operand = self.placed.region(place, self.sizes[self.table[at]["formats"][i]])
                aside = kind in OUT_OF_PLACE and name != "addend"
                same = _is_same(here, operand) and not aside
                if not same and _meet(here, operand):
                    self._fail(at, f"writes its result over its operand {name}")
        self._check_update(at, there)
        if self.number + here.size > np.iinfo(self.numbers).max:
            raise _TooManyError
        ids = np.arange(self.number, self.number + here.size, dtype=self.numbers)
        ids = ids.reshape(here.shape)
        self.number += here.size
        here[...] = ids
        there[...] = ids

    def _check_update(self, at: int, there: Array) -> None:
        """What outlives a step is written at most once in it, element by element."""
        buffer = self.operations[at].operands["out"].buffer.name
        if buffer in self.constants:
            self._fail(at, f"writes the constant {buffer}")
        if buffer in self.kept and (there >= 0).any():
            self._fail(at, f"updates {buffer} again")

    def _check_kept(self) -> None:
        for name, (here, there) in self.kept.items():
            if not np.array_equal(self.placed.writer[here], self.apart.writer[there]):
                msg = f"{name} is overwritten"
                raise JudgeError(msg)
        if (self.placed.writer[self.scratch :] != _NOBODY).any():
            msg = "an operation writes into the kernels' scratch"
            raise JudgeError(msg)


def _slice(at: int, size: int, grain: int) -> slice:
    return slice(at // grain, (at + size) // grain)


def _is_same(a: Array, b: Array) -> bool:
    """Are these the same elements in the same order?"""
    return (a.ctypes.data, a.shape, a.strides) == (b.ctypes.data, b.shape, b.strides)


def _meet(a: Array, b: Array) -> bool:
    """Do two regions share a granule?  One is marked on a map of both, the other looked at."""
    if not np.may_share_memory(a, b):
        return False
    first = min(a.ctypes.data, b.ctypes.data)
    last = max(np.lib.array_utils.byte_bounds(x)[1] for x in (a, b))
    size = a.itemsize
    mark = np.zeros((last - first) // size, bool)
    for region, write in ((a, True), (b, False)):
        seen = np.lib.stride_tricks.as_strided(
            mark[(region.ctypes.data - first) // size :],
            region.shape,
            tuple(s // size for s in region.strides),
        )
        if not write:
            return bool(seen.any())
        seen[...] = True
    return False
