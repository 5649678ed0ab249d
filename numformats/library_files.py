# SPDX-License-Identifier: BSD-3-Clause
"""Where are the files of libnumformats, the library for C, C++ and SystemVerilog?"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

__all__ = ["get_include", "get_library"]

_ROOT = Path(__file__).parent / "c"
_FILES = {"shared": "libnumformats.so.*", "static": "libnumformats.a"}


def get_include() -> str:
    """The folder of numformats.h, numformats_dpi.h and numformats_pkg.sv, for a compiler's -I.

    Raises FileNotFoundError where the package was built without the library (other systems than
    Linux).

    >>> import os, numformats as nf
    >>> os.path.exists(os.path.join(nf.get_include(), "numformats.h"))
    True
    """
    return str(_found("include", "numformats.h").parent)


def get_library(kind: Literal["shared", "static"] = "shared") -> str:
    """The file of the library, for a compiler's command line or `ctypes.CDLL`.

    Beside it are `pkgconfig/` (for PKG_CONFIG_PATH), `cmake/` (CMAKE_PREFIX_PATH is the folder
    above), and what -lnumformats finds.  A program that is linked with the shared library finds it
    when it runs by `-Wl,-rpath,FOLDER`.  Raises ValueError for another kind, FileNotFoundError as
    `get_include` does.

    >>> import ctypes, numformats as nf
    >>> library = ctypes.CDLL(nf.get_library())
    >>> library.nf_operation_find(b"add") == library.nf_operation_find(b"subtract")
    False
    """
    if kind not in _FILES:
        msg = f"kind={kind!r}: must be one of {', '.join(_FILES)}"
        raise ValueError(msg)
    return str(_found("lib", _FILES[kind]))


def _found(folder: str, pattern: str) -> Path:
    """The one file of that name."""
    for path in sorted((_ROOT / folder).glob(pattern)):
        return path
    msg = (
        f"no {pattern} in {_ROOT / folder}: this numformats was built without libnumformats, "
        "which is made on Linux only"
    )
    raise FileNotFoundError(msg)
