# SPDX-License-Identifier: BSD-3-Clause
"""How does Python run a table of operations?  It hands the core pointers, and gets a loss."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats import _dtypes
from numformats._array_formats import as_formats, format_of
from numformats._native import address, ffi, lib, raise_flags, row
from numformats.plan.table import KINDS, OPERANDS, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numformats.plan.arena import Arena

__all__ = ["Program", "StepError", "scratch_bytes"]

Array = np.ndarray[Any, Any]


class StepError(RuntimeError):
    """A step failed in one of its operations; `operation` is its number in the table."""

    def __init__(self, message: str, operation: int) -> None:
        super().__init__(message)
        self.operation = operation


@dataclass
class Outcome:
    """What a step left beside the weights."""

    loss: float
    heap_calls: int
    operations: int


@dataclass
class _Parts:
    """An nf_plan_parts, and what it points to."""

    native: Any
    kept: list[Any] = field(default_factory=list)


def _parts(
    table: Array, formats: Sequence[Any], foreign: Sequence[Any] = (), windows: Sequence[Any] = ()
) -> _Parts:
    parts = _Parts(ffi.new("nf_plan_parts *"))
    rows = ffi.new("nf_format[]", [row(format_of(np.dtype(f), "a format"))[0] for f in formats])
    functions = ffi.new("nf_plan_foreign *[]", [f for f, _ in foreign] or [ffi.NULL])
    contexts = ffi.new("void *[]", [c for _, c in foreign] or [ffi.NULL])
    p = parts.native
    p.ops, p.count = ffi.cast("nf_plan_op *", address(table)), len(table)
    p.formats, p.format_count = rows, len(formats)
    images = np.array([tuple(w) for w in windows], WINDOWS)
    p.windows, p.window_count = ffi.cast("nf_plan_windows *", address(images)), len(images)
    p.foreign, p.contexts, p.foreign_count = functions, contexts, len(foreign)
    parts.kept = [table, rows, images, functions, contexts]
    return parts


def scratch_bytes(table: Array, formats: Sequence[Any], windows: Sequence[Any] = ()) -> int:
    """Bytes of scratch that the kernels of these operations need, whatever the data."""
    parts = _parts(table, formats, windows=windows)
    return int(lib.nf_plan_scratch(parts.native))


class Program:
    """A table of operations over an arena, ready to run.

    table: records of `numformats.plan.table.OP`; formats: the dtypes that its operands number;
    windows: those that operations on images number (`numformats.plan.table.windows`);
    scratch: offset and bytes of the kernels' scratch; most_operations: more in a step is a fault;
    foreign: functions for the kind FOREIGN, C pointers (nf_plan_foreign) or Python callables, which
    get the result and the operands as arrays in the arena.

    Raises ValueError for an operation whose operands do not fit, or do not lie in the arena.
    """

    def __init__(  # noqa: PLR0913 - what a program consists of
        self,
        table: Array,
        formats: Sequence[Any],
        arena: Arena,
        *,
        scratch: tuple[int, int],
        most_operations: int = 1 << 40,
        foreign: Sequence[Callable[[Any, Any], Any] | Any] = (),
        windows: Sequence[Any] = (),
    ) -> None:
        self._raised: list[BaseException] = []
        self._callbacks = [self._as_foreign(f, arena, formats) for f in foreign]
        parts = _parts(table, formats, [(f, ffi.NULL) for f in self._callbacks], windows)
        parts.native.scratch, parts.native.scratch_bytes = scratch
        parts.native.most_operations = most_operations
        wrong = ffi.new("int32_t *")
        native = lib.nf_plan_new(parts.native, arena.native, wrong)
        if native == ffi.NULL and wrong[0] >= 0:
            kind = KINDS[table["kind"][wrong[0]]] if table["kind"][wrong[0]] < len(KINDS) else "?"
            msg = f"operation {wrong[0]} ({kind}): its operands do not fit, or are not in the arena"
            raise ValueError(msg)
        if native == ffi.NULL:
            msg = "no memory for a plan"
            raise MemoryError(msg)
        self._native = ffi.gc(native, lib.nf_plan_free)
        self._arena = arena  # which the native plan points to
        self._kinds = table["kind"].copy()
        self._knobs = ffi.new("nf_plan_knobs *")
        self._batch = ffi.new("nf_plan_batch *")
        self._result = ffi.new("nf_plan_result *")

    def _as_foreign(self, function: Any, arena: Arena, formats: Sequence[Any]) -> Any:
        """A C pointer as it is; a Python callable as a callback."""
        if type(function).__module__ == "_cffi_backend":
            return ffi.cast("nf_plan_foreign *", function)

        def call(op: Any, _base: Any, _formats: Any, _context: Any) -> bool:
            numbers = dict(zip(OPERANDS, op.formats, strict=True))
            try:
                function(*(
                    _operand(arena, place, formats[numbers[name]])
                    for name in ("out", "a", "b", "addend")
                    if (place := getattr(op, name)).at >= 0
                ))  # fmt: skip
            except BaseException as error:  # noqa: BLE001 - it is raised again behind the C code
                self._raised.append(error)
                return False
            return True

        return ffi.callback("nf_plan_foreign", call)

    def step(  # noqa: PLR0913 - what a step takes
        self,
        inputs: Array,
        *,
        labels: Array | None = None,
        targets: Array | None = None,
        samples: Array | None = None,
        knobs: Sequence[float] = (),
        seed: int = 0,
    ) -> Outcome:
        """Run the table once; arrays are read where they are.

        inputs, targets: (rows, columns) of any format; labels, samples: contiguous int64.  Raises
        StepError where an operation failed, KeyboardInterrupt after Ctrl-C: the step was then left
        between two operations.
        """
        kept = [_matrix(self._batch.inputs, inputs)]
        if targets is not None:
            kept.append(_matrix(self._batch.targets, targets))
        self._batch.labels = _integers(labels)
        self._batch.samples = _integers(samples)
        self._knobs.seed = seed % 2**64
        for i, knob in enumerate(knobs):
            self._knobs.knob[i] = knob
        result = self._result
        outcome = lib.nf_plan_step(self._native, self._batch, self._knobs, result)
        del kept
        if self._raised:
            raise self._raised.pop()
        if outcome == lib.NF_STOPPED:
            _dtypes.raise_stop()
        if outcome == lib.NF_NO_MEMORY:
            msg = f"operation {result.stopped}: no memory for a product"
            raise MemoryError(msg)
        if outcome != lib.NF_DONE:
            at = int(result.stopped)
            kind = KINDS[self._kinds[at]]
            msg = f"operation {at} ({kind}) failed"
            raise StepError(msg, at)
        raise_flags(result.flags & ~lib.NF_OVERFLOW, "a planned step")
        return Outcome(float(result.loss), int(result.heap_calls), int(result.operations))


def _matrix(to: Any, a: Array) -> Array:
    """Describe a two-dimensional array to C; what is returned must live as long."""
    x = as_formats("the batch", a)
    to.format = row(format_of(x.dtype, "the batch"))[0]
    to.data = address(x)
    to.row, to.column = x.strides
    return x


def _operand(arena: Arena, place: Any, dtype: Any) -> Array:
    """A matrix of the arena as an array."""
    size = np.dtype(dtype).itemsize
    count = (place.rows - 1) * place.row + (place.columns - 1) * place.column + 1
    return np.lib.stride_tricks.as_strided(
        arena.view(place.at, (count,), dtype),
        (place.rows, place.columns),
        (place.row * size, place.column * size),
    )


def _integers(a: Array | None) -> Any:
    return ffi.NULL if a is None else ffi.cast("int64_t *", address(a))
