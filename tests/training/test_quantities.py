# SPDX-License-Identifier: BSD-3-Clause
"""Are quantities of formats converted with one rounding, and do functions and derivatives keep units?"""

from __future__ import annotations

import subprocess
import sys
import warnings
from fractions import Fraction

import numpy as np
import pint
import pytest

import numformats as nf
from numformats.training import units

U = units.registry()
FORMATS = [nf.posit16, nf.posit8, nf.posit64, nf.bfloat16, nf.float8_e4m3fn, nf.float4_e2m1fn, nf.q15,
           nf.mlu32, nf.takum_linear16, nf.Fixed(16, 4, signed=False), nf.Float(5, 2), nf.Posit(4),
           np.float16, np.float32, np.float64]  # fmt: skip
FACTORS = {
    ("kilometer", "meter"): Fraction(1000),
    ("meter", "kilometer"): Fraction(1, 1000),
    ("inch", "meter"): Fraction(127, 5000),
    ("km/h", "m/s"): Fraction(5, 18),
    ("mile", "inch"): Fraction(63360),
    ("day", "second"): Fraction(86400),
    ("J", "kg*m**2/s**2"): Fraction(1),
    ("yard**3", "m**3"): Fraction(9144, 10000) ** 3,
    ("eV", "J"): Fraction(1602176634, 10**28),
}


def quantized(fractions, dtype):
    """The numbers rounded once, one by one."""
    own = {"float16": nf.binary16, "float32": nf.binary32, "float64": nf.binary64}.get(
        str(dtype), dtype
    )
    return np.array([nf.quantize(f, own) for f in fractions]).astype(dtype)


@pytest.mark.parametrize(("pair", "factor"), FACTORS.items())
def test_factors_are_exact(pair, factor):
    assert units.conversion_factor(*map(U.Unit, pair)) == factor
    other = pint.UnitRegistry()
    assert units.conversion_factor(*map(other.Unit, pair)) == factor


@pytest.mark.parametrize("T", FORMATS, ids=str)
@pytest.mark.parametrize(
    "pair", [("inch", "meter"), ("km", "m"), ("m", "km"), ("km/h", "m/s"), ("degree", "radian")]
)
def test_a_conversion_is_the_exact_product_rounded_once(T, pair):
    rng = np.random.default_rng(1)
    with np.errstate(all="ignore"):
        x = np.abs(rng.normal(0, 1, 60)).astype(T)
        found = units.convert(U.Quantity(x.reshape(3, 20), pair[0]), pair[1])
        factor = units.conversion_factor(*map(U.Unit, pair))
        expected = quantized([Fraction(*v.as_integer_ratio()) * factor for v in x], np.dtype(T))
    assert found.units == U.Unit(pair[1])
    assert found.magnitude.dtype == np.dtype(T)
    assert found.magnitude.shape == (3, 20)
    assert found.magnitude.ravel().tobytes() == expected.tobytes()


def test_pint_alone_rounds_twice():
    """The numbers where pint's own conversion is another one: the reason for ours."""
    x = nf.from_bits(np.arange(0x4000, 0x4800, dtype=np.uint16), nf.posit16)
    q = U.Quantity(x, "inch")
    once, twice = units.convert(q, "meter").magnitude, q.to("meter").magnitude
    exact = [Fraction(*v.as_integer_ratio()) * Fraction(127, 5000) for v in x]
    far = [abs(Fraction(*b.as_integer_ratio()) - e) - abs(Fraction(*a.as_integer_ratio()) - e)
           for a, b, e in zip(once, twice, exact, strict=True)]  # fmt: skip
    assert min(far) >= 0
    assert (once != twice).sum() == 694  # the number that docs/explanation/units.md tells


def test_scalars_specials_and_empty_arrays():
    nan = np.array([np.nan, 2, np.inf, -np.inf], nf.bfloat16)
    found = units.convert(U.Quantity(nan, "km/h"), "m/s").magnitude.astype(float)
    assert np.isnan(found[0])
    assert found[2:].tolist() == [np.inf, -np.inf]
    one = units.convert(U.Quantity(nf.posit16(18), "km/h"), "m/s")
    assert (type(one.magnitude), float(one.magnitude)) == (nf.posit16, 5.0)
    assert units.convert(U.Quantity(np.zeros((0, 2), nf.posit8), "inch"), "m").magnitude.shape == (
        0,
        2,
    )
    assert units.convert(U.Quantity(18, "km/h"), "m/s").magnitude == 5.0
    x = np.array([0.5, 1.0], nf.posit16)
    units.convert(U.Quantity(x, "km"), "m")
    assert x.tolist() == [0.5, 1.0]


def test_what_has_no_factor_is_named():
    for source, target in (("degC", "kelvin"), ("degF", "degC"), ("dBm", "watt")):
        with pytest.raises(
            (ValueError, pint.OffsetUnitCalculusError, pint.LogarithmicUnitCalculusError)
        ):
            units.conversion_factor(U.Unit(source), U.Unit(target))
    with pytest.raises(pint.DimensionalityError, match="from 'meter'"):
        units.convert(U.Quantity(nf.posit16(1), "m"), "s")
    with pytest.raises(TypeError, match="is no quantity of pint"):
        units.convert(nf.posit16(1), "m")
    with pytest.raises(TypeError, match="complex128 is of no format"):
        units.convert(U.Quantity(np.array([1j]), "km"), "m")


def test_units_of_the_user_are_taken_from_their_registry():
    own = pint.UnitRegistry()
    own.define("long_pace = 1.7018 * meter")
    own.define("foot_of_old = 0.325 * meter")
    assert units.conversion_factor(own.long_pace, own.meter) == Fraction(1.7018)
    other = pint.UnitRegistry()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other.define("inch = 0.03 * meter")  # pint's name, another length
    assert units.conversion_factor(other.inch, other.meter) == Fraction(0.03)


FEATURES = {
    "sum": (np.sum, "m"), "mean": (np.mean, "m"), "max": (np.max, "m"),
    "product": (lambda q: q * q, "m**2"), "quotient": (lambda q: q / U.Quantity(2.0, "s"), "m/s"), "power": (lambda q: q**3, "m**3"),
    "root": (lambda q: np.sqrt(q * q), "m"), "matmul": (lambda q: q @ q, "m**2"), "dot": (lambda q: np.dot(q, q), "m**2"),
    "indexing": (lambda q: q[1:] - q[:-1], "m"), "where": (lambda q: np.where(q > U.Quantity(1.5, "m"), q, -q), "m"),
    "concatenate": (lambda q: np.concatenate([q, q]), "m"), "cumsum": (np.cumsum, "m"), "var": (np.var, "m**2"),
    "exp of a number": (lambda q: np.exp(q / q), ""), "sin of an angle": (lambda q: np.sin(q / q * U.radian), ""), "abs": (abs, "m"),
    "maximum": (lambda q: np.maximum(q, U.Quantity(1.0, "m")), "m"), "sort": (np.sort, "m"), "norm": (np.linalg.norm, "m"),
    "nf.matmul": (lambda q: nf.matmul(q, q), "m**2"), "nf.fsum": (nf.fsum, "m"), "nf.fvar": (nf.fvar, "m**2"),
    "nf.fmean": (nf.fmean, "m"), "nf.norm2": (nf.norm2, "m"), "nf.vecdot": (lambda q: nf.vecdot(q, 2 * q), "m**2"),
    "nf.fdot": (lambda q: nf.fdot(q, q), "m**2"), "nf.fstd": (nf.fstd, "m"), "nf.quantize": (lambda q: nf.quantize(q, nf.posit8), "m"),
    "nf.linalg.norm": (nf.linalg.norm, "m"), "astype": (lambda q: q.astype(nf.posit32), "m"),
}  # fmt: skip


@pytest.mark.parametrize("feature", FEATURES)
def test_functions_keep_units_and_formats(feature):
    function, unit = FEATURES[feature]
    x = np.array([1.25, 0.75, 2.5], nf.posit16)
    found = function(U.Quantity(x, "m"))
    assert (found.units if hasattr(found, "units") else U.dimensionless) == U.Unit(unit)
    magnitude = np.asarray(found.magnitude if hasattr(found, "units") else found)
    assert magnitude.dtype in (np.dtype(nf.posit16), np.dtype(nf.posit8), np.dtype(nf.posit32))


def test_systems_and_what_takes_no_units():
    a = U.Quantity(np.array([[2, 0], [0, 4]], nf.posit16), "ohm")
    b = U.Quantity(np.array([1, 2], nf.posit16), "volt")
    current = nf.linalg.solve(a, b)
    assert current.to("ampere").units == U.ampere
    assert current.magnitude.tolist() == [0.5, 0.5]
    assert nf.linalg.det(a).units == U.ohm**2
    assert nf.linalg.inv(a).units == U.ohm**-1
    assert nf.linalg.strassen(a, a).units == U.ohm**2
    with pytest.raises(TypeError, match="cholesky takes no quantities"):
        nf.linalg.cholesky(a)
    plain = pint.UnitRegistry()
    assert not hasattr(plain.Quantity, "__numformats_function__")
    assert units.prepare(plain) is plain
    assert nf.fsum(plain.Quantity(np.ones(3, nf.posit16), "m")).units == plain.meter


def test_nothing_is_loaded_that_is_not_used():
    script = "import sys, numformats.training; print('pint' in sys.modules); from numformats.training import units; print('pint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_without_pint_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pint", None)
    with pytest.raises(ImportError, match=r"pip install 'numformats\[units\]'"):
        units.registry()
