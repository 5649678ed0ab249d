# SPDX-License-Identifier: BSD-3-Clause
"""How does a quantity get another unit?  The exact factor times the exact number, rounded once.

pint's `Quantity.to` multiplies by a float: it is first rounded into the format, as every Python
float is, and the product is rounded again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

import numformats as nf
from numformats.training.units.registries import exact_registry, is_quantity, pint

__all__ = ["conversion_factor", "convert", "rounded"]

_NEAR = Fraction(1, 2**40)
_FORMATS = {np.float16: nf.binary16, np.float32: nf.binary32, np.float64: nf.binary64}


def conversion_factor(source: Any, target: Any) -> Fraction:
    """How many target units one source unit is, exactly: units of one pint registry.

    The factor is pint's, computed in Fractions from its definitions: an inch is 127/5000 m.
    Irrational ones have the digits that pint has (pi: 50).  A unit of the user's own has the exact
    value of the float that the registry has for it.  Raises pint.DimensionalityError where one is
    not a multiple of the other, ValueError for units with an offset or a logarithm, such as degC.

    >>> import pint
    >>> u = pint.UnitRegistry()
    >>> conversion_factor(u.kilometer / u.hour, u.meter / u.second)
    Fraction(5, 18)
    """
    units = source._REGISTRY  # noqa: SLF001 - as pint's own functions find it
    rough, zero = (units.Quantity(x, source).to(target).magnitude for x in (1.0, 0.0))
    if zero != 0:
        raise ValueError(f"{source} in {target} has an offset or a logarithm: it has no factor")
    try:
        exact = exact_registry()
        factor = Fraction(exact.Quantity(Fraction(1), str(source)).to(str(target)).magnitude)
    except (pint().PintError, AttributeError, TypeError, ValueError, ZeroDivisionError):
        return Fraction(rough)
    near = abs(factor - Fraction(rough)) <= abs(factor) * _NEAR
    return factor if near else Fraction(rough)  # a unit of the user's own with pint's name


def convert(quantity: Any, target: Any) -> Any:
    """The quantity in another unit, its numbers rounded once into their format.

    quantity: of an array or a scalar of a format, float16, float32 or float64.  target: a unit of
    the same registry, or its text.  Raises as `conversion_factor` does; TypeError for what is no
    quantity or whose numbers are of no format.

    >>> import numpy as np, numformats as nf, pint
    >>> u = pint.UnitRegistry()
    >>> q = u.Quantity(np.array([12, 100], nf.posit16), "inch")
    >>> convert(q, "foot")
    <Quantity([1.    8.332], 'foot')>
    """
    if not is_quantity(quantity):
        raise TypeError(f"{quantity!r} is no quantity of pint")
    target = quantity._REGISTRY.Unit(target)  # noqa: SLF001
    factor = conversion_factor(quantity.units, target)
    return type(quantity)(times(quantity.magnitude, factor), target)


def rounded(exact: Fraction, dtype: Any) -> Any:
    """A rational as a scalar of a dtype, rounded once.

    >>> rounded(Fraction(1, 3), np.dtype(nf.posit8))
    posit8(0.34)
    """
    return nf.quantize(exact, _FORMATS.get(dtype.type, dtype)).astype(dtype)[()]


def times(x: Any, factor: Fraction) -> Any:
    """An array or scalar of a format times a rational, rounded once; a traced value in two steps.

    Two steps are for values in the middle of a derivative only, which have no Fractions.
    """
    if hasattr(x, "__numformats_function__"):
        return x * factor.numerator / factor.denominator
    a = np.asarray(x)
    if a.dtype.kind in "iub":
        a = a.astype(np.float64)
    own = a.astype(_FORMATS[a.dtype.type]) if a.dtype.type in _FORMATS else a
    try:
        nf.finfo(own.dtype)
    except TypeError:
        raise TypeError(
            f"a magnitude of {a.dtype} is of no format; allowed: number formats, float16, "
            "float32 and float64"
        ) from None
    return _product(own, factor).astype(a.dtype)[()]


def _product(a: Any, factor: Fraction) -> Any:
    """Integers are exact operands; of other rationals each distinct number is done by itself.

    Truncated floats, which cut the operands of a product, go the second way too.
    """
    cuts = nf.finfo(a.dtype).format.family == "truncated"
    if factor.denominator == 1 and not cuts:
        return a * factor.numerator
    if factor.numerator == 1 and not cuts:
        return a / factor.denominator
    codes, places = np.unique(nf.to_bits(a), return_inverse=True)
    values = nf.from_bits(codes, a.dtype)
    finite = np.isfinite(values)
    exact = [Fraction(*v.as_integer_ratio()) * factor for v in values[finite]]
    if exact:
        values[finite] = nf.quantize(np.array(exact, object), a.dtype)
    return values[places].reshape(a.shape)
