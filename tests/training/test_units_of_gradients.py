# SPDX-License-Identifier: BSD-3-Clause
"""Has a gradient the unit of the value by that of the argument, and the bits that it has without?"""

from __future__ import annotations

import numpy as np
import pint
import pytest

import numformats as nf
from numformats.training import units

U = units.registry()


def quantity(numbers, unit, dtype=nf.posit16, registry=U):
    return registry.Quantity(np.array(numbers).astype(dtype), unit)


@pytest.mark.parametrize("dtype", [nf.posit16, nf.bfloat16, nf.Fixed(16, 8), np.float32], ids=str)
def test_bits_are_those_of_bare_arrays(dtype):
    def loss(x, t):
        return np.sum((x * t - x[0] * t) ** 2)

    x, t = quantity([0.5, 0.25, -0.125], "m", dtype), quantity([0.5, 0.75, 0.25], "s", dtype)
    value, (by_x, by_t) = units.value_and_grad(loss, (0, 1))(x, t)
    bare, (bare_x, bare_t) = nf.autodiff.value_and_grad(loss, (0, 1))(x.magnitude, t.magnitude)
    assert value.units == U.Unit("m**2*s**2")
    assert by_x.units == U.Unit("m*s**2")
    assert by_t.units == U.Unit("m**2*s")
    for one, other in ((value, bare), (by_x, bare_x), (by_t, bare_t)):
        assert np.asarray(one.magnitude).tobytes() == np.asarray(other).tobytes()
        assert np.asarray(one.magnitude).dtype == np.dtype(dtype)


@pytest.mark.parametrize("registry", [U, pint.UnitRegistry()], ids=["prepared", "plain"])
@pytest.mark.parametrize(
    "loss",
    [np.dot, np.vdot, lambda x, y: x @ y, nf.matmul, nf.fdot, lambda x, y: np.einsum("i,i->", x, y), np.inner],
    ids=["dot", "vdot", "@", "nf.matmul", "nf.fdot", "einsum", "inner"],
)  # fmt: skip
def test_no_way_to_multiply_loses_the_unit(loss, registry):
    x, y = quantity([1, 2], "m", registry=registry), quantity([3, 4], "kg", registry=registry)
    value, slope = units.value_and_grad(loss)(x, y)
    assert value.units == registry.Unit("kg*m")
    assert slope.units == registry.kilogram
    assert (float(value.magnitude), slope.magnitude.tolist()) == (11.0, [3.0, 4.0])


def test_arguments_are_trees_and_units_may_be_missing():
    parameters = {"w": quantity([1, 2], "m"), "b": [quantity(3, "s"), np.array(2.0)]}

    def loss(p, scale=1):
        b, free = p["b"]
        return scale * np.sum(p["w"]) / b * free

    slope = units.grad(loss)(parameters, scale=2)
    assert slope["w"].units == U.Unit("1/s")
    assert slope["b"][0].units == U.Unit("m/s**2")
    assert slope["b"][1].units == U.Unit("m/s")
    bare = units.grad(lambda x: np.sum(x * x))(np.array([1.0, 2.0]))
    assert isinstance(bare, np.ndarray)
    no_unit = units.grad(lambda x: np.sum((x / U.Quantity(2.0, "m")).magnitude))(
        quantity([1, 2], "m")
    )
    assert no_unit.units == U.Unit("1/m")
    two = units.grad(lambda x, y: np.sum(x) * y, argnums=(1,))(
        quantity([1, 2], "m"), quantity(1, "kg")
    )
    assert two[0].units == U.meter


def test_conversions_within_a_function_are_differentiated():
    def loss(x):
        return np.sum(units.convert(x, "km") ** 2) + np.sum(x.to("km") ** 2)

    x = quantity([1024.0, 2048.0], "m", np.float64)
    slope = units.grad(loss)(x)
    assert slope.units == U.Unit("km**2/m")
    assert slope.magnitude == pytest.approx([4 * 1.024 / 1000, 4 * 2.048 / 1000])


def test_a_wrong_unit_stops_before_any_derivative():
    seen = []

    def loss(x, t):
        seen.append("before")
        total = np.sum(x) + np.sum(t)
        seen.append("after")
        return total

    x, t = quantity([1, 2], "m"), quantity([3, 4], "s")
    with pytest.raises(pint.DimensionalityError, match="from 'second'|from 'meter'"):
        units.value_and_grad(loss)(x, t)
    assert seen == ["before"]
    with pytest.raises(pint.DimensionalityError):
        units.grad(lambda x: np.sum(np.exp(x)))(x)
    with pytest.raises(ValueError, match="a gradient is of a scalar"):
        units.grad(lambda x: x)(x)


def test_a_step_of_descent_has_the_parameters_units():
    p = {"x": quantity([1, 2], "m"), "m": quantity([3], "kg")}

    def energy(p):
        return np.sum(p["m"] * p["x"] ** 2) / U.Quantity(2, "s**2")

    slope = units.grad(energy)(p)
    rates = {"x": U.Quantity(25, "cm**2/J"), "m": U.Quantity(0.5, "kg**2/J")}
    moved = units.descend(p, slope, rates)
    assert moved["x"].units == U.meter
    rate = nf.posit16(0.0025)
    assert (
        moved["x"].magnitude.tobytes()
        == nf.fma(-rate, slope["x"].magnitude, p["x"].magnitude).tobytes()
    )
    assert moved["m"].magnitude.tolist() == [3 - 0.5 * 2.5]
    assert p["x"].magnitude.tolist() == [1.0, 2.0]
    for wrong, kind, words in [
        ({"rates": {**rates, "m": U.Quantity(0.5, "kg/J")}}, pint.DimensionalityError, "kilogram"),
        ({"rates": {"x": rates["x"]}}, ValueError, "rates has none for m"),
        ({"rates": 0.1}, TypeError, "the rate x is 0.1"),
        ({"gradients": {"x": slope["x"]}}, ValueError, "names must be the same"),
        ({"rates": {**rates, "m": quantity([1, 2], "kg**2/J")}}, TypeError, "rate m has shape"),
    ]:  # fmt: skip
        with pytest.raises(kind, match=words):
            units.descend(**({"parameters": p, "gradients": slope, "rates": rates} | wrong))


def test_descent_finds_the_spring_constant():
    """Hooke's law: forces at extensions, in inches and newtons, a constant in N/m."""
    x = quantity([1.0, 2.0, 3.0, 4.0], "inch", nf.posit32)
    force = U.Quantity(np.array([5.08, 10.16, 15.24, 20.32]).astype(nf.posit32), "N")
    k = {"k": quantity(50.0, "N/m", nf.posit32)}

    def loss(k):
        return np.sum((k["k"] * units.convert(x, "m") - force) ** 2)

    rate = U.Quantity(30.0, "1/m**2")  # (N/m)^2 / N^2
    for _ in range(60):
        k = units.descend(k, units.grad(loss)(k), rate)
    assert float(k["k"].magnitude) == pytest.approx(200, rel=1e-6)
    assert k["k"].units == U.Unit("N/m")
