# SPDX-License-Identifier: BSD-3-Clause
"""Do a scalar, a 0-d array and an array of one element give the same answer beside any operand?"""

from __future__ import annotations

import math
import operator
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import numformats as nf
from helpers import array

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = [
    *("posit<2,es=0>", "posit8", "posit16", "posit64", "bposit16", "bposit64", "takum_linear16"),
    *("takum_linear64", "posit<64,es=5>", "bfloat16", "binary64", "float8_e4m3fn", "float8_e5m2"),
    *("float8_e4m3fnuz", "float8_e8m0fnu", "float4_e2m1fn", "float<exp=15,man=48>"),
    *("float<exp=4,man=0,inf=none,nan=none,overflow=saturate>", "float<exp=4,man=3,signed=false>"),
    *("float<exp=5,man=10,rounding=to_odd>", "float<exp=8,man=7,rounding=toward_zero>", "q7", "q15"),
    *("fixed<64,frac=0>", "fixed<64,frac=63>", "fixed<16,frac=8,signed=false>"),
    *("fixed<12,frac=4,overflow=wrap>", "fixed<64,frac=70,overflow=wrap>"),
    *("truncated<exp=8,man=23,compute_man=10>", "truncated<exp=8,man=23,compute_man=10,truncate=operand>"),
]  # fmt: skip
TYPES = {text: nf.parse_format(text) for text in TEXTS}
TYPES |= {T.__name__: T for T in (nf.P3109(8, 3), nf.P3109(8, 3, signed=False), nf.P3109(6, 2))}
AT_RANDOM = {
    text: nf.parse_format(text)
    for text in ("float<exp=4,man=3,rounding=stochastic>", "fixed<16,frac=8,rounding=stochastic>")
}


class Count(int):
    """As enumerations are."""


class Length(float):
    """NumPy takes it for a float64."""


INTEGERS = [0, 1, -1, 3, 7, 448, 500, 2**63, -(2**63), 2**64 - 1, 2**200 + 1, 10**400, -(10**400),
            True, False, Count(3), np.int8(3), np.int16(500), np.int64(-(2**63)),
            np.uint64(2**64 - 1), np.uint8(0), np.True_]  # fmt: skip
LITERALS = [0.0, -0.0, 0.1, -0.1, 1.5, 1e5, -1e30, 1e300, 5e-324, math.inf, -math.inf, math.nan]
FLOATS = [np.float16(0.1), np.float32(0.1), np.float64(0.1), np.float64(1e300), np.float32(-0.0),
          np.float64(5e-324), np.longdouble(0.1), np.longdouble(2) ** 2000, np.float32("inf"),
          np.float64("nan"), Length(0.1), Length("nan")]  # fmt: skip
EXACT = [Fraction(1, 3), Fraction(-7, 3), Fraction(10**40, 3), Decimal("0.1"), Decimal("1e500"),
         Decimal("NaN"), Decimal("Infinity")]  # fmt: skip
OTHERS = [nf.posit8(3), nf.posit64("0.1"), nf.q7(0.5), nf.bfloat16(0.1), nf.float8_e8m0fnu(2),
          nf.takum_linear32(-3), nf.posit16("nar"), nf.bfloat16("nan"), nf.float4_e2m1fn(1),
          nf.parse_format("posit<64,es=5>")("1e300")]  # fmt: skip
COMPARISONS = {f.__name__: f for f in (operator.lt, operator.le, operator.eq, operator.ne,
                                       operator.gt, operator.ge)}  # fmt: skip
ARITHMETIC = {f.__name__: f for f in (operator.add, operator.sub, operator.mul, operator.truediv,
                                      operator.floordiv, operator.mod, divmod)}  # fmt: skip
CHOICES = {f.__name__: f for f in (np.maximum, np.minimum, np.fmax)}


def clip(x: Any, y: Any) -> Any:
    return np.clip(x, y, y)


def scalars_of(T: Any) -> list[Any]:
    bits, info = T.format.bits, nf.finfo(T)
    with np.errstate(all="ignore"):
        one = T(1).bits
    ends = {0, 1, one, info.maxpos.bits, info.lowest.bits, (1 << bits) - 1, 1 << (bits - 1)}
    return [T.from_bits(code) for code in sorted(ends)]


def operands_of(T: Any) -> list[Any]:
    """Beside and beyond its range, too, and what has no value of it in between."""
    largest = float(nf.finfo(T).maxpos)
    beside = [largest * s for s in (1, 0.999, 1.001, -1.001, 1.5, -1.5)]
    return [*INTEGERS, *LITERALS, *FLOATS, *OTHERS, *beside]


def described(x: Any) -> Any:
    """Type and code, or type and text."""
    if isinstance(x, tuple):
        return tuple(described(y) for y in x)
    if isinstance(x, np.ndarray):
        assert x.size == 1
        x = x.reshape(-1)[0]
    return type(x).__name__, x.bits if hasattr(x, "bits") else repr(x)


def answer(f: Callable[..., Any], *operands: Any) -> Any:
    try:
        with np.errstate(all="ignore"):
            return described(f(*operands))
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as e:
        return type(e)


def check(
    T: Any, functions: dict[str, Any], operands: list[Any], turns: tuple[bool, ...] = (False, True)
) -> None:
    for x in scalars_of(T):
        shapes = [x, np.array(x), array(T, [x.bits])]
        for y in operands:
            for name, f in functions.items():
                for turned in turns:
                    pairs = [(y, v) if turned else (v, y) for v in shapes]
                    scalar, *arrays = [answer(f, *pair) for pair in pairs]
                    assert arrays == [scalar, scalar], (name, *pairs[0])


each_type = pytest.mark.parametrize("T", TYPES.values(), ids=TYPES)


@each_type
def test_arithmetic(T: Any) -> None:
    check(T, ARITHMETIC, operands_of(T))
    # NumPy has no divmod of objects, which it makes of these
    check(T, {n: f for n, f in ARITHMETIC.items() if n != "divmod"}, EXACT)


@each_type
def test_comparisons(T: Any) -> None:
    check(T, COMPARISONS, [*operands_of(T), *EXACT])


@pytest.mark.parametrize("T", AT_RANDOM.values(), ids=AT_RANDOM)
def test_comparisons_of_formats_that_round_at_random(T: Any) -> None:
    check(T, COMPARISONS, [*operands_of(T), *EXACT])


@each_type
def test_choices(T: Any) -> None:
    check(T, CHOICES, operands_of(T))
    check(T, {"clip": clip}, operands_of(T), turns=(False,))


@each_type
def test_powers(T: Any) -> None:
    exponents = [0, 1, 2, 3, -1, -2, 64, 1000, 2**40, -(2**40), 2**62, 2**63 - 1, 2**63, 2**64 - 1,
                 2**200 + 1, True, np.int8(2), np.uint64(2**63), np.uint64(3), 0.5, 2.0]  # fmt: skip
    for x in scalars_of(T):
        for k in exponents:
            shapes = [x, np.array(x), array(T, [x.bits])]
            scalar, *arrays = [answer(operator.pow, v, k) for v in shapes]
            assert arrays == [scalar, scalar], (x, k)


def test_other_packages_scalars() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    strangers = [
        *(ml_dtypes.bfloat16(0.1), ml_dtypes.bfloat16("nan"), ml_dtypes.float8_e4m3fn(2)),
        *(ml_dtypes.float8_e4m3fn("nan"), ml_dtypes.float4_e2m1fn(1), ml_dtypes.int4(3)),
        *(ml_dtypes.float8_e8m0fnu(4), ml_dtypes.float8_e5m2("inf")),
    ]
    for T in TYPES.values():
        check(T, COMPARISONS, strangers)
    for T in (nf.posit16, nf.q7, nf.float8_e4m3fnuz, nf.float8_e4m3fn, nf.binary64, nf.P3109(8, 3)):
        check(T, ARITHMETIC, strangers)
    three = np.array([1], nf.float8_e4m3fnuz) + ml_dtypes.float8_e4m3fn(2)  # no cast to float16
    assert three.dtype == np.float32
    assert three == 3
    assert np.array([0.5], nf.q7) * ml_dtypes.float4_e2m1fn(3) == 1.5


# ---- what the answer is --------------------------------------------------------------------------

# Kinds of NaN: of a type with NaR, of one with unordered NaNs, of a Python float, of none.
NAR, IEEE, LITERAL, NONE = "nar", "ieee", "literal", "none"


def kind_of(T: Any) -> str:
    if T.format.family in {"posit", "takum_linear"}:
        return NAR
    return IEEE if nf.finfo(T).nan_count else NONE


def value_of(x: Any) -> Any:
    """A Fraction, or a float that is infinite or a NaN."""
    if isinstance(x, (int, np.integer, np.bool)):
        return Fraction(int(x))
    try:
        return Fraction(*x.as_integer_ratio())
    except (OverflowError, ValueError):
        return float(x)


def order(a: Any, kind_a: str, b: Any, kind_b: str) -> int | None:
    """The page's rule; None: unordered."""
    nan_a, nan_b = a != a, b != b
    if nan_a or nan_b:
        return nan_b - nan_a if NAR in {kind_a, kind_b} and IEEE not in {kind_a, kind_b} else None
    return (a > b) - (a < b)


def stands_for(T: Any, y: Any) -> Any:
    """The value of a literal beside T."""
    exact, info = value_of(y), nf.finfo(T)
    if type(y) is not float or not math.isfinite(y) or y == 0:
        return exact
    if not value_of(info.lowest) <= exact <= value_of(info.maxpos):
        return exact
    oracle = nf.oracle.for_format(T)
    mode = "nearest_even" if T.format.rounding == "stochastic" else None
    return value_of(T.from_bits(oracle.encode(exact, rounding=mode)))


def kind_of_operand(y: Any) -> str:
    if hasattr(y, "bits"):
        return kind_of(type(y))
    if isinstance(y, (np.floating, Length)):
        return IEEE
    return LITERAL if isinstance(y, float) else NONE


@pytest.mark.parametrize("T", (TYPES | AT_RANDOM).values(), ids=TYPES | AT_RANDOM)
def test_comparisons_are_right(T: Any) -> None:
    kind = kind_of(T)
    operands = [(y, stands_for(T, y), kind_of_operand(y)) for y in [*operands_of(T), *EXACT]
                if not isinstance(y, Decimal) or y.is_finite()]  # fmt: skip
    for x in scalars_of(T):
        for y, exact, kind_y in operands:
            way = order(value_of(x), kind, exact, kind_y)
            for name, f in COMPARISONS.items():
                want = name == "ne" if way is None else f(way, 0)
                assert f(x, y) == want, (name, x, y)


def test_nar_among_other_types() -> None:
    """A NaR is below every number of a type without NaNs, and unordered beside one that has them."""
    nar = np.array([math.nan], nf.posit8)
    for y in (np.array([-3], np.int8), np.array([-3], np.int64), np.array([-0.5], nf.q7),
              np.array([-3], nf.Fixed(64, 0)), np.array([-3], nf.takum_linear16),
              np.array([-6], nf.float4_e2m1fn), -3, -math.inf):  # fmt: skip
        assert (nar < y).all()
        assert (y > nar).all()
        assert not (nar >= y).any()
    for T in (nf.bposit16, nf.takum_linear16, nf.takum_linear64, nf.posit64):
        assert (nar == np.array([math.nan], T)).all()
    for y in (np.array([1], nf.float8_e4m3fn), np.array([1], nf.bfloat16), np.array([1.0]),
              np.array([1], np.float16), np.longdouble(1)):  # fmt: skip
        assert not (nar < y).any()
        assert (nar != y).all()
        for T in (nf.posit64, nf.takum_linear64):
            assert not (np.array([math.nan], T) < y).any()
    for T in (nf.float8_e4m3fn, nf.float8_e4m3fnuz, nf.float8_e8m0fnu):  # posit64 contains them
        nan = np.array([math.nan], T)
        assert not (nan == np.array([math.nan], nf.posit64)).any()
        assert not (nan < np.array([1], nf.posit64)).any()
