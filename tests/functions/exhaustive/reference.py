# SPDX-License-Identifier: BSD-3-Clause
"""Is each result of a block of arguments the nearest one, by reference.c and, where that is open, MPFR?"""

from __future__ import annotations

import ctypes
import os
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "support"))

import numformats as nf
from rounding_intervals import approximate, boundaries, boundaries_wide, outside

SOURCE = Path(__file__).with_name("reference.c")
BUILD = Path(__file__).parents[3] / "build" / "exhaustive"
WRONG = 2
FORMATS = ("posit32", "bposit32", "bposit32q", "takum_linear32", "binary32",
           "posit16", "bposit16", "bposit16q", "takum_linear16", "binary16", "bfloat16")  # fmt: skip


class Layout(ctypes.Structure):
    _fields_ = [(name, ctypes.c_int) for name in ("family", "bits", "exponent", "regime")]


def layout(T):
    """The struct layout of a format in FORMATS."""
    f = T.format
    if f.family == "float":
        return Layout(2, f.bits, f.exp, 0)
    if f.family == "takum_linear":
        return Layout(1, f.bits, 0, 0)
    return Layout(0, f.bits, f.es, 0 if f.rs == f.bits - 1 else f.rs)


@cache
def library():
    """reference.c, compiled by $CC (default: cc); -ffp-contract=off and no -ffast-math."""
    BUILD.mkdir(parents=True, exist_ok=True)
    target = BUILD / f"reference-{os.getpid()}.so"
    flags = ["-O2", "-ffp-contract=off", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror"]
    command = [
        *shlex.split(os.environ.get("CC", "cc")),
        *flags,
        str(SOURCE),
        "-o",
        str(target),
        "-lm",
    ]
    subprocess.run(command, check=True)
    try:
        found = ctypes.CDLL(str(target))
    finally:
        target.unlink()  # the mapping stays
    found.nf_reference_name.restype = ctypes.c_char_p
    found.nf_reference_value.restype = found.nf_reference_number.restype = ctypes.c_double
    found.nf_reference_value.argtypes = [ctypes.c_int, ctypes.c_double]
    found.nf_reference_number.argtypes = [ctypes.POINTER(Layout), ctypes.c_uint64]
    found.nf_reference_check.restype = ctypes.c_int64
    return found


@cache
def functions():
    """name -> its place in reference.c."""
    lib, found = library(), {}
    while name := lib.nf_reference_name(len(found)):
        found[name.decode()] = len(found)
    return found


def evaluate(name, T, codes):
    """The codes of the library's results."""
    with np.errstate(all="ignore"):
        results = (getattr(np, name, None) or getattr(nf, name))(codes.view(T))
    return results.view(codes.dtype)


def check(name, T, start, results):
    """Arguments start, start + 1, ...: how many went to MPFR, and the indices of wrong results."""
    wide = np.ascontiguousarray(results, np.uint32)
    room = wide.size
    index, verdict = np.empty(room, np.int64), np.empty(room, np.uint8)
    pointers = [a.ctypes.data_as(ctypes.c_void_p) for a in (wide, index, verdict)]
    found = library().nf_reference_check(
        ctypes.byref(layout(T)), functions()[name], ctypes.c_uint64(start), pointers[0],
        ctypes.c_int64(room), pointers[1], pointers[2], ctypes.c_int64(room),
    )  # fmt: skip
    index, verdict = index[:found], verdict[:found]
    wrong, unsure = index[verdict == WRONG], index[verdict != WRONG]
    if unsure.size:
        wrong = np.sort(np.append(wrong, unsure[by_mpfr(name, T, start + unsure, results[unsure])]))
    return unsure.size, wrong


def by_mpfr(name, T, arguments, results):
    """Places of results that are not nearest; none of the arguments or results is a NaN."""
    xs = arguments.astype(results.dtype).view(T).astype(float)
    ys = approximate(name, xs)
    wide = T.format.bits == 32
    ends = boundaries_wide(T, results) if wide else boundaries(T).of(results, ys)
    return np.array(outside(name, xs, ys, ends), int)
