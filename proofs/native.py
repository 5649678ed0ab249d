# SPDX-License-Identifier: BSD-3-Clause
"""What does the compiled core give?  The same text as the proofs read, compiled by the host's compiler.

It reads the texts of formats, replays counterexamples, and is what terms are checked against.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from proofs.checkout import ROOT, Checkout

COMPILER = shlex.split(os.environ.get("CC", "cc"))
CACHE = ROOT / "build" / "proofs"
ROOMS = ("include", "core", "exact", "levels")
# The fields of nf_format (nf_types.h) before `frac` and `bias`, a byte each.
BYTES = [
    "family",
    "bits",
    "rs",
    "es",
    "exp",
    "man",
    "is_signed",
    "zero",
    "signed_zero",
    "subnormals",
    "inf",
    "nan",
    "rounding",
    "overflow",
    "compute_man",
    "ftz",
    "daz",
    "cut",
]
ARGUMENTS = {
    "sqrt": 1,
    "square": 1,
    "reciprocal": 1,
    "add": 2,
    "sub": 2,
    "mul": 2,
    "div": 2,
    "fma": 3,
}


def driver():
    """C text that makes functions of the inlined core callable: proofs_add and its like."""
    lines = ['#include "elements.h"', '#include "order.h"']
    for op, n in ARGUMENTS.items():
        names = "abc"[:n]
        parameters = ", ".join(f"uint64_t {x}" for x in names)
        lines.append(
            f"uint64_t proofs_{op}(const nf_format *f, {parameters}, nf_env *env)\n"
            f"{{ return nf_el_{op}(f, {', '.join(names)}, env); }}"
        )
    lines += [
        f"uint64_t proofs_round_trip_{w}(const nf_format *f, uint64_t a, nf_env *env)\n"
        f"{{ return nf_encode_{w}(f, nf_decode_{w}(f, a), env); }}"
        for w in (64, 128)
    ]
    return "\n".join(lines) + "\n"


class Row(ctypes.Structure):
    """nf_format of nf_types.h."""

    _fields_ = (
        *((name, ctypes.c_uint8) for name in BYTES),
        ("frac", ctypes.c_int16),
        ("bias", ctypes.c_int32),
    )

    def fields(self):
        """Parameters by name, as integers."""
        return {name: getattr(self, name) for name, *_ in self._fields_}


class Env(ctypes.Structure):
    """nf_env of nf_types.h."""

    _fields_ = (
        ("flags", ctypes.c_uint32),
        ("seed", ctypes.c_uint64),
        ("stream", ctypes.c_uint64),
        ("index", ctypes.c_uint64),
    )


class TextError(ctypes.Structure):
    """nf_text_error of nf_types.h."""

    _fields_ = (
        ("status", ctypes.c_int),
        ("at", ctypes.c_int64),
        ("length", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("value", ctypes.c_char * 24),
        ("allowed", ctypes.c_char * 232),
    )

    def sentence(self, text):
        """What is wrong with the text, and what was allowed."""
        word = text[self.at : self.at + self.length] if self.at >= 0 else self.value.decode()
        name = f"{self.name.decode()}=" if self.name else ""
        return f"{text!r} is no format: {name}{word}; allowed: {self.allowed.decode() or 'a name, or family<option=value,...>'}"


def compiled(checkout, text, flags=("-O1",), sources=None):
    """The core (or other C files) and a C text that calls it, as a library that ctypes has loaded.

    Libraries are kept in build/proofs under the digest of all that they are made of.  A planted
    mistake's is not kept.  RuntimeError holds what the compiler says.
    """
    if sources is None:
        sources = sorted((checkout.cbits / "core").glob("*.c"))
    headers = sorted(p for room in ROOMS for p in (checkout.cbits / room).glob("*.[hd]*"))
    digest = hashlib.sha256(repr((COMPILER, flags, text)).encode())
    for path in (*sources, *headers):
        digest.update(path.name.encode() + path.read_bytes())
    kept = CACHE / f"core-{digest.hexdigest()[:24]}.so"
    if kept.exists():
        return ctypes.CDLL(str(kept))
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="proofs-", dir=CACHE) as folder:
        main, library = Path(folder) / "driver.c", Path(folder) / "core.so"
        main.write_text(text, "utf-8")
        include = [f"-I{checkout.cbits / room}" for room in ROOMS]
        command = [*COMPILER, "-std=gnu11", "-w", *flags, "-shared", "-fPIC", *include]
        command += [str(main), *map(str, sources), "-o", str(library)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the core was not compiled: {done.stderr.strip()}")
        if checkout.is_mutant:
            return ctypes.CDLL(str(library))
        library.rename(kept)
    return ctypes.CDLL(str(kept))


@functools.cache
def native(root):
    """The compiled core of the checkout at `root`."""
    return Native(Checkout(root))


class Native:
    """The core, compiled; rows are `Row`, codes integers."""

    def __init__(self, checkout):
        self.root = checkout.root
        self.library = compiled(checkout, driver())

    def row(self, text):
        """The row that a text names; ValueError says what is wrong with it."""
        row, error, raw = Row(), TextError(), text.encode()
        error.at = -1
        size = ctypes.c_size_t(len(raw))
        if self.library.nf_read_format(raw, size, ctypes.byref(row), ctypes.byref(error)):
            raise ValueError(error.sentence(text))
        return row

    def call(self, op, row, *codes):
        """The code and the flags of one operation."""
        function = getattr(self.library, f"proofs_{op}")
        function.restype = ctypes.c_uint64
        env = Env()
        words = [ctypes.c_uint64(code) for code in codes]
        return function(ctypes.byref(row), *words, ctypes.byref(env)), env.flags
