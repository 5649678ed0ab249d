# SPDX-License-Identifier: BSD-3-Clause
"""How do loops over all codes run beside the core, and what do they report?

The C files of this room are compiled with the core's text of a checkout, once per process.  They run
in calls of a fraction of a second, so that Ctrl-C is heard.
"""

from __future__ import annotations

import ctypes
import time
import zlib
from pathlib import Path

import numpy as np

import numformats as nf
from proofs.claim import PROVED, REFUTED, Outcome
from proofs.native import Native, compiled

HERE = Path(__file__).parent
SOURCES = ("judge.h", "pairs.c", "error_terms.c", "elements.c")
READ = ("core", "include")  # rooms of cbits/ whose text these proofs are of


def text_of(*names):
    """The C files of this room as one text, by which libraries are kept."""
    whole = "\n".join((HERE / name).read_text("utf-8") for name in names)
    return whole.replace('#include "judge.h"', "")


class Checker(Native):
    """The core and the loops of this room."""

    def __init__(self, checkout):
        self.library = compiled(checkout, text_of(*SOURCES), ("-O1", "-ffp-contract=off"))
        self.files = {
            str(path.relative_to(checkout.root)): checkout.digest(path.relative_to(checkout.root))
            for room in READ
            for path in sorted((checkout.cbits / room).glob("*.[ch]"))
        }

    def table(self, name, rows, arrays):
        """Codes and flags of an operation at arrays of codes."""
        codes, flags = np.empty_like(arrays[0]), np.empty(len(arrays[0]), np.uint32)
        getattr(self.library, f"table_{name}")(
            *[ctypes.byref(row) for row in rows],
            ctypes.c_ssize_t(len(codes)),
            *[pointer(v) for v in (*arrays, codes, flags)],
        )
        return codes, flags

    def call(self, op, row, *codes):
        """The code and the flags of one operation."""
        found = self.table(op, [row], [np.array([c], np.uint64) for c in codes])
        return tuple(int(v[0]) for v in found)


_made = {}


def checker(checkout):
    """The compiled loops of a checkout, compiled once a process."""
    key = str(checkout.root)
    if key not in _made:
        _made[key] = Checker(checkout)
    return _made[key]


def run(instance, checkout, check):
    """The outcome of `check(checker)`, which yields counterexamples: lists of lines."""
    start = time.process_time()
    compiled_core = checker(checkout)
    outcome = Outcome(PROVED, solver="exhaustion", files=compiled_core.files)
    for lines in check(compiled_core):
        outcome.result, outcome.counterexample = REFUTED, lines
        outcome.why = f"{instance}: a result is wrong"
        break
    outcome.seconds = time.process_time() - start
    return outcome


def shown(oracle, name, code):
    """An operand or a result for a person: its code and its value."""
    return f"{name} = {code:#x} ({value(oracle, code)})"


def value(oracle, code):
    """What a code is worth, as a decimal that a person can read."""
    v = oracle.decode(int(code))
    return v if isinstance(v, nf.oracle.Special) else float(v)


def part_of(text):
    """(name, k, n) of the part "name k/n"."""
    name, _, slice_of = text.partition(" ")
    k, _, n = slice_of.partition("/")
    return name, int(k), int(n)


def chosen(*words, among):
    """One number below `among` that depends on the words only: which slice a quick run takes."""
    return zlib.crc32(" ".join(words).encode()) % among


def pointer(array):
    """The data of a NumPy array, for C."""
    return array.ctypes.data_as(ctypes.c_void_p)
