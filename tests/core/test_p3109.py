# SPDX-License-Identifier: BSD-3-Clause
"""Do P3109 formats do what the Interim Report (v4.0) writes?  Its functions, transcribed.

`project` is 4.7.3 to 4.7.6 in fractions, with the report's names; it knows neither the oracle nor
the core.  None stands for NaN.
"""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

import numformats as nf
from helpers import array, oracle_of, raised

INF, NEG_INF = math.inf, -math.inf
MODES = ("nearest_even", "nearest_away", "toward_zero", "toward_positive", "toward_negative",
         "to_odd")  # fmt: skip
SATURATIONS = {"SatNone": "inf", "SatPropagate": "saturate", "SatFinite": "saturate_finite"}


class Binary:
    """The format Binary{K}p{P}{s|u}{e|f}."""

    def __init__(self, K, P, signed, extended):
        self.K, self.P, self.signed, self.extended = K, P, signed, extended
        self.B = 2 ** (K - P - 1) if signed else 2 ** (K - P)
        self.positive = sorted(self.decode(c) for c in range(1, self.top()))
        self.hi = self.positive[-1]
        self.lo = -self.hi if signed else Fraction(0)

    def top(self):
        """The first positive code that is no number."""
        return (2 ** (self.K - 1) if self.signed else 2**self.K - 1) - self.extended

    def decode(self, code):
        """4.7.2, of a positive number."""
        T, E = code % 2 ** (self.P - 1), code // 2 ** (self.P - 1)
        unit = Fraction(2) ** (1 - self.P)
        if E == 0:
            return T * unit * Fraction(2) ** (1 - self.B)
        return (1 + T * unit) * Fraction(2) ** (E - self.B)

    def encode(self, z):
        """4.7.6."""
        if z is None:
            return 2 ** (self.K - 1) if self.signed else 2**self.K - 1
        if z == INF:
            return 2 ** (self.K - 1) - 1 if self.signed else 2**self.K - 2
        if z < 0:
            return self.encode(-z) + 2 ** (self.K - 1)
        return 1 + self.positive.index(z) if z else 0

    def round(self, x, mode):
        """4.7.4."""
        if x == 0 or x in (INF, NEG_INF):
            return x
        exponent = math.floor(math.log2(abs(x)))
        while Fraction(2) ** exponent > abs(x):
            exponent -= 1
        while Fraction(2) ** (exponent + 1) <= abs(x):
            exponent += 1
        q = max(exponent, 1 - self.B) - self.P + 1
        s = abs(x) / Fraction(2) ** q
        nu = s - math.floor(s)
        even = math.floor(s) % 2 == 0 if self.P > 1 else math.floor(s) == 0 or (q + self.B) % 2 == 0
        half = Fraction(1, 2)
        away = {
            "toward_zero": False,
            "toward_positive": nu > 0 and x > 0,
            "toward_negative": nu > 0 and x < 0,
            "nearest_away": nu >= half,
            "nearest_even": nu > half or (nu == half and not even),
            "to_odd": nu > 0 and even,
        }[mode]
        return (1 if x > 0 else -1) * (math.floor(s) + away) * Fraction(2) ** q

    def saturate(self, sat, mode, x):
        """4.7.5, line by line."""
        lo, hi, signed, extended = self.lo, self.hi, self.signed, self.extended
        if lo <= x <= hi:
            return x
        if sat == "SatFinite":
            return hi if x > hi else lo
        if x == INF:
            return INF if extended else hi
        if sat == "SatPropagate":
            if x == NEG_INF:
                return NEG_INF if signed and extended else lo
            return lo if x < lo else hi
        if x == NEG_INF:
            return (NEG_INF if extended else lo) if signed else None
        if mode == "to_odd" and x > hi and not signed and extended:
            return hi
        if mode in ("toward_zero", "toward_negative") and x > hi:
            return hi
        if mode in ("toward_zero", "toward_positive") and x < lo:
            return lo
        if x < lo:
            return (NEG_INF if extended else lo) if signed else None
        return INF if extended else hi

    def project(self, x, mode, sat):
        """4.7.3."""
        return self.encode(self.saturate(sat, mode, self.round(x, mode)))

    def points(self):
        """All numbers, the middles between them, what is beside both, and far outside."""
        beyond = self.hi + (self.hi - (self.positive[-2] if len(self.positive) > 1 else 0))
        grid = [Fraction(0), *self.positive, beyond, 2 * self.hi, 1000 * self.hi, 3 * beyond]
        tiny = self.positive[0] / 2**40
        for a, b in pairwise(grid):
            for x in (a, a + tiny, (a + b) / 2 - tiny, (a + b) / 2, (a + b) / 2 + tiny, b - tiny):
                yield x
                yield -x
        yield INF
        yield NEG_INF


def formats():
    for K in (3, 4, 5):
        for signed in (True, False):
            for P in range(1, K + (not signed)):
                for extended in (True, False):
                    if K == 3 and P == 1 and extended and signed:
                        continue  # one number: no second to make a grid of
                    yield K, P, signed, extended
    yield from [(8, 3, True, True), (8, 3, False, True), (8, 3, False, False), (8, 4, True, False)]


def unsigned_finite_sat_none(K, P, signed, extended, sat):
    """The one place where finite formats would need a SatNone, which is not offered."""
    return sat == "SatNone" and not signed and not extended


@pytest.mark.parametrize("parameters", [*formats()], ids=str)
def test_projection(parameters):
    report, T = Binary(*parameters), nf.P3109(*parameters)
    assert nf.finfo(T).maxpos == report.hi
    points = list(report.points())
    objects = np.array([x if isinstance(x, Fraction) else float(x) for x in points], object)
    oracle = oracle_of(T)
    for sat, overflow in SATURATIONS.items():
        if unsigned_finite_sat_none(*parameters, sat):
            continue
        here = overflow if parameters[3] or sat != "SatNone" else "saturate"
        for mode in MODES:
            want = [report.project(x, mode, sat) for x in points]
            with np.errstate(all="ignore"):
                got = nf.to_bits(nf.quantize(objects, T, rounding=mode, overflow=here)).tolist()
            assert [(str(x), g) for x, g in zip(points, got, strict=True)] == [
                (str(x), w) for x, w in zip(points, want, strict=True)
            ], (sat, mode)
            exact = [oracle.encode(x, mode, here) for x in objects]
            assert exact == want, (sat, mode)


def test_to_odd_takes_the_odd_code():
    """Of the largest number and infinity: infinity with a sign, the number without."""
    T, U = nf.P3109(8, 3), nf.P3109(8, 3, signed=False)
    got, flags = raised(nf.quantize, [1e9, -1e9], T, "to_odd")
    assert got.tolist() == [T("inf"), T("-inf")]
    assert flags == {"overflow"}
    assert nf.quantize(T(49152) * 1.0, T, "to_odd") == 49152
    got, flags = raised(nf.quantize, 1e30, U, "to_odd")
    assert got == nf.finfo(U).maxpos
    for other in (nf.binary16, nf.bfloat16, nf.float8_e4m3fn, nf.float8_e5m2):
        assert raised(nf.quantize, 1e300, other, "to_odd")[0] == nf.finfo(other).maxpos


def test_below_zero_without_a_sign():
    U, V = nf.P3109(8, 3, signed=False), nf.P3109(8, 3, signed=False, extended=False)
    assert raised(U, -1e-30) == (U(0), set())
    assert np.isnan(raised(U, -1)[0])
    assert raised(U, -1)[1] == {"invalid"}
    for mode in ("toward_zero", "toward_positive"):
        assert raised(nf.quantize, -5, U, mode) == (U(0), {"overflow"})
    for mode in ("toward_negative", "to_odd"):
        assert np.isnan(raised(nf.quantize, -1e-30, U, mode)[0])
    assert raised(V, -7) == (V(0), {"overflow"})
    assert raised(V, "-inf") == (V(0), {"overflow"})
    assert raised(nf.P3109(8, 3, False, overflow="saturate"), -7)[0] == 0
    assert np.isnan(raised(U, "-inf")[0])
    with np.errstate(all="ignore"):
        assert np.isnan(U(1) - U(2))
        assert V(1) - V(2) == 0
        assert -V(2) == 0
        many = np.array([-1e-30, -3.0, 2.0] * 100).astype(V)
    assert many.tolist() == [V(0), V(0), V(2)] * 100


POLES = [  # call, and the sign of the infinity; 0: not known
    (lambda T: np.log(T(0)), -1), (lambda T: np.log2(T(0)), -1), (lambda T: np.log10(T(0)), -1),
    (lambda T: np.log1p(T(-1)), -1), (lambda T: nf.log2p1(T(-1)), -1),
    (lambda T: nf.log10p1(T(-1)), -1), (lambda T: np.arctanh(T(1)), 1),
    (lambda T: np.arctanh(T(-1)), -1), (lambda T: nf.lgamma(T(0)), 1),
    (lambda T: nf.lgamma(T(-2)), 1), (lambda T: np.power(T(0), T(-2)), 1),
    (lambda T: np.power(T(0), -2), 1), (lambda T: np.power(T(0), T(-0.5)), 1),
    (lambda T: nf.rootn(T(0), -2), 1), (lambda T: nf.compound(T(-1), -3), 1),
    (lambda T: np.power(T(0), T(-1)), 0), (lambda T: np.power(T(0), np.int64(-3)), 0),
    (lambda T: T(1) / T(0), 0), (lambda T: np.reciprocal(T(0)), 0), (lambda T: T(-3) / T(0), 0),
    (lambda T: T(3) // T(0), 0), (lambda T: nf.rsqrt(T(0)), 0), (lambda T: nf.gamma(T(0)), 0),
    (lambda T: nf.rootn(T(0), -3), 0), (lambda T: nf.tanpi(T(0.5)), 0),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(POLES)))
def test_poles(place):
    call, side = POLES[place]
    signed, finite = nf.P3109(8, 3), nf.P3109(8, 3, extended=False)
    for T, end in ((signed, T_inf(signed)), (finite, nf.finfo(finite).maxpos),
                   (nf.P3109(8, 3, overflow="saturate_finite"), None),
                   (nf.P3109(12, 5), None)):  # fmt: skip
        end = T_inf(T) if end is None and T.format.overflow == "inf" else end  # noqa: PLW2901
        end = nf.finfo(T).maxpos if end is None else end  # noqa: PLW2901
        got, flags = raised(call, T)
        assert flags == {"divide"}, T
        assert np.isnan(got) if side == 0 else got == (end if side > 0 else -end), (T, got)


def T_inf(T):
    return T("inf")


def test_infinity_divided_by_zero():
    for T in (nf.P3109(8, 3), nf.P3109(12, 5), nf.P3109(8, 3, signed=False)):
        got, flags = raised(operator.truediv, T("inf"), T(0))
        assert np.isnan(got)
        assert flags == {"divide"}
        many = np.full(100, "inf").astype(T)
        assert np.isnan(raised(np.divide, many, np.zeros(100, T))[0]).all()
        assert np.isnan(raised(np.floor_divide, T("inf"), T(0))[0])
    got, flags = raised(lambda: nf.float8_e5m2("inf") / nf.float8_e5m2(-0.0))
    assert (float(got), flags) == (-math.inf, set())


def test_poles_of_unsigned_formats():
    """-infinity is below 0: NaN, or 0 where it saturates."""
    U, V = nf.P3109(8, 3, signed=False), nf.P3109(8, 3, signed=False, extended=False)
    for f in (np.log, np.log2, np.log10):
        assert np.isnan(raised(f, U(0))[0])
        assert raised(f, V(0)) == (V(0), {"divide"})
    assert raised(np.power, V(0), V(0)) == (V(1), set())


@pytest.mark.parametrize("T", [nf.Float(5, 2), nf.Float(4, 3, inf="top", nan="all_ones"),
                               nf.P3109(8, 3), nf.P3109(8, 1, signed=False), nf.Float(8, 23)],
                         ids=lambda T: T.__name__)  # fmt: skip
def test_what_becomes_of_infinities(T):
    """Two ways to saturate, in formats and in quantize, by every road."""
    f = T.format
    options = {"bias": f.bias, "inf": f.inf, "nan": f.nan, "signed": f.is_signed}
    stays = nf.Float(f.exp, f.man, overflow="saturate", **options)
    goes = nf.Float(f.exp, f.man, overflow="saturate_finite", **options)
    top = nf.finfo(T).maxpos
    given = np.array([np.inf, 1e300, 1.0, np.inf] * 70)
    with np.errstate(all="ignore"):
        assert (given.astype(stays).astype(float) == [np.inf, float(top), 1, np.inf] * 70).all()
        assert (
            given.astype(goes).astype(float) == [float(top), float(top), 1, float(top)] * 70
        ).all()
        for mode, U in (("saturate", stays), ("saturate_finite", goes)):
            got = nf.to_bits(nf.quantize(given, T, overflow=mode))
            assert (got == nf.to_bits(given.astype(U))).all()
            assert (nf.to_bits(nf.quantize(given.astype(object), T, overflow=mode)) == got).all()
            assert nf.parse_format(str(U.format)) is U
    assert raised(goes, "inf") == (goes(float(top)), {"overflow"})
    assert raised(stays, "inf") == (stays("inf"), set())
    one_zero = not f.signed_zero
    got, flags = raised(np.divide, goes(1), goes(0))
    assert np.isnan(got) if one_zero else got == float(top)
    assert flags == {"divide"}
    got, flags = raised(
        np.add, array(goes, nf.to_bits(np.array([np.inf] * 9, T))), np.ones(9, goes)
    )
    assert (got == float(top)).all()  # the sum is infinite, and saturates
    assert flags == {"overflow"}
