# SPDX-License-Identifier: BSD-3-Clause
"""How is a program for the arena written down?  Buffers, matrices in them, operations on matrices.

Buffers have names and sizes here, no addresses: place.py finds these, encode writes the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from numformats.plan.table import FLAGS, KINDS, NO_PLACE, OP, OPERANDS, OPERATIONS

if TYPE_CHECKING:
    from numformats.training.plans.adam_rule import AdamRule

__all__ = ["Buffer", "Builder", "Matrix", "Operation"]


@dataclass(frozen=True)
class Buffer:
    """Memory of `rows` by `columns` elements; what is kept outlives the step."""

    name: str
    rows: int
    columns: int
    dtype: np.dtype[Any]
    kept: bool = False

    @property
    def nbytes(self) -> int:
        """Its size."""
        return self.rows * self.columns * self.dtype.itemsize


@dataclass(frozen=True)
class Matrix:
    """Elements of a buffer: (i, j) is element start + i * row + j * column."""

    buffer: Buffer
    rows: int
    columns: int
    row: int
    column: int = 1
    start: int = 0

    @property
    def dtype(self) -> np.dtype[Any]:
        """The format of its elements."""
        return self.buffer.dtype

    @property
    def T(self) -> Matrix:  # noqa: N802 - NumPy's name
        """The transpose, the same memory."""
        return replace(self, rows=self.columns, columns=self.rows, row=self.column, column=self.row)

    def part(self, rows: slice = slice(None), columns: slice = slice(None)) -> Matrix:
        """Some adjoining rows and columns."""
        i, i_end, _ = rows.indices(self.rows)
        j, j_end, _ = columns.indices(self.columns)
        start = self.start + i * self.row + j * self.column
        return replace(self, rows=i_end - i, columns=j_end - j, start=start)

    def wider(self, columns: int) -> Matrix:
        """The same rows with so many more columns on the right."""
        return replace(self, columns=self.columns + columns)

    def spread(self, rows: int, columns: int) -> Matrix:
        """One element, again and again."""
        return replace(self, rows=rows, columns=columns, row=0, column=0)


@dataclass
class Operation:
    """A row of the table to be; operands by name, formats and places follow from them."""

    kind: str
    operands: dict[str, Matrix]
    flag: int = 0
    stream: int = 0
    first: int = 0
    last: int = 0


@dataclass
class Builder:
    """Writes a program; what a layer's emit and the compilers use.

    batch: rows of a batch; extra: columns that each buffer of activations has for the bias's ones;
    momentum: do weights have a velocity each, by which they are updated?  rule: what updates them
    in place of gradient descent; delta: the format of cotangents, where it is not the weights'.
    """

    batch: int
    native: bool = False
    momentum: bool = False
    rule: AdamRule | None = None
    delta: Any = None
    extra: int = 1
    operations: list[Operation] = field(default_factory=list)
    buffers: dict[str, Buffer] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)  # name -> buffer of an optimiser's
    windows: list[Any] = field(default_factory=list)
    foreign: list[Any] = field(default_factory=list)
    calls_python: list[str] = field(default_factory=list)

    def buffer(  # noqa: PLR0913 - what a buffer has
        self, name: str, rows: int, columns: int, dtype: Any, *, kept: bool = False, extra: int = 0
    ) -> Matrix:
        """New memory; a name that is taken gets a number.  extra: columns beyond those given."""
        taken, n = name, 1
        while taken in self.buffers:
            n += 1
            taken = f"{name}#{n}"
        made = Buffer(taken, rows, columns + extra, np.dtype(dtype), kept)
        self.buffers[taken] = made
        return Matrix(made, rows, columns, columns + extra)

    def constant(self, value: float, dtype: Any) -> Matrix:
        """One element that is written before the first step."""
        kind: np.dtype[Any] = np.dtype(dtype)
        name = f"{float(value)!r} {kind}"
        if name not in self.constants:
            self.constants[name] = value
            self.buffers[name] = Buffer(name, 1, 1, kind, kept=True)
        return Matrix(self.buffers[name], 1, 1, 1)

    def op(  # noqa: PLR0913 - the columns of the table
        self,
        kind: str,
        operands: dict[str, Matrix] | None = None,
        *,
        flag: int = 0,
        stream: int = 0,
        first: int = 0,
        last: int = 0,
        **more: Matrix | None,
    ) -> Operation:
        """Append an operation; operands: a, b, addend, out."""
        given = {name: m for name, m in more.items() if m is not None} | (operands or {})
        made = Operation(kind, given, flag, stream, first, last)
        self.operations.append(made)
        return made

    # ---- what layers are made of -----------------------------------------------------------------

    def element(self, name: str, out: Matrix, *inputs: Matrix) -> None:
        """One of the core's elementwise operations, by its name ("add", "tanh", ...)."""
        operands = dict(zip(OPERANDS, inputs, strict=False))
        self.op("ELEMENT", operands, flag=OPERATIONS[name], out=out)

    def copy(self, out: Matrix, a: Matrix) -> None:
        """The values of a, converted."""
        self.op("COPY", out=out, a=a)

    def product(
        self,
        out: Matrix,
        a: Matrix,
        b: Matrix,
        addend: Matrix | None = None,
        *,
        subtract: bool = False,
    ) -> None:
        """The matrix product a b, added to or subtracted from an addend; rounded once."""
        flag = FLAGS["SUBTRACT"] * subtract | self.native_of(out, a, b, addend)
        self.op("PRODUCT", flag=flag, out=out, a=a, b=b, addend=addend)

    def native_of(self, out: Matrix, *operands: Matrix | None) -> int:
        """The flag of a product that may add as hardware does: it was asked for, formats agree."""
        found = self.native and all(
            m.dtype == out.dtype and m.dtype.char in "fd" for m in operands if m is not None
        )
        return FLAGS["NATIVE"] * found

    def on_windows(  # noqa: PLR0913 - an operation of the table, and what it needs beside
        self,
        kind: str,
        windows: Any,
        out: Matrix,
        a: Matrix,
        b: Matrix | None = None,
        addend: Matrix | None = None,
        *,
        flag: int = 0,
        last: int = 0,
    ) -> None:
        """An operation on the windows of images (`numformats.plan.table.windows`)."""
        if windows not in self.windows:
            self.windows.append(windows)
        first = self.windows.index(windows)
        self.op(kind, flag=flag, first=first, last=last, out=out, a=a, b=b, addend=addend)

    def knob(self, number: int, divisor: int, dtype: Any) -> Matrix:
        """One element: knob `number` of the step over a divisor, rounded into the format."""
        cell = self.buffer(f"knob {number}/{divisor}", 1, 1, dtype)
        self.op("KNOB", flag=number, first=divisor, out=cell)
        return cell

    def scaled(self, name: str, a: Matrix, cell: Matrix) -> Matrix:
        """A new buffer: a times one element."""
        out = self.buffer(name, a.rows, a.columns, a.dtype)
        self.element("mul", out, a, cell.spread(a.rows, a.columns))
        return out

    def call(self, function: Any, name: str, out: Matrix, *inputs: Matrix) -> None:
        """A function of one's own: it reads the inputs, at most three, and writes all of `out`.

        function: a C function as cffi has it, `bool f(const nf_plan_op *, char *arena, const
        nf_format *, void *)` (cbits/include/nf_plan.h), or a Python callable of arrays
        (out, *inputs).  Python allocates: the certificate then says so.
        """
        if len(inputs) > 3:
            msg = f"{name}: {len(inputs)} inputs; allowed: at most 3"
            raise ValueError(msg)
        operands = dict(zip(OPERANDS, inputs, strict=False))
        self.op("FOREIGN", operands, flag=len(self.foreign), out=out)
        self.foreign.append(function)
        if type(function).__module__ != "_cffi_backend":
            self.calls_python.append(name)

    # ---- the table -------------------------------------------------------------------------------

    def formats(self) -> list[np.dtype[Any]]:
        """The formats of all buffers; their numbers are those in the table."""
        return list(dict.fromkeys(b.dtype for b in self.buffers.values()))

    def encode(self, offsets: dict[str, int]) -> np.ndarray[Any, Any]:
        """The table, for buffers at these offsets."""
        numbers = {dtype: i for i, dtype in enumerate(self.formats())}
        table = np.zeros(len(self.operations), OP)
        for record, op in zip(table, self.operations, strict=True):
            record["kind"] = KINDS.index(op.kind)
            for name in ("flag", "stream", "first", "last"):
                record[name] = getattr(op, name)
            for i, name in enumerate(OPERANDS):
                m = op.operands.get(name)
                if m is None:
                    record[name] = NO_PLACE
                    continue
                at = offsets[m.buffer.name] + m.start * m.dtype.itemsize
                record[name] = (at, m.rows, m.columns, m.row, m.column)
                record["formats"][i] = numbers[m.dtype]
        return table
