# SPDX-License-Identifier: BSD-3-Clause
"""What does a shared library of the core return?  nf.h through ctypes, for mutate.py only."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass
from functools import reduce
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from fractions import Fraction

CBITS = Path(__file__).parents[2] / "cbits"


@dataclass
class Job:
    """One operation of one format: operand columns of codes, results, flags.

    op "cast": to `target`; "exact <op>": the columns are Numbers; "evenly": one column, the line.
    """

    row: bytes
    name: str
    op: str
    operands: list[list[Any]]
    results: list[int]
    flags: list[int]
    target: bytes = b""


class Env(ctypes.Structure):
    _fields_ = [("flags", ctypes.c_uint32), ("seed", ctypes.c_uint64), ("stream", ctypes.c_uint64),
                ("index", ctypes.c_uint64)]  # fmt: skip


LOOP = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p),
                        ctypes.POINTER(ctypes.c_ssize_t), ctypes.c_ssize_t, ctypes.POINTER(Env))  # fmt: skip
CAST = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p),
                        ctypes.POINTER(ctypes.c_ssize_t), ctypes.c_ssize_t, ctypes.POINTER(Env))  # fmt: skip


class Format(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * 20), ("bias", ctypes.c_int32)]


class Number(ctypes.Structure):
    """nf_unpacked: (-1)^sign * (hi:lo) / 2^127 * 2^exp."""

    _fields_ = [("cls", ctypes.c_uint8), ("sign", ctypes.c_uint8), ("exp", ctypes.c_int32),
                ("hi", ctypes.c_uint64), ("lo", ctypes.c_uint64)]  # fmt: skip

    @classmethod
    def of(cls, x: Fraction) -> Number:
        """A binary fraction of at most 64 significant bits."""
        m, down = abs(x.numerator), x.denominator.bit_length() - 1
        if m == 0:
            return cls(0, 0, 0, 0, 0)
        length = m.bit_length()
        m >>= (m & -m).bit_length() - 1
        return cls(1, x < 0, length - 1 - down, m << (64 - m.bit_length()), 0)


class Evenly(ctypes.Structure):
    _fields_ = [
        (f"{name}_{half}", ctypes.c_uint64) for name in ("first", "step") for half in ("hi", "lo")
    ]
    _fields_ += [("divisor", ctypes.c_uint64), ("exponent", ctypes.c_int32)]


STOP = ctypes.CFUNCTYPE(ctypes.c_bool)


class Matrix(ctypes.Structure):
    _fields_ = [("format", Format), ("data", ctypes.c_void_p), ("row", ctypes.c_ssize_t),
                ("column", ctypes.c_ssize_t)]  # fmt: skip


DOUBLES = ctypes.POINTER(ctypes.c_double)
GEMM = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_ssize_t,
                        ctypes.c_ssize_t, DOUBLES, DOUBLES, DOUBLES)  # fmt: skip


class Product(ctypes.Structure):
    _fields_ = [("a", Matrix), ("b", Matrix), ("out", Matrix), ("m", ctypes.c_ssize_t),
                ("k", ctypes.c_ssize_t), ("n", ctypes.c_ssize_t), ("model", ctypes.c_void_p),
                ("addend", ctypes.c_void_p),
                ("subtract", ctypes.c_bool), ("path", ctypes.c_int), ("gemm", GEMM),
                ("context", ctypes.c_void_p)]  # fmt: skip


@GEMM
def gemm(_, m, k, n, a, b, c):
    """c = a.T @ b, as NumPy's BLAS does it."""
    x, y = (np.ctypeslib.as_array(p, s) for p, s in ((a, (k, m)), (b, (k, n))))
    np.matmul(x.T, y, out=np.ctypeslib.as_array(c, (m, n)))
    return True


PATHS = ("auto", "loop", "extract", "slices")


class Core:
    """The functions of nf.h in one shared library."""

    def __init__(self, path: Path) -> None:
        self.lib = ctypes.CDLL(str(path))
        self.lib.nf_core_init(None)
        for kind in ("loop", "cast", "scalar_loop", "scalar_cast"):
            getattr(self.lib, f"nf_find_{kind}").restype = ctypes.c_void_p
        self.lib.nf_contains.restype = ctypes.c_bool
        self.lib.nf_exact_operation.restype = ctypes.c_uint64
        for name in ("should", "take"):
            getattr(self.lib, f"nf_{name}_stop").restype = ctypes.c_bool
        tables = [(CBITS / "include" / f"nf_{t}.def").read_text() for t in ("ops", "functions")]
        self.ops = re.findall(r"^NF_(?:OP|FUNCTION)\((\w+),", "".join(tables), re.MULTILINE)

    def call(self, job: Job, rows: list[bytes]) -> tuple[list[int], int]:
        """All results of a job, and the flags of all its elements together."""
        if job.op == "contains":
            found = [self.lib.nf_contains(rows[i], job.row) for i in job.operands[0]]
            return [int(f) for f in found], 0
        if job.op.startswith("product"):
            return self.product(job)
        if job.op.startswith("exact"):
            return self.exact(job)
        if job.op == "evenly":
            return self.evenly(job)
        if job.op == "stop":
            return self.stop(job.operands[0]), 0
        n = len(job.results)
        cells = [(ctypes.c_uint64 * n)(*c) for c in job.operands] + [(ctypes.c_uint64 * n)()]
        data = (ctypes.c_void_p * 5)(*(ctypes.addressof(c) for c in cells))
        strides = (ctypes.c_ssize_t * 5)(*[8] * 5)
        env = Env(0, 3, 5, 0)
        if job.op == "cast":
            function = CAST(self.lib.nf_find_scalar_cast(job.row, job.target))
            function(job.row, job.target, data, strides, n, ctypes.byref(env))
        else:
            function = LOOP(self.lib.nf_find_scalar_loop(job.row, self.ops.index(job.op)))
            function(job.row, data, strides, n, ctypes.byref(env))
        return list(cells[-1]), env.flags

    def call_in_stages(self, job: Job) -> tuple[list[int], int] | None:
        """The same through the level's own loops: each element by itself, eight times side by side.

        None: the scalar loop is the level's own, or the job is none of one loop.  (In one call, an
        element that raises would take its neighbours to the scalar core.)
        """
        if job.op == "cast":
            found = self.lib.nf_find_cast(job.row, job.target)
            same = found == self.lib.nf_find_scalar_cast(job.row, job.target)
        elif job.op in self.ops:
            at = self.ops.index(job.op)
            found = self.lib.nf_find_loop(job.row, at)
            same = found == self.lib.nf_find_scalar_loop(job.row, at)
        else:
            return None
        if same:
            return None
        rows = (job.row, job.target) if job.op == "cast" else (job.row,)
        function = (CAST if job.op == "cast" else LOOP)(found)
        env, results = Env(0, 3, 5, 0), []
        strides = (ctypes.c_ssize_t * 5)(*[0] * len(job.operands), 8)
        for operands in zip(*job.operands, strict=True):
            cells = [ctypes.c_uint64(x) for x in operands] + [(ctypes.c_uint64 * 8)()]
            data = (ctypes.c_void_p * 5)(*(ctypes.addressof(c) for c in cells))
            function(*rows, data, strides, 8, ctypes.byref(env))
            results.append(cells[-1][7])
        return results, env.flags

    def exact(self, job: Job) -> tuple[list[int], int]:
        env, results = Env(0, 3, 5, 0), []
        op = self.ops.index(job.op.split()[1])
        for operands in zip(*job.operands, strict=True):
            numbers = (Number * 3)(*operands)
            results.append(self.lib.nf_exact_operation(job.row, op, numbers, ctypes.byref(env)))
        return results, env.flags

    def evenly(self, job: Job) -> tuple[list[int], int]:
        first, step, divisor, exponent = job.operands[0]
        line = Evenly(
            *(w for x in (first, step) for w in divmod(x % 2**128, 2**64)), divisor, exponent
        )
        env, out = (
            Env(0, 3, 5, 0),
            np.zeros(len(job.results), f"u{self.lib.nf_storage_bytes(job.row)}"),
        )
        self.lib.nf_fill_evenly(job.row, ctypes.byref(line), ctypes.c_void_p(out.ctypes.data),
                                ctypes.c_ssize_t(out.itemsize), ctypes.c_ssize_t(len(out)),
                                ctypes.byref(env))  # fmt: skip
        return out.tolist(), env.flags

    def stop(self, answers: list[bool]) -> list[int]:
        """Too little work to ask, twice enough, was it told to stop, and is that taken once?"""
        left = iter(answers)
        ask = STOP(lambda: next(left))
        self.lib.nf_set_stop(ask)
        few, enough = ctypes.c_uint64(100), ctypes.c_uint64(1 << 20)
        self.lib.nf_should_stop(enough)  # what other jobs did is forgotten
        found = [self.lib.nf_should_stop(w) for w in (few, enough, enough)]
        found += [self.lib.nf_take_stop(), self.lib.nf_take_stop(), self.lib.nf_should_stop(few)]
        self.lib.nf_set_stop(None)
        return [int(f) for f in found]

    def product(self, job: Job) -> tuple[list[int], int]:
        """Op "product <path> <m> <k> <n>": the operands are the elements of a and of b, row by row.

        With a third operand: that is the addend, from which the product is subtracted.
        """
        path, m, k, n = job.op.split()[1:]
        p, env = Product(), Env(0, 3, 5, 0)
        p.m, p.k, p.n, p.path, p.gemm = int(m), int(k), int(n), PATHS.index(path), gemm
        size = self.lib.nf_storage_bytes(job.row)
        arrays = [np.array(c, f"u{size}") for c in (*job.operands, job.results)]
        addend = Matrix()
        matrices = (p.a, p.b, addend, p.out) if len(arrays) == 4 else (p.a, p.b, p.out)
        for matrix, array, width in zip(matrices, arrays, (p.k, p.n, p.n, p.n), strict=False):
            ctypes.memmove(ctypes.byref(matrix), job.row, len(job.row))
            matrix.data, matrix.row, matrix.column = array.ctypes.data, width * size, size
        if len(arrays) == 4:
            p.addend, p.subtract = ctypes.addressof(addend), True
        arrays[-1][:] = 0
        outcome = self.lib.nf_multiply(ctypes.byref(p), ctypes.byref(env))
        assert outcome == 0, f"{job.op}: outcome {outcome}"
        return arrays[-1].tolist(), env.flags


def first_difference(core: Core, jobs: list[Job], rows: list[bytes]) -> str | None:
    for job in jobs:
        found = difference(job, *core.call(job, rows))
        staged = None if found else core.call_in_stages(job)
        if staged is not None:
            found = difference(job, *staged)
        if found:
            return found
    return None


def difference(job: Job, got: list[int], flags: int) -> str | None:
    for i, (result, right) in enumerate(zip(got, job.results, strict=True)):
        if result != right:
            at = (
                ", ".join(
                    hex(c[i]) if isinstance(c[i], int) else "a number"
                    for c in job.operands
                    if len(c) == len(got)
                )
                or i
            )
            return f"{job.name} {job.op}({at}) = {result:#x}, not {right:#x}"
    wanted = reduce(or_, job.flags, 0)
    if flags != wanted:
        return f"{job.name} {job.op}: flags {flags}, not {wanted}"
    return None
