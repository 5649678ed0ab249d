# SPDX-License-Identifier: BSD-3-Clause
"""Which functions of NumPy are not traced, and why?"""

from __future__ import annotations

from typing import Any

import numpy as np

import numformats as nf
from numformats.arrays import from_bits
from numformats.tracing.dispatch import name_of
from numformats.tracing.messages import fail
from numformats.tracing.registry import HANDLERS, OTHERS
from numformats.tracing.texts import UMATH

_COMPLEX = "its results are complex numbers"
_TEXT = "it takes text"
_INTEGERS = "it takes integers, bits or dates"
_PLACES = "it takes places, which are integers"
_ITERATED = "LAPACK iterates until it converges: there is no text in NumPy's functions"
_FILES = "it writes a file"
_RECORDS = "it takes structured arrays"
_EDGES = "NumPy computes edges in float64: use np.searchsorted and np.count_nonzero"


def _named(module: Any, names: str) -> list[Any]:
    return [getattr(module, name) for name in names.split() if hasattr(module, name)]


_STRINGS = """_center _expandtabs _expandtabs_length _ljust _lstrip_chars _lstrip_whitespace
_partition _partition_index _replace _rjust _rpartition _rpartition_index _rstrip_chars
_rstrip_whitespace _slice _strip_chars _strip_whitespace _zfill count endswith find index isalnum
isalpha isdecimal isdigit islower isnumeric isspace istitle isupper rfind rindex startswith
str_len"""
_BITS = """bitwise_and bitwise_count bitwise_or bitwise_xor busday_count busday_offset
datetime_as_string gcd invert is_busday isnat lcm left_shift packbits right_shift unpackbits"""
_FOURIER = """fft fft2 fftn hfft ifft ifft2 ifftn ihfft irfft irfft2 irfftn rfft rfft2 rfftn"""
_SPECTRA = """eig eigh eigvals eigvalsh lstsq matrix_rank pinv svd svdvals tensorinv tensorsolve"""
_REASONS: list[tuple[str, list[Any]]] = [
    (_COMPLEX, _named(np, "sort_complex")),
    (_COMPLEX, _named(np.fft, _FOURIER)),
    (_COMPLEX, _named(np.lib.scimath, "arccos arcsin arctanh log log10 log2 logn power sqrt")),
    (_TEXT, _named(UMATH, _STRINGS)),
    (_INTEGERS, _named(np, _BITS)),
    (_PLACES, _named(np, "ix_ ravel_multi_index unravel_index")),
    (_ITERATED, [np.roots, *_named(np.linalg, _SPECTRA)]),
    (_FILES, _named(np, "save savetxt savez savez_compressed")),
    (_EDGES, _named(np, "histogram histogram2d histogram_bin_edges histogramdd")),
    ("its weights become float64: use np.add.at", [np.bincount]),
    ("NumPy's series in float64 means nothing in other arithmetic", [np.i0]),
    ("a private ufunc of NumPy", _named(UMATH, "_ones_like imag real")),
    ("codes are no numbers of a trace: give plain codes", [from_bits]),
    (
        "it is there for its errors: trace nf.matmul",
        [nf.linalg.direct_convolution, nf.linalg.strassen, nf.linalg.winograd_convolution],
    ),
]
NOT_TRACED: dict[Any, str] = {f: reason for reason, functions in _REASONS for f in functions}


def _refuse(run: Any, f: Any, args: Any, kwargs: Any) -> Any:
    fail(f"{name_of(f)} is not traced: {NOT_TRACED[f]}")


HANDLERS.update(dict.fromkeys(NOT_TRACED, _refuse))
OTHERS.update(
    {
        "numpy.char": _TEXT,
        "numpy.lib.recfunctions": _RECORDS,
        "numpy.rec": _RECORDS,
        "numpy.strings": _TEXT,
    }
)
