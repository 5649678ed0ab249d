# SPDX-License-Identifier: BSD-3-Clause
"""How do tests call libnumformats, and compile programs that do?  ctypes, and the C compilers here."""

from __future__ import annotations

import ctypes
import re
import shutil
import subprocess
from ctypes import POINTER, byref, c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p
from functools import cache
from pathlib import Path

import pytest

import numformats as nf

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "library"
INVALID, DIVIDE, OVERFLOW, REFUSED = 1, 2, 4, 8
FLAGS = {"invalid": INVALID, "divide": DIVIDE, "overflow": OVERFLOW}


class Format(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_uint8 * 20), ("bias", ctypes.c_int32)]


class Env(ctypes.Structure):
    _fields_ = [
        ("flags", ctypes.c_uint32),
        ("seed", c_uint64),
        ("stream", c_uint64),
        ("index", c_uint64),
    ]


class TextError(ctypes.Structure):
    _fields_ = [("status", c_int), ("at", c_int64), ("length", c_size_t), ("name", c_char_p),
                ("value", ctypes.c_char * 24), ("allowed", ctypes.c_char * 232)]  # fmt: skip


class Model(ctypes.Structure):
    _fields_ = [
        ("kind", c_int),
        ("width", c_int),
        ("block", ctypes.c_ssize_t),
        ("f", Format),
        ("g", Format),
    ]


class Parts(ctypes.Structure):
    _fields_ = [("cls", ctypes.c_uint8), ("sign", ctypes.c_uint8), ("exp", ctypes.c_int32),
                ("hi", c_uint64), ("lo", c_uint64)]  # fmt: skip


class Limits(ctypes.Structure):
    _fields_ = [(n, c_uint64) for n in ("maxpos", "minpos", "one", "nan", "lowest")]
    _fields_ += [
        ("max_exp", ctypes.c_int32),
        ("min_exp", ctypes.c_int32),
        ("has", ctypes.c_bool * 4),
    ]


# The result of functions that do not return a nf_status.
RESULTS = {
    "nf_to_double": ctypes.c_double, "nf_version": c_char_p, "nf_cpu_level": c_char_p,
    "nf_status_message": c_char_p, "nf_operation_name": c_char_p, "nf_format_name": c_char_p,
    "nf_format_listed": c_char_p, "nf_quire_new": c_void_p, "nf_format_print": c_size_t,
    "nf_format_explain": c_size_t, "nf_to_text": c_size_t, "nf_format_bytes": c_size_t,
    "nf_quire_size": c_size_t,
}  # fmt: skip
CODES = ("nf_convert", "nf_from_double", "nf_from_parts", "nf_random_word")


@cache
def library() -> ctypes.CDLL:
    lib = ctypes.CDLL(nf.get_library())
    for name, result in RESULTS.items():
        getattr(lib, name).restype = result
    for name in (*CODES, *(f"nf_{op}" for op in operations())):
        getattr(lib, name).restype = c_uint64
    lib.nf_from_double.argtypes = [POINTER(Format), ctypes.c_double, c_void_p]
    lib.nf_quire_free.argtypes = [c_void_p]
    return lib


def header_text(name="numformats.h"):
    """A header, without comments."""
    return re.sub(r"/\*.*?\*/", " ", Path(nf.get_include(), name).read_text(), flags=re.DOTALL)


def declared(name="numformats.h"):
    """The functions that a header declares, in its order."""
    return re.findall(r"^NF_API [^;(]*?\b(nf_\w+)\(", header_text(name), re.MULTILINE)


@cache
def operations() -> dict[str, int]:
    """Name -> number, as the header has them."""
    names = re.findall(r"\bNF_OP_(?!COUNT)(\w+)", header_text())
    return {name: i for i, name in enumerate(names)}


def c_format(text: str) -> Format:
    f, error = Format(), TextError()
    status = library().nf_format_parse(text.encode(), byref(f), byref(error))
    assert status == 0, explained(text, error)
    return f


def explained(text, error):
    buffer = ctypes.create_string_buffer(512)
    library().nf_format_explain(text.encode(), byref(error), buffer, 512)
    return buffer.value.decode()


def code(x: int) -> c_uint64:
    return c_uint64(x)


def compiler(name: str) -> str:
    """The compiler; the test is skipped where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed: libnumformats was not tried with it")
    return found


def run(*words, **options) -> str:
    """What a program prints; its errors are the test's."""
    done = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, f"{words}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
