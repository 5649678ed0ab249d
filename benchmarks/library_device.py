# SPDX-License-Identifier: BSD-3-Clause
"""How does another library answer as a device?  Codes of operands come in, codes of its results go out.

    PYTHON library_device.py LIBRARY FORMAT OP [TO] [MODE] < operands > answers

It runs under the Python that the library is installed in, and knows nothing of numformats; FORMAT is
numformats' name.  Input and output are lines as TestFloat has them, without flags.
"""

from __future__ import annotations

import importlib.metadata
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    Codes = np.ndarray[Any, Any]
    Compute = Callable[..., Codes]

UFUNCS = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide,
          "sqrt": np.sqrt, "rint": np.rint}  # fmt: skip
NUMPY = {"binary16": "float16", "binary32": "float32", "binary64": "float64"}


def unsigned(bits: int) -> np.dtype[Any]:
    """What holds a code of so many bits."""
    return np.dtype(f"u{1 << max(0, (bits - 1).bit_length() - 3)}")


def by_ufuncs(dtype_of: Callable[[str], Any], name: str, op: str, to: str) -> Compute:
    """Arithmetic of NumPy and of dtypes for NumPy."""
    dtype = np.dtype(dtype_of(name))

    def compute(*columns: Codes) -> Codes:
        values = [c.view(dtype) for c in columns]
        target = np.dtype(dtype_of(to or name))
        found = values[0].astype(target) if op == "convert" else UFUNCS[op](*values)
        return found.view(f"u{found.dtype.itemsize}")

    return compute


def numpy_floats(name: str, op: str, to: str, mode: str) -> Compute:
    """NumPy's own."""
    del mode
    return by_ufuncs(lambda text: NUMPY[text], name, op, to)


def ml_dtypes(name: str, op: str, to: str, mode: str) -> Compute:
    """Small floats for NumPy."""
    import ml_dtypes as ml

    del mode
    return by_ufuncs(lambda text: NUMPY.get(text) or getattr(ml, text), name, op, to)


def universal_dtypes(name: str, op: str, to: str, mode: str) -> Compute:
    """Stillwater Universal's numbers for NumPy."""
    import universal_dtypes as u

    del mode
    own = {"binary16": "fp16", "float8_e5m2": "fp8e5m2"}
    wide = {"binary32": "float32", "binary64": "float64"}

    def dtype_of(text: str) -> Any:
        text = own.get(text, text).replace("takum_linear", "takum")
        return wide.get(text) or getattr(u, text)

    return by_ufuncs(dtype_of, name, op, to)


def torch(name: str, op: str, to: str, mode: str) -> Compute:
    """PyTorch on the CPU."""
    import torch as t

    del mode
    own = {"binary16": "float16", "binary32": "float32", "binary64": "float64"}
    signed = {1: t.int8, 2: t.int16, 4: t.int32, 8: t.int64}
    functions = {"add": t.add, "sub": t.sub, "mul": t.mul, "div": t.div, "sqrt": t.sqrt,
                 "rint": t.round}  # fmt: skip

    def dtype_of(text: str) -> Any:
        return getattr(t, own.get(text, text))

    def compute(*columns: Codes) -> Codes:
        values = [t.from_numpy(c.view(f"i{c.itemsize}")).view(dtype_of(name)) for c in columns]
        found = values[0].to(dtype_of(to)) if op == "convert" else functions[op](*values)
        codes = found.view(signed[found.element_size()]).numpy()
        return codes.view(f"u{codes.itemsize}")

    return compute


def softposit(name: str, op: str, to: str, mode: str) -> Compute:
    """SoftPosit by its Python wrapper, a number at a time."""
    import softposit as s

    del mode
    kinds = {"posit<8,es=0>": s.posit8, "posit<16,es=1>": s.posit16, "posit32": s.posit32}
    targets = {"posit<8,es=0>": "toPosit8", "posit<16,es=1>": "toPosit16", "posit32": "toPosit32"}
    kind = kinds[name]
    functions = {
        "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
        "div": lambda x, y: x / y, "sqrt": lambda x: x.sqrt(), "rint": lambda x: x.rint(),
        "fma": lambda x, y, z: z.fma(x, y), "convert": lambda x: getattr(x, targets[to])(),
    }  # fmt: skip
    function = functions[op]

    def compute(*columns: Codes) -> Codes:
        rows = zip(*(c.tolist() for c in columns), strict=True)
        found = [function(*(kind(bits=int(code)) for code in row)).v.v for row in rows]
        return np.array(found, np.uint64)

    return compute


def apytypes(name: str, op: str, to: str, mode: str) -> Compute:
    """APyTypes' arrays of floats."""
    import apytypes as a

    layouts = {"binary16": (5, 10), "bfloat16": (8, 7), "binary32": (8, 23), "binary64": (11, 52),
               "float8_e4m3": (4, 3), "float8_e5m2": (5, 2)}  # fmt: skip
    modes = {"nearest_even": "TIES_EVEN", "nearest_away": "TIES_AWAY", "toward_zero": "TO_ZERO",
             "toward_positive": "TO_POS", "toward_negative": "TO_NEG"}  # fmt: skip
    functions = {"add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y,
                 "div": lambda x, y: x / y}  # fmt: skip

    def compute(*columns: Codes) -> Codes:
        rounding = getattr(a.QuantizationMode, modes[mode])
        values = [a.APyFloatArray.from_bits(c, *layouts[name]) for c in columns]
        if op == "convert":
            return values[0].cast(*layouts[to], quantization=rounding).to_bits(numpy=True)
        with a.APyFloatQuantizationContext(rounding):
            return functions[op](*values).to_bits(numpy=True)

    return compute


def gfloat(name: str, op: str, to: str, mode: str) -> Compute:
    """gfloat, which decodes and rounds: the operation itself is float64's."""
    import gfloat as g
    from gfloat import formats

    infos = {"binary16": "binary16", "bfloat16": "bfloat16", "binary32": "binary32",
             "float8_e4m3fn": "ocp_e4m3", "float8_e5m2": "ocp_e5m2", "binary64": "binary64",
             "float6_e2m3fn": "ocp_e2m3", "float6_e3m2fn": "ocp_e3m2", "float4_e2m1fn": "ocp_e2m1"}  # fmt: skip
    modes = {"nearest_even": "TiesToEven", "nearest_away": "TiesToAway",
             "toward_zero": "TowardZero", "toward_positive": "TowardPositive",
             "toward_negative": "TowardNegative"}  # fmt: skip

    def info(text: str) -> Any:
        return getattr(formats, f"format_info_{infos[text]}")

    def compute(*columns: Codes) -> Codes:
        values = [
            g.decode_ndarray(info(name), c if c.itemsize == 8 else c.astype(np.int64))
            for c in columns
        ]
        found = values[0] if op == "convert" else UFUNCS[op](*values)
        target = info(to or name)
        saturates = not target.num_infs and not target.num_nans
        rounded = g.round_ndarray(target, found, getattr(g.RoundMode, modes[mode]), sat=saturates)
        return g.encode_ndarray(target, rounded)

    return compute


LIBRARIES = {
    "numpy": numpy_floats, "ml_dtypes": ml_dtypes, "universal-dtypes": universal_dtypes,
    "torch": torch, "softposit": softposit, "apytypes": apytypes, "gfloat": gfloat,
}  # fmt: skip


def main() -> None:
    """Answer all lines at once, or tell the version."""
    if sys.argv[1] == "--version":
        print(importlib.metadata.version(sys.argv[2]))
        return
    library, name, op, to, mode, *widths = sys.argv[1:]
    digits = [-(-int(w) // 4) for w in widths]
    with np.errstate(all="ignore"):
        lines = sys.stdin.read().splitlines()
        rows = [[int(text, 16) for text in line.split()] for line in lines]
        table = np.array(rows, np.uint64)
        columns = [table[:, i].astype(unsigned(int(w))) for i, w in enumerate(widths[:-1])]
        found = LIBRARIES[library](name, op, to, mode)(*columns)
    answers = (
        f"{line} {code:0{digits[-1]}X}" for line, code in zip(lines, found.tolist(), strict=True)
    )
    print("\n".join(answers))


if __name__ == "__main__":
    main()
