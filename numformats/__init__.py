# SPDX-License-Identifier: BSD-3-Clause
"""Which number formats can a NumPy array have?  Posits, b-posits, takums, floats, fixed point.

Every format is a scalar class, as `np.float32` is: call it for a scalar, pass it as a dtype.
Results are the exact ones, rounded once.

>>> import numpy as np
>>> import numformats as nf
>>> np.array([1, 2.5], dtype=nf.posit32) * 2
array([2., 5.], dtype=posit32)
>>> nf.Posit(24, es=1)("0.1").bits
1363149
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from numformats import _array_text, _dlpack, _dtypes, _ml_dtypes, _native
from numformats.arrays import from_bits, to_bits
from numformats.errors import DamagedFileError, FormatError, UnknownFormatError
from numformats.exact import *  # noqa: F403 - its __all__
from numformats.exact import __all__ as _exact_names
from numformats.factories import (
    P3109,
    BPosit,
    Fixed,
    Float,
    Posit,
    TakumLinear,
    TruncatedFloat,
)
from numformats.format_info import FormatInfo, finfo
from numformats.growth import exact_dot, exact_product, exact_sum
from numformats.nan_functions import nanargmax, nanargmin
from numformats.number_format import Format
from numformats.parse import parse_format
from numformats.parse import restore_dtype as _restore_dtype  # noqa: F401 - pickles name it
from numformats.parse import restore_scalar as _restore_scalar  # noqa: F401
from numformats.quantizing import quantize
from numformats.ranges import arange, linspace
from numformats.stochastic import seed
from numformats.text_files import savetxt
from numformats.threads import get_num_threads, set_num_threads

if TYPE_CHECKING:
    from numformats import (
        accelerator,
        analysis,
        autodiff,
        blocks,
        hardware,
        linalg,
        oracle,
        quantization,
        training,
    )
    from numformats._dtypes import Scalar
    from numformats._named import *  # noqa: F403
    from numformats._show import show
    from numformats._ufuncs import *  # noqa: F403
    from numformats.function_cases import special_cases
    from numformats.io import load, save, savez, savez_compressed
    from numformats.library_files import get_include, get_library
    from numformats.plan import arena

__version__ = "0.1.0"

# The named formats and the ufuncs that NumPy has not: _named.pyi and _ufuncs.pyi tell type checkers
# what the tables of the core say at run time.
globals().update(_native.NAMED)
globals().update(_dtypes.ufuncs)
_array_text.install()

# Loaded when first asked for: attribute -> module ("" after the colon: the module itself).
_LAZY = {
    "load": "numformats.io:load",
    "save": "numformats.io:save",
    "savez": "numformats.io:savez",
    "savez_compressed": "numformats.io:savez_compressed",
    "get_include": "numformats.library_files:get_include",
    "get_library": "numformats.library_files:get_library",
    "show": "numformats._show:show",
    "special_cases": "numformats.function_cases:special_cases",
    "accelerator": "numformats.accelerator:",
    "analysis": "numformats.analysis:",
    "arena": "numformats.plan.arena:",
    "autodiff": "numformats.autodiff:",
    "blocks": "numformats.blocks:",
    "hardware": "numformats.hardware:",
    "linalg": "numformats.linalg:",
    "oracle": "numformats.oracle:",
    "quantization": "numformats.quantization:",
    "training": "numformats.training:",
}

__all__ = [  # noqa: PLE0604 - formats and ufuncs come from the tables
    "P3109",
    "BPosit",
    "DamagedFileError",
    "Fixed",
    "Float",
    "Format",
    "FormatError",
    "FormatInfo",
    "Posit",
    "TakumLinear",
    "TruncatedFloat",
    "UnknownFormatError",
    "accelerator",
    "analysis",
    "arange",
    "arena",
    "autodiff",
    "blocks",
    "build_info",
    "exact_dot",
    "exact_product",
    "exact_sum",
    "finfo",
    "show",
    "special_cases",
    "formats",
    "from_bits",
    "get_include",
    "get_library",
    "hardware",
    "linalg",
    "linspace",
    "load",
    "nanargmax",
    "nanargmin",
    "oracle",
    "parse_format",
    "quantization",
    "quantize",
    "save",
    "savetxt",
    "savez",
    "savez_compressed",
    "seed",
    "get_num_threads",
    "set_num_threads",
    "to_bits",
    "training",
    *_dtypes.ufuncs,
    *_native.NAMED,
    *_exact_names,
]


def formats() -> dict[str, type[Scalar]]:
    """All named formats: a new dict from name to scalar class, in the order of the table.

    >>> import numformats as nf
    >>> nf.formats()["posit32"] is nf.posit32
    True
    """
    return dict(_native.NAMED)


def build_info() -> dict[str, str]:
    """What runs here: versions of numformats and NumPy, and the CPU levels of the kernels.

    ``level`` is the one that runs, ``levels`` are those of this build, the best one first, and
    ``runnable`` those that this CPU has.  The environment variable NUMFORMATS_LEVEL, read at
    import, forces one; ``portable`` is plain C, and all levels give the same bits.

    >>> import numformats as nf
    >>> info = nf.build_info()
    >>> sorted(info)
    ['level', 'levels', 'numpy', 'runnable', 'version']
    >>> info["level"] in info["runnable"].split() and "portable" in info["levels"].split()
    True
    """
    import numpy as np  # noqa: PLC0415 - `numformats.np` would be noise

    lib = _native.lib
    built: list[str] = []
    runnable: list[str] = []
    while (name := lib.nf_built_level(len(built))) != _native.ffi.NULL:
        text = _native.ffi.string(name).decode()
        if lib.nf_level_runs(len(built)):
            runnable.append(text)
        built.append(text)
    return {
        "version": __version__,
        "level": _native.ffi.string(lib.nf_level()).decode(),
        "levels": " ".join(built),
        "runnable": " ".join(runnable),
        "numpy": np.__version__,
    }


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        msg = f"module {__name__!r} has no attribute {name!r}"
        if not name.startswith("_"):
            from numformats._suggest import suggestion  # noqa: PLC0415 - only for errors

            msg += suggestion(name, __all__)
        raise AttributeError(msg)
    module_name, _, attribute = _LAZY[name].partition(":")
    module = importlib.import_module(module_name)
    value = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


_dlpack.start()
_ml_dtypes.start()
