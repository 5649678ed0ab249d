# SPDX-License-Identifier: BSD-3-Clause
"""Who takes part in elementwise.py, and how is each operation called?

A contestant prepares operands of n standard normal values (magnitudes for roots) once and returns the
call that is timed.  NumPy, ml_dtypes and universal-dtypes are dtypes, as ours; apytypes has arrays of
its own, whose results are one bit wider (add) or twice as wide (multiply); gfloat and pychop round
float64 arrays, which is their conversion.
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any

import numpy as np

import numformats as nf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Prepare = Callable[[int], Callable[[], object]]

__all__ = ["OPERATIONS", "VERSIONS", "contestants"]

UFUNCS = {"add": np.add, "multiply": np.multiply, "divide": np.divide, "sqrt": np.sqrt,
          "negative": np.negative, "rint": np.rint, "less": np.less, "maximum": np.maximum}  # fmt: skip
# with an array of 64-bit integers, which the formats take as they are
MIXED = {"add int64": np.add, "less int64": np.less}
# of one operand: a running sum, whose every element waits for the one before it
WHOLE = {"accumulate": np.add.accumulate, "sort": np.sort}
OPERATIONS = [*UFUNCS, *MIXED, "fma", "from float64", "to float64", "from int64", *WHOLE]
# the packages that PyPI has; what is not installed is reported and left out
PACKAGES = {"ml_dtypes": "ml_dtypes", "universal-dtypes": "universal_dtypes", "apytypes": "apytypes",
            "gfloat": "gfloat", "pychop": "pychop",
            "softposit": "softposit"}  # fmt: skip
PEERS: dict[str, Any] = {}
VERSIONS = {"numpy": np.__version__, "numformats": nf.__version__}
for _name, _module in PACKAGES.items():
    try:
        PEERS[_name] = importlib.import_module(_module)
        VERSIONS[_name] = importlib.metadata.version(_name)
    except Exception as reason:  # noqa: BLE001 - a peer that cannot be loaded, whatever the reason
        print(f"left out: {_name} ({type(reason).__name__}: {reason})")


def normal(n: int, *, positive: bool = False) -> np.ndarray:
    """Draw n standard normal doubles, always the same ones."""
    x = np.random.default_rng(n).standard_normal(n)
    return np.abs(x) if positive else x


def of_dtype(dtype: Any, operation: str) -> Prepare:
    """An operation on arrays of a dtype."""
    if operation in MIXED:
        return of_mixed(dtype, operation)

    def prepare(n: int) -> Callable[[], object]:
        x = normal(n, positive=operation == "sqrt")
        if operation == "from float64":
            out = np.empty(n, dtype)
            return lambda: np.copyto(out, x, casting="unsafe")
        if operation == "from int64":
            out, k = np.empty(n, dtype), (1000 * x).astype(np.int64)
            return lambda: np.copyto(out, k, casting="unsafe")
        with np.errstate(all="ignore"):
            a, b = x.astype(dtype), x[::-1].astype(dtype)
        if operation == "to float64":
            doubles = np.empty(n)
            return lambda: np.copyto(doubles, a, casting="unsafe")
        if operation in WHOLE:
            return lambda: WHOLE[operation](a)
        out = np.empty(n, bool if operation == "less" else dtype)
        if operation == "fma":
            return lambda: nf.fma(a, b, a, out=out)
        ufunc = UFUNCS[operation]
        return (lambda: ufunc(a, out=out)) if ufunc.nin == 1 else (lambda: ufunc(a, b, out=out))

    return prepare


def of_mixed(dtype: Any, operation: str) -> Prepare:
    """An operation on arrays of a dtype and of integers."""

    def prepare(n: int) -> Callable[[], object]:
        x = normal(n)
        with np.errstate(all="ignore"):
            a, k = x[::-1].astype(dtype), (3 * x).astype(np.int64)
        return lambda: MIXED[operation](a, k)

    return prepare


def of_integers(bits: int) -> Prepare:
    """NumPy's sort of integers."""

    def prepare(n: int) -> Callable[[], object]:
        a = np.random.default_rng(n).integers(0, 2**bits, n, dtype=f"u{bits // 8}")
        a = a.view(f"i{bits // 8}")
        return lambda: np.sort(a)

    return prepare


def of_apytypes(bits: int, operation: str) -> Prepare:
    """Fixed point with one integer bit: exact, hence wider results."""

    def prepare(n: int) -> Callable[[], object]:
        module = PEERS["apytypes"]
        a, b = (module.APyFixedArray.from_float(np.clip(v, -1, 0.99), 1, bits - 1)
                for v in (normal(n), normal(n)[::-1]))  # fmt: skip
        return (lambda: a + b) if operation == "add" else (lambda: a * b)

    return prepare


def of_softposit(operation: str) -> Prepare:
    """SoftPosit's posit32 (es = 2) has scalars only: a loop of Python."""

    def prepare(n: int) -> Callable[[], object]:
        make = PEERS["softposit"].posit32
        a, b = ([make(x) for x in v.tolist()] for v in (normal(n), normal(n)[::-1]))
        if operation == "add":
            return lambda: [x + y for x, y in zip(a, b, strict=True)]
        return lambda: [x * y for x, y in zip(a, b, strict=True)]

    return prepare


def rounders() -> Iterator[tuple[str, Prepare]]:
    """Conversions by rounding float64 arrays."""
    if "gfloat" in PEERS:
        from gfloat.formats import format_info_bfloat16

        def gfloat(n: int) -> Callable[[], object]:
            x, module = normal(n), PEERS["gfloat"]
            return lambda: module.round_ndarray(format_info_bfloat16, x)

        yield "gfloat bfloat16", gfloat
    if "pychop" in PEERS:

        def pychop(n: int) -> Callable[[], object]:
            x, chop = normal(n), PEERS["pychop"].Chop(5, 10, rmode=1)
            return lambda: chop(x)

        yield "pychop binary16", pychop


def numpys(operation: str) -> Iterator[tuple[str, Prepare]]:
    """NumPy's floats, and its integers where they sort."""
    if operation != "fma":
        for name in ("float32", "float64", "float16"):
            if (operation, name) != ("to float64", "float64"):
                yield f"numpy {name}", of_dtype(np.dtype(name), operation)
    if operation == "sort":
        for bits in (8, 16, 32, 64):
            yield f"numpy int{bits}", of_integers(bits)


def ours(operation: str, formats: list[str]) -> Iterator[tuple[str, Prepare]]:
    """Our formats, and stochastic roundings."""
    for name in formats:
        if operation != "negative" or nf.formats()[name].format.is_signed:
            yield name, of_dtype(nf.formats()[name].dtype, operation)
    if operation == "from float64":
        for name, T in (("bfloat16", nf.Float(8, 7, rounding="stochastic")),
                        ("binary16", nf.Float(5, 10, rounding="stochastic"))):  # fmt: skip
            yield f"{name} stochastic", of_dtype(T.dtype, operation)


def dtypes(operation: str) -> Iterator[tuple[str, Prepare]]:
    """Formats that other packages have as dtypes."""
    names = {"ml_dtypes": ("bfloat16", "float8_e4m3fn"),
             "universal-dtypes": ("posit8", "posit16", "posit32", "posit64")}  # fmt: skip
    for package in names.keys() & PEERS.keys() if operation not in {"fma", "sort"} else ():
        for name in names[package]:
            dtype = np.dtype(getattr(PEERS[package], name))
            yield f"{package} {name}", of_dtype(dtype, operation)


def others(operation: str) -> Iterator[tuple[str, Prepare]]:
    """Packages with arrays or scalars of their own."""
    if operation == "from float64":
        yield from rounders()
    if operation in {"add", "multiply"} and "softposit" in PEERS:
        yield "softposit posit32", of_softposit(operation)
    if operation in {"add", "multiply"} and "apytypes" in PEERS:
        for bits in (16, 32):
            yield f"apytypes fixed{bits}", of_apytypes(bits, operation)


def contestants(operation: str, formats: list[str]) -> Iterator[tuple[str, Prepare]]:
    """Names and calls of everybody who has the operation: NumPy's float32 first."""
    yield from numpys(operation)
    yield from ours(operation, formats)
    yield from dtypes(operation)
    yield from others(operation)
