# SPDX-License-Identifier: BSD-3-Clause
"""What does the compiled core give?  The same text as the proofs read, compiled by the host's compiler.

It reads the texts of formats, replays counterexamples, and is what terms are checked against.
"""

from __future__ import annotations

import ctypes
import functools
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from proofs.checkout import Checkout

COMPILER = shlex.split(os.environ.get("CC", "cc"))
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
]
BYTES += ["rounding", "overflow", "compute_man", "ftz", "daz", "cut"]
UNARY = ("square", "sqrt", "reciprocal", "neg", "abs")
BINARY = ("add", "sub", "mul", "div", "nextafter", "minimum", "maximum")
DRIVER = """
#include "elements.h"
#include "order.h"
uint64_t proofs_decode_encode(const nf_format *f, const nf_format *to, uint64_t a, nf_env *env)
{ return nf_el_cast(f, to, a, env); }
void proofs_decode(const nf_format *f, uint64_t a, nf_unpacked *x) { *x = nf_export(nf_decode_128(f, a)); }
uint64_t proofs_encode_64(const nf_format *f, const nf_number_64 *x, nf_env *env) { return nf_encode_64(f, *x, env); }
uint64_t proofs_encode_128(const nf_format *f, const nf_number_128 *x, nf_env *env) { return nf_encode_128(f, *x, env); }
uint64_t proofs_fma(const nf_format *f, uint64_t a, uint64_t b, uint64_t c, nf_env *env) { return nf_el_fma(f, a, b, c, env); }
"""


class Row(ctypes.Structure):
    """nf_format of nf_types.h."""

    _fields_ = [
        *[(name, ctypes.c_uint8) for name in BYTES],
        ("frac", ctypes.c_int16),
        ("bias", ctypes.c_int32),
    ]

    def fields(self):
        """Parameters by name, as integers."""
        return {name: getattr(self, name) for name, _ in self._fields_}


class Env(ctypes.Structure):
    _fields_ = [
        ("flags", ctypes.c_uint32),
        ("seed", ctypes.c_uint64),
        ("stream", ctypes.c_uint64),
        ("index", ctypes.c_uint64),
    ]


class TextError(ctypes.Structure):
    _fields_ = [
        ("status", ctypes.c_int),
        ("at", ctypes.c_int64),
        ("length", ctypes.c_size_t),
        ("name", ctypes.c_char_p),
        ("value", ctypes.c_char * 24),
        ("allowed", ctypes.c_char * 232),
    ]


def compiled(checkout, driver, flags=("-O1",), name="core"):
    """The core and a driver's text as a library that ctypes has loaded."""
    with tempfile.TemporaryDirectory(prefix="proofs-") as folder:
        text, library = Path(folder) / f"{name}.c", Path(folder) / f"{name}.so"
        text.write_text(driver)
        sources = sorted(str(p) for p in (checkout.cbits / "core").glob("*.c"))
        include = [f"-I{checkout.cbits / room}" for room in ("include", "core", "exact", "levels")]
        command = [
            *COMPILER,
            "-std=gnu11",
            "-w",
            *flags,
            "-shared",
            "-fPIC",
            *include,
            str(text),
            *sources,
            "-o",
            str(library),
        ]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return ctypes.CDLL(str(library))


@functools.cache
def native(root):
    """The compiled core of the checkout at `root`."""
    return Native(Checkout(root))


class Native:
    """The core, compiled; rows are `Row`, codes integers."""

    def __init__(self, checkout):
        ops = "".join(
            f"uint64_t proofs_{op}(const nf_format *f, uint64_t a, nf_env *e) {{ return nf_el_{op}(f, a, e); }}\n"
            for op in ("square", "sqrt", "reciprocal")
        )
        ops += "".join(
            f"uint64_t proofs_{op}(const nf_format *f, uint64_t a, uint64_t b, nf_env *e) {{ return nf_el_{op}(f, a, b, e); }}\n"
            for op in ("add", "sub", "mul", "div")
        )
        self.library = compiled(checkout, DRIVER + ops)

    def row(self, text):
        """The row that a text names; ValueError says what is wrong with it."""
        row, error = Row(), TextError()
        raw = text.encode()
        status = self.library.nf_read_format(
            ctypes.c_char_p(raw), ctypes.c_size_t(len(raw)), ctypes.byref(row), ctypes.byref(error)
        )
        if status != 0:
            raise ValueError(f"{text!r} is no format: {error.allowed.decode()}")
        return row

    def call(self, op, row, *codes):
        """The code and the flags of one operation."""
        function = getattr(self.library, f"proofs_{op}")
        function.restype = ctypes.c_uint64
        env = Env()
        code = function(ctypes.byref(row), *[ctypes.c_uint64(c) for c in codes], ctypes.byref(env))
        return code, env.flags
