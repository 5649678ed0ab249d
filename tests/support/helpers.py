# SPDX-License-Identifier: BSD-3-Clause
"""How does a test run one operation of nf_ops.def on codes, and compare it with the oracle?

`check` compares result codes AND status flags of every element: NumPy reports flags per call, so
the elements are grouped by the flags that the oracle expects, one call per group.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

import numformats as nf

FLAGS = {"divide by zero": "divide", "overflow": "overflow", "invalid value": "invalid",
         "underflow": "underflow"}  # fmt: skip

# Operations of nf_ops.def -> what runs them on arrays of a format.
UFUNCS: dict[str, Any] = {
    "neg": np.negative,
    "pos": np.positive,
    "abs": np.absolute,
    "sign": np.sign,
    "sqrt": np.sqrt,
    "square": np.square,
    "reciprocal": np.reciprocal,
    "rint": np.rint,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "spacing": np.spacing,
    "isnan": np.isnan,
    "isinf": np.isinf,
    "isfinite": np.isfinite,
    "signbit": np.signbit,
    "nonzero": lambda a: a.astype(bool),
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "floor_divide": np.floor_divide,
    "remainder": np.remainder,
    "fmod": np.fmod,
    "ieee_remainder": nf.ieee_remainder,
    "rint_ties_away": nf.rint_ties_away,
    "copysign": np.copysign,
    "nextafter": np.nextafter,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "fmax": np.fmax,
    "fmin": np.fmin,
    "heaviside": np.heaviside,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "divmod": np.divmod,
    "modf": np.modf,
    "frexp": np.frexp,
    "ldexp": np.ldexp,
    "powi": np.power,
    "fma": nf.fma,
    "fmm": nf.fmm,
    "clip": np._core.umath.clip,
}
# The elementary functions of one operand, of two, and of one and an integer.
FUNCTIONS_1, FUNCTIONS_2, FUNCTIONS_INT = (
    nf.oracle.functions.NAMES_1,
    nf.oracle.functions.NAMES_2,
    nf.oracle.functions.NAMES_INT,
)
for _name in (*FUNCTIONS_1, *FUNCTIONS_2, *FUNCTIONS_INT):
    _numpys = getattr(np, "power" if _name == "pow" else _name, None)
    UFUNCS[_name] = _numpys if isinstance(_numpys, np.ufunc) else getattr(nf, _name)
# Operations whose second operand is an integer, not a code.
INTEGER_OPERAND = {"ldexp", "powi", *FUNCTIONS_INT}
UNARY = ("neg", "pos", "abs", "sign", "sqrt", "square", "reciprocal", "rint", "floor", "ceil",
         "trunc", "rint_ties_away", "spacing", "isnan", "isinf", "isfinite", "signbit", "nonzero", "modf", "frexp")  # fmt: skip
COMPARISONS = ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal")
BINARY = ("add", "sub", "mul", "div", "floor_divide", "remainder", "fmod", "ieee_remainder",
          "copysign", "nextafter", "maximum", "minimum", "fmax", "fmin", "heaviside", "divmod", *COMPARISONS)  # fmt: skip
TERNARY = ("fma", "fmm", "clip")

NAMED = nf.formats()
# Python's, by the names of nf_ops.def.
OPERATORS = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
}


def named(widest: int = 64, narrowest: int = 2) -> dict[str, Any]:
    """The named formats of some widths, by name."""
    return {name: T for name, T in NAMED.items() if narrowest <= T.format.bits <= widest}


@cache
def oracle_of(T):
    return nf.oracle.for_format(T)


def array(T, codes) -> np.ndarray[Any, Any]:
    """An array of T from any sequence of codes."""
    return nf.from_bits(np.asarray(codes, dtype=f"u{T.format.storage_bytes}"), T)


def all_codes(T) -> np.ndarray[Any, Any]:
    return np.arange(1 << T.format.bits, dtype=np.uint64).astype(f"u{T.format.storage_bytes}")


def random_codes(T, count, rng) -> np.ndarray[Any, Any]:
    """Uniform codes."""
    words = rng.integers(0, 2**64, count, dtype=np.uint64) >> np.uint64(64 - T.format.bits)
    return words.astype(f"u{T.format.storage_bytes}")


def scalar(T, code):
    return array(T, [code])[0]


def finite_numbers(T, n, seed):
    """Up to n finite random codes and their exact values."""
    rng, oracle = np.random.default_rng(seed), oracle_of(T)
    codes = [int(c) for c in random_codes(T, 3 * n, rng)]
    pairs = [(c, oracle.decode(c)) for c in codes]
    return [(c, Fraction(v)) for c, v in pairs if isinstance(v, (int, Fraction))][:n]


def plain(result) -> np.ndarray[Any, Any]:
    """Codes of an array of a format; other arrays as they are."""
    return result if result.dtype.isbuiltin == 1 else nf.to_bits(result)


def raised(function, *operands):
    """The result of a call and the set of flags that it raised."""
    seen: set[str] = set()
    with np.errstate(all="call", call=lambda kind, _: seen.add(FLAGS[kind])):
        result = function(*operands)
    return result, frozenset(seen)


def run(T, op: str, *operands):
    """The result codes (a tuple of arrays) and the flags of an operation on codes."""
    first = op in INTEGER_OPERAND
    arrays = [
        np.asarray(x, dtype=np.int64) if first and i == 1 else array(T, x)
        for i, x in enumerate(operands)
    ]
    result, flags = raised(UFUNCS[op], *arrays)
    results = result if isinstance(result, tuple) else (result,)
    return tuple(plain(r) for r in results), flags


def expected(T, op: str, *operands):
    """The oracle's result codes (a tuple of lists) and the flags of each element."""
    oracle = oracle_of(T)
    method = getattr(oracle, op)
    results, flags = [], []
    for codes in zip(*(np.asarray(x).tolist() for x in operands), strict=True):
        results.append(method(*codes))
        flags.append(oracle.last_flags)
    columns = tuple(zip(*results, strict=True)) if results and type(results[0]) is tuple else None
    return columns or (tuple(results),), flags


def canonical_zeros(T, codes):
    """Without subnormals, all codes of exponent field 0 are zeros: which comes back is open."""
    f = T.format
    if f.family != "float" or f.subnormals or not f.zero or codes.dtype.kind != "u":
        return codes
    field = codes >> codes.dtype.type(f.man) & codes.dtype.type((1 << f.exp) - 1)
    return np.where(field == 0, codes & codes.dtype.type(1 << (f.bits - 1)), codes)


def compare(name, op, operands, got, want, T=None) -> None:
    """Fail with the first differing element."""
    for part, (g, w) in enumerate(zip(got, want, strict=True)):
        right = np.asarray(w, dtype=g.dtype)
        if T is not None:
            g, right = canonical_zeros(T, g), canonical_zeros(T, right)  # noqa: PLW2901
        wrong = np.flatnonzero(g != right)
        if wrong.size:
            i = wrong[0]
            at = ", ".join(hex(int(x[i])) for x in operands)
            msg = f"{name} {op}({at})[{part}] = {g[i]:#x}, not {right[i]:#x}; {wrong.size} wrong"
            raise AssertionError(msg)


def check(T, op: str, *operands) -> int:
    """Codes and flags of an operation on every element equal the oracle's; how many there were."""
    operands = tuple(np.asarray(x) for x in operands)
    want, flags = expected(T, op, *operands)
    groups = defaultdict(list)
    for i, f in enumerate(flags):
        groups[f].append(i)
    for f, places in groups.items():
        chosen = tuple(x[places] for x in operands)
        got, seen = run(T, op, *chosen)
        compare(T.__name__, op, chosen, got, [[w[i] for i in places] for w in want], T)
        at = [hex(int(x[0])) for x in chosen]
        assert seen == f, f"{T.__name__} {op}: flags {set(seen)}, not {set(f)}; e.g. {at}"
        if f:
            _flags_of_elements(T, op, chosen, f)
    return len(flags)


def _flags_of_elements(T, op, operands, flags, most=16) -> None:
    """A few elements one by one: in a group, one element's flags would hide another's."""
    size = operands[0].size
    for i in range(0, size, max(1, size // most)):
        _, seen = run(T, op, *(x[i : i + 1] for x in operands))
        at = [hex(int(x[i])) for x in operands]
        assert seen == flags, f"{T.__name__} {op}({at}): flags {set(seen)}, not {set(flags)}"


def pairs(T) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """All pairs of codes of a narrow format."""
    codes = all_codes(T)
    a, b = np.meshgrid(codes, codes, indexing="ij")
    return a.ravel(), b.ravel()


def ids(T) -> str:
    return getattr(T, "__name__", str(T))
